import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';

/** Type of an Ed25519 signature in a signed note. */
const ED25519 = 0x01;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const KEY_ID_BYTES = 4;
/** Header of an Ed25519 SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const SIGNATURE_MARK = '\u2014 ';

/** A key that signs notes: its name, its id and how to check it. C2SP signed-note. */
export interface VerifierKey {
  readonly name: string;
  /** First 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key), hexadecimal. */
  readonly id: string;
  readonly key: KeyObject;
}

/** One line of signature, its key not yet known. */
export interface NoteSignature {
  readonly name: string;
  readonly id: string;
  readonly signature: Buffer;
}

/** A note taken apart; nothing of it is verified. */
export interface SignedNote {
  /** What is signed, the last newline included. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** @throws RangeError when a note can't have a key of that name, or the key isn't 32 bytes */
export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw new RangeError('A key name has at least one character, and neither spaces nor "+"');
  if (publicKey.length !== KEY_BYTES) throw new RangeError(`An Ed25519 public key has ${KEY_BYTES} bytes`);
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
  return { name, id: keyId(name, publicKey), key };
}

/** From SubjectPublicKeyInfo in DER, as KMS GetPublicKey gives it. @throws RangeError when it is no Ed25519 key */
export function verifierKeyFromSpki(name: string, spki: Uint8Array): VerifierKey {
  const bytes = Buffer.from(spki);
  if (bytes.length !== SPKI_PREFIX.length + KEY_BYTES || !bytes.subarray(0, SPKI_PREFIX.length).equals(SPKI_PREFIX)) {
    throw new RangeError('This is no Ed25519 public key in SubjectPublicKeyInfo form');
  }
  return verifierKey(name, bytes.subarray(SPKI_PREFIX.length));
}

/** `<name>+<id>+<base64 of 0x01 ‖ key>`. @throws RangeError when it isn't, or the id is of another key */
export function parseVerifierKey(text: string): VerifierKey {
  const match = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.trim());
  const bytes = match ? Buffer.from(match[3], 'base64') : Buffer.alloc(0);
  if (!match || bytes[0] !== ED25519) throw new RangeError('This is no Ed25519 verifier key of a signed note');
  const key = verifierKey(match[1], bytes.subarray(1));
  if (key.id !== match[2]) throw new RangeError('The id of this verifier key belongs to another key');
  return key;
}

export function formatVerifierKey(key: VerifierKey): string {
  const raw = key.key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
  return `${key.name}+${key.id}+${Buffer.concat([Buffer.from([ED25519]), raw]).toString('base64')}`;
}

/** @throws RangeError when the text can't be a note: it ends in a newline and has no control characters */
export function formatNote(text: string, key: { name: string; id: string }, signature: Uint8Array): string {
  if (!text.endsWith('\n') || hasControlCharacter(text)) {
    throw new RangeError('The text of a note ends in a newline and has no other control characters');
  }
  if (signature.length !== SIGNATURE_BYTES) throw new RangeError(`An Ed25519 signature has ${SIGNATURE_BYTES} bytes`);
  const blob = Buffer.concat([Buffer.from(key.id, 'hex'), signature]).toString('base64');
  return `${text}\n${SIGNATURE_MARK}${key.name} ${blob}\n`;
}

/** @throws RangeError when the message is no signed note */
export function parseNote(message: string): SignedNote {
  const split = message.lastIndexOf('\n\n');
  const text = message.slice(0, split + 1);
  const lines = message.slice(split + 2);
  if (split < 0 || hasControlCharacter(message) || !lines.endsWith('\n'))
    throw new RangeError('This is no signed note');
  const signatures = lines
    .slice(0, -1)
    .split('\n')
    .map((line): NoteSignature => {
      const match = /^\u2014 ([^+\s]+) ([A-Za-z0-9+/]+=*)$/u.exec(line);
      const blob = match ? Buffer.from(match[2], 'base64') : Buffer.alloc(0);
      if (!match || blob.length <= KEY_ID_BYTES || blob.toString('base64') !== match[2]) {
        throw new RangeError('A signature line of this note is malformed');
      }
      return {
        name: match[1],
        id: blob.toString('hex', 0, KEY_ID_BYTES),
        signature: blob.subarray(KEY_ID_BYTES),
      };
    });
  return { text, signatures };
}

/**
 * What a note says about one key. `unsigned`: no line of this key, `foreign_key`: a line of its name with another id,
 * `invalid`: a line of it that doesn't hold.
 */
export type NoteVerdict = 'valid' | 'unsigned' | 'foreign_key' | 'invalid';

/** Lines of other names are left alone, as C2SP signed-note asks: they are cosignatures. */
export function checkNote(note: SignedNote, key: VerifierKey): NoteVerdict {
  const named = note.signatures.filter((line) => line.name === key.name);
  const own = named.filter((line) => line.id === key.id);
  if (own.length === 0) return named.length > 0 ? 'foreign_key' : 'unsigned';
  const holds = own.every(
    (line) =>
      line.signature.length === SIGNATURE_BYTES &&
      verify(null, Buffer.from(note.text, 'utf8'), key.key, line.signature),
  );
  return holds ? 'valid' : 'invalid';
}

function keyId(name: string, publicKey: Uint8Array): string {
  const input = Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), Buffer.from([ED25519]), publicKey]);
  return hash('sha256', input, 'hex').slice(0, KEY_ID_BYTES * 2);
}

function isKeyName(name: string): boolean {
  return name.length > 0 && !/[\s+]/u.test(name);
}

function hasControlCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x20 && code !== 0x0a) return true;
  }
  return false;
}
