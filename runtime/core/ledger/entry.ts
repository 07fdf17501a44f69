import Ajv from 'ajv';
import { type JsonValue, type LedgerEntry, ledgerEntrySchema } from '../contracts';
import { canonicalize } from '../json/canonicalize';

/**
 * An entry must fit the 16-bit length of a tile's entry bundle (C2SP tlog-tiles), even one of bytes that aren't UTF-8,
 * each of which is read as the three bytes of U+FFFD.
 */
export const MAX_ENTRY_BYTES = 16 * 1024;

/** A test holds the schema to the meta-schema, which takes longer to compile than the rest of a function's own start. */
const isLedgerEntry = new Ajv({ strict: true, meta: false, validateSchema: false }).compile<LedgerEntry>(
  ledgerEntrySchema,
);

/**
 * The exact bytes that are stored, hashed and sealed: RFC 8785 text, so that the same entry always has the same leaf
 * hash, and a writer that retries writes equal bytes.
 *
 * @throws Error when the entry breaks its schema or is longer than `MAX_ENTRY_BYTES`
 */
export function encodeEntry(entry: LedgerEntry): string {
  if (!isLedgerEntry(entry)) throw new Error(`Not a ledger entry: ${firstProblem()}`);
  const text = canonicalize(entry as unknown as JsonValue);
  if (Buffer.byteLength(text) > MAX_ENTRY_BYTES) {
    throw new Error(`A ledger entry is at most ${MAX_ENTRY_BYTES} bytes: keep content in the evidence bucket`);
  }
  return text;
}

/** Why a stored text isn't an entry, or the entry. */
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

/** Pointer and keyword of the first schema error, without the offending value. */
function firstProblem(): string {
  const error = isLedgerEntry.errors?.[0];
  return error ? `${error.instancePath || '/'} ${error.message ?? error.keyword}` : 'unknown schema error';
}
