import { EFFECTS, type EffectName } from '../../runtime/core/contracts';
import type { SchemaChoices } from '../../runtime/core/foreign-schema/adapted-schema';
import { isObject } from '../../runtime/core/json/is-object';
import { raisedEffect } from '../../runtime/core/review/raised-effect';
import { UsageError } from '../command-line/usage-error';
import type { ToolState } from './merged-review';

/** What a person decides about tools. */
export interface Decisions {
  /** Names of tools to grant, and the effect that was declared with each. Undefined: none was, so it stays destructive. */
  readonly grants: ReadonlyMap<string, EffectName | undefined>;
  /** Grant all that the server calls reads, as reads. */
  readonly reads: boolean;
  /** Names of tools whose changed definitions are accepted. */
  readonly accepted: ReadonlySet<string>;
}

/** Reads `name`, `name:effect`, separated by commas. @throws UsageError for an effect that isn't one */
export function readGrants(texts: readonly string[], option: string): ReadonlyMap<string, EffectName | undefined> {
  const words = texts.flatMap((text) => text.split(',')).map((word) => word.trim());
  return new Map(words.filter((word) => word !== '').map((word) => grantOf(word, option)));
}

function grantOf(word: string, option: string): [string, EffectName | undefined] {
  const [, name = word, effect] = /^(.*):([^:]*)$/s.exec(word) ?? [];
  if (effect === undefined) return [word, undefined];
  const found = EFFECTS.find((each) => each === effect);
  if (found === undefined) {
    throw new UsageError(`${option} is "${word}". After the colon, write one of: ${EFFECTS.join(', ')}.`);
  }
  return [name, found];
}

/** Reads `TOOL:PLACE=CHOICE`. @throws UsageError when it has another form */
export function readChoices(texts: readonly string[], option: string): ReadonlyMap<string, SchemaChoices> {
  const choices = new Map<string, SchemaChoices>();
  for (const text of texts) {
    const [, tool, place, choice] = /^([^:]+):(\/[^=]*|)=(.+)$/s.exec(text) ?? [];
    if (tool === undefined || place === undefined || choice === undefined) {
      throw new UsageError(`${option} is "${text}". Write TOOL:PLACE=CHOICE, such as create_issue:/body=text.`);
    }
    choices.set(tool, { ...choices.get(tool), [place]: choice });
  }
  return choices;
}

/** The tools after a person's decisions. @returns also the names in them that no tool has */
export function decidedTools(
  states: readonly ToolState[],
  { grants, reads, accepted }: Decisions,
): { readonly states: readonly ToolState[]; readonly unknown: readonly string[]; readonly refused: readonly string[] } {
  const names = new Set(states.flatMap(({ entry }) => [entry.name, entry.original]));
  const unknown = [...grants.keys(), ...accepted].filter((name) => !names.has(name));
  const decided = states.map((state) => decidedState(state, { grants, reads, accepted }));
  const named = decided.filter(({ entry }) => has(grants, entry) && entry.refused.length > 0);
  return { states: decided, unknown, refused: named.map(({ entry }) => entry.name) };
}

function decidedState(state: ToolState, { grants, reads, accepted }: Decisions): ToolState {
  const byName = has(grants, state.entry);
  // To grant what was granted doesn't say that somebody read what changed.
  const entry = (has(accepted, state.entry) ? state.accepted : undefined) ?? state.entry;
  const asRead = reads && isNewRead(state);
  if ((!byName && !asRead) || entry.refused.length > 0) return { ...state, entry };
  const declared = byName ? (grants.get(entry.name) ?? grants.get(entry.original)) : 'read';
  return { ...state, entry: granted(state, entry, declared) };
}

/** What a person granted keeps its effect: a server's hint never lowers it. A tool that is gone can't be granted by a hint either. */
function isNewRead({ suggested, change, entry }: ToolState): boolean {
  return suggested === 'read' && !entry.granted && change !== 'changed' && change !== 'gone';
}

function has(among: { has(name: string): boolean }, { name, original }: ToolState['entry']): boolean {
  return among.has(name) || among.has(original);
}

/** A tool that is granted already keeps its effect unless another one is declared. */
function granted(
  { change }: ToolState,
  entry: ToolState['entry'],
  declared: EffectName | undefined,
): ToolState['entry'] {
  const effect = declared ?? (change === 'new' || !entry.granted ? 'destructive' : entry.effect);
  const { annotations } = isObject(entry.listed) ? entry.listed : { annotations: undefined };
  return { ...entry, granted: true, effect: raisedEffect(effect, annotations) };
}
