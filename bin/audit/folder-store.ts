import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ListedObject } from '../../runtime/ledger/object-store';
import type { ReadableStore } from './stored-ledger';

/** A downloaded bucket: each object a file at its key, its time of writing kept as the file's. */
export class FolderStore implements ReadableStore {
  constructor(private readonly root: string) {}

  async get(key: string): Promise<string | undefined> {
    return (await this.getBytes(key))?.toString('utf8');
  }

  async getBytes(key: string): Promise<Buffer | undefined> {
    const file = path.resolve(this.root, key);
    // A batch names the keys that are read here, and a copied batch may name anything.
    if (!file.startsWith(path.resolve(this.root) + path.sep)) return undefined;
    return existsSync(file) && statSync(file).isFile() ? readFileSync(file) : undefined;
  }

  async *list(prefix: string): AsyncIterable<ListedObject> {
    yield* this.walk(prefix.replace(/\/$/, ''));
  }

  private *walk(folder: string): Iterable<ListedObject> {
    const directory = path.join(this.root, folder);
    if (!existsSync(directory)) return;
    for (const name of readdirSync(directory).sort()) {
      const key = `${folder}/${name}`;
      const found = statSync(path.join(this.root, key));
      if (found.isDirectory()) yield* this.walk(key);
      else yield { key, modified: found.mtimeMs, bytes: found.size };
    }
  }
}
