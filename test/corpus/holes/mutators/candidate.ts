import { createHash } from 'node:crypto';
import type { JsonValue } from '../../../../runtime/core/contracts';
import type { Mutation } from '../mutation';
import type { Place } from './place';

/** A change that a mutator found by walking through a template. */
export interface Candidate extends Mutation {
  /** What it lets happen, in one sentence. */
  readonly harm: string;
  /** The same for changes of one kind, of which a sample takes one before it takes a second of another. */
  readonly kind: string;
}

/** A value that makes a protection weaker, or none where the protection goes. */
export interface Weakening {
  readonly place: Place;
  readonly to: JsonValue | undefined;
  readonly harm: string;
}

/** A number from 0 to below 1 that belongs to a text: evenly spread, and the same on every machine. */
export function shareOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}

/** One of several spellings of the same change, such that all occur. */
export function spellingFor<T>(id: string, spellings: readonly [T, ...T[]]): T {
  return spellings[Math.floor(shareOf(`spelling ${id}`) * spellings.length)] as T;
}
