import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MAX_BATCH_LEAVES } from '../../runtime/core/ledger/batch';
import { entryAt } from './made-up-entries';

const LENGTH_BYTES = 2;

/** Entries in one file, each behind its length of two bytes, so that Go reads the same bytes. */
export class EntryFile {
  readonly file: string;
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'bench-ledger-'));
  private readonly handle: number;
  /** Where each entry begins, and the end of the last. */
  private readonly starts: Float64Array;
  private readonly buffer = Buffer.alloc(MAX_BATCH_LEAVES * 1024);

  constructor(readonly size: number) {
    this.file = path.join(this.folder, 'entries');
    this.handle = openSync(this.file, 'w+');
    this.starts = new Float64Array(size + 1);
    let at = 0;
    for (const [from, to] of batchesOf(size)) {
      const parts: Buffer[] = [];
      for (let leaf = from; leaf < to; leaf += 1) {
        const bytes = Buffer.from(entryAt(leaf).text);
        const length = Buffer.alloc(LENGTH_BYTES);
        length.writeUInt16BE(bytes.length);
        parts.push(length, bytes);
        at += LENGTH_BYTES + bytes.length;
        this.starts[leaf + 1] = at;
      }
      writeSync(this.handle, Buffer.concat(parts));
    }
  }

  get bytes(): number {
    return this.startOf(this.size) - this.size * LENGTH_BYTES;
  }

  /** The bytes of neighbouring entries. They are valid until the next call. */
  read(from: number, to: number): Buffer[] {
    const start = this.startOf(from);
    readSync(this.handle, this.buffer, 0, this.startOf(to) - start, start);
    return Array.from({ length: to - from }, (_, i) =>
      this.buffer.subarray(this.startOf(from + i) + LENGTH_BYTES - start, this.startOf(from + i + 1) - start),
    );
  }

  texts(from: number, to: number): string[] {
    return this.read(from, to).map((bytes) => bytes.toString('utf8'));
  }

  remove(): void {
    closeSync(this.handle);
    rmSync(this.folder, { recursive: true });
  }

  private startOf(leaf: number): number {
    const start = this.starts[leaf];
    if (start === undefined) throw new RangeError(`This file has ${this.size} entries, and none at ${leaf}`);
    return start;
  }
}

/** Batches of 4096 entries: the first leaf, and the leaf after the last. */
export function* batchesOf(size: number): Generator<[from: number, to: number]> {
  for (let from = 0; from < size; from += MAX_BATCH_LEAVES) yield [from, Math.min(size, from + MAX_BATCH_LEAVES)];
}
