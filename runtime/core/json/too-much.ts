import type { JsonValue } from '../contracts';

/** How much of a value others may send to be read. */
export interface ValueLimits {
  readonly values: number;
  readonly depth: number;
  /** Of all texts and keys together. */
  readonly characters: number;
}

/** Why a value is too large to be read by recursive functions, as a part of a sentence. It isn't recursive itself. */
export function tooMuch(value: JsonValue | undefined, limits: ValueLimits): string | undefined {
  const waiting: Waiting[] = [[value, 0]];
  let values = 0;
  let characters = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [here, depth] = next;
    values += 1;
    characters += charactersOf(here);
    if (depth > limits.depth) return `it is nested deeper than ${limits.depth} levels`;
    if (characters > limits.characters) return `it has more than ${limits.characters} characters`;
    const below = typeof here === 'object' && here !== null ? Object.values(here) : [];
    if (values + waiting.length + below.length > limits.values) return `it has more than ${limits.values} values`;
    for (const each of below) waiting.push([each, depth + 1]);
  }
  return undefined;
}

type Waiting = readonly [value: JsonValue | undefined, depth: number];

function charactersOf(value: JsonValue | undefined): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 0;
  return Object.keys(value).reduce((sum, key) => sum + key.length, 0);
}
