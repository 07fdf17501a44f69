import { stringify } from 'yaml';
import type { Rule } from '../../lib/checks/rule';
import { Assembly, isObject, Resource } from '../../lib/template';
import { parseTemplate } from '../../lib/template/model/template-text';
import { parseYaml } from '../../lib/template/model/yaml';
import type { JsonObject, JsonValue } from '../../runtime/core/contracts';
import { nameOf } from './resource-names';

/** More lines than this don't help at a finding: `explain` prints the whole template. */
const MOST_LINES = 16;

/**
 * What to write at the property of a finding, in lines: YAML, or TypeScript for a resource that the CDK made. The rule's own two
 * templates tell: where it finds the same in the insecure one, what the secure one has there, or has beside it.
 *
 * @returns none when the rule's templates don't show it
 */
export function snippetFor(
  resource: Resource | undefined,
  property: string,
  rule: Rule | undefined,
): readonly string[] {
  if (resource === undefined || rule === undefined) return [];
  const insecure = resourcesIn(rule.insecure);
  const secure = resourcesIn(rule.secure);
  const offence = [...rule.check(assemblyOf(insecure))].find(
    (each) =>
      each.resource instanceof Resource &&
      each.resource.type === resource.type &&
      withoutIndexes(each.property) === withoutIndexes(property),
  );
  if (offence === undefined || !(offence.resource instanceof Resource)) return [];
  const { logicalId } = offence.resource;
  const isOfCdk = resource.path !== resource.logicalId;
  const wanted = valueAt(secure[logicalId], offence.property);
  const isMended = wanted !== undefined && !isSame(wanted, valueAt(insecure[logicalId], offence.property));
  if (!isMended) return secure[logicalId] === undefined ? [] : shortEnough(addedTo(insecure, secure, isOfCdk));
  // The rest of a whole statement is the example's own, and not to be copied.
  const only = onlyChange(valueAt(insecure[logicalId], offence.property), wanted);
  const [at, shown] = only === undefined ? [property, wanted] : [`${property}.${only.member}`, only.value];
  return shortEnough(isOfCdk ? override(resource, at, shown) : inYaml(at, shown));
}

type Resources = { readonly [logicalId: string]: JsonObject };

function resourcesIn(template: string): Resources {
  return (parseTemplate(template, parseYaml).body.Resources ?? {}) as Resources;
}

function assemblyOf(resources: Resources): Assembly {
  return Assembly.of({ name: 'example', body: { Resources: resources as JsonObject } });
}

function withoutIndexes(path: string): string {
  return path.replace(/\[\d+\]/g, '[]');
}

function isSame(a: JsonValue, b: JsonValue | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The one member that the secure example adds to an object, or changes in it. */
function onlyChange(before: JsonValue | undefined, after: JsonValue): { member: string; value: JsonValue } | undefined {
  if (!isObject(before) || !isObject(after)) return undefined;
  const members = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = members.filter((member) => !isSame(after[member] ?? null, before[member] ?? null));
  const [member = ''] = changed;
  const value = after[member];
  // An override of the CDK can't tell a dot in a name from a step.
  return changed.length === 1 && value !== undefined && /^\w+$/.test(member) ? { member, value } : undefined;
}

function valueAt(resource: JsonObject | undefined, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = resource;
  for (const step of stepsOf(path)) value = memberOf(value, step);
  return value;
}

/** `Properties`, `Policies`, 0, `PolicyName` of `Properties.Policies[0].PolicyName` */
function stepsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|([^.[]+)/g)].map(([, index, key]) =>
    index === undefined ? (key ?? '') : Number(index),
  );
}

function memberOf(value: JsonValue | undefined, step: string | number): JsonValue | undefined {
  if (Array.isArray(value)) return value[Number(step)];
  return typeof value === 'object' && value !== null ? value[step] : undefined;
}

/** Resources that only the secure template has. */
function addedTo(insecure: Resources, secure: Resources, isOfCdk: boolean): string[] {
  const added = Object.entries(secure).filter(([id]) => insecure[id] === undefined);
  if (!isOfCdk) return added.length === 0 ? [] : yamlLines(Object.fromEntries(added));
  return added.flatMap(([id, { Type: type, Properties: properties = {} }]) =>
    `new CfnResource(this, '${id}', { type: '${type}', properties: ${literal(properties)} });`.split('\n'),
  );
}

function shortEnough(lines: readonly string[]): readonly string[] {
  return lines.length > MOST_LINES ? [] : lines;
}

function inYaml(property: string, value: JsonValue): string[] {
  const steps = stepsOf(property);
  const key = steps.findLast((step) => typeof step === 'string') ?? property;
  return yamlLines({ [key]: typeof steps.at(-1) === 'number' ? [value] : value });
}

function yamlLines(value: JsonValue): string[] {
  return stringify(value, { lineWidth: 100, aliasDuplicateObjects: false }).trimEnd().split('\n');
}

/** An override works for every construct, also where the construct has no prop for it. */
function override(resource: Resource, property: string, value: JsonValue): string[] {
  const [, service = '', type = ''] = resource.type.split('::');
  const construct = nameOf(resource).replace(/\W/g, '_');
  const variable = `${construct.charAt(0).toLowerCase()}${construct.slice(1)}`;
  const target = `(${variable}.node.defaultChild as Cfn${type})`;
  const path = stepsOf(property).join('.');
  return [
    `import { Cfn${type} } from 'aws-cdk-lib/aws-${service.toLowerCase()}';`,
    ...`${target}.addOverride('${path}', ${literal(value)});`.split('\n'),
  ];
}

/** A value as TypeScript; in several lines when it is long. */
function literal(value: JsonValue): string {
  const inOneLine = JSON.stringify(value).replace(/"([A-Za-z_]\w*)":/g, '$1: ');
  return inOneLine.length <= 60 ? inOneLine : JSON.stringify(value, null, 2).replace(/"([A-Za-z_]\w*)":/g, '$1:');
}
