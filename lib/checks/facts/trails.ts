import {
  type Assembly,
  describe,
  isObject,
  listOf,
  memberOf,
  type Resource,
  referencesIn,
  type Value,
} from '../../template/index';

/** The data events of a bucket that a trail records: writes only, or reads too. */
export type Recorded = 'writes' | 'everything';

/** Trails that certainly record a bucket's data events, even if their logging is off. */
export function trailsOn(assembly: Assembly, bucket: Resource, recorded: Recorded): readonly Resource[] {
  return assembly
    .ofType('AWS::CloudTrail::Trail')
    .filter((trail) => trail.presence === 'always')
    .filter((trail) => {
      const selects = (member: string, covers: (selector: Value) => boolean): boolean =>
        trail.property(member).every(({ value }) => listOf(value).some(covers));
      return (
        selects('AdvancedEventSelectors', (selector) => coversAdvanced(assembly, selector, bucket, recorded)) ||
        selects('EventSelectors', (selector) => coversBasic(assembly, selector, bucket, recorded))
      );
    });
}

/** Source: AWS CloudTrail User Guide, "Filtering data events by using advanced event selectors". */
function coversAdvanced(assembly: Assembly, selector: Value, bucket: Resource, recorded: Recorded): boolean {
  const fields = listOf(memberOf(selector, 'FieldSelectors'));
  return (
    fields.every((field) => isCovering(assembly, field, bucket, recorded)) &&
    fields.some((field) => memberOf(field, 'Field') === 'eventCategory')
  );
}

/** Whether a field selector lets the bucket's events through. */
function isCovering(assembly: Assembly, field: Value, bucket: Resource, recorded: Recorded): boolean {
  if (!isObject(field)) return false;
  const { Field: name, Equals: equals, StartsWith: starts, ...others } = field;
  if (Object.values(others).some((value) => value !== undefined)) return false;
  const asked = listOf(equals);
  const only = (wanted: string): boolean =>
    starts === undefined && asked.length > 0 && asked.every((value) => value === wanted);
  if (name === 'eventCategory') return only('Data');
  if (name === 'resources.type') return only('AWS::S3::Object');
  if (name === 'readOnly') return recorded === 'writes' && only('false');
  if (name !== 'resources.ARN') return false;
  return equals === undefined && listOf(starts).some((value) => isEveryObject(assembly, value, bucket));
}

/** Source: AWS CloudTrail API Reference, "EventSelector" and "DataResource". */
function coversBasic(assembly: Assembly, selector: Value, bucket: Resource, recorded: Recorded): boolean {
  const kind = memberOf(selector, 'ReadWriteType');
  if (kind !== undefined && kind !== 'All' && !(recorded === 'writes' && kind === 'WriteOnly')) return false;
  return listOf(memberOf(selector, 'DataResources'))
    .filter((resources) => memberOf(resources, 'Type') === 'AWS::S3::Object')
    .flatMap((resources) => listOf(memberOf(resources, 'Values')))
    .some((value) => /^arn:[^:]+:s3(:::)?$/.test(describe(value)) || isEveryObject(assembly, value, bucket));
}

/** `BUCKET-ARN` or `BUCKET-ARN/`: every object of the bucket. */
export function isEveryObject(assembly: Assembly, value: Value, bucket: Resource): boolean {
  const [reference, ...others] = referencesIn(value);
  return (
    others.length === 0 &&
    reference !== undefined &&
    assembly.find(reference) === bucket &&
    /[})]\/?$/.test(describe(value))
  );
}
