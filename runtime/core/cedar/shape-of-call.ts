import type { JsonObject, JsonValue, ToolManifest } from '../contracts';
import { isObject } from '../json/is-object';
import { cedarType } from './cedar-schema';

/** The call whose shape a person wants to approve from now on. */
export interface ShapedCall {
  readonly requestId: string;
  readonly tool: Pick<ToolManifest, 'name' | 'connector' | 'schema' | 'targets'>;
  readonly args: JsonObject;
  /** Whether its session had read content that an attacker may have written. */
  readonly taint: boolean;
}

export type ShapePolicy =
  | {
      readonly ok: true;
      /** A Cedar `permit` for the ask set. */
      readonly text: string;
      /** JSON pointers of the texts that may be any text. */
      readonly free: readonly string[];
    }
  | { readonly ok: false; readonly reason: string };

/**
 * A policy for calls of the same shape: the same tool, exactly the same targets, the same choices, and numbers between 0 and
 * those of this call. It covers this call itself. A text that is no target may be any text, but only while the session has
 * read nothing untrusted; in a tool without targets, and in a call of a tainted session, it stays as it is.
 *
 * It is only a text. Nothing that is deployed reads it before somebody adds it to the app. It is made without Cedar, so
 * validate it before it is used.
 */
export function shapePolicy({ requestId, tool, args, taint }: ShapedCall): ShapePolicy {
  try {
    const shape = new Shape(
      tool.targets.map(({ pointer }) => pointer),
      !taint && tool.targets.length > 0,
    );
    const clauses = [...shape.ofObject(tool.schema, args, ROOT)];
    if (shape.free.length > 0) clauses.push('!context.session.taint');
    const lines = [
      `@id(${quoted(`proposed-${requestId}`)})`,
      `permit (principal, action == Action::${quoted(tool.name)}, resource == Connector::${quoted(tool.connector)})`,
      ...(clauses.length > 0 ? ['when {', `  ${clauses.join(' &&\n  ')}`, '}'] : []),
    ];
    return { ok: true, text: `${lines.join('\n')};\n`, free: shape.free };
  } catch (error) {
    if (error instanceof NoShape) return { ok: false, reason: error.message };
    throw error;
  }
}

/** A shape would cover more than anybody looked at. */
class NoShape extends Error {
  override readonly name = 'NoShape';
}

interface Place {
  /** JSON pointer. */
  readonly pointer: string;
  /** `context.args.account`. */
  readonly cedar: string;
}
const ROOT: Place = { pointer: '', cedar: 'context.args' };

/** Longer texts are no targets or choices that somebody would review. */
const MOST_CHARACTERS = 200;
/** The digits of a Cedar decimal. */
const DECIMAL_DIGITS = 4;

class Shape {
  readonly free: string[] = [];

  constructor(
    private readonly targets: readonly string[],
    private readonly freeTexts: boolean,
  ) {}

  *ofObject(schema: JsonObject, args: JsonObject, at: Place): Generator<string> {
    const { properties, required, additionalProperties } = schema;
    if (additionalProperties !== false) throw new NoShape(`${shown(at)} may hold undeclared values`);
    const needed = Array.isArray(required) ? required : [];
    for (const [name, property] of Object.entries(isObject(properties) ? properties : {})) {
      const place = this.below(at, name);
      if (!isObject(property) || cedarType(property) === undefined) {
        throw new NoShape(`no policy can name ${shown(place)}, so nothing would bound it`);
      }
      const value = Object.hasOwn(args, name) ? args[name] : undefined;
      if (value === undefined) {
        yield `!(${at.cedar} has ${name})`;
        continue;
      }
      if (!needed.includes(name)) yield `${at.cedar} has ${name}`;
      yield* this.ofValue(property, value, place);
    }
  }

  private below(at: Place, name: string): Place {
    const place = { pointer: `${at.pointer}/${name}`, cedar: `${at.cedar}.${name}` };
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new NoShape(`${shown(place)} isn't a name that Cedar takes`);
    return place;
  }

  private *ofValue(schema: JsonObject, value: JsonValue, at: Place): Generator<string> {
    switch (schema.type) {
      case 'object':
        if (isObject(value)) {
          yield* this.ofObject(schema, value, at);
          return;
        }
        break;
      case 'array':
        if (Array.isArray(value)) {
          yield this.ofArray(schema, value, at);
          return;
        }
        break;
      case 'string':
        if (typeof value === 'string') {
          yield* this.ofText(schema, value, at);
          return;
        }
        break;
      case 'boolean':
        if (typeof value === 'boolean') {
          yield value ? at.cedar : `!${at.cedar}`;
          return;
        }
        break;
      case 'integer':
      case 'number':
        if (typeof value === 'number') {
          yield this.ofNumber(schema, value, at);
          return;
        }
    }
    throw new NoShape(`${shown(at)} doesn't fit the tool's schema`);
  }

  private *ofText(schema: JsonObject, value: string, at: Place): Generator<string> {
    const isChoice = Array.isArray(schema.enum);
    if (!isChoice && this.freeTexts && !this.isTarget(at.pointer)) this.free.push(at.pointer);
    else yield `${at.cedar} == ${literal(value, at)}`;
  }

  private ofNumber({ type }: JsonObject, value: number, at: Place): string {
    // A number may name a target, such as an account.
    if (type === 'integer') {
      if (!Number.isSafeInteger(value)) throw new NoShape(`${shown(at)} is too large for a policy`);
      if (this.isTarget(at.pointer)) return `${at.cedar} == ${value}`;
      return value < 0 ? `${at.cedar} >= ${value} && ${at.cedar} <= 0` : `${at.cedar} >= 0 && ${at.cedar} <= ${value}`;
    }
    const [bound, zero] = [decimal(value, at), decimal(0, at)];
    if (this.isTarget(at.pointer)) return `${at.cedar} == ${bound}`;
    const [least, most] = value < 0 ? [bound, zero] : [zero, bound];
    return `${at.cedar}.greaterThanOrEqual(${least}) && ${at.cedar}.lessThanOrEqual(${most})`;
  }

  /** The same elements. A Cedar set says neither how often nor in which order, so repetitions must not matter. */
  private ofArray({ items, uniqueItems }: JsonObject, values: readonly JsonValue[], at: Place): string {
    if (uniqueItems !== true && !this.isTarget(`${at.pointer}/*`)) {
      throw new NoShape(`${shown(at)} is a list whose values may be repeated, and no policy can bound how often`);
    }
    if (values.length === 0) throw new NoShape(`${shown(at)} is an empty list, which Cedar can't compare`);
    const type = isObject(items) ? items.type : undefined;
    const elements = values.map((value) => {
      if (typeof value === 'string' && type === 'string') return literal(value, at);
      if (typeof value === 'boolean') return String(value);
      if (Number.isSafeInteger(value) && type === 'integer') return String(value);
      throw new NoShape(`${shown(at)} is a list of values that a policy can't compare simply`);
    });
    return `${at.cedar} == [${elements.join(', ')}]`;
  }

  private isTarget(pointer: string): boolean {
    return this.targets.some((target) => target === pointer || pointer.startsWith(`${target}/`));
  }
}

/** Only printable ASCII: JSON, Cedar and terminals treat other characters differently. */
function literal(value: string, at: Place): string {
  if (value.length > MOST_CHARACTERS || !/^[\x20-\x7e]*$/.test(value)) {
    throw new NoShape(
      `${shown(at)} must stay as it is, but it has over ${MOST_CHARACTERS} characters or others than printable ASCII`,
    );
  }
  return quoted(value);
}

function decimal(value: number, at: Place): string {
  const text = value.toFixed(DECIMAL_DIGITS);
  if (Number(text) !== value) throw new NoShape(`${shown(at)} has more than ${DECIMAL_DIGITS} decimal places`);
  return `decimal(${quoted(text)})`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function shown({ pointer }: Place): string {
  return pointer === '' ? 'the call' : pointer;
}
