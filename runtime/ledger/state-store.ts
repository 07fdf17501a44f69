import { ledgerKey } from '../core/contracts';
import { streamStart } from '../core/ledger/stream-id';
import { isCheckpointOf } from './checkpoint-note';
import type { SealerLimits, SealerPorts } from './sealer-ports';
import { decodeState, emptyState, encodeState, type SealerState } from './sealer-state';

const STATE_KEY = 'state/sealer.json';
const FORGET_AFTER_MS = 24 * 3_600_000;

/** Keeps the sealer's state between runs. */
export class StateStore {
  constructor(
    private readonly ports: SealerPorts,
    private readonly limits: SealerLimits,
  ) {}

  /** The saved state if the locked checkpoint confirms it, or else an empty one, which the batches rebuild. */
  async load(): Promise<SealerState> {
    const text = await this.ports.publication.get(STATE_KEY);
    const state = text === undefined ? undefined : decodeState(text);
    if (!state) return emptyState();
    if (state.edge.size === 0) return state;
    const note = await this.ports.ledger.get(ledgerKey.checkpoint(state.edge.size));
    if (note !== undefined && this.ports.signers.some(({ key }) => isCheckpointOf(note, state.edge, key))) return state;
    this.ports.log('The saved state contradicts the locked checkpoint: rebuilding it from the batches.');
    return emptyState();
  }

  /**
   * Saves a state without old streams. They are forgotten a day after the sealer stopped listing them: another
   * environment's clock may be behind, and must not find them as new.
   */
  async save(state: SealerState): Promise<void> {
    const now = this.ports.now();
    const horizon = now - this.limits.streamLifeMs - FORGET_AFTER_MS;
    for (const stream of state.streams.keys()) {
      const start = streamStart(stream, now);
      if (start !== undefined && start < horizon) state.streams.delete(stream);
    }
    await this.ports.publication.put(STATE_KEY, encodeState(state), 'application/json');
  }
}
