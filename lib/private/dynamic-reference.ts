const START = '{{resolve:';

/**
 * Whether a value, as it is in the template, holds a dynamic reference: CloudFormation then writes what a secret or parameter holds
 * into the resource, where whoever may describe it reads it. Also in pieces of Fn::Join and Fn::Sub, and inside Fn::Base64.
 * @internal
 */
export function holdsDynamicReference(resolved: unknown): boolean {
  return textOf(resolved).includes(START);
}

/** All text of a value. What stands in different members isn't joined. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const { 'Fn::Join': joined, 'Fn::Sub': substituted } = value as { [name: string]: unknown };
  if (isJoin(joined)) return joined[1].map(textOf).join(joined[0]);
  if (isSub(substituted)) return withVariables(...substituted);
  return Object.values(value).map(textOf).join('\0');
}

function isJoin(argument: unknown): argument is [delimiter: string, items: unknown[]] {
  return Array.isArray(argument) && typeof argument[0] === 'string' && Array.isArray(argument[1]);
}

function isSub(argument: unknown): argument is [format: string, variables: { [name: string]: unknown }] {
  return Array.isArray(argument) && typeof argument[0] === 'string' && typeof argument[1] === 'object';
}

function withVariables(format: string, variables: { [name: string]: unknown }): string {
  return format.replace(/\$\{([^}!]+)\}/g, (_, name: string) => textOf(variables[name]));
}
