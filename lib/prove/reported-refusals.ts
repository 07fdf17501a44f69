import { type Assembly, piecesOf, type Resource, textOf, type Value } from '../template';
import { nameOf, Spelling } from '../template/iam/arn';
import type { Truth } from '../template/iam/truth';
import { matchesEvent } from './event-pattern';
import { busFault, offFault } from './event-rules';
import { namedAt } from './named-at';
import type { RuntimeParts } from './runtime-parts';

const BUCKETS: readonly (string | undefined)[] = ['ledger', 'witness', 'evidence'];
const KEYS: readonly (string | undefined)[] = ['key of the ledger', 'signing key', 'key of the witness'];

/** The calls that end or change a trail, and the parameter with its name. */
const TRAIL_CALLS: readonly (readonly [eventName: string, parameter: string])[] = [
  ['StopLogging', 'name'],
  ['DeleteTrail', 'name'],
  ['UpdateTrail', 'name'],
  ['PutEventSelectors', 'trailName'],
];

/** An event that a rule must report. */
interface Reported {
  readonly what: string;
  readonly event: Value;
}

/**
 * Refused access to the records, and changes of their trail, that no event rule certainly reports. Without a trail there are no
 * such events, and where there are several, one that is watched is enough.
 *
 * Source: EventBridge User Guide, "AWS service events delivered via AWS CloudTrail".
 *
 * @param watchFault why no alarm watches a rule, with its path; undefined where one does
 */
export function unreportedRefusals(
  assembly: Assembly,
  parts: RuntimeParts,
  watchFault: (rule: Resource) => string | undefined,
): string[] {
  const trails = assembly.ofType('AWS::CloudTrail::Trail').filter((trail) => parts.placeOf(trail) === 'trail');
  if (trails.length === 0) return [];
  const rules = rulesForEvents(assembly, watchFault);
  const spelling = new Spelling(assembly);
  const unreported = (events: readonly Reported[]): string[] => {
    const byFault = new Map<string, string[]>();
    for (const { what, event } of events) {
      const fault = reportFault(rules, event, spelling);
      if (fault !== undefined) byFault.set(fault, [...(byFault.get(fault) ?? []), what]);
    }
    return [...byFault].map(([fault, what]) => `nobody hears of ${what.join(', ')}: ${fault}`);
  };
  const [fewest = []] = trails
    .map((trail) => unreported(eventsOfTrail(assembly, trail)))
    .sort((one, other) => one.length - other.length);
  return [...unreported(eventsOfRecords(assembly, parts)), ...fewest];
}

/** A rule for events, as it is read once for all of them. */
interface EventRule {
  readonly rule: Resource;
  readonly patterns: readonly Value[];
  /** Why an event that it matches reaches no alarm. */
  readonly fault: string | undefined;
}

function rulesForEvents(assembly: Assembly, watchFault: (rule: Resource) => string | undefined): EventRule[] {
  return assembly
    .ofType('AWS::Events::Rule')
    .filter((rule) => rule.items('EventPattern').length > 0)
    .map((rule) => {
      const keeps = rule.items('Targets').length > 0 ? undefined : 'it has no target that keeps the event';
      const off = offFault(rule) ?? keeps;
      return {
        rule,
        patterns: rule.property('EventPattern').map(({ value }) => value),
        fault: busFault(rule) ?? (off === undefined ? watchFault(rule) : `${rule.path}: ${off}`),
      };
    });
}

/** Why no rule certainly reports an event to an alarm. */
function reportFault(rules: readonly EventRule[], event: Value, spelling: Spelling): string | undefined {
  const matches = rules.map((each) => ({ ...each, truth: matchOf(each, event, spelling) }));
  const faults = matches.filter(({ truth }) => truth === 'true').map(({ fault }) => fault);
  if (faults.includes(undefined)) return undefined;
  if (faults.length > 0) return `event rule: ${faults.join('; ')}`;
  const possible = matches.filter(({ truth }) => truth === 'depends').map(({ rule }) => rule.path);
  return possible.length === 0
    ? 'no event rule matches it'
    : `can't be proven: no event rule certainly matches it (${possible.join(', ')})`;
}

function matchOf({ patterns }: EventRule, event: Value, spelling: Spelling): Truth {
  const matches = patterns.map((pattern) => matchesEvent(pattern, event, spelling));
  if (matches.every((truth) => truth === 'true')) return 'true';
  return matches.every((truth) => truth === 'false') ? 'false' : 'depends';
}

function eventsOfRecords(assembly: Assembly, parts: RuntimeParts): Reported[] {
  const placedIn = (type: string, places: readonly (string | undefined)[]): Resource[] =>
    assembly.ofType(type).filter((resource) => places.includes(parts.placeOf(resource)));
  return [...placedIn('AWS::S3::Bucket', BUCKETS).map(refusedBy), ...placedIn('AWS::KMS::Key', KEYS).map(refusedUseOf)];
}

function eventsOfTrail(assembly: Assembly, trail: Resource): Reported[] {
  const files = namedAt(assembly, trail, 'S3BucketName').filter(({ type }) => type === 'AWS::S3::Bucket');
  const keys = files.flatMap((bucket) => namedAt(assembly, bucket, 'BucketEncryption'));
  return [
    ...TRAIL_CALLS.map(([eventName, parameter]) => ({
      what: `${eventName} of ${trail.path}`,
      event: called('aws.cloudtrail', { eventName, requestParameters: { [parameter]: nameOf(trail) } }),
    })),
    ...files.map(refusedBy),
    ...keys.filter(({ type }) => type === 'AWS::KMS::Key').map(refusedUseOf),
  ];
}

function refusedBy(bucket: Resource): Reported {
  const requestParameters = { bucketName: nameOf(bucket) };
  return {
    what: `refused access to ${bucket.path}`,
    event: called('aws.s3', { errorCode: 'AccessDenied', requestParameters }),
  };
}

/** KMS names the key in the message, by its ARN. */
function refusedUseOf(key: Resource): Reported {
  const errorMessage = textOf([
    'User: caller is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:region:account:key/',
    ...(piecesOf(nameOf(key)) ?? []),
    ' because no identity-based policy allows the kms:Decrypt action',
  ]);
  return {
    what: `refused use of ${key.path}`,
    event: called('aws.kms', { errorCode: 'AccessDenied', errorMessage }),
  };
}

function called(source: string, detail: { readonly [member: string]: Value }): Value {
  return { source, 'detail-type': 'AWS API Call via CloudTrail', detail };
}
