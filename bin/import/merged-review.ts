import type { EffectName, JsonObject, JsonValue } from '../../runtime/core/contracts';
import type { SchemaChoices } from '../../runtime/core/foreign-schema/adapted-schema';
import { canonicalize } from '../../runtime/core/json/canonicalize';
import { isObject } from '../../runtime/core/json/is-object';
import { differencesOf } from '../../runtime/core/mcp/differences-of';
import { normalizeDefinition, pinOfListed } from '../../runtime/core/mcp/normalize-definition';
import type { ToolDefinition } from '../../runtime/core/mcp/tool-definition';
import { withVarying } from '../../runtime/core/mcp/varying-text';
import type { ConnectorReview, ReviewedTool } from '../../runtime/core/review/connector-review';
import { worse } from '../../runtime/core/review/raised-effect';
import { reviewDefinition, reviewDefinitions, splitDefinition } from '../../runtime/core/review/review-definition';
import type { Listing } from './listing';
import { suggestedEffect } from './suggested-effect';

/** What became of a tool since it was reviewed. */
export type Change = 'new' | 'same' | 'varies' | 'changed' | 'gone';

/** A tool as it will stand in the review file, and what a person should know of it. */
export interface ToolState {
  readonly entry: ReviewedTool;
  readonly change: Change;
  /** What differs from the reviewed definition. */
  readonly differences: readonly string[];
  /** The effect that its listing suggests. */
  readonly suggested: EffectName;
  /** The entry of the new definition, if a person accepts what changed. */
  readonly accepted?: ReviewedTool;
}

export interface MergeOptions {
  readonly prefix: string;
  /** Names of tools of other connectors. */
  readonly taken: readonly string[];
  /** Choices of this run, by the tool's name or original. */
  readonly choices: ReadonlyMap<string, SchemaChoices>;
}

/**
 * The tools of a listing with what a person decided before. Names, ticks, effects, choices and edits are kept. A tool whose definition
 * changed keeps its old entry, so it stays disabled until somebody accepts the new one.
 */
export function mergedTools(listing: Listing, before: ConnectorReview | undefined, options: MergeOptions): ToolState[] {
  const prefix = before?.prefix ?? options.prefix;
  // A person may have given a tool any name, so a new one must not take it.
  const taken = [...options.taken, ...(before?.tools ?? []).map(({ name }) => name)];
  const fresh = reviewDefinitions(listing.tools, { prefix, taken });
  const byName = new Map(listing.tools.map((tool) => [tool.name, tool]));
  const listed = fresh.flatMap((entry): ToolState[] => {
    const tool = byName.get(entry.original) ?? { name: entry.original };
    const suggested = listing.effects?.get(entry.original) ?? suggestedEffect(tool);
    const olds = (before?.tools ?? []).filter(({ original }) => original === entry.original);
    const refused = listing.refused?.get(entry.original) ?? [];
    if (olds.length === 0) {
      const names = { prefix, taken: [...taken, ...fresh.map(({ name }) => name)] };
      const entries = newEntries(tool, entry, choicesFor(options, entry), names);
      return entries.map((each) => ({ entry: withRefusals(each, refused), change: 'new', differences: [], suggested }));
    }
    return olds.map((old) => ({ ...againState(tool, old, entry, choicesFor(options, old), suggested), suggested }));
  });
  const seen = new Set(fresh.map(({ original }) => original));
  const gone = (before?.tools ?? []).filter(({ original }) => !seen.has(original));
  return [
    ...listed,
    ...gone.map(
      (entry): ToolState => ({
        entry,
        change: 'gone',
        differences: ['/: the server doesn’t list it any more'],
        suggested: entry.effect,
      }),
    ),
  ];
}

/** A tool that is new: with what was chosen, or as a tool for each of the objects that it takes. */
function newEntries(
  tool: ToolDefinition,
  entry: ReviewedTool,
  choices: SchemaChoices | undefined,
  names: Pick<MergeOptions, 'prefix' | 'taken'>,
): ReviewedTool[] {
  if (choices !== undefined) return [reviewDefinition(tool, { prefix: '', name: entry.name, choices })];
  const split = entry.refused.length === 1 ? splitDefinition(tool, names) : [];
  return split.length > 1 && split.every(({ refused }) => refused.length === 0) ? split : [entry];
}

type State = Omit<ToolState, 'suggested'>;

function againState(
  tool: ToolDefinition,
  old: ReviewedTool,
  fresh: ReviewedTool,
  choices: SchemaChoices | undefined,
  suggested: EffectName,
): State {
  const listed = normalizeDefinition(tool, old.listed);
  if (pinOfListed(listed) === old.pin) {
    const entry = choices === undefined ? old : rechosen(tool, old, { ...old.choices, ...choices }, old.listed);
    return { entry, change: 'same', differences: [] };
  }
  // A second listing tells which texts vary from one start of the server to the next.
  const varying = withVarying(old.listed, normalizeDefinition(tool));
  if (varying !== undefined) {
    const entry = { ...old, listed: varying, pin: pinOfListed(varying) };
    return { entry, change: 'varies', differences: differencesOf(old.listed, varying) };
  }
  const accepted = acceptedEntry(tool, old, fresh, { ...old.choices, ...choices }, suggested);
  const differences = differencesOf(old.listed, listed);
  // Nobody may use it, so the new definition replaces the old one at once.
  if (!old.granted) return { entry: accepted, change: 'changed', differences };
  return { entry: old, change: 'changed', differences, accepted };
}

/** The new definition with what a person decided of the old one, except edits that it leaves no place for. */
function acceptedEntry(
  tool: ToolDefinition,
  old: ReviewedTool,
  fresh: ReviewedTool,
  choices: SchemaChoices,
  suggested: EffectName,
): ReviewedTool {
  const entry = rechosen(tool, old, choices);
  // The effect that a person declared was that of another request.
  const effect = methodOf(entry.listed) === methodOf(old.listed) ? entry.effect : worse(entry.effect, suggested);
  const before = reviewDefinition(definitionOf(old), { prefix: '', name: old.name, choices: old.choices });
  const described = sameWords(old.description, before.description) ? {} : { description: old.description };
  const granted = old.granted && entry.refused.length === 0 && fresh.refused.length === 0;
  return { ...entry, ...described, effect, granted, refused: entry.refused.length > 0 ? entry.refused : fresh.refused };
}

/** Of an operation of an OpenAPI document. */
function methodOf({ annotations }: JsonObject): JsonValue | undefined {
  const http = isObject(annotations) ? annotations.http : undefined;
  return isObject(http) ? http.method : undefined;
}

function rechosen(tool: ToolDefinition, old: ReviewedTool, choices: SchemaChoices, listed?: JsonObject): ReviewedTool {
  const { name, effect, granted } = old;
  return reviewDefinition(tool, { prefix: '', name, effect, granted, choices, ...(listed ? { listed } : {}) });
}

/** Whether a person changed the input of a tool since it was imported. */
export function hasOwnInput(tool: ReviewedTool): boolean {
  const { input } = reviewDefinition(definitionOf(tool), { prefix: '', name: tool.name, choices: tool.choices });
  if (input === undefined || tool.input === undefined) return input !== tool.input;
  return canonicalize(input) !== canonicalize(tool.input);
}

function definitionOf({ listed, original }: ReviewedTool): ToolDefinition {
  return { ...listed, name: original };
}

function sameWords(one: string, other: string): boolean {
  const words = (text: string) => text.split(/\s+/).join(' ').trim();
  return words(one) === words(other);
}

function withRefusals(entry: ReviewedTool, refused: readonly string[]): ReviewedTool {
  if (refused.length === 0) return entry;
  return { ...entry, granted: false, refused: [...refused.map((reason) => `/: ${reason}`), ...entry.refused] };
}

function choicesFor({ choices }: MergeOptions, { name, original }: ReviewedTool): SchemaChoices | undefined {
  return choices.get(name) ?? choices.get(original);
}
