import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { MAX_ENTRY_BYTES } from '../../runtime/core/ledger/entry';
import type { ListedObject } from '../../runtime/ledger/object-store';
import type { ReadableStore } from './stored-ledger';

/** A part of a path that leads out of its folder, on any system. */
const UPWARDS = /(?:^|[/\\])\.\.(?:[/\\]|$)/;

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
    // A batch names the keys that are read here, and a copied batch may name anything.
    if (UPWARDS.test(key)) return undefined;
    const file = `${this.root}/${key}`;
    try {
      return readSmall(file) ?? readFileSync(file);
    } catch (error) {
      if (existsSync(file) && statSync(file).isFile()) throw error;
      return undefined;
    }
  }

  async *list(prefix: string): AsyncIterable<ListedObject> {
    yield* this.walk(prefix.replace(/\/$/, ''));
  }

  private *walk(folder: string): Iterable<ListedObject> {
    const directory = `${this.root}/${folder}`;
    if (!existsSync(directory)) return;
    const found = readdirSync(directory, { withFileTypes: true });
    for (const one of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const key = `${folder}/${one.name}`;
      const isFolder = one.isSymbolicLink() ? statSync(`${this.root}/${key}`).isDirectory() : one.isDirectory();
      if (isFolder) yield* this.walk(key);
      else yield new ListedFile(this.root, key);
    }
  }
}

/** Bytes of an object that are read without asking for its size first: any entry, and one byte more. */
const SMALL = Buffer.allocUnsafeSlow(MAX_ENTRY_BYTES + 1);

/** The bytes of a file; undefined where it is larger than an entry may be. */
function readSmall(file: string): Buffer | undefined {
  const handle = openSync(file, 'r');
  try {
    let length = 0;
    while (length < SMALL.length) {
      const read = readSync(handle, SMALL, length, SMALL.length - length, null);
      if (read === 0) return Buffer.from(SMALL.subarray(0, length));
      length += read;
    }
    return undefined;
  } finally {
    closeSync(handle);
  }
}

/** What the file system tells is asked for only when it is needed: of most files an audit needs the name. */
class ListedFile implements ListedObject {
  constructor(
    private readonly root: string,
    readonly key: string,
  ) {}

  get modified(): number {
    return statSync(`${this.root}/${this.key}`).mtimeMs;
  }

  get bytes(): number {
    return statSync(`${this.root}/${this.key}`).size;
  }
}
