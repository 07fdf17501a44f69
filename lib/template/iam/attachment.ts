import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import { listOf, sameValue, type Value } from '../model/value';
import { nameOf } from './arn';

const NAMES = ['BucketName', 'Name', 'FunctionName'];

/** The names that a resource may have: what the template gives it. */
export function givenNamesOf(target: Resource): readonly Value[] {
  return NAMES.flatMap((member) => target.property(member)).flatMap(({ value }) =>
    value === undefined ? [] : [value],
  );
}

/** Whether a value is a resource of the app: by reference, or by its literal name. */
export function isNamed(assembly: Assembly, target: Resource, value: Value): boolean {
  return (
    assembly.find(value) === target ||
    sameValue(nameOf(target), value) ||
    givenNamesOf(target).some((name) => sameValue(name, value))
  );
}

/**
 * Whether a policy in a resource of its own protects its target wherever the target exists: each value that the naming property may
 * have names it, and the policy doesn't lack where the target is there.
 *
 * @param names the property that names one target or several
 */
export function isCertainlyOn(assembly: Assembly, holder: Resource, names: string, target: Resource): boolean {
  const isThere =
    holder.presence === 'always' ||
    (holder.condition === target.condition && holder.template.name === target.template.name);
  return (
    isThere &&
    holder.property(names).every(({ value }) => listOf(value).some((each) => isNamed(assembly, target, each)))
  );
}
