import type { JsonObject } from '../../runtime/core/contracts';
import { adaptSchema } from '../../runtime/core/foreign-schema/adapt-schema';
import { isObject } from '../../runtime/core/json/is-object';
import { lintSchema } from '../../runtime/core/schema/lint-schema';
import type { ListedTool } from './corpus';

export type Verdict = 'as is' | 'transformed' | 'with a choice' | 'refused';

export interface JudgedTool {
  readonly verdict: Verdict;
  /** Lines of the review file that a person writes: one a choice. */
  readonly lines: number;
  /** Optional arguments that the transformation leaves out. */
  readonly leftOut: number;
  readonly reasons: readonly string[];
}

/** Choices that a person makes one after the other. */
const MOST_CHOICES = 12;

/** What an import makes of a tool. A choice is the first of those offered, at each place that is refused. */
export function judgeTool({ inputSchema, refused = [], leftOut: lost = [] }: ListedTool): JudgedTool {
  if (refused.length > 0) return { verdict: 'refused', lines: 0, leftOut: 0, reasons: refused };
  const given = inputSchema ?? null;
  if (isObject(given) && lintSchema(given as JsonObject).length === 0)
    return { verdict: 'as is', lines: 0, leftOut: lost.length, reasons: [] };
  const choices: Record<string, string> = {};
  let result = adaptSchema(given);
  for (let round = 0; round < MOST_CHOICES && !result.ok; round += 1) {
    const open = Object.entries(result.possible).find(
      ([place]) => choices[place] === undefined && isRefused(result, place),
    );
    if (open === undefined) break;
    const [place, [option = '']] = open;
    choices[place] = option.startsWith('keys:') ? 'keys: name' : option;
    result = adaptSchema(given, choices);
  }
  const lines = Object.keys(choices).length;
  if (!result.ok) return { verdict: 'refused', lines: 0, leftOut: 0, reasons: result.refused };
  const leftOut = result.changes.filter((line) => line.includes(': argument left out')).length + lost.length;
  return { verdict: lines === 0 ? 'transformed' : 'with a choice', lines, leftOut, reasons: [] };
}

function isRefused(result: ReturnType<typeof adaptSchema>, place: string): boolean {
  return !result.ok && result.refused.some((line) => line.startsWith(`${place || '/'}: `));
}
