import { RULES } from '../../../../lib/checks/rules';
import { parseTemplate } from '../../../../lib/template/model/template-text';
import { parseYaml } from '../../../../lib/template/model/yaml';
import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { changed, linesOf } from '../check-template';

type Path = readonly (string | number)[];

/** A condition that only the deployment decides. */
const AROUND: JsonObject = {
  Parameters: { Kind: { Type: 'String' } },
  Conditions: { Rare: { 'Fn::Equals': [{ Ref: 'Kind' }, 'rare'] } },
};

/** What a value is instead, in one of the two cases. */
const INSTEAD: readonly JsonValue[] = [{ Ref: 'AWS::NoValue' }, 'elsewhere', '*', false];

/** Where a template only works less well: the rule names what is certainly so. */
const WORKS_LESS_WELL = ['NetworkMoreThanOneZone', 'NetworkEndpointMissing', 'AuditInvocationsLogged'];

/** What AWS refuses in one of the two cases, so that nothing is deployed. */
const REFUSED = /\.(Role|ContainerDefinitions(\.0)?|PolicyDocument\.Statement(\.0)?) = \{"Ref":"AWS::NoValue"\}$/;

/** What can't be used in one of the two cases: a log that nobody may write, a function that nobody may call. */
const IDLE = /^(Code\.Properties\.LoggingConfig|Caller\.Properties\.(Role|Environment\.Variables\.CODE_SANDBOX_ARN))\b/;

/** Every place in the properties of resources, above the arguments of functions. */
function placesIn(value: JsonValue, path: Path = []): Path[] {
  if (value === null || typeof value !== 'object') return [path];
  const members: [string | number, JsonValue][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const isFunction = members.some(([key]) => key === 'Ref' || String(key).startsWith('Fn::'));
  return [path, ...(isFunction ? [] : members.flatMap(([key, member]) => placesIn(member, [...path, key])))];
}

function memberAt(resources: JsonObject, path: Path): JsonValue {
  return path.reduce<JsonValue>((at, step) => (at as { [step: string | number]: JsonValue })[step] ?? null, resources);
}

function isReferredTo(resources: JsonObject, id: string | number): boolean {
  return new RegExp(`"Ref":"${id}"|"Fn::GetAtt":(\\["|")${id}[".]|\\$\\{${id}[.}]`).test(JSON.stringify(resources));
}

/** Changes that a rule names when they are certain, and doesn't when a condition decides whether they are made. */
function passedUnderCondition(rule: (typeof RULES)[number]): string[] {
  const { body } = parseTemplate(rule.secure, parseYaml);
  const resources = (body.Resources ?? {}) as JsonObject;
  const isNamed = (change: JsonObject): boolean => linesOf(rule.id, change, { ...body, ...AROUND }).length > 0;
  const passed: string[] = [];
  for (const path of placesIn(resources)) {
    const [id = '', section] = path;
    // CloudFormation refuses a condition on what others refer to without one.
    if (path.length === 1 && !isReferredTo(resources, id) && isNamed(changed(resources, path, undefined))) {
      if (!isNamed(changed(resources, [id, 'Condition'], 'Rare'))) passed.push(`${id} under a condition`);
    }
    if (path.length < 3 || section !== 'Properties') continue;
    for (const instead of INSTEAD) {
      const either = { 'Fn::If': ['Rare', instead, memberAt(resources, path)] };
      if (!isNamed(changed(resources, path, instead)) || isNamed(changed(resources, path, either))) continue;
      passed.push(`${path.join('.')} = ${JSON.stringify(instead)}`);
    }
  }
  return passed.filter((each) => !REFUSED.test(each) && !IDLE.test(each));
}

test.each(RULES.filter(({ id }) => !WORKS_LESS_WELL.includes(id)))(
  '$id names what breaks it also where a condition decides',
  (rule) => {
    expect(passedUnderCondition(rule)).toEqual([]);
  },
);
