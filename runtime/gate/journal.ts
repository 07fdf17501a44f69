import type { AppendOptions } from '../aws/ledger-writer';
import type { Manifest } from '../core/contracts';
import { buildEntry, type EntryParts } from '../core/ledger/build-entry';
import type { GatePorts } from './gate-ports';

/** Writes the gate's ledger entries. */
export class Journal {
  constructor(
    private readonly mode: Manifest['mode'],
    private readonly ports: Pick<GatePorts, 'ledger' | 'sessions' | 'now' | 'randomHex'>,
  ) {}

  /**
   * Appends one entry and returns its key.
   * @throws Error if it isn't written
   */
  append(parts: Omit<EntryParts, 'seq' | 'at' | 'salt' | 'mode'>, options?: AppendOptions): Promise<string> {
    const at = this.ports.now();
    const salt = this.ports.randomHex(16);
    return this.ports.ledger.appendNext(
      () => this.ports.sessions.nextSeq(parts.sessionId),
      // The mark of a gate that doesn't enforce is set here and nowhere else, so no entry can miss it.
      (seq) => buildEntry({ ...parts, seq, at, salt, mode: this.mode }),
      options,
    );
  }
}
