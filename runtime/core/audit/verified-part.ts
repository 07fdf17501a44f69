import { hash } from 'node:crypto';
import type { LeafPlace } from '../ledger/batch';

/** A call that had begun and not ended. */
export interface OpenCall {
  readonly sessionId: string;
  readonly requestId: string;
  /** Ledger key of the intent. */
  readonly key: string;
  readonly leaf: number;
  /** From when its time counts, ISO 8601 of the writer's clock. */
  readonly since: string;
  /** Whether it waits for a person. */
  readonly asks: boolean;
}

/** What a verification without a finding leaves to the next one. Its keeping is the auditor's: whoever can write it can hide. */
export interface VerifiedPart {
  readonly v: 1;
  /** The signed note of the checkpoint up to which everything was verified. */
  readonly checkpoint: string;
  /** Hexadecimal digest of the names of the entries before, in the order of the tree. */
  readonly names: string;
  readonly openCalls: readonly OpenCall[];
  /** Recorded erasures among the entries before. */
  readonly erasures: number;
}

/** The digest of names so far and of some that follow. */
export function extendNames(names: string, places: readonly LeafPlace[]): string {
  return hash('sha256', `${names}\n${places.map(({ key }) => key).join('\n')}`);
}

/** @throws RangeError when the text isn't what a verification left */
export function parseVerifiedPart(text: string): VerifiedPart {
  try {
    const part = JSON.parse(text) as VerifiedPart;
    if (
      part.v === 1 &&
      typeof part.checkpoint === 'string' &&
      /^[0-9a-f]{64}$/.test(part.names) &&
      Number.isSafeInteger(part.erasures) &&
      part.erasures >= 0 &&
      part.openCalls.every(isOpenCall)
    ) {
      return part;
    }
  } catch {
    // Falls through: a file may hold anything.
  }
  throw new RangeError('This isn’t what a verification left');
}

function isOpenCall(call: OpenCall): boolean {
  return (
    [call.sessionId, call.requestId, call.key].every((text) => typeof text === 'string') &&
    Number.isSafeInteger(call.leaf) &&
    !Number.isNaN(Date.parse(call.since)) &&
    typeof call.asks === 'boolean'
  );
}
