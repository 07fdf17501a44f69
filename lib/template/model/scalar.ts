import type { Value } from './value';

/** Certainly true: CloudFormation takes `'true'` for `true`. */
export function isTrue(value: Value): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

/** Certainly false. An absent value is neither: what it means is the property's own default. */
export function isFalse(value: Value): boolean {
  return value === false || (typeof value === 'string' && value.toLowerCase() === 'false');
}

/** A number, also when spelled as text; undefined when it isn't known to be one. */
export function asNumber(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : undefined;
}
