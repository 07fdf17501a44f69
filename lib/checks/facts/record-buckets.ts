import { type Assembly, describe, isObject, type Resource, referencesIn, type Value } from '../../template/index';
import { listOf, memberOf } from '../judge/branches';

/** What a bucket keeps for the runtime. */
export type RecordKind = 'ledger' | 'witness' | 'evidence' | 'publication';

/** Environment variables by which the runtime's functions are told where to write. */
const VARIABLES: readonly (readonly [variable: string, kind: RecordKind])[] = [
  ['LEDGER_BUCKET', 'ledger'],
  ['WITNESS_BUCKET', 'witness'],
  ['EVIDENCE_BUCKET', 'evidence'],
  ['PUBLICATION_BUCKET', 'publication'],
];

/** Buckets of this app that the runtime writes down what happened in. Told by configuration, never by their protections. */
export function recordBucketsOf(assembly: Assembly): ReadonlyMap<Resource, RecordKind> {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    known = readRecords(assembly);
    KNOWN.set(assembly, known);
  }
  return known;
}

const KNOWN = new WeakMap<Assembly, ReadonlyMap<Resource, RecordKind>>();

function readRecords(assembly: Assembly): ReadonlyMap<Resource, RecordKind> {
  const found = new Map<Resource, RecordKind>();
  for (const [variable, kind] of VARIABLES) {
    for (const workload of assembly.ofType('AWS::Lambda::Function')) {
      for (const { value } of workload.property('Environment', 'Variables', variable)) {
        const bucket = assembly.find(value);
        if (bucket?.type === 'AWS::S3::Bucket' && !found.has(bucket)) found.set(bucket, kind);
      }
    }
  }
  return found;
}

/** What a trail has to see of a bucket: its writes, or its reads too. */
export type Seen = 'writes' | 'everything';

/** Trails that surely record what is done to a bucket's objects, whether they are switched on or not. */
export function trailsOn(assembly: Assembly, bucket: Resource, seen: Seen): readonly Resource[] {
  return assembly
    .ofType('AWS::CloudTrail::Trail')
    .filter((trail) => trail.presence === 'always')
    .filter((trail) => {
      const selects = (member: string, covers: (selector: Value) => boolean): boolean =>
        trail.property(member).every(({ value }) => listOf(value).some(covers));
      return (
        selects('AdvancedEventSelectors', (selector) => coversAdvanced(assembly, selector, bucket, seen)) ||
        selects('EventSelectors', (selector) => coversBasic(assembly, selector, bucket, seen))
      );
    });
}

/** Source: AWS CloudTrail User Guide, "Filtering data events by using advanced event selectors". */
function coversAdvanced(assembly: Assembly, selector: Value, bucket: Resource, seen: Seen): boolean {
  const fields = listOf(memberOf(selector, 'FieldSelectors'));
  let ofData = false;
  for (const field of fields) {
    if (!isObject(field)) return false;
    const { Field: name, Equals: equals, StartsWith: starts, ...others } = field;
    if (Object.values(others).some((value) => value !== undefined)) return false;
    const only = (wanted: string): boolean => starts === undefined && listOf(equals).every((value) => value === wanted);
    if (name === 'eventCategory') {
      if (!only('Data')) return false;
      ofData = true;
    } else if (name === 'resources.type') {
      if (!only('AWS::S3::Object')) return false;
    } else if (name === 'readOnly') {
      if (seen === 'everything' || !only('false')) return false;
    } else if (name === 'resources.ARN') {
      if (equals !== undefined || !listOf(starts).some((value) => isWhole(assembly, value, bucket))) return false;
    } else return false;
  }
  return ofData;
}

/** Source: AWS CloudTrail API Reference, "EventSelector" and "DataResource". */
function coversBasic(assembly: Assembly, selector: Value, bucket: Resource, seen: Seen): boolean {
  const kind = memberOf(selector, 'ReadWriteType');
  if (kind !== undefined && kind !== 'All' && !(seen === 'writes' && kind === 'WriteOnly')) return false;
  return listOf(memberOf(selector, 'DataResources'))
    .filter((resources) => memberOf(resources, 'Type') === 'AWS::S3::Object')
    .flatMap((resources) => listOf(memberOf(resources, 'Values')))
    .some((value) => /^arn:[^:]+:s3(:::)?$/.test(describe(value)) || isWhole(assembly, value, bucket));
}

/** `BUCKET-ARN` or `BUCKET-ARN/`: every object of it. */
function isWhole(assembly: Assembly, value: Value, bucket: Resource): boolean {
  const [reference, ...others] = referencesIn(value);
  return (
    others.length === 0 &&
    reference !== undefined &&
    assembly.find(reference) === bucket &&
    /[})]\/?$/.test(describe(value))
  );
}
