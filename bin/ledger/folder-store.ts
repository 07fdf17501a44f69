import { type Dirent, lstatSync, readdirSync, type Stats } from 'node:fs';
import { isWritersKey, maxStoredBytes } from '../../runtime/core/audit/stored-sizes';
import type { ListedObject } from '../../runtime/ledger/object-store';
import { kindOf, type OtherThanFile, readRegularFile, unreadable } from './regular-file';
import type { ReadableStore } from './stored-ledger';
import { isStrayName } from './stray-file';

/** A `..` segment, with the separators of any system. */
const UPWARDS = /(?:^|[/\\])\.\.(?:[/\\]|$)/;

/** The longest key in S3, in bytes. */
const MAX_KEY_BYTES = 1024;

/** Folders within folders that are searched. Writers' keys have two. */
const MAX_DEPTH = 8;

/** Folders that are remembered as checked. */
const MAX_CHECKED = 10_000;

/** A file, or something in the folder that is no object. */
export interface FoundInFolder {
  readonly key: string;
  readonly kind: 'file' | 'stray file' | 'folder below too many others' | OtherThanFile;
}

/**
 * A downloaded bucket: each object is a regular file at its key, with the object's time of writing. The folder may be
 * hostile: nothing but regular files is opened, and of each only as much as the object can have.
 */
export class FolderStore implements ReadableStore {
  /** Whether these are folders. A link to a folder is none. */
  private readonly checked = new Map<string, boolean>();

  constructor(private readonly root: string) {}

  async get(key: string): Promise<string | undefined> {
    return (await this.getBytes(key))?.toString('utf8');
  }

  async getBytes(key: string): Promise<Buffer | undefined> {
    return this.read(key);
  }

  /**
   * The bytes of a file. A file that is larger than its object can be is cut after one byte too many.
   *
   * @throws Error when the file exists but can't be read
   */
  read(key: string): Buffer | undefined {
    // The keys come from batches, and a batch in a copy may name any path.
    if (UPWARDS.test(key) || key.length > MAX_KEY_BYTES || !this.isFolder(parentOf(key))) return undefined;
    return readRegularFile(`${this.root}/${key}`, maxStoredBytes(key));
  }

  async *list(prefix: string): AsyncIterable<ListedObject> {
    for (const { key, kind } of this.walk(prefix)) if (kind === 'file') yield new ListedFile(this.root, key);
  }

  /** What under a prefix is no object: links, devices, and files of operating systems and editors. */
  *oddities(prefix: string): Iterable<FoundInFolder> {
    for (const found of this.walk(prefix)) if (found.kind !== 'file') yield found;
  }

  /** Follows no links. Keeps its own stack, because a folder may hold a million others. */
  private *walk(prefix: string): Iterable<FoundInFolder> {
    const start = prefix.replace(/\/$/, '');
    const first = this.isFolder(parentOf(start)) ? statsOf(`${this.root}/${start}`) : undefined;
    if (first === undefined) return;
    if (!first.isDirectory()) {
      yield { key: start, kind: first.isFile() ? 'file' : kindOf(first) };
      return;
    }
    const stack = [this.open(start)];
    for (let level = stack.at(-1); level !== undefined; level = stack.at(-1)) {
      const one = level.rest.pop();
      if (one === undefined) {
        stack.pop();
        continue;
      }
      const found = judge(`${level.folder}/${one.name}`, one, stack.length);
      if (found.kind !== 'folder') yield found;
      else {
        if (isWritersKey(found.key)) yield found;
        stack.push(this.open(found.key));
      }
    }
  }

  /** The content of a folder, in reverse order. */
  private open(folder: string): { readonly folder: string; readonly rest: Dirent[] } {
    const directory = `${this.root}/${folder}`;
    try {
      const found = readdirSync(directory, { withFileTypes: true });
      return { folder, rest: found.sort((a, b) => (a.name < b.name ? 1 : -1)) };
    } catch (error) {
      throw unreadable(directory, error);
    }
  }

  /** Whether this is a folder, and each folder above it too. */
  private isFolder(folder: string): boolean {
    if (folder === '') return true;
    const known = this.checked.get(folder);
    if (known !== undefined) return known;
    const found = this.isFolder(parentOf(folder)) && (statsOf(`${this.root}/${folder}`)?.isDirectory() ?? false);
    if (this.checked.size >= MAX_CHECKED) this.checked.clear();
    this.checked.set(folder, found);
    return found;
  }
}

function judge(key: string, found: Dirent, depth: number): FoundInFolder {
  if (isStrayName(found.name)) return { key, kind: 'stray file' };
  if (found.isFile()) return { key, kind: 'file' };
  return { key, kind: found.isDirectory() && depth > MAX_DEPTH ? 'folder below too many others' : kindOf(found) };
}

function parentOf(key: string): string {
  return key.slice(0, Math.max(0, key.lastIndexOf('/')));
}

/** Undefined where there is nothing of this name. */
function statsOf(file: string): Stats | undefined {
  if (file.includes('\0')) return undefined;
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if (['ENOTDIR', 'ENAMETOOLONG', 'EINVAL', 'EILSEQ'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw unreadable(file, error);
  }
}

/** Reads time and size only when they are needed. For most files an audit needs only the name. */
class ListedFile implements ListedObject {
  constructor(
    private readonly root: string,
    readonly key: string,
  ) {}

  get modified(): number {
    return this.stats.mtimeMs;
  }

  get bytes(): number {
    return this.stats.size;
  }

  /** @throws Error when the file vanished */
  private get stats(): Stats {
    const file = `${this.root}/${this.key}`;
    try {
      return lstatSync(file);
    } catch (error) {
      throw unreadable(file, error);
    }
  }
}
