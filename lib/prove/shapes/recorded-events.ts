import { isEveryObject } from '../../checks/facts/trails';
import { isObject, isTrue, listOf, memberOf, type Resource, referencesIn, type Value } from '../../template';
import type { Judge, Subject } from './shape';

/** Events that some trail of the runtime must record. */
interface Needed {
  readonly what: string;
  readonly isIn: (subject: Subject, selector: Value) => boolean;
  /** Whether a basic selector records them. */
  readonly isInBasic: (subject: Subject, selector: Value) => boolean;
}

/** A field of an advanced selector: its name, and what it asks for. */
type Judged = { readonly [field: string]: (asked: { readonly [operator: string]: Value }) => boolean };

/** Whether each field of a selector is one that lets the events through. */
function letsThrough(selector: Value, fields: Judged): boolean {
  const given = listOf(memberOf(selector, 'FieldSelectors'));
  const names = given.map((field) => memberOf(field, 'Field'));
  return (
    names.includes('eventCategory') &&
    given.every((field) => {
      if (!isObject(field)) return false;
      const { Field: name, ...asked } = field;
      const judge = typeof name === 'string' && Object.hasOwn(fields, name) ? fields[name] : undefined;
      return judge?.(asked) === true;
    })
  );
}

/** A field that asks for one of these texts only, by one operator. */
const asks =
  (operator: string, isFitting: (value: Value) => boolean) =>
  (asked: { readonly [operator: string]: Value }): boolean =>
    Object.keys(asked).every((each) => each === operator) && listOf(asked[operator]).some(isFitting);

const is = (wanted: string) => asks('Equals', (value) => value === wanted);

/** Who calls a database by an API tells nothing of the runtime, and costs much. */
const isOfDatabases = asks('NotEquals', (value) => value === 'rdsdata.amazonaws.com');

const ofObjects = ({ assembly }: Subject, bucket: Resource): Judged => ({
  eventCategory: is('Data'),
  'resources.type': is('AWS::S3::Object'),
  'resources.ARN': asks('StartsWith', (value) => isEveryObject(assembly, value, bucket)),
});

function isOfSealer({ assembly, parts }: Subject, value: Value): boolean {
  return referencesIn(value).some((each) => {
    const role = assembly.find(each);
    return role !== undefined && parts.ofRole(role)?.kind === 'sealer';
  });
}

/** Whether a basic selector is for these events, or for all. */
function isFor(selector: Value, kind: 'ReadOnly' | 'WriteOnly'): boolean {
  const given = memberOf(selector, 'ReadWriteType');
  return given === undefined || given === 'All' || given === kind;
}

function hasAllOf({ assembly }: Subject, selector: Value, bucket: Resource): boolean {
  return listOf(memberOf(selector, 'DataResources'))
    .flatMap((each) => listOf(memberOf(each, 'Values')))
    .some((value) => isEveryObject(assembly, value, bucket) || /^arn:[^:]+:s3(:::)?$/.test(String(value)));
}

const CHANGES: Needed = {
  what: 'changes of settings, keys and policies',
  isIn: (_, selector) =>
    letsThrough(selector, { eventCategory: is('Management'), readOnly: is('false'), eventSource: isOfDatabases }),
  isInBasic: (_, selector) =>
    isTrue(memberOf(selector, 'IncludeManagementEvents') ?? true) &&
    isFor(selector, 'WriteOnly') &&
    listOf(memberOf(selector, 'ExcludeManagementEventSources')).every((each) => each === 'rdsdata.amazonaws.com'),
};

const readsOf = (bucket: Resource): Needed => ({
  what: `reads of ${bucket.path} by others than the sealer`,
  isIn: (subject, selector) =>
    letsThrough(selector, {
      ...ofObjects(subject, bucket),
      readOnly: is('true'),
      'userIdentity.arn': (asked) => {
        const spared = listOf(asked.NotStartsWith);
        return (
          Object.keys(asked).length === 1 && spared.length > 0 && spared.every((each) => isOfSealer(subject, each))
        );
      },
    }),
  isInBasic: (subject, selector) => isFor(selector, 'ReadOnly') && hasAllOf(subject, selector, bucket),
});

const deletionsOf = (bucket: Resource): Needed => ({
  what: `deletions of ${bucket.path}, its own files`,
  isIn: (subject, selector) =>
    letsThrough(selector, {
      ...ofObjects(subject, bucket),
      readOnly: is('false'),
      eventName: asks('StartsWith', (value) => typeof value === 'string' && 'Delete'.startsWith(value)),
    }),
  isInBasic: (subject, selector) => isFor(selector, 'WriteOnly') && hasAllOf(subject, selector, bucket),
});

/** What the trails of the runtime must record together: an app may have one of its own beside this library’s. */
export const recordsEnough: Judge = (_, subject) => {
  const { assembly, parts } = subject;
  const trails = assembly.ofType('AWS::CloudTrail::Trail').filter((each) => parts.placeOf(each) === 'trail');
  const buckets = assembly.ofType('AWS::S3::Bucket');
  const at = (place: RegExp): Resource[] => buckets.filter((each) => place.test(parts.placeOf(each) ?? ''));
  const needed = [CHANGES, ...at(/^(ledger|witness)$/).map(readsOf), ...at(/^trail files$/).map(deletionsOf)];
  const lacking = needed.find((need) => !trails.some((trail) => records(subject, trail, need)));
  return lacking === undefined ? undefined : `records no ${lacking.what}, or that can't be proven`;
};

function records(subject: Subject, trail: Resource, { isIn, isInBasic }: Needed): boolean {
  const inAll = (member: string, judge: Needed['isIn']): boolean =>
    trail.property(member).every(({ value }) => listOf(value).some((selector) => judge(subject, selector)));
  return inAll('AdvancedEventSelectors', isIn) || inAll('EventSelectors', isInBasic);
}
