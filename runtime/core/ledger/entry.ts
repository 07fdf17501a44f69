import Ajv from 'ajv';
import { type JsonValue, type LedgerEntry, ledgerEntrySchema } from '../contracts';
import { canonicalize } from '../json/canonicalize';

/**
 * An entry must fit the 16-bit length in an entry bundle (C2SP tlog-tiles). A planted object may hold bytes that are not
 * UTF-8: each is read as U+FFFD, which has three bytes.
 */
export const MAX_ENTRY_BYTES = 16 * 1024;

/** Not checked against the meta-schema here, because that slows a cold start. A test does it. */
const isLedgerEntry = new Ajv({ strict: true, meta: false, validateSchema: false }).compile<LedgerEntry>(
  ledgerEntrySchema,
);

/**
 * The exact bytes that are stored, hashed and sealed. RFC 8785 text, so the same entry always has the same leaf hash and
 * a retry writes equal bytes.
 *
 * @throws Error when the entry doesn't match its schema or is longer than `MAX_ENTRY_BYTES`
 */
export function encodeEntry(entry: LedgerEntry): string {
  if (!isLedgerEntry(entry)) throw new Error(`Not a ledger entry: ${firstProblem()}`);
  const text = canonicalize(entry as unknown as JsonValue);
  if (Buffer.byteLength(text) > MAX_ENTRY_BYTES) {
    throw new Error(`A ledger entry is at most ${MAX_ENTRY_BYTES} bytes: keep content in the evidence bucket`);
  }
  return text;
}

/** A stored text as an entry, or the reason why it is not one. */
export type ParsedEntry =
  | { readonly ok: true; readonly entry: LedgerEntry }
  | { readonly ok: false; readonly reason: string };

/** Reads a stored entry. Never throws: a stored text may be anything. */
export function parseEntry(text: string): ParsedEntry {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, reason: 'it is not JSON' };
  }
  return isLedgerEntry(value) ? { ok: true, entry: value } : { ok: false, reason: firstProblem() };
}

/** Where the first schema error is, and what it expects. The value itself is left out. */
function firstProblem(): string {
  const error = isLedgerEntry.errors?.[0];
  return error ? `${error.instancePath || '/'} ${error.message ?? error.keyword}` : 'unknown schema error';
}
