import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';

/** Type of an Ed25519 signature in a signed note. */
const ED25519 = 0x01;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const KEY_ID_BYTES = 4;
/** Header of an Ed25519 SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const SIGNATURE_MARK = '\u2014 ';

/** The public half of a key that signs notes. C2SP signed-note. */
export interface VerifierKey {
  readonly name: string;
  /** First 4 bytes of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key), hexadecimal. */
  readonly id: string;
  readonly key: KeyObject;
}

/** One signature line. Its key is not known yet. */
export interface NoteSignature {
  readonly name: string;
  readonly id: string;
  readonly signature: Buffer;
}

/** A parsed note. It isn't verified. */
export interface SignedNote {
  /** The signed text, with its last newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** @throws RangeError when the name is not allowed in a note, or the key doesn't have 32 bytes */
function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name)) throw new RangeError('A key name must have at least one character, and no space and no "+"');
  if (publicKey.length !== KEY_BYTES)
    throw new RangeError(`An Ed25519 public key has ${KEY_BYTES} bytes, not ${publicKey.length}`);
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
  return { name, id: keyId(name, publicKey), key };
}

/** From SubjectPublicKeyInfo in DER, as KMS GetPublicKey returns it. @throws RangeError when it is not an Ed25519 key */
export function verifierKeyFromSpki(name: string, spki: Uint8Array): VerifierKey {
  const bytes = Buffer.from(spki);
  if (bytes.length !== SPKI_PREFIX.length + KEY_BYTES || !bytes.subarray(0, SPKI_PREFIX.length).equals(SPKI_PREFIX)) {
    throw new RangeError('This is not an Ed25519 public key in SubjectPublicKeyInfo form');
  }
  return verifierKey(name, bytes.subarray(SPKI_PREFIX.length));
}

/** `<name>+<id>+<base64 of 0x01 ‖ key>`. @throws RangeError when the text has another form, or the id belongs to another key */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, id, encoded = ''] = /^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  if (name === undefined || bytes[0] !== ED25519) {
    throw new RangeError('This is not an Ed25519 verifier key of a signed note');
  }
  const key = verifierKey(name, bytes.subarray(1));
  if (key.id !== id) throw new RangeError('The id of this verifier key belongs to another key');
  return key;
}

export function formatVerifierKey(key: VerifierKey): string {
  const raw = key.key.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
  return `${key.name}+${key.id}+${Buffer.concat([Buffer.from([ED25519]), raw]).toString('base64')}`;
}

/** @throws RangeError when the text doesn't end in a newline, or has other control characters */
export function formatNote(text: string, key: { name: string; id: string }, signature: Uint8Array): string {
  if (!text.endsWith('\n') || hasControlCharacter(text)) {
    throw new RangeError('The text of a note must end in a newline and have no other control characters');
  }
  if (signature.length !== SIGNATURE_BYTES)
    throw new RangeError(`An Ed25519 signature has ${SIGNATURE_BYTES} bytes, not ${signature.length}`);
  const blob = Buffer.concat([Buffer.from(key.id, 'hex'), signature]).toString('base64');
  return `${text}\n${SIGNATURE_MARK}${key.name} ${blob}\n`;
}

/**
 * A note as it was written, if a program changed its line ends to CRLF or put a byte order mark before it. A note contains
 * neither, so this can't change what is signed.
 */
export function withoutConversion(message: string): string {
  return message.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
}

/** @throws RangeError when the message is not a signed note */
export function parseNote(message: string): SignedNote {
  const split = message.lastIndexOf('\n\n');
  const text = message.slice(0, split + 1);
  const lines = message.slice(split + 2);
  if (split < 0 || hasControlCharacter(message) || !lines.endsWith('\n')) {
    throw new RangeError('This is not a signed note');
  }
  const signatures = lines
    .slice(0, -1)
    .split('\n')
    .map((line): NoteSignature => {
      const [, name, encoded = ''] = /^\u2014 ([^+\s]+) ([A-Za-z0-9+/]+=*)$/u.exec(line) ?? [];
      const blob = Buffer.from(encoded, 'base64');
      if (name === undefined || blob.length <= KEY_ID_BYTES || blob.toString('base64') !== encoded) {
        throw new RangeError('A signature line of this note is malformed');
      }
      return {
        name,
        id: blob.toString('hex', 0, KEY_ID_BYTES),
        signature: blob.subarray(KEY_ID_BYTES),
      };
    });
  return { text, signatures };
}

/**
 * What a note says about one key. `unsigned`: no line has the name of this key. `foreign_key`: a line has its name with
 * another id. `invalid`: a signature of this key doesn't verify.
 */
export type NoteVerdict = 'valid' | 'unsigned' | 'foreign_key' | 'invalid';

/** Lines with other names are cosignatures and ignored, as C2SP signed-note requires. */
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
