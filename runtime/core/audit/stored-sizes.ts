import { MAX_CALL_BYTES, MAX_RESULT_BYTES } from '../contracts';
import { MAX_BATCH_LEAVES } from '../ledger/batch';
import { MAX_ENTRY_BYTES } from '../ledger/entry';
import { parseEntryKey } from '../ledger/entry-key';
import { HASH_BYTES } from '../merkle/hash';
import { TILE_WIDTH } from '../merkle/tile';

const KIB = 1024;

/** A checkpoint has some 200 bytes. The rest is room for cosignatures. */
const MAX_CHECKPOINT_BYTES = 64 * KIB;

/** A run of a batch: a stream of 128 characters, two numbers of up to 12 digits, and punctuation. */
const MAX_RUN_BYTES = 160;
/** Each leaf may be a run of its own. Hashes are base64. */
const MAX_BATCH_BYTES = MAX_BATCH_LEAVES * (MAX_RUN_BYTES + Math.ceil((HASH_BYTES * 4) / 3)) + KIB;

const MAX_TILE_BYTES = TILE_WIDTH * HASH_BYTES;
/** C2SP tlog-tiles: each entry has at most 65,535 bytes, behind two bytes with its length. */
const MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + 0xffff);

/** Arguments are stored in their canonical form, in which a number such as 1e20 is longer. */
const MAX_EVIDENCE_BYTES = 4 * Math.max(MAX_CALL_BYTES, MAX_RESULT_BYTES);

const MAX_BYTES = [
  ['entries/', MAX_ENTRY_BYTES],
  ['batches/', MAX_BATCH_BYTES],
  ['tile/entries/', MAX_BUNDLE_BYTES],
  ['tile/', MAX_TILE_BYTES],
  ['checkpoint', MAX_CHECKPOINT_BYTES],
] as const;

/**
 * The most bytes that a writer stores under this key. A larger object is not one of the ledger, and is never read to
 * its end: the first bytes are enough to show that.
 */
export function maxStoredBytes(key: string): number {
  return MAX_BYTES.find(([prefix]) => key.startsWith(prefix))?.[1] ?? MAX_EVIDENCE_BYTES;
}

const NUMBERED_KEY = /^(?:batches|checkpoints)\/\d{12}$/;

/** Whether a writer of the locked bucket or of the witness makes such a key. */
export function isWritersKey(key: string): boolean {
  return NUMBERED_KEY.test(key) || parseEntryKey(key) !== undefined;
}
