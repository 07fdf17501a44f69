import { randomBytes } from 'node:crypto';

/** Cryptographically random bytes, in lower-case hexadecimal. */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
