import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ListedObject, ObjectStore } from '../../runtime/ledger/object-store';

/** A downloaded bucket: each object a file at its key, its time of writing kept as the file's. */
export class FolderStore implements Pick<ObjectStore, 'get' | 'list'> {
  constructor(private readonly root: string) {}

  get(key: string): Promise<string | undefined> {
    const file = path.join(this.root, key);
    return Promise.resolve(existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined);
  }

  async *list(prefix: string): AsyncIterable<ListedObject> {
    yield* this.walk(prefix.replace(/\/$/, ''));
  }

  private *walk(folder: string): Iterable<ListedObject> {
    const directory = path.join(this.root, folder);
    if (!existsSync(directory)) return;
    for (const name of readdirSync(directory).sort()) {
      const key = `${folder}/${name}`;
      const { mtimeMs, size } = statSync(path.join(this.root, key));
      if (statSync(path.join(this.root, key)).isDirectory()) yield* this.walk(key);
      else yield { key, modified: mtimeMs, bytes: size };
    }
  }
}
