import { hash } from 'node:crypto';
import type { JsonObject, Sha256Hex } from './contracts';
import { type CanonicalText, canonicalize } from './json/canonicalize';

/** Keeps an approval's digest from ever equalling a hash that was made for another purpose. */
const APPROVAL_DOMAIN = 'hardened-agent/approval/v1\n';

/** SHA-256 in lower-case hexadecimal; a string is hashed as its UTF-8 bytes. */
export function sha256Hex(data: string | Uint8Array): Sha256Hex {
  return hash('sha256', data);
}

/** What a person approves. A change of any part makes another digest. */
export interface ApprovalSubject {
  readonly tool: string;
  readonly schemaHash: Sha256Hex;
  readonly canonicalArgs: CanonicalText;
  /** Absent where the connector has no credential; hashed as `null`. */
  readonly credentialName?: string;
  readonly sessionId: string;
  readonly policyVersion: Sha256Hex;
}

/** The digest that binds an approval to one call: of the canonical text of all its parts, whose first name is `args`. */
export function approvalDigest(subject: ApprovalSubject): Sha256Hex {
  const { tool, schemaHash, canonicalArgs, credentialName = null, sessionId, policyVersion } = subject;
  const others = canonicalize({ tool, schemaHash, credentialName, sessionId, policyVersion });
  return sha256Hex(`${APPROVAL_DOMAIN}{"args":${canonicalArgs},${others.slice(1)}`);
}

/** Hash of a tool's input schema: layout, key order and the spelling of numbers (`1`, `1.0`) don't change it. */
export function schemaHash(schema: JsonObject): Sha256Hex {
  return sha256Hex(canonicalize(schema));
}

/**
 * SHA-256 of the salt's bytes followed by the text: the locked ledger holds this, so that erasing the text also ends
 * what can be learnt from its hash.
 *
 * @throws RangeError where the salt isn't an even number of hexadecimal digits, at least 16 bytes.
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
