import { inParallel } from './in-parallel';
import type { ObjectStore } from './object-store';
import { SealerStoppedError } from './sealer-stopped-error';

/** An entry with its ledger key. */
export interface StoredText {
  readonly key: string;
  readonly text: string;
}

/** Texts of entries by their ledger keys. */
export class EntryTexts {
  private readonly texts: ReadonlyMap<string, string>;

  constructor(entries: readonly StoredText[] = []) {
    this.texts = new Map(entries.map(({ key, text }) => [key, text]));
  }

  /** The entries with these keys, in order. Reads those that are missing. @throws SealerStoppedError when one is gone */
  async read(ledger: ObjectStore, keys: readonly string[]): Promise<StoredText[]> {
    const read = new Map<string, string>();
    const missing = keys.filter((key) => !this.texts.has(key));
    await inParallel(missing, async (key) => {
      const text = await ledger.get(key);
      if (text !== undefined) read.set(key, text);
    });
    return keys.map((key) => {
      const text = this.texts.get(key) ?? read.get(key);
      if (text === undefined) throw new SealerStoppedError('LEDGER_ALTERED', `${key} is gone`);
      return { key, text };
    });
  }
}
