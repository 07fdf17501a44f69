import { parse } from 'yaml';
import type { JsonObject } from '../../runtime/core/contracts';

/** What the model does in one turn. */
export interface ScriptedTurn {
  /** Text that the model says, before its call if it makes one. */
  readonly say?: string;
  /** The tool to call, by the name that the gate lists. Only the last turn may lack one: then the model has finished. */
  readonly call?: string;
  /** Arguments of the call. `${name}` in a text stands for a value that an earlier turn kept. */
  readonly with?: JsonObject;
  /** Skips the turn unless the last result contains this text. */
  readonly when?: string;
  /** Makes the same call again until its result contains this text. */
  readonly until?: string;
  /** The script fails unless the call's result contains this text. */
  readonly expect?: string;
  /** Keeps fields of the call's result: `{name: field}`. */
  readonly keep?: Readonly<Record<string, string>>;
}

export interface ModelScript {
  readonly turns: readonly ScriptedTurn[];
}

/** What the model does next. Without a call it has finished. */
export interface Move {
  readonly say: string;
  readonly call?: { readonly tool: string; readonly args: JsonObject };
}

/** Where a script is after some results. */
export interface Progress {
  readonly move: Move;
  readonly kept: ReadonlyMap<string, string>;
}

/** The script can't go on as written. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

/** A call that a person decides is polled. More polls than this mean that nobody decides. */
const MOST_REPEATS = 200;
const TEXTS = ['say', 'call', 'when', 'until', 'expect'];
const KEYS = [...TEXTS, 'with', 'keep'];

/**
 * Reads a script from YAML or JSON.
 * @throws ScriptError naming the turn, if it has an unknown key or a turn in the middle calls nothing
 */
export function readScript(text: string): ModelScript {
  const script = parse(text) as { turns?: unknown } | null;
  if (!Array.isArray(script?.turns) || script.turns.length === 0) {
    throw new ScriptError('The script has no turns. Write a list under `turns`.');
  }
  const turns = script.turns as Record<string, unknown>[];
  turns.forEach((turn, index) => {
    checkTurn(turn, index + 1, index === turns.length - 1);
  });
  return { turns: turns as ScriptedTurn[] };
}

function checkTurn(turn: Record<string, unknown>, number: number, last: boolean): void {
  const unknown = Object.keys(turn).find((key) => !KEYS.includes(key));
  if (unknown) throw new ScriptError(`Turn ${number} has "${unknown}". A turn has: ${KEYS.join(', ')}.`);
  const odd = TEXTS.find((key) => turn[key] !== undefined && typeof turn[key] !== 'string');
  if (odd) throw new ScriptError(`Turn ${number}: "${odd}" is not a text.`);
  if (turn.call === undefined && !last) {
    throw new ScriptError(
      `Turn ${number} calls no tool, so the model would end there. Only the last turn may do that.`,
    );
  }
}

/**
 * What comes after these results of tool calls, oldest first. It depends on nothing else, so a request that a client
 * sends again gets the same answer.
 * @throws ScriptError if a result isn't as the script expects
 */
export function progressOf(script: ModelScript, results: readonly string[]): Progress {
  const kept = new Map<string, string>();
  let position = nextTurn(script, 0, '');
  let repeats = 0;
  for (const result of results) {
    const turn = script.turns[position];
    if (turn?.call === undefined) break;
    if (turn.until !== undefined && !result.includes(turn.until)) {
      repeats += 1;
      if (repeats > MOST_REPEATS) {
        throw new ScriptError(`Turn ${position + 1}: after ${repeats} calls no result contained "${turn.until}".`);
      }
      continue;
    }
    accept(turn, position + 1, result, kept);
    repeats = 0;
    position = nextTurn(script, position + 1, result);
  }
  return { move: moveOf(script.turns[position], position + 1, kept), kept };
}

function nextTurn(script: ModelScript, from: number, result: string): number {
  const offset = script.turns.slice(from).findIndex(({ when }) => when === undefined || result.includes(when));
  return offset === -1 ? script.turns.length : from + offset;
}

function accept(turn: ScriptedTurn, number: number, result: string, kept: Map<string, string>): void {
  if (turn.expect !== undefined && !result.includes(turn.expect)) {
    throw new ScriptError(
      `Turn ${number}: the result of ${turn.call} doesn't contain "${turn.expect}". It begins: ${result.slice(0, 300)}`,
    );
  }
  for (const [name, field] of Object.entries(turn.keep ?? {})) {
    const value = fieldOf(result, field);
    if (value === undefined) throw new ScriptError(`Turn ${number}: the result of ${turn.call} has no "${field}".`);
    kept.set(name, value);
  }
}

/** A text field of a result. SDKs show JSON with and without spaces. */
function fieldOf(result: string, field: string): string | undefined {
  const marker = `"${field}"`;
  const after = result.indexOf(marker);
  if (after === -1) return undefined;
  return /^\s*:\s*"([^"\\]*)"/.exec(result.slice(after + marker.length))?.[1];
}

function moveOf(turn: ScriptedTurn | undefined, number: number, kept: ReadonlyMap<string, string>): Move {
  if (turn?.call === undefined) return { say: turn?.say ?? 'Done.' };
  const args = JSON.parse(JSON.stringify(turn.with ?? {}), (_, value: unknown) =>
    typeof value === 'string' ? filled(value, number, kept) : value,
  ) as JsonObject;
  return { say: turn.say ?? '', call: { tool: turn.call, args } };
}

function filled(text: string, number: number, kept: ReadonlyMap<string, string>): string {
  return text.replace(/\$\{([A-Za-z]+)\}/g, (_, name: string) => {
    const value = kept.get(name);
    if (value === undefined) throw new ScriptError(`Turn ${number}: no earlier turn kept "${name}".`);
    return value;
  });
}
