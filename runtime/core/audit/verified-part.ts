import { hash } from 'node:crypto';
import type { LeafPlace } from './leaf-place';

/** A call that began and has not ended. */
export interface OpenCall {
  readonly sessionId: string;
  readonly requestId: string;
  /** Ledger key of the intent. */
  readonly key: string;
  readonly leaf: number;
  /** When its time limit starts, ISO 8601 of the writer's clock. */
  readonly since: string;
  /** Whether it waits for a person. */
  readonly asks: boolean;
}

/**
 * The result of a verification without findings, for the next one to continue from. The auditor must keep it safe:
 * anyone who can write it can hide changes.
 */
export interface VerifiedPart {
  readonly v: 1;
  /** The signed note of the checkpoint up to which everything was verified. */
  readonly checkpoint: string;
  /** Hexadecimal digest of the names of all verified entries, in the order of the tree. */
  readonly names: string;
  readonly openCalls: readonly OpenCall[];
  /** Recorded erasures among the verified entries. */
  readonly erasures: number;
}

/** The digest of the names so far, continued with more names. */
export function extendNames(names: string, places: readonly LeafPlace[]): string {
  return hash('sha256', `${names}\n${places.map(({ key }) => key).join('\n')}`);
}

/** @throws RangeError when the text is not a `VerifiedPart` */
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
    // A file may hold anything.
  }
  throw new RangeError('This text is not the result of an earlier verification');
}

function isOpenCall(call: OpenCall): boolean {
  return (
    [call.sessionId, call.requestId, call.key].every((text) => typeof text === 'string') &&
    Number.isSafeInteger(call.leaf) &&
    !Number.isNaN(Date.parse(call.since)) &&
    typeof call.asks === 'boolean'
  );
}
