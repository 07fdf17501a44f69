import type { KeyHistory, LedgerObject, LedgerSource } from '../../../runtime/core/audit/ledger-source';
import type { MemoryStore } from './memory-store';
import type { SealedLedger } from './sealed-ledger';

/** A sealed ledger in memory, as an auditor reads it; a test may spoil the copy first. */
export class MemorySource implements LedgerSource {
  readonly ledger: Map<string, { text: Buffer; modified: number }>;
  readonly publication: Map<string, { text: Buffer; modified: number }>;
  readonly witness: Map<string, { text: Buffer; modified: number }>;
  readonly histories: KeyHistory[] = [];

  constructor(world: SealedLedger) {
    const copy = (store: MemoryStore) => new Map(store.objects);
    this.ledger = copy(world.ledger);
    this.publication = copy(world.publication);
    this.witness = copy(world.witness);
  }

  async read(keys: readonly string[]): Promise<(string | undefined)[]> {
    return keys.map((key) => this.ledger.get(key)?.text.toString('utf8'));
  }

  async *list(prefix: string): AsyncIterable<LedgerObject> {
    for (const key of [...this.ledger.keys()].filter((one) => one.startsWith(prefix)).sort()) {
      yield { key, modified: this.ledger.get(key)?.modified };
    }
  }

  async *history(): AsyncIterable<KeyHistory> {
    yield* this.histories;
  }

  async *witnessed(): AsyncIterable<{ key: string; text: string }> {
    for (const [key, { text }] of this.witness) yield { key, text: text.toString('utf8') };
  }

  async published(path: string): Promise<Uint8Array | undefined> {
    return this.publication.get(path)?.text;
  }

  write(key: string, text: string | Uint8Array, modified = 0): void {
    this.ledger.set(key, { text: Buffer.from(text), modified });
  }

  text(key: string): string {
    return this.ledger.get(key)?.text.toString('utf8') ?? '';
  }

  keys(prefix: string): string[] {
    return [...this.ledger.keys()].filter((key) => key.startsWith(prefix)).sort();
  }
}
