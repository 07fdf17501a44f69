import { stringify } from 'yaml';
import type { Rule } from '../../lib/checks/rule';
import type { Resource } from '../../lib/template';
import { parseTemplate } from '../../lib/template/model/template-text';
import { parseYaml } from '../../lib/template/model/yaml';
import type { JsonObject, JsonValue } from '../../runtime/core/contracts';
import { stepsOf } from './path-steps';
import { nameOf } from './resource-names';

/** More lines than this don't help at a finding: `explain` prints the whole template. */
const MOST_LINES = 14;

/**
 * What to write at the property of a finding, in lines: YAML, or TypeScript for a resource that the CDK made. It is taken from the
 * rule's secure template, from a resource of the same type.
 *
 * @returns none when the rule has no template with such a property
 */
export function snippetFor(
  resource: Resource | undefined,
  property: string,
  rule: Rule | undefined,
): readonly string[] {
  if (resource === undefined || rule?.secure === undefined) return [];
  const wanted = stepsOf(property);
  if (wanted[0] !== 'Properties') return [];
  const found = secureResources(rule.secure, resource.type)
    .map((properties) => follow(properties, wanted.slice(1)))
    .reduce<Found | undefined>(
      (best, each) => (best && best.steps.length >= each.steps.length ? best : each),
      undefined,
    );
  if (found === undefined || (found.steps.length === 0 && wanted.length > 1)) return [];
  const lines = resource.path === resource.logicalId ? inYaml(found) : inTypeScript(resource, found);
  return lines.length > MOST_LINES ? [] : lines;
}

/** The nearest value to a property that a secure resource has. */
interface Found {
  /** Below `Properties`. */
  readonly steps: readonly (string | number)[];
  readonly value: JsonValue;
}

function secureResources(template: string, type: string): JsonObject[] {
  const { Resources: resources } = parseTemplate(template, parseYaml).body;
  return Object.values((resources ?? {}) as JsonObject).flatMap((resource) => {
    const { Type, Properties = {} } = resource as { Type?: string; Properties?: JsonObject };
    return Type === type ? [Properties] : [];
  });
}

/** Where the secure list is shorter, its last item stands for the wanted one. */
function follow(properties: JsonObject, wanted: readonly (string | number)[]): Found {
  let value: JsonValue = properties;
  const steps: (string | number)[] = [];
  for (const step of wanted) {
    const next: JsonValue | undefined = Array.isArray(value)
      ? (value[Number(step)] ?? value.at(-1))
      : isJsonObject(value)
        ? value[step]
        : undefined;
    if (next === undefined) break;
    value = next;
    steps.push(step);
  }
  return { steps, value };
}

function isJsonObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inYaml({ steps, value }: Found): string[] {
  const key = steps.findLast((step) => typeof step === 'string');
  const shown = typeof steps.at(-1) === 'number' ? [value] : value;
  return stringify({ [key ?? 'Properties']: shown }, { lineWidth: 100 })
    .trimEnd()
    .split('\n');
}

/** An override works for every construct, also where the construct has no prop for it. */
function inTypeScript(resource: Resource, { steps, value }: Found): string[] {
  const [, service = '', type = ''] = resource.type.split('::');
  const construct = nameOf(resource).replace(/\W/g, '_');
  const variable = `${construct.charAt(0).toLowerCase()}${construct.slice(1)}`;
  const target = `(${variable}.node.defaultChild as Cfn${type})`;
  const calls = steps.length > 0 ? [[steps.join('.'), value] as const] : Object.entries(value as JsonObject);
  return [
    `import { Cfn${type} } from 'aws-cdk-lib/aws-${service.toLowerCase()}';`,
    ...calls.flatMap(([path, each]) => `${target}.addPropertyOverride('${path}', ${literal(each)});`.split('\n')),
  ];
}

/** A value as TypeScript; in several lines when it is long. */
function literal(value: JsonValue): string {
  const inOneLine = spelled(JSON.stringify(value));
  return inOneLine.length <= 60 ? inOneLine : spelled(JSON.stringify(value, null, 2));
}

function spelled(json: string): string {
  return json.replace(/"([A-Za-z_]\w*)":/g, '$1: ').replace(/: {2}/g, ': ');
}
