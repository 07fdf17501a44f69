import type { LedgerEntry } from '../contracts';

/** How long a call may stay open before its missing end is a fault. */
export interface OutcomeLimits {
  /** From an allowed intent, or an approval, to its outcome. Milliseconds. */
  readonly outcomeWithinMs: number;
  /** From an intent that asks to a person's decision. Milliseconds. */
  readonly decisionWithinMs: number;
}

interface OpenIntent {
  readonly key: string;
  readonly leaf: number;
  /** From when time counts, ISO 8601 of the writer's clock. Read at the end only: most calls don't stay open. */
  since: string;
  asks: boolean;
}

/** Calls that began and didn't end yet. */
export class OpenIntents {
  private readonly open = new Map<string, OpenIntent>();

  /** Follows the entries in the order of the tree. */
  follow(entry: LedgerEntry, key: string, leaf: number): void {
    if (entry.requestId === undefined) return;
    const name = `${entry.sessionId}/${entry.requestId}`;
    switch (entry.type) {
      case 'intent':
        this.open.set(name, { key, leaf, since: entry.at, asks: entry.decision?.code === 'ASK' });
        break;
      case 'decision': {
        const intent = this.open.get(name);
        if (entry.decision?.code !== 'APPROVED') this.open.delete(name);
        else if (intent) {
          intent.since = entry.at;
          intent.asks = false;
        }
        break;
      }
      case 'outcome':
      case 'denial':
        this.open.delete(name);
        break;
      default:
    }
  }

  /** Those that should have ended by now. */
  *overdue(now: number, limits: OutcomeLimits): Generator<{ key: string; leaf: number; waitsForDecision: boolean }> {
    for (const { key, leaf, since, asks } of this.open.values()) {
      const limit = asks ? limits.decisionWithinMs : limits.outcomeWithinMs;
      if (now - Date.parse(since) > limit) yield { key, leaf, waitsForDecision: asks };
    }
  }

  get count(): number {
    return this.open.size;
  }
}
