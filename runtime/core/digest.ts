import { hash } from 'node:crypto';
import { type ApprovalSubject, approvalPreimage } from './approval-preimage';
import type { JsonObject, Sha256Hex } from './contracts';
import { canonicalize } from './json/canonicalize';

/** SHA-256 in lower-case hexadecimal. A string is hashed as UTF-8. */
export function sha256Hex(data: string | Uint8Array): Sha256Hex {
  return hash('sha256', data);
}

/** The digest that binds an approval to one call. */
export function approvalDigest(subject: ApprovalSubject): Sha256Hex {
  return sha256Hex(approvalPreimage(subject));
}

/** Hash of a tool's input schema. White space, key order and the form of numbers (`1`, `1.0`) don't change it. */
export function schemaHash(schema: JsonObject): Sha256Hex {
  return sha256Hex(canonicalize(schema));
}

/**
 * SHA-256 of the salt's bytes followed by the text. The locked ledger has this hash: once the text is erased, nothing can be
 * learnt from the hash.
 *
 * @throws RangeError if the salt isn't an even number of hexadecimal digits with at least 16 bytes
 */
export function saltedHash(saltHex: string, text: string): Sha256Hex {
  if (!/^(?:[0-9a-f]{2}){16,}$/.test(saltHex)) {
    throw new RangeError('A salt is at least 16 bytes in lower-case hexadecimal.');
  }
  const saltBytes = saltHex.length / 2;
  const input = Buffer.allocUnsafe(saltBytes + Buffer.byteLength(text));
  input.write(saltHex, 'hex');
  input.write(text, saltBytes);
  return hash('sha256', input);
}
