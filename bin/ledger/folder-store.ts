import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { MAX_ENTRY_BYTES } from '../../runtime/core/ledger/entry';
import type { ListedObject } from '../../runtime/ledger/object-store';
import type { ReadableStore } from './stored-ledger';

/** A `..` segment, with the separators of any system. */
const UPWARDS = /(?:^|[/\\])\.\.(?:[/\\]|$)/;

/** A downloaded bucket: each object is a file at its key, with the object's time of writing. */
export class FolderStore implements ReadableStore {
  constructor(private readonly root: string) {}

  async get(key: string): Promise<string | undefined> {
    return (await this.getBytes(key))?.toString('utf8');
  }

  async getBytes(key: string): Promise<Buffer | undefined> {
    return this.read(key);
  }

  /** @throws Error when the file exists but can't be read */
  read(key: string): Buffer | undefined {
    // The keys come from batches, and a batch in a copy may name any path.
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

/** Buffer for files that are read without asking for their size: the largest entry and one byte. */
const SMALL = Buffer.allocUnsafeSlow(MAX_ENTRY_BYTES + 1);

/** The bytes of a file; undefined when it is larger than an entry may be. */
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

/** Reads time and size only when they are needed. For most files an audit needs only the name. */
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
