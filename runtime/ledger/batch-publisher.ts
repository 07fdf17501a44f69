import { ledgerKey } from '../core/contracts';
import { batchEntryKeys } from '../core/ledger/batch';
import { formatCheckpoint } from '../core/merkle/checkpoint';
import { formatNote } from '../core/merkle/note';
import type { TreeEdge } from '../core/merkle/tree';
import { advanceState } from './advance-state';
import { appendBatch, readBatch } from './append-batch';
import { checkpointSize, isCheckpointOf } from './checkpoint-note';
import { currentSigner } from './current-signer';
import { EntryTexts, type StoredText } from './entry-texts';
import { inParallel } from './in-parallel';
import type { SealerPorts, Signer } from './sealer-ports';
import type { SealerState } from './sealer-state';
import { SealerStoppedError } from './sealer-stopped-error';

/** Signs and publishes stored batches. */
export class BatchPublisher {
  /** Entries of the last bundle, so that a warm function doesn't read them again. */
  private tail = new EntryTexts();

  constructor(private readonly ports: SealerPorts) {}

  /**
   * Publishes a stored batch, and returns the state after it.
   *
   * @param read entries that were read already; missing ones are read here
   * @throws SealerStoppedError when the locked bucket contradicts itself
   */
  async publish(before: SealerState, batchText: string, read: readonly StoredText[]): Promise<SealerState> {
    const { ledger, publication, signers } = this.ports;
    const batch = readBatch(batchText, before.edge.size);
    const entries = await new EntryTexts(read).read(ledger, batchEntryKeys(batch));
    const appended = appendBatch(before.edge, await this.tail.read(ledger, before.tail), batch, entries);
    const after = advanceState(before, appended, entries, Date.parse(batch.at) || this.ports.now(), signers);
    this.tail = new EntryTexts(appended.tail);
    await inParallel(appended.files, ({ path, body }) => publication.put(path, body, 'application/octet-stream'));
    await this.publishCheckpoint(after.edge, currentSigner(signers, before));
    return after;
  }

  /** First to the locked bucket, then to the witness, then to the public bucket: only what is kept is shown. */
  private async publishCheckpoint(edge: TreeEdge, signer: Signer): Promise<void> {
    const key = ledgerKey.checkpoint(edge.size);
    const note = await this.lockedCheckpoint(key, edge, signer);
    if (!isCheckpointOf(note, edge, signer.key)) {
      throw new SealerStoppedError('FORK', `${key} is locked with another root or signature`);
    }
    const kept = await this.ports.witness?.create(key, note);
    if (kept && !isCheckpointOf(kept.text, edge, signer.key)) {
      throw new SealerStoppedError('FORK', `the witness holds another ${key}`);
    }
    // A run that rebuilds an old state must not replace a newer published checkpoint.
    const latest = await this.ports.publication.get('checkpoint');
    const shown = Math.max(...this.ports.signers.map((one) => checkpointSize(latest, one.key)));
    if (shown < edge.size) await this.ports.publication.put('checkpoint', note, 'text/plain; charset=utf-8');
  }

  private async lockedCheckpoint(key: string, edge: TreeEdge, signer: Signer): Promise<string> {
    const { ledger } = this.ports;
    const locked = await ledger.get(key);
    if (locked !== undefined) return locked;
    const text = formatCheckpoint({ origin: signer.key.name, size: edge.size, root: edge.root() });
    return (await ledger.create(key, formatNote(text, signer.key, await signer.sign(text)))).text;
  }
}
