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
    return this.read(key);
  }

  /** @throws Error for a file that is there and can't be read */
  read(key: string): Buffer | undefined {
    const file = path.resolve(this.root, key);
    // A batch names the keys that are read here, and a copied batch may name anything.
    if (!file.startsWith(path.resolve(this.root) + path.sep)) return undefined;
    try {
      return readFileSync(file);
    } catch (error) {
      if (existsSync(file) && statSync(file).isFile()) throw error;
      return undefined;
    }
  }

  async *list(prefix: string): AsyncIterable<ListedObject> {
    yield* this.walk(prefix.replace(/\/$/, ''));
  }

  private *walk(folder: string): Iterable<ListedObject> {
    const directory = path.join(this.root, folder);
    if (!existsSync(directory)) return;
    const found = readdirSync(directory, { withFileTypes: true });
    for (const one of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const key = `${folder}/${one.name}`;
      const file = path.join(this.root, key);
      const isFolder = one.isSymbolicLink() ? statSync(file).isDirectory() : one.isDirectory();
      if (isFolder) yield* this.walk(key);
      else yield new ListedFile(key, file);
    }
  }
}

/** What the file system tells is asked for only when it is needed: of most files an audit needs the name. */
class ListedFile implements ListedObject {
  constructor(
    readonly key: string,
    private readonly file: string,
  ) {}

  get modified(): number {
    return statSync(this.file).mtimeMs;
  }

  get bytes(): number {
    return statSync(this.file).size;
  }
}
