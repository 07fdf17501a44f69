import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { type Choices, MAX_DEPTH } from './choices';
import { cidrBlocks } from './cidr-blocks';
import { hasDynamicReference, withDynamicReferences } from './dynamic-references';
import { toJsonText } from './json-text';
import { mayContain, shapeOf } from './pseudo-parameters';
import { refValue } from './references';
import type { Scope } from './scope';
import { UNQUOTED } from './unquoted';
import {
  isObject,
  listWithPlaces,
  piecesOf,
  Reference,
  splitAt,
  type TextPiece,
  textOf,
  Unresolved,
  type Value,
} from './value';

/** An intrinsic function that is being read: `{[name]: argument}`. */
class Call {
  constructor(
    public readonly name: string,
    public readonly argument: JsonValue,
    public readonly scope: Scope,
    public readonly choices: Choices,
    public readonly where: string,
  ) {}

  public value(raw: JsonValue | undefined): Value {
    return evaluate(raw, this.scope, this.choices, this.where);
  }

  /**
   * The value of an argument that chooses among others: a key of a mapping, an index. `open` names it where a parameter's default
   * stands in it: whoever deploys the template may choose another one.
   */
  public choice(raw: JsonValue | undefined): { readonly value: Value; readonly open?: string } {
    const { choices } = this;
    const [before, defaults] = [[...choices.assumptions], choices.defaults];
    const value = this.value(raw);
    if (choices.defaults === defaults) return { value };
    choices.assumptions.clear();
    for (const assumption of before) choices.assumptions.add(assumption);
    const { Ref: name = raw } = isObject(raw) ? (raw as JsonObject) : {};
    return { value, open: typeof name === 'string' ? name : shorten(name ?? null) };
  }

  /** What the whole call is when it can't be read. */
  public unknown(reason: string, parts: readonly Value[] = []): Unresolved {
    return new Unresolved(shorten({ [this.name]: this.argument }), this.where, reason, parts);
  }
}

/** How each intrinsic function is read. Source: CloudFormation User Guide, "Intrinsic function reference". */
const INTRINSICS: { readonly [name: string]: (call: Call) => Value } = {
  Ref: (call) => {
    const { argument, scope, choices, where } = call;
    return typeof argument === 'string' ? refValue(argument, scope, choices, where) : call.unknown('Ref takes a name');
  },
  'Fn::GetAtt': ({ argument, scope, choices, where }) => getAttribute(argument, scope, choices, where),
  'Fn::If': (call) => {
    const { argument, scope, choices } = call;
    if (!Array.isArray(argument) || argument.length !== 3) return call.unknown('Fn::If is malformed');
    const [condition, whenTrue, whenFalse] = argument;
    if (typeof condition !== 'string') return call.unknown('Fn::If is malformed');
    return call.value(conditionHolds(condition, scope, choices) ? whenTrue : whenFalse);
  },
  'Fn::Join': join,
  'Fn::Sub': substitute,
  'Fn::Select': (call) => {
    const { argument } = call;
    if (!Array.isArray(argument) || argument.length !== 2) return call.unknown('Fn::Select is malformed');
    const chosen = call.choice(argument[0]);
    const list = call.value(argument[1]);
    if (Array.isArray(list) && list.length > 0 && chosen.open !== undefined) {
      const label = (i: number): string => `${chosen.open} = ${i}`;
      return list[call.choices.take(`${call.scope.name} item ${chosen.open} of ${list.length}`, list.length, label)];
    }
    const index = typeof chosen.value === 'object' ? Number.NaN : Number(chosen.value);
    if (!Array.isArray(list) || !Number.isInteger(index)) return call.unknown('the list or index is not known', [list]);
    if (index < 0 || index >= list.length) return call.unknown('the index is outside the list');
    return list[index];
  },
  'Fn::Split': (call) => {
    const [delimiter, raw, ...others] = Array.isArray(call.argument) ? call.argument : [];
    if (typeof delimiter !== 'string' || delimiter === '' || raw === undefined || others.length > 0) {
      return call.unknown('Fn::Split is malformed');
    }
    const text = call.value(raw);
    return split(delimiter, text, call.scope) ?? call.unknown('the split text is not known', [text]);
  },
  'Fn::Base64': (call) => {
    const inner = call.value(call.argument);
    if (typeof inner === 'string') return Buffer.from(inner).toString('base64');
    return call.unknown('the encoded text is known only at deployment', [inner]);
  },
  'Fn::FindInMap': (call) => findInMap(call) ?? call.unknown('no such mapping entry'),
  'Fn::ImportValue': (call) => {
    const name = call.value(call.argument);
    const imported = call.scope.imported(name, call.choices, call.where);
    return imported ?? call.unknown('the exporting stack is not in this assembly', [name]);
  },
  'Fn::Length': (call) => {
    const list = call.value(call.argument);
    return Array.isArray(list) ? list.length : call.unknown('the list is not known', [list]);
  },
  'Fn::ToJsonString': (call) => {
    const inner = call.value(call.argument);
    return toJsonText(inner) ?? call.unknown('the object is not known', [inner]);
  },
  'Fn::Cidr': (call) => {
    const inner = call.value(call.argument);
    const blocks = Array.isArray(inner) ? cidrBlocks(inner) : undefined;
    return blocks ?? call.unknown('the address range is not known', Array.isArray(inner) ? inner : [inner]);
  },
  'Fn::GetAZs': (call) => call.unknown('availability zones are known only at deployment'),
  'Fn::And': truth,
  'Fn::Or': truth,
  'Fn::Not': truth,
  'Fn::Equals': truth,
  [UNQUOTED]: ({ argument, where }) =>
    new Unresolved(String(argument), where, "it isn't quoted, and YAML has several values for it. Put it in quotes"),
};

/** Whether this reader knows an intrinsic function. What another one makes isn't in the template. */
export function isKnownFunction(name: string): boolean {
  return Object.hasOwn(INTRINSICS, name);
}

/** Reads a value and the intrinsic functions in it. @throws OpenChoice */
export function evaluate(raw: JsonValue | undefined, scope: Scope, choices: Choices, where: string): Value {
  if (typeof raw === 'string') return withDynamicReferences(raw, where);
  if (raw === null || raw === undefined || typeof raw !== 'object') return raw;
  if (choices.depth > MAX_DEPTH)
    return new Unresolved(shorten(raw), where, 'the template refers to itself without end');
  choices.depth += 1;
  try {
    return Array.isArray(raw) ? evaluateList(raw, scope, choices, where) : evaluateObject(raw, scope, choices, where);
  } finally {
    choices.depth -= 1;
  }
}

/** Most lists and objects hold no function. Such a one is its own value: a copy of each would take more time than all else. */
function evaluateList(raw: readonly JsonValue[], scope: Scope, choices: Choices, where: string): Value[] {
  const items = raw.map((each, i) => (isPlainScalar(each) ? each : evaluate(each, scope, choices, `${where}[${i}]`)));
  if (items.every((item, i) => item === raw[i])) return raw as Value[];
  if (!items.includes(undefined)) return items;
  const places = [...items.keys()].filter((i) => items[i] !== undefined);
  return listWithPlaces(
    places.map((i) => items[i]),
    places,
  );
}

/** A value that is known as it stands. It needs no place, because no message speaks of it. */
function isPlainScalar(raw: JsonValue | undefined): boolean {
  return typeof raw === 'string' ? !hasDynamicReference(raw) : typeof raw !== 'object' || raw === null;
}

function evaluateObject(raw: JsonObject, scope: Scope, choices: Choices, where: string): Value {
  const keys = Object.keys(raw);
  const [key] = keys;
  const argument = key === undefined ? undefined : raw[key];
  if (keys.length === 1 && key !== undefined && argument !== undefined && isIntrinsic(key, argument)) {
    const call = new Call(key, argument, scope, choices, where);
    const read = Object.hasOwn(INTRINSICS, key) ? INTRINSICS[key] : undefined;
    if (read === undefined) return call.unknown(`${key} is not something this reader knows`, [call.value(argument)]);
    return read(call);
  }
  return evaluateMembers(raw, keys, scope, choices, where);
}

function evaluateMembers(
  raw: JsonObject,
  keys: readonly string[],
  scope: Scope,
  choices: Choices,
  where: string,
): Value {
  let object: { [k: string]: Value } | undefined;
  for (let i = 0; i < keys.length; i += 1) {
    const k = keys[i] ?? '';
    const each = raw[k];
    if (isIntrinsic(k, each)) return besideOthers(raw, k, object ?? membersOf(raw, keys.slice(0, i)), where);
    const member = isPlainScalar(each) ? each : evaluate(each, scope, choices, `${where}.${k}`);
    if (member !== each) object ??= membersOf(raw, keys.slice(0, i));
    if (member !== undefined && object !== undefined) setMember(object, k, member);
  }
  // Some parsers make objects that can't become a text.
  const isOrdinary = Object.getPrototypeOf(raw) === Object.prototype;
  return object ?? (isOrdinary ? (raw as { [k: string]: Value }) : membersOf(raw, keys));
}

function membersOf(raw: JsonObject, keys: readonly string[]): { [k: string]: Value } {
  const object: { [k: string]: Value } = {};
  for (const key of keys) setMember(object, key, raw[key]);
  return object;
}

/**
 * An object with a function among its members. A macro (`Fn::Transform`) or a loop (`Fn::ForEach`) can replace the others.
 * CloudFormation refuses every other function there.
 *
 * Source: CloudFormation User Guide, "Create a CloudFormation macro definition: Macro template scope": a macro processes all
 * siblings of the Fn::Transform, and their children.
 */
function besideOthers(raw: JsonObject, name: string, before: { [k: string]: Value }, where: string): Unresolved {
  return new Unresolved(shorten(raw), where, `${name} can change the members beside it`, [before]);
}

/** `__proto__` is an ordinary key in a template. */
function setMember(object: { [k: string]: Value }, key: string, value: Value): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true });
  else object[key] = value;
}

/** `Condition` is an intrinsic function only inside conditions. In a policy it is an ordinary member. */
function isIntrinsic(key: string, argument: JsonValue | undefined): boolean {
  return key.startsWith('Fn::') || (key === 'Ref' && typeof argument === 'string');
}

function truth({ name, argument, scope, choices }: Call): boolean {
  return evaluateCondition({ [name]: argument }, scope, choices);
}

function join(call: Call): Value {
  const { argument } = call;
  if (!Array.isArray(argument) || argument.length !== 2) return call.unknown('Fn::Join is malformed');
  const [delimiter, list] = argument;
  if (typeof delimiter !== 'string') return call.unknown('Fn::Join is malformed');
  const items = call.value(list);
  if (!Array.isArray(items)) return call.unknown('the joined list is not known', [items]);
  const pieces: TextPiece[] = [];
  for (const [i, item] of items.entries()) {
    if (i > 0) pieces.push(delimiter);
    pieces.push(...(piecesOf(item) ?? [call.unknown('a joined item is not a string', [item])]));
  }
  return withDynamicReferences(textOf(pieces), call.where);
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

function substitute(call: Call): Value {
  const { argument } = call;
  const [format, variables] = Array.isArray(argument) ? argument : [argument, undefined];
  if (typeof format !== 'string') return call.unknown('Fn::Sub is malformed');
  const pieces: TextPiece[] = [];
  for (const [i, part] of format.split(/\$\{([^}]*)\}/).entries()) {
    if (i % 2 === 0) pieces.push(part);
    else if (part.startsWith('!')) pieces.push(`\${${part.slice(1)}}`);
    else pieces.push(...substituted(call, part.trim(), variables));
  }
  return withDynamicReferences(textOf(pieces), call.where);
}

function substituted(
  { scope, choices, where }: Call,
  name: string,
  variables: JsonValue | undefined,
): readonly TextPiece[] {
  let value: Value;
  if (isObject(variables) && Object.hasOwn(variables, name)) {
    value = evaluate((variables as JsonObject)[name], scope, choices, where);
  } else if (name.includes('.')) value = getAttribute(name, scope, choices, where);
  else value = refValue(name, scope, choices, where);
  return piecesOf(value) ?? [new Unresolved(`\${${name}}`, where, 'a substituted value is not a string', [value])];
}

/** Splits text with unknown pieces. Undefined when an unknown piece can contain the delimiter. */
function split(delimiter: string, value: Value, scope: Scope): Value[] | undefined {
  const pieces = piecesOf(value)?.flatMap((piece) => shapeOf(piece, scope));
  if (pieces === undefined || pieces.some((piece) => piece instanceof Unresolved)) return undefined;
  // Any of its characters: a delimiter may begin in an unknown piece, and end in the text after it.
  const mayHide = (piece: TextPiece): boolean =>
    piece instanceof Reference && [...delimiter].some((character) => mayContain(piece, character));
  if (pieces.some(mayHide)) return undefined;
  return splitAt(delimiter, pieces);
}

type Choice = ReturnType<Call['choice']>;

function findInMap(call: Call): Value | undefined {
  const { argument, scope } = call;
  if (!Array.isArray(argument) || argument.length < 3) return undefined;
  const mapName = call.value(argument[0]);
  const [top, second] = argument.slice(1, 3).map((part) => call.choice(part));
  const [, , , options] = argument;
  const instead = isObject(options) ? (options as JsonObject).DefaultValue : undefined;
  if (typeof mapName !== 'string' || top === undefined || second === undefined) return undefined;
  const isElsePossible = instead !== undefined;
  const entries = entryOf(scope.mapping(mapName), top, call, { mapName, isElsePossible });
  const found = entryOf(entries, second, call, { mapName, isElsePossible });
  return call.value(found ?? instead);
}

/** An entry of a mapping, or a value of an entry. Where the key is known only at deployment (a region, for example), every one is possible. */
function entryOf(
  object: JsonValue | undefined,
  { value, open }: Choice,
  { scope, choices }: Call,
  { mapName, isElsePossible }: { mapName: string; isElsePossible: boolean },
): JsonValue | undefined {
  if (!isObject(object)) return undefined;
  const entries = object as JsonObject;
  if (open === undefined && (typeof value === 'string' || typeof value === 'number')) {
    return Object.hasOwn(entries, String(value)) ? entries[String(value)] : undefined;
  }
  const names = Object.keys(entries);
  const options = names.length + Number(isElsePossible);
  if (options === 0) return undefined;
  const key = open ?? String(value);
  const label = (i: number): string => (i < names.length ? `${key} = ${names[i]}` : `${key} is another one`);
  const name = names[choices.take(`${scope.name} map ${mapName} ${key} of ${options}`, options, label)];
  return name === undefined ? undefined : entries[name];
}

/** Truth of a named condition. @throws OpenChoice when it depends on something unknown */
export function conditionHolds(name: string, scope: Scope, choices: Choices): boolean {
  const expression = scope.condition(name);
  if (expression === undefined) return takeTruth(`${scope.name} condition ${name}`, name, choices);
  const before = [...choices.assumptions];
  const holds = evaluateCondition(expression, scope, choices);
  if (choices.assumptions.size > before.length) {
    // A message says the condition's name, not the expression behind it.
    choices.assumptions.clear();
    for (const assumption of before) choices.assumptions.add(assumption);
    choices.assumptions.add(`${name} is ${holds}`);
  }
  return holds;
}

function evaluateCondition(raw: JsonValue, scope: Scope, choices: Choices): boolean {
  const opaque = (): boolean => takeTruth(`${scope.name} ${JSON.stringify(raw)}`, shorten(raw), choices);
  if (choices.depth > MAX_DEPTH || raw === null || typeof raw !== 'object' || Array.isArray(raw)) return opaque();
  choices.depth += 1;
  try {
    return knownCondition(raw, scope, choices) ?? opaque();
  } finally {
    choices.depth -= 1;
  }
}

/** Undefined when the template alone doesn't decide it. */
function knownCondition(raw: JsonObject, scope: Scope, choices: Choices): boolean | undefined {
  const [key, ...others] = Object.keys(raw);
  if (others.length > 0) return undefined;
  const arg = key === undefined ? undefined : raw[key];
  if (key === 'Condition' && typeof arg === 'string') return conditionHolds(arg, scope, choices);
  if (!Array.isArray(arg)) return undefined;
  const [first] = arg;
  if (key === 'Fn::Not' && arg.length === 1 && first !== undefined) return !evaluateCondition(first, scope, choices);
  // Every operand is evaluated, so that the assumptions are the same in any order.
  if (key === 'Fn::And') return arg.map((a) => evaluateCondition(a, scope, choices)).every(Boolean);
  if (key === 'Fn::Or') return arg.map((a) => evaluateCondition(a, scope, choices)).some(Boolean);
  if (key !== 'Fn::Equals' || arg.length !== 2) return undefined;
  const sides = arg.map((side) => operand(side, scope, choices));
  return sides.every((side) => side !== undefined) ? areEqual(sides) : undefined;
}

/**
 * Undefined for two spellings of one boolean: YAML without quotes makes `true` of `yes`. Also for two of one number: `1.10` and `1e3`
 * without quotes are read as numbers, and nothing tells what text CloudFormation makes of them.
 */
function areEqual(sides: readonly string[]): boolean | undefined {
  if (sides[0] === sides[1]) return true;
  if (sides.every((side) => /^[-+]?\.?[0-9]/.test(side)) && Number(sides[0]) === Number(sides[1])) return undefined;
  return SPELLINGS.some((same) => sides.every((side) => same.test(side))) ? undefined : false;
}

const SPELLINGS = [/^(true|yes|on|y)$/i, /^(false|no|off|n)$/i];

/** In the JSON text of a function: it reads what is given at deployment. */
const OPEN = /"(Ref|Fn::Sub)"/;

/** Also: it may make a text of a boolean or a number, of which YAML has several spellings. */
const OPEN_TEXT = /"(Ref|Fn::Sub|Fn::FindInMap|Fn::ImportValue)"|[[:,](true|false|-?[0-9])/;

/** A side of Fn::Equals as text; undefined when unknown. A parameter's default doesn't prove its value. */
function operand(raw: JsonValue, scope: Scope, choices: Choices): string | undefined {
  if (isObject(raw)) {
    const { Ref: name } = raw;
    if (typeof name === 'string' && scope.parameter(name)?.kind === 'default') return undefined;
    if (
      typeof name !== 'string' &&
      (Object.hasOwn(raw, 'Fn::FindInMap') ? OPEN : OPEN_TEXT).test(JSON.stringify(raw))
    ) {
      return undefined;
    }
  }
  const before = choices.defaults;
  const value = evaluate(raw, scope, choices, 'Conditions');
  // Also the default of a parameter of a stack around this one.
  if (choices.defaults > before) return undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

function takeTruth(key: string, label: string, choices: Choices): boolean {
  return choices.take(key, 2, (i) => `${label} is ${i === 0}`) === 0;
}

function shorten(raw: JsonValue): string {
  const text = JSON.stringify(raw);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
