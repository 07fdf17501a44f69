import type { CredentialShape } from './credential-shape';
import { changesInWords, isDocumented, isPlaceholder } from './placeholders';

/** Names of passwords. What people choose is shorter than what services give out. */
const PASSWORDS = `secret|passwo?r?d|passphrase|pwd`;
const KEYS = `(?:api|access|private|account|signing|encryption|master|storage|shared)[_-]?key|(?:auth|access|session|refresh|api|bot)[_-]?token`;
/** After the name: `_KEY`, `_BASE`, `_PROD`, `_2` … */
const SUFFIX = String.raw`(?:[_-]?(?:access|key|base|value|string|prod|production|dev|test|staging|live|primary|secondary|\d{1,2})){0,3}`;
/** `=`, `: `, `":"`, `=>`, `>` of a tag. */
const IS = String.raw`\\?["']?\s{0,5}(?::=|=>|[:=>])\s{0,5}\\?["'\x60]?`;

/** Changes between capitals, small letters and digits inside words. A random value of 20 characters has about twelve. */
const CHANGES = 6;
const CHANGES_OF_SHORT = 4;

/** A value that no person chose. */
export function isRandom(value: string): boolean {
  const mixed = /\d/.test(value) && /[A-Za-z]/.test(value);
  return mixed && changesInWords(value) >= CHANGES && !isPlaceholder(value) && !isDocumented(value);
}

function isRandomPassword(value: string): boolean {
  const mixed = [/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(value));
  return mixed && changesInWords(value) >= CHANGES_OF_SHORT && !isPlaceholder(value);
}

const WHAT = 'a secret with its name';

/** Secrets that are known by the name before them. */
export const NAMED_SECRETS: readonly CredentialShape[] = [
  {
    what: WHAT,
    note: 'a secret',
    marks: 'secr assw sswd ssph pwd? pike sske atek ntke ngke onke erke geke edke htok stok ntok itok ttok',
    pattern: new RegExp(`(?:${PASSWORDS}|${KEYS})${SUFFIX}${IS}`, 'gi'),
    value: { least: 20, most: 200 },
    isReal: isSecret(isRandom),
  },
  {
    what: WHAT,
    note: 'a secret',
    marks: 'secr assw sswd ssph pwd?',
    pattern: new RegExp(`(?:${PASSWORDS})${SUFFIX}${IS}`, 'gi'),
    value: { least: 8, most: 19 },
    isReal: isSecret(isRandomPassword),
  },
  {
    // Variables of an environment. In small letters, a token is often the mark of a page.
    what: WHAT,
    note: 'a secret',
    marks: 'toke',
    pattern: new RegExp(`(?<=[A-Z0-9])(?<!NEXT|PAGE|CONTINUATION)_TOKEN${IS}`, 'g'),
    words: ['_TOKEN'],
    value: { least: 20, most: 200 },
    isReal: isSecret(isRandom),
  },
  {
    what: 'a bearer token',
    marks: 'bear',
    pattern: /\bBearer(?:\s|%20|\+){1,3}(?<secret>[A-Za-z0-9._~+/-]{20,2000}={0,2})(?![A-Za-z0-9._~+/=-])/gi,
    isReal: isSecret(isRandom),
  },
  {
    // Source: Azure Storage, shared access signatures: the base64 of an HMAC-SHA256, URL-encoded.
    what: 'an Azure shared access signature',
    marks: 'sig=?',
    pattern: /(?<![A-Za-z0-9])sig=(?<secret>(?:[A-Za-z0-9+/_-]|%2[BF]){43}(?:=|%3D)?)(?![A-Za-z0-9+/_%-])/gi,
    isReal: isSecret(isRandom),
  },
];

export function isSecret(judge: (secret: string) => boolean): (match: RegExpMatchArray, secret: string) => boolean {
  return (_match, secret) => judge(secret);
}
