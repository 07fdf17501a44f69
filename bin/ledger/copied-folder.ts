import { closeSync, constants, existsSync, futimesSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { maxStoredBytes } from '../../runtime/core/audit/stored-sizes';
import type { ListedObject } from '../../runtime/ledger/object-store';
import type { NotCopied } from './copy-facts';
import { fileNameProblem, foldedName } from './file-name-problem';
import type { ReadableStore } from './stored-ledger';

/** Objects that are named one by one. A writer's role can plant any number. */
const MAX_NAMED = 10_000;

/** Doesn't write through a link. */
const WRITE_FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);

/** Errors of a file system that say that this name can't be a file, or that another file is in its place. */
const NO_FILE_NAME = new Set([
  'EEXIST',
  'EILSEQ',
  'EINVAL',
  'EISDIR',
  'ELOOP',
  'ENAMETOOLONG',
  'ENOENT',
  'ENOTDIR',
  'ENXIO',
]);

/**
 * Answers of S3 about one object: no access to it or to its KMS key, encrypted with a key that the writer kept (SSE-C), or
 * archived. For SSE-C, see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html and
 * the answer of S3 in https://github.com/minio/minio/pull/4894. Any other error ends the download.
 */
const ONE_OBJECT = /^(?:AccessDenied|InvalidRequest|InvalidObjectState|KMS\..*)$/;

/** The folder of a copy that a bucket is copied into. */
export type BucketPart = 'ledger' | 'publication' | 'witness';

/** Copies objects of one bucket into a folder, and keeps what could not be copied. */
export class CopiedFolder {
  private readonly root: string;
  private readonly refused: NotCopied[] = [];
  private further = 0;
  private copied = 0;
  private denial?: Error;
  /** Odd keys so far, by what a file system without case takes them for. */
  private readonly oddNames = new Map<string, string>();

  constructor(
    private readonly store: ReadableStore,
    directory: string,
    private readonly part: BucketPart,
    private readonly onCopied: () => void,
  ) {
    this.root = path.join(directory, part);
  }

  get notCopied(): readonly NotCopied[] {
    if (this.further === 0) return this.refused;
    return [...this.refused, { key: this.place('…'), why: `${this.further} further objects could not be copied.` }];
  }

  list(prefix: string): AsyncIterable<ListedObject> {
    return this.store.list(prefix);
  }

  /** Returns the bytes of the object; undefined where there is none, or it can't be copied. */
  async copy({ key, modified, bytes: size }: ListedObject): Promise<Buffer | undefined> {
    const problem = fileNameProblem(key) ?? this.collision(key) ?? sizeProblem(key, size);
    if (problem !== undefined) return this.passOver(key, problem);
    const bytes = await this.fetch(key);
    if (bytes === undefined) return undefined;
    const tooLarge = sizeProblem(key, bytes.length);
    if (tooLarge !== undefined) return this.passOver(key, tooLarge);
    return this.write(key, bytes, modified);
  }

  /** @throws Error when S3 denied every object so far: then it is not one object that can't be read */
  expectReadable(): void {
    if (this.copied === 0 && this.denial) throw this.denial;
  }

  private async fetch(key: string): Promise<Buffer | undefined> {
    try {
      const bytes = await this.store.getBytes(key);
      return bytes === undefined ? undefined : Buffer.from(bytes);
    } catch (error) {
      if (!(error instanceof S3ServiceException && ONE_OBJECT.test(error.name))) throw error;
      this.denial ??= error;
      return this.passOver(key, `S3 doesn’t give it: ${error.name}: ${error.message}`);
    }
  }

  private write(key: string, bytes: Buffer, modified: number): Buffer | undefined {
    const file = path.join(this.root, ...key.split('/'));
    try {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFile(file, bytes, modified / 1000);
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!NO_FILE_NAME.has(code)) throw error;
      return this.passOver(key, `No file of this name can be written (${code}).`);
    }
    this.copied += 1;
    this.onCopied();
    return bytes;
  }

  /** Another key that is the same file where a file system ignores case. Usual keys are in lower case, and copied before. */
  private collision(key: string): string | undefined {
    const names = key.split('/');
    for (let count = 1; count <= names.length; count += 1) {
      const name = names.slice(0, count).join('/');
      const folded = foldedName(name);
      const odd = this.oddNames.get(folded);
      if (odd === name) continue;
      const other = odd ?? (folded !== name && existsSync(path.join(this.root, folded)) ? folded : undefined);
      if (other !== undefined) {
        return `Its name and ${other} differ only by case or by how letters are composed: many file systems take them for one.`;
      }
      if (folded !== name) this.oddNames.set(folded, name);
    }
    return undefined;
  }

  private passOver(key: string, why: string): undefined {
    if (this.refused.length < MAX_NAMED) this.refused.push({ key: this.place(key), why });
    else this.further += 1;
    return undefined;
  }

  private place(key: string): string {
    return this.part === 'ledger' ? key : `${this.part}: ${key}`;
  }
}

/** @param time of writing, in seconds */
function writeFile(file: string, bytes: Buffer, time: number): void {
  const handle = openSync(file, WRITE_FLAGS, 0o666);
  try {
    writeFileSync(handle, bytes);
    futimesSync(handle, time, time);
  } finally {
    closeSync(handle);
  }
}

function sizeProblem(key: string, bytes: number): string | undefined {
  const most = maxStoredBytes(key);
  return bytes > most ? `It has more than ${most} bytes, which no writer stores under such a key.` : undefined;
}
