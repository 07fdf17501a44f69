import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { isObject, parseJsonText, piecesOf, Reference, textOf, Unresolved, type Value } from './value';

/**
 * Reads CloudFormation's intrinsic functions. Where the template alone leaves a choice open (a condition, a
 * parameter with AllowedValues, a mapping looked up by region) it asks for a decision by throwing `OpenChoice`; the
 * caller decides each option in turn, so that one resolved value is consistent in itself: two `Fn::If` on the same
 * condition never take different sides.
 *
 * Source: CloudFormation User Guide, "Intrinsic function reference".
 */

/** What the evaluator needs to know about the template around the value. */
export interface Scope {
  /** Name of the template: the first part of each reference's key. */
  readonly name: string;
  parameter(name: string): ParameterValue | undefined;
  condition(name: string): JsonValue | undefined;
  mapping(name: string): JsonObject | undefined;
  /** Type of the resource, or undefined when there is none of that logical id. */
  resourceType(logicalId: string): string | undefined;
  /** A literal for AWS::AccountId or AWS::Region where the stack's environment is known. */
  pseudo(name: string): string | undefined;
  /** The value behind a GetAtt on a nested stack's output, when it is in the assembly. */
  nestedOutput(logicalId: string, output: string, choices: Choices, where: string): Value | undefined;
  /** The value exported under that name by a stack of the assembly. */
  imported(exportName: Value, choices: Choices, where: string): Value | undefined;
}

/** What is known of a parameter's value. */
export type ParameterValue =
  | { readonly kind: 'given'; readonly evaluate: (choices: Choices) => Value }
  | { readonly kind: 'default'; readonly value: Value }
  | { readonly kind: 'allowed'; readonly values: readonly Value[] }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Decisions taken so far: choice key → index of the option; and the words for them. */
export class Choices {
  public readonly assumptions = new Set<string>();
  /** Depth of nested evaluations: cyclic conditions, imports and outputs end here instead of never. */
  public depth = 0;

  constructor(public readonly taken: ReadonlyMap<string, number> = new Map()) {}

  /** Index of the option to take. @throws OpenChoice when it isn't decided yet */
  public take(key: string, options: number, label: (index: number) => string): number {
    const index = this.taken.get(key);
    if (index === undefined) throw new OpenChoice(key, options);
    this.assumptions.add(label(index));
    return index;
  }
}

/** Thrown by the evaluator to make its caller decide between options. Never leaves `resolve`. */
export class OpenChoice extends Error {
  constructor(
    public readonly key: string,
    public readonly options: number,
  ) {
    super(key);
  }
}

/** How deep values, conditions, imports and outputs may refer to each other. */
const MAX_DEPTH = 100;

/**
 * `Ref` that returns the same value as an attribute: both become one reference.
 * Source: CloudFormation Template Reference, "Return values" of each type.
 */
const REF_RETURNS: { readonly [type: string]: string } = {
  'AWS::EC2::VPC': 'VpcId',
  'AWS::EC2::Subnet': 'SubnetId',
  'AWS::EC2::SecurityGroup': 'GroupId',
  'AWS::EC2::RouteTable': 'RouteTableId',
  'AWS::EC2::InternetGateway': 'InternetGatewayId',
  'AWS::EC2::NatGateway': 'NatGatewayId',
  'AWS::EC2::EgressOnlyInternetGateway': 'Id',
  'AWS::EC2::VPCEndpoint': 'Id',
  'AWS::EC2::NetworkAcl': 'Id',
  'AWS::EC2::NetworkInterface': 'Id',
  'AWS::EC2::PrefixList': 'PrefixListId',
  'AWS::EC2::TransitGateway': 'Id',
  'AWS::EC2::Instance': 'InstanceId',
  'AWS::KMS::Key': 'KeyId',
  'AWS::SecretsManager::Secret': 'Id',
  'AWS::StepFunctions::StateMachine': 'Arn',
  'AWS::SNS::Topic': 'TopicArn',
  'AWS::IAM::ManagedPolicy': 'PolicyArn',
  'AWS::ECS::TaskDefinition': 'TaskDefinitionArn',
  'AWS::ElasticLoadBalancingV2::LoadBalancer': 'LoadBalancerArn',
  'AWS::ApiGateway::RestApi': 'RestApiId',
  'AWS::Route53Resolver::FirewallRuleGroup': 'Id',
  'AWS::Route53Resolver::FirewallDomainList': 'Id',
};

const PSEUDO_PARAMETERS = new Set([
  'AWS::AccountId',
  'AWS::NotificationARNs',
  'AWS::NoValue',
  'AWS::Partition',
  'AWS::Region',
  'AWS::StackId',
  'AWS::StackName',
  'AWS::URLSuffix',
]);

/** Evaluates one value, intrinsics inside it included. @throws OpenChoice */
export function evaluate(raw: JsonValue | undefined, scope: Scope, choices: Choices, where: string): Value {
  if (raw === null || raw === undefined || typeof raw !== 'object') return raw;
  if (choices.depth > MAX_DEPTH)
    return new Unresolved(shorten(raw), where, 'the template refers to itself without end');
  choices.depth += 1;
  try {
    if (Array.isArray(raw)) {
      const items: Value[] = [];
      for (let i = 0; i < raw.length; i += 1) {
        const item = evaluate(raw[i], scope, choices, `${where}[${i}]`);
        if (item !== undefined) items.push(item);
      }
      return items;
    }
    const keys = Object.keys(raw);
    const [key] = keys;
    if (keys.length === 1 && key !== undefined && isIntrinsic(key, raw[key])) {
      return evaluateIntrinsic(key, raw[key] as JsonValue, scope, choices, where);
    }
    const object: { [k: string]: Value } = {};
    for (const k of keys) {
      const member = evaluate(raw[k], scope, choices, `${where}.${k}`);
      if (member !== undefined) setMember(object, k, member);
    }
    return object;
  } finally {
    choices.depth -= 1;
  }
}

/** `__proto__` is a key like any other in a template. */
function setMember(object: { [k: string]: Value }, key: string, value: Value): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true });
  else object[key] = value;
}

/** `Condition` is an intrinsic only inside conditions; in a policy it is an ordinary member. */
function isIntrinsic(key: string, argument: JsonValue | undefined): boolean {
  return key.startsWith('Fn::') || (key === 'Ref' && typeof argument === 'string');
}

function evaluateIntrinsic(key: string, arg: JsonValue, scope: Scope, choices: Choices, where: string): Value {
  const unknown = (reason: string, parts: Value[] = []): Unresolved =>
    new Unresolved(shorten({ [key]: arg }), where, reason, parts);
  switch (key) {
    case 'Ref':
      return typeof arg === 'string' ? reference(arg, scope, choices, where) : unknown('Ref takes a name');
    case 'Fn::GetAtt':
      return getAttribute(arg, scope, choices, where);
    case 'Fn::If': {
      if (!Array.isArray(arg) || arg.length !== 3 || typeof arg[0] !== 'string') return unknown('Fn::If is malformed');
      const condition = conditionHolds(arg[0], scope, choices);
      return evaluate(arg[condition ? 1 : 2], scope, choices, where);
    }
    case 'Fn::Join': {
      if (!Array.isArray(arg) || arg.length !== 2 || typeof arg[0] !== 'string')
        return unknown('Fn::Join is malformed');
      const items = evaluate(arg[1], scope, choices, where);
      if (!Array.isArray(items)) return unknown('the joined list is not known', [items]);
      const pieces: (string | Reference | Unresolved)[] = [];
      for (const [i, item] of items.entries()) {
        if (i > 0) pieces.push(arg[0]);
        pieces.push(...(piecesOf(item) ?? [unknown('a joined item is not a string', [item])]));
      }
      return textOf(pieces);
    }
    case 'Fn::Sub':
      return substitute(arg, scope, choices, where);
    case 'Fn::Select': {
      if (!Array.isArray(arg) || arg.length !== 2) return unknown('Fn::Select is malformed');
      const index = Number(evaluate(arg[0], scope, choices, where));
      const list = evaluate(arg[1], scope, choices, where);
      if (!Array.isArray(list) || !Number.isInteger(index)) return unknown('the list or index is not known', [list]);
      if (index < 0 || index >= list.length) return unknown('the index is outside the list');
      return list[index];
    }
    case 'Fn::Split': {
      if (!Array.isArray(arg) || arg.length !== 2 || typeof arg[0] !== 'string' || arg[0] === '') {
        return unknown('Fn::Split is malformed');
      }
      const text = evaluate(arg[1], scope, choices, where);
      return split(arg[0], text) ?? unknown('the split text is not known', [text]);
    }
    case 'Fn::Base64': {
      const inner = evaluate(arg, scope, choices, where);
      // CloudFormation replaces a dynamic reference when it deploys: what is encoded then isn't in the template.
      if (typeof inner === 'string' && !inner.includes('{{resolve:')) return Buffer.from(inner).toString('base64');
      return unknown('the encoded text is known only at deployment', [inner]);
    }
    case 'Fn::FindInMap':
      return findInMap(arg, scope, choices, where) ?? unknown('no such mapping entry');
    case 'Fn::ImportValue': {
      const name = evaluate(arg, scope, choices, where);
      const imported = scope.imported(name, choices, where);
      return imported ?? unknown('the exporting stack is not in this assembly', [name]);
    }
    case 'Fn::Length': {
      const list = evaluate(arg, scope, choices, where);
      return Array.isArray(list) ? list.length : unknown('the list is not known', [list]);
    }
    case 'Fn::ToJsonString': {
      const inner = evaluate(arg, scope, choices, where);
      return toJsonText(inner) ?? unknown('the object is not known', [inner]);
    }
    case 'Fn::Cidr': {
      const inner = evaluate(arg, scope, choices, where);
      const ranges = Array.isArray(inner) ? splitCidr(inner) : undefined;
      return ranges ?? unknown('the address range is not known', Array.isArray(inner) ? inner : [inner]);
    }
    case 'Fn::GetAZs':
      return unknown('availability zones are known only at deployment');
    case 'Fn::And':
    case 'Fn::Or':
    case 'Fn::Not':
    case 'Fn::Equals':
      return evaluateCondition({ [key]: arg }, scope, choices);
    default:
      return unknown(`${key} is not something this reader knows`, [evaluate(arg, scope, choices, where)]);
  }
}

function reference(name: string, scope: Scope, choices: Choices, where: string): Value {
  if (name === 'AWS::NoValue') return undefined;
  if (PSEUDO_PARAMETERS.has(name)) {
    const literal = scope.pseudo(name);
    if (literal !== undefined) return literal;
    const perStack = name === 'AWS::StackId' || name === 'AWS::StackName' || name === 'AWS::NotificationARNs';
    return new Reference('', perStack ? `${name}(${scope.name})` : name, 'Ref');
  }
  const parameter = scope.parameter(name);
  if (parameter !== undefined) return parameterValue(name, parameter, scope, choices, where);
  const type = scope.resourceType(name);
  if (type === undefined) return new Unresolved(`Ref ${name}`, where, 'no parameter or resource has that name');
  return new Reference(scope.name, name, REF_RETURNS[type] ?? 'Ref');
}

function parameterValue(name: string, parameter: ParameterValue, scope: Scope, choices: Choices, where: string): Value {
  switch (parameter.kind) {
    case 'given':
      return parameter.evaluate(choices);
    case 'default':
      choices.assumptions.add(`${name} = ${String(parameter.value)} (default)`);
      return parameter.value;
    case 'allowed': {
      const label = (i: number): string => `${name} = ${String(parameter.values[i])}`;
      return parameter.values[choices.take(`${scope.name} parameter ${name}`, parameter.values.length, label)];
    }
    case 'unknown':
      return new Unresolved(`Ref ${name}`, where, parameter.reason);
  }
}

function getAttribute(arg: JsonValue, scope: Scope, choices: Choices, where: string): Value {
  const unknown = (reason: string): Unresolved => new Unresolved(shorten({ 'Fn::GetAtt': arg }), where, reason);
  const dot = typeof arg === 'string' ? arg.indexOf('.') : -1;
  const parts = typeof arg === 'string' && dot > 0 ? [arg.slice(0, dot), arg.slice(dot + 1)] : arg;
  if (!Array.isArray(parts) || parts.length < 2 || typeof parts[0] !== 'string') return unknown('malformed');
  const logicalId = parts[0];
  const rest = parts.slice(1).map((part) => evaluate(part, scope, choices, where));
  if (!rest.every((part) => typeof part === 'string')) return unknown('the attribute name is not known');
  const attribute = rest.join('.');
  const type = scope.resourceType(logicalId);
  if (type === undefined) return unknown('no resource has that name');
  if (type === 'AWS::CloudFormation::Stack' && attribute.startsWith('Outputs.')) {
    const output = scope.nestedOutput(logicalId, attribute.slice('Outputs.'.length), choices, where);
    return output ?? unknown('the nested template is not in this assembly');
  }
  if (type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource') {
    return unknown('a custom resource answers only at deployment');
  }
  return new Reference(scope.name, logicalId, attribute);
}

function substitute(arg: JsonValue, scope: Scope, choices: Choices, where: string): Value {
  const [format, variables] = Array.isArray(arg) ? arg : [arg, undefined];
  if (typeof format !== 'string') return new Unresolved(shorten({ 'Fn::Sub': arg }), where, 'Fn::Sub is malformed');
  const pieces: (string | Reference | Unresolved)[] = [];
  for (const [i, part] of format.split(/\$\{([^}]*)\}/).entries()) {
    if (i % 2 === 0) {
      pieces.push(part);
      continue;
    }
    if (part.startsWith('!')) {
      pieces.push(`\${${part.slice(1)}}`);
      continue;
    }
    const name = part.trim();
    let value: Value;
    if (isObject(variables) && Object.hasOwn(variables, name)) {
      value = evaluate(variables[name] as JsonValue, scope, choices, where);
    } else if (name.includes('.')) value = getAttribute(name, scope, choices, where);
    else value = reference(name, scope, choices, where);
    const unknown = new Unresolved(`\${${name}}`, where, 'a substituted value is not a string', [value]);
    pieces.push(...(piecesOf(value) ?? [unknown]));
  }
  return textOf(pieces);
}

/** Splits text with unknown pieces: a delimiter inside an unknown piece can't be seen, so those stay unresolved. */
function split(delimiter: string, value: Value): Value[] | undefined {
  const pieces = piecesOf(value);
  if (pieces === undefined || pieces.some((piece) => piece instanceof Unresolved)) return undefined;
  // A reference may hold the delimiter (an ARN split at ':'): only pseudo parameters surely don't.
  if (pieces.some((piece) => piece instanceof Reference && !piece.isPseudo)) return undefined;
  const parts: (string | Reference | Unresolved)[][] = [[]];
  for (const piece of pieces) {
    if (typeof piece !== 'string') {
      parts[parts.length - 1]?.push(piece);
      continue;
    }
    const [head = '', ...tail] = piece.split(delimiter);
    parts[parts.length - 1]?.push(head);
    for (const part of tail) parts.push([part]);
  }
  return parts.map(textOf);
}

function findInMap(arg: JsonValue, scope: Scope, choices: Choices, where: string): Value | undefined {
  if (!Array.isArray(arg) || arg.length < 3) return undefined;
  const [mapName, top, second] = arg.slice(0, 3).map((part) => evaluate(part, scope, choices, where));
  const options = isObject(arg[3] as Value) ? (arg[3] as JsonObject) : undefined;
  const fallback = (): Value => evaluate(options?.DefaultValue, scope, choices, where);
  if (typeof mapName !== 'string') return undefined;
  const mapping = scope.mapping(mapName);
  if (mapping === undefined) return fallback();
  const pick = (object: JsonValue | undefined, key: Value): JsonValue | undefined => {
    if (!isObject(object as Value)) return undefined;
    const entries = object as JsonObject;
    if (typeof key === 'string' || typeof key === 'number') {
      return Object.hasOwn(entries, String(key)) ? entries[String(key)] : undefined;
    }
    // Looked up by something known only at deployment (a region, say): every entry is possible.
    const names = Object.keys(entries);
    const label = (i: number): string => `${String(key)} = ${names[i]}`;
    return names.length === 0
      ? undefined
      : entries[names[choices.take(`${scope.name} map ${mapName} ${String(key)}`, names.length, label)] ?? ''];
  };
  const found = pick(pick(mapping, top), second);
  return found === undefined ? fallback() : evaluate(found, scope, choices, where);
}

// ---------------------------------------------------------------- conditions

/** Truth of a named condition. @throws OpenChoice when it depends on something unknown */
export function conditionHolds(name: string, scope: Scope, choices: Choices): boolean {
  const expression = scope.condition(name);
  if (expression === undefined) return takeTruth(`${scope.name} condition ${name}`, name, choices);
  const before = [...choices.assumptions];
  const truth = evaluateCondition(expression, scope, choices);
  if (choices.assumptions.size > before.length) {
    // The condition's name says it better than the expression behind it.
    choices.assumptions.clear();
    for (const assumption of before) choices.assumptions.add(assumption);
    choices.assumptions.add(`${name} is ${truth}`);
  }
  return truth;
}

function evaluateCondition(raw: JsonValue, scope: Scope, choices: Choices): boolean {
  const opaque = (): boolean => takeTruth(`${scope.name} ${JSON.stringify(raw)}`, shorten(raw), choices);
  if (choices.depth > MAX_DEPTH || raw === null || typeof raw !== 'object' || Array.isArray(raw)) return opaque();
  choices.depth += 1;
  try {
    const [key] = Object.keys(raw);
    const arg = key === undefined ? undefined : raw[key];
    if (key === 'Condition' && typeof arg === 'string') return conditionHolds(arg, scope, choices);
    if (!Array.isArray(arg)) return opaque();
    if (key === 'Fn::Not' && arg.length === 1) return !evaluateCondition(arg[0] as JsonValue, scope, choices);
    // Every operand is evaluated, so that the same assumptions are named whatever the order.
    if (key === 'Fn::And') return arg.map((a) => evaluateCondition(a, scope, choices)).every(Boolean);
    if (key === 'Fn::Or') return arg.map((a) => evaluateCondition(a, scope, choices)).some(Boolean);
    if (key === 'Fn::Equals' && arg.length === 2) {
      const sides = arg.map((side) => operand(side, scope, choices));
      if (sides.every((side) => side !== undefined)) return sides[0] === sides[1];
    }
    return opaque();
  } finally {
    choices.depth -= 1;
  }
}

/** A side of Fn::Equals as text; undefined when unknown. A parameter's default is no proof of its value. */
function operand(raw: JsonValue, scope: Scope, choices: Choices): string | undefined {
  if (isObject(raw as Value)) {
    const { Ref: name } = raw as JsonObject;
    if (typeof name === 'string' && scope.parameter(name)?.kind === 'default') return undefined;
    if (typeof name !== 'string' && /"(Ref|Fn::Sub)"/.test(JSON.stringify(raw))) return undefined;
  }
  const value = evaluate(raw, scope, choices, 'Conditions');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

function takeTruth(key: string, label: string, choices: Choices): boolean {
  return choices.take(key, 2, (i) => `${label} is ${i === 0}`) === 0;
}

// ---------------------------------------------------------------- small conversions

function toJsonText(value: Value): Value {
  const pieces: (string | Reference | Unresolved)[] = [];
  const write = (v: Value): void => {
    if (v instanceof Reference || v instanceof Unresolved) pieces.push('"', v, '"');
    else if (Array.isArray(v)) {
      pieces.push('[');
      for (const [i, item] of v.entries()) {
        if (i > 0) pieces.push(',');
        write(item);
      }
      pieces.push(']');
    } else if (isObject(v)) {
      pieces.push('{');
      for (const [i, [k, item]] of Object.entries(v).entries()) {
        pieces.push(`${i > 0 ? ',' : ''}${JSON.stringify(k)}:`);
        write(item);
      }
      pieces.push('}');
    } else if (typeof v === 'object' && v !== null) {
      for (const piece of ['"', ...v.pieces, '"'] as const) {
        pieces.push(typeof piece === 'string' && piece !== '"' ? JSON.stringify(piece).slice(1, -1) : piece);
      }
    } else pieces.push(JSON.stringify(v ?? null));
  };
  if (value instanceof Unresolved || value === undefined) return undefined;
  write(value);
  const text = textOf(pieces);
  return parseJsonText(text) === undefined ? undefined : text;
}

/** Fn::Cidr for IPv4 with literal arguments. */
function splitCidr(args: Value[]): string[] | undefined {
  const [block, count, bits] = args;
  const match = typeof block === 'string' ? /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/\d+$/.exec(block) : null;
  const size = 32 - Number(bits);
  const amount = Number(count);
  if (match === null || !(size >= 0 && size <= 32) || !(amount >= 1 && amount <= 256)) return undefined;
  const base = match.slice(1, 5).reduce((sum, part) => sum * 256 + Number(part), 0);
  return Array.from({ length: amount }, (_, i) => {
    const at = base + i * 2 ** (32 - size);
    return `${[24, 16, 8, 0].map((shift) => Math.floor(at / 2 ** shift) % 256).join('.')}/${size}`;
  });
}

function shorten(raw: JsonValue): string {
  const text = JSON.stringify(raw);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
