import { batchKey, encodeBatch, MAX_BATCH_LEAVES } from '../core/ledger/batch';
import { BatchPublisher } from './batch-publisher';
import { EntryTexts, type StoredText } from './entry-texts';
import { makeBatch } from './make-batch';
import { NewEntries } from './new-entries';
import { DEFAULT_LIMITS, type SealerLimits, type SealerPorts } from './sealer-ports';
import type { SealerState } from './sealer-state';
import { StateStore } from './state-store';

export interface SealingReport {
  /** Leaves of the tree after the run. */
  readonly size: number;
  /** Entries that this run sealed. */
  readonly sealed: number;
  /** Missing numbers that this run filled. */
  readonly voids: number;
  /** Age of the oldest entry that this run found unsealed, even if it couldn't seal it. Milliseconds; 0 for none. */
  readonly lagMs: number;
}

/**
 * Gives every entry its place in the tree and signs the tree.
 *
 * Each batch takes five steps: batch (create-only under the tree's size) → tiles → locked checkpoint → witness → published
 * checkpoint and state. Everything after the first step follows from what the first step stored. So if a run dies
 * anywhere, the next one finishes it with the same bytes, and two runs at the same time write the same.
 */
export class Sealer {
  private readonly states: StateStore;
  private readonly newEntries: NewEntries;
  private readonly publisher: BatchPublisher;

  constructor(
    private readonly ports: SealerPorts,
    private readonly limits: SealerLimits = DEFAULT_LIMITS,
  ) {
    this.states = new StateStore(ports, limits);
    this.newEntries = new NewEntries(ports, limits);
    this.publisher = new BatchPublisher(ports);
  }

  /** @throws SealerStoppedError when the locked bucket contradicts itself */
  async run(): Promise<SealingReport> {
    const { ports } = this;
    const started = ports.now();
    let state = await this.states.load();
    const sizeBefore = state.edge.size;
    let voids = 0;
    let oldest = Number.POSITIVE_INFINITY;
    const searched = new Set<string>();
    do {
      const unfinished = await ports.ledger.get(batchKey(state.edge.size));
      if (unfinished !== undefined) {
        state = await this.seal(state, unfinished);
        continue;
      }
      const found = await this.newEntries.find(state, searched);
      voids += found.voids;
      oldest = Math.min(oldest, found.oldest);
      if (found.keys.length === 0) break;
      const entries = await new EntryTexts().read(ports.ledger, found.keys);
      const batch = makeBatch(state.edge, entries, new Date(ports.now()).toISOString());
      // Another run may have been first. Then its batch is the one to seal.
      const { text } = await ports.ledger.create(batchKey(state.edge.size), encodeBatch(batch));
      state = await this.seal(state, text, entries);
      if (found.keys.length < MAX_BATCH_LEAVES) break;
    } while (ports.now() - started < this.limits.budgetMs);
    await this.states.save(state);
    const lagMs = Math.max(0, started - Math.min(started, oldest));
    return { size: state.edge.size, sealed: state.edge.size - sizeBefore, voids, lagMs };
  }

  private async seal(state: SealerState, batchText: string, read: readonly StoredText[] = []): Promise<SealerState> {
    const after = await this.publisher.publish(state, batchText, read);
    await this.states.save(after);
    return after;
  }
}
