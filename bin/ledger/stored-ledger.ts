import type { CopyOddity, KeyHistory, LedgerObject, LedgerSource } from '../../runtime/core/audit/ledger-source';
import type { StoredEntry } from '../../runtime/core/audit/stored-entry';
import { inParallel } from '../../runtime/ledger/in-parallel';
import type { ListedObject } from '../../runtime/ledger/object-store';

/** A bucket, or a folder with the same keys, for reading. */
export interface ReadableStore {
  get(key: string): Promise<string | undefined>;
  getBytes(key: string): Promise<Uint8Array | undefined>;
  list(prefix: string): AsyncIterable<ListedObject>;
}

/** The places of a ledger. An absent place is not checked, and the report says so. */
export interface LedgerStores {
  readonly ledger: ReadableStore;
  readonly publication?: ReadableStore;
  readonly witness?: ReadableStore;
  /** Keys that begin with a prefix and were deleted or written again. @default - of all keys */
  readonly history?: (prefix?: string) => AsyncIterable<KeyHistory>;
  /** What is odd in a copy. Absent where buckets are read. */
  readonly oddities?: () => AsyncIterable<CopyOddity>;
  /** Reads, hashes and parses entries in other threads, with their texts if `withContent`. */
  readonly entries?: (keys: readonly string[], withContent: boolean) => Promise<(StoredEntry | undefined)[]>;
}

/** A ledger that was opened. */
export interface OpenedLedger {
  readonly stores: LedgerStores;
  /** When the copy says that it was made, epoch milliseconds. Undefined where buckets are read. */
  readonly copiedAt?: number;
}

/** Gives the verifier a ledger that lies in buckets or in a copy. */
export class StoredLedger implements LedgerSource {
  readonly history?: () => AsyncIterable<KeyHistory>;
  readonly oddities?: () => AsyncIterable<CopyOddity>;
  readonly witnessed?: () => AsyncIterable<{ readonly key: string; readonly text: string }>;
  readonly published?: (path: string) => Promise<Uint8Array | undefined>;
  readonly entries?: (keys: readonly string[]) => Promise<(StoredEntry | undefined)[]>;
  private readonly ledger: ReadableStore;

  constructor({ ledger, publication, witness, history, oddities, entries }: LedgerStores) {
    this.ledger = ledger;
    if (history) this.history = () => history();
    this.oddities = oddities;
    if (publication) this.published = (path) => publication.getBytes(path);
    // Texts are needed only to compare them with the published ones.
    if (entries) this.entries = (keys) => entries(keys, publication !== undefined);
    if (witness) this.witnessed = () => checkpointsOf(witness);
  }

  async read(keys: readonly string[]): Promise<(string | undefined)[]> {
    const texts = new Array<string | undefined>(keys.length);
    await inParallel(keys, async (key, i) => {
      texts[i] = await this.ledger.get(key);
    });
    return texts;
  }

  list(prefix: string): AsyncIterable<LedgerObject> {
    return this.ledger.list(prefix);
  }
}

async function* checkpointsOf(witness: ReadableStore): AsyncIterable<{ key: string; text: string }> {
  for await (const { key } of witness.list('checkpoints/')) yield { key, text: (await witness.get(key)) ?? '' };
}
