import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { KeyHistory } from '../../runtime/core/audit/ledger-source';
import { commandHint } from '../command-line/command-hint';
import { readRegularFile } from './regular-file';

/** The file of a copy with the time of the copy, the keys that were overwritten or deleted, and objects that are missing. */
export const COPY_FILE = 'copy.json';

/** An object that the download could not copy. */
export interface NotCopied {
  /** The key; with `witness: ` or `publication: ` before it where it is in that bucket. */
  readonly key: string;
  /** Why, as a sentence. */
  readonly why: string;
}

export interface CopyFacts {
  readonly v: 1;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly history: readonly KeyHistory[];
  readonly notCopied?: readonly NotCopied[];
}

/** History has a line for each changed key. */
const MAX_COPY_FILE_BYTES = 256 * 1024 * 1024;

/** @throws Error when the folder is not a copy, or its facts are unreadable */
export function readCopyFacts(dir: string): CopyFacts {
  const file = path.join(dir, COPY_FILE);
  const advice = `Make a copy first: ${commandHint('audit', 'download', '--dir', dir, '--ledger-bucket', 'NAME')}`;
  if (!existsSync(dir) || !statSync(dir).isDirectory()) throw new Error(`${dir} is not a folder. ${advice}`);
  const bytes = readRegularFile(file, MAX_COPY_FILE_BYTES);
  if (bytes === undefined) throw new Error(`${dir} is not a copy of a ledger: it has no ${COPY_FILE}. ${advice}`);
  const facts = parsed(bytes);
  if (facts === undefined) {
    throw new Error(`${file} was not written by this version of "hardened-agent audit download". ${advice}`);
  }
  return facts;
}

/** Undefined where these are not the facts of a copy. A program may have put a byte order mark before them. */
function parsed(bytes: Buffer): CopyFacts | undefined {
  try {
    const { v, at, history, notCopied = [] } = JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, '')) as CopyFacts;
    const whole =
      v === 1 && !Number.isNaN(Date.parse(at)) && history.every(isKeyHistory) && notCopied.every(isNotCopied);
    return whole ? { v, at, history, notCopied } : undefined;
  } catch {
    return undefined;
  }
}

function isKeyHistory({ key, what }: KeyHistory): boolean {
  return typeof key === 'string' && (what === 'DELETE_MARKER' || what === 'VERSION_OVERWRITTEN');
}

function isNotCopied({ key, why }: NotCopied): boolean {
  return typeof key === 'string' && typeof why === 'string';
}
