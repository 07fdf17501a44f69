import type { JsonObject, JsonValue } from '../../runtime/core/contracts';
import { isObject } from '../../runtime/core/json/is-object';

/** What a public key consists of, by `kty`. */
const MEMBERS: { readonly [kty: string]: readonly string[] } = {
  RSA: ['n', 'e'],
  EC: ['crv', 'x', 'y'],
  OKP: ['crv', 'x'],
};

/** The launcher's environment holds the keys. */
const MOST_BYTES = 2500;

/**
 * The public keys of a JSON Web Key Set, without certificates and other members that nobody uses; or, in words, why it can't be used.
 * @internal
 */
export function publicKeys(content: string): JsonObject[] | string {
  let value: JsonValue;
  try {
    value = JSON.parse(content) as JsonValue;
  } catch {
    return 'it is no JSON; write a JSON Web Key Set, such as {"keys": [ … ]}';
  }
  const listed = isObject(value) && Array.isArray(value.keys) ? value.keys.filter(isObject) : [];
  // A key for encryption signs nothing.
  const signing = listed.filter(({ use = 'sig' }) => use === 'sig');
  if (signing.length === 0) return 'it has no key for signatures; write a JSON Web Key Set, such as {"keys": [ … ]}';
  // Nothing of a private key may be repeated, not even in an error.
  if (listed.some((key) => 'd' in key)) return 'it holds a private key; write public keys only, and replace that key';
  if (listed.some(({ kty }) => kty === 'oct')) return 'it holds a shared secret; only public keys can be pinned';
  const keys: JsonObject[] = [];
  for (const [index, key] of signing.entries()) {
    const members = MEMBERS[String(key.kty)];
    if (members === undefined || members.some((member) => typeof key[member] !== 'string'))
      return `key ${index + 1} is no public key of the kinds ${Object.keys(MEMBERS).join(', ')}`;
    if (signing.length > 1 && typeof key.kid !== 'string')
      return `key ${index + 1} has no kid; with several keys, each needs one`;
    const kept = ['kty', 'kid', 'alg', ...members].flatMap((name) =>
      key[name] === undefined ? [] : [[name, key[name]]],
    );
    keys.push({ ...(Object.fromEntries(kept) as JsonObject), use: 'sig' });
  }
  const bytes = Buffer.byteLength(JSON.stringify(keys));
  return bytes <= MOST_BYTES
    ? keys
    : `its keys take ${bytes} bytes, and the launcher has room for ${MOST_BYTES}; keep those that the issuer signs with`;
}
