import {
  type CallLimit,
  type JsonObject,
  type JsonValue,
  MAX_LIMIT_TARGETS,
  MAX_LIMITS,
} from '../../runtime/core/contracts';
import { isObject } from '../../runtime/core/json/is-object';
import { pointerTokens } from '../../runtime/core/json/pointer';
import { decimalPlaces, decimalUnits } from '../../runtime/core/schema/is-multiple';
import { lintTarget } from '../../runtime/core/schema/lint-target';
import type { Limit } from './limit';
import { LimitAction } from './limit-action';
import { LimitScope } from './limit-scope';
import type { ToolOptions } from './tool-options';

/** Why a tool can't have its limits: the first problem, or undefined. @internal */
export function limitProblem({ limits = [], input, targets = [] }: ToolOptions): string | undefined {
  const pointers = targets.map(({ pointer }) => pointer);
  if (limits.length > MAX_LIMITS) return `it has ${limits.length} limits; write at most ${MAX_LIMITS}`;
  const known = new Set<string>();
  for (const limit of limits) {
    const problem = sumProblem(limit, input._document) ?? targetProblem(limit, input._document, pointers);
    if (problem !== undefined) return problem;
    const { most: _, ...same } = callLimit(limit, input._document);
    const text = JSON.stringify(same);
    if (known.has(text)) {
      return 'two of its limits differ only in their maximum, so one of them never matters; remove one, or let one deny and the other ask';
    }
    known.add(text);
  }
  return undefined;
}

/** The limit as the gate reads it. @internal */
export function callLimit({ _argument, _maximum, _options, _windowSeconds }: Limit, schema: JsonObject): CallLimit {
  const places = _argument === undefined ? 0 : (placesOf(schemaAt(schema, _argument)) ?? 0);
  return {
    ...(_argument === undefined ? {} : { sum: { pointer: _argument, places } }),
    most: Number(decimalUnits(_maximum, places)),
    per: _options.per,
    windowSeconds: _windowSeconds,
    whenReached: _options.whenReached ?? LimitAction.ASK,
  };
}

function sumProblem({ _argument, _maximum }: Limit, schema: JsonObject): string | undefined {
  if (_argument === undefined) return undefined;
  const at = `the limit's argument "${_argument}"`;
  const lost = lintTarget(schema, _argument);
  if (lost !== undefined) return `${at} matches no argument: ${lost}`;
  const amount = schemaAt(schema, _argument);
  const places = placesOf(amount);
  if (places === undefined) {
    return `${at} is no number; name an "integer", or a "number" with "multipleOf"`;
  }
  if (!isNeverNegative(amount)) {
    return `${at} may be negative, and would give back what other calls used; write "minimum": 0 or more in its schema`;
  }
  const units = decimalUnits(_maximum, places);
  if (units === undefined || units > BigInt(Number.MAX_SAFE_INTEGER)) {
    return `the limit's maximum ${_maximum} isn't an amount of "${_argument}"; write a number with at most ${places} decimal places, up to 2^53 of the smallest unit`;
  }
  return undefined;
}

/** Decimal places of an amount. Undefined: its schema takes other values than numbers, or numbers with any fraction. */
function placesOf(schema: JsonValue | undefined): number | undefined {
  if (!isObject(schema)) return undefined;
  if (schema.type === 'integer') return 0;
  if (schema.type !== 'number' || typeof schema.multipleOf !== 'number') return undefined;
  return decimalPlaces(schema.multipleOf);
}

function isNeverNegative(schema: JsonValue | undefined): boolean {
  if (!isObject(schema)) return false;
  const { minimum, exclusiveMinimum } = schema;
  return [minimum, exclusiveMinimum].some((bound) => typeof bound === 'number' && bound >= 0);
}

/** Each target of a call has a count of its own, so there must not be many. */
function targetProblem({ _options }: Limit, schema: JsonObject, targets: readonly string[]): string | undefined {
  if (_options.per !== LimitScope.TARGET) return undefined;
  if (targets.length === 0)
    return 'a limit counts per target, but the tool declares no targets; add targets, or count per session';
  const most = targets
    .map((target) => valuesUnder(schema, pointerTokens(target)))
    .reduce((sum, values) => sum + values, 0);
  if (most <= MAX_LIMIT_TARGETS) return undefined;
  return `a limit counts per target, but a call may have ${Number.isFinite(most) ? most : 'any number of'} targets; name single values or lists in targets, with "maxItems" of at most ${MAX_LIMIT_TARGETS} in all`;
}

/** How many target values a call may have at a pointer. */
function valuesUnder(schema: JsonValue | undefined, [token, ...rest]: readonly string[]): number {
  if (!isObject(schema)) return Number.POSITIVE_INFINITY;
  if (schema.type === 'array') {
    const most = typeof schema.maxItems === 'number' ? schema.maxItems : Number.POSITIVE_INFINITY;
    return most * valuesUnder(schema.items, rest);
  }
  if (token !== undefined) return valuesUnder(propertyOf(schema, token), rest);
  return schema.type === 'object' ? Number.POSITIVE_INFINITY : 1;
}

function schemaAt(schema: JsonObject, pointer: string): JsonValue | undefined {
  let here: JsonValue | undefined = schema;
  for (const token of pointerTokens(pointer)) {
    here = isObject(here) ? (token === '*' && here.type === 'array' ? here.items : propertyOf(here, token)) : undefined;
  }
  return here;
}

function propertyOf({ properties }: JsonObject, name: string): JsonValue | undefined {
  return isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
}
