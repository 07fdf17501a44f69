import { withoutInvisible } from './display';
import { credentialShapeIn, SHAPE_MARKS } from './guard/credential-shapes';
import type { Noticed } from './guard/noticed';
import { readingsOf } from './guard/readings';
import { skeletonOf, skeletonWithPlaces } from './guard/skeleton';
import { SHORTEST_SKELETON, SpellingSearch } from './guard/spelling-search';
import { base64Cores, spellingsOf } from './guard/spellings';

export type GuardedOutput =
  | { readonly ok: true; readonly content: string; readonly notices: readonly string[] }
  | { readonly ok: false; readonly reason: string };

/** Characters of the shortest credential. A shorter text would match by accident. */
export const SHORTEST_SECRET = 6;

/** Deeper readings are searched for the connector's own credential, but not for credentials by their form. */
const SHAPE_DEPTH = 3;

/**
 * Checks content before it is passed on: it must not contain a credential in any common spelling, and it must not be larger
 * than allowed. Invisible characters are removed. What it finds and what it can't find is in docs/output.md.
 *
 * @param output.secrets the credentials that are known, such as a connector's own. Other credentials are found by their form
 */
export function guardOutput(output: {
  readonly content: string;
  readonly secrets: readonly string[];
  readonly maxBytes: number;
}): GuardedOutput {
  const { content, secrets, maxBytes } = output;
  if (Buffer.byteLength(content) > maxBytes) {
    return { ok: false, reason: `The result exceeds the tool's limit of ${maxBytes} bytes. Ask for less.` };
  }
  const reason = reasonToWithhold(content, new CredentialSearch(secrets));
  if (reason !== undefined) return { ok: false, reason };
  const { text, removed } = withoutInvisible(content);
  return {
    ok: true,
    content: text,
    notices: removed > 0 ? [`${removed} invisible or direction-changing characters were removed.`] : [],
  };
}

/** Whether a text repeats a known credential in any common spelling. A text that can't be read to its end counts as one that does. */
export function repeatsCredential(text: string, secrets: readonly string[]): boolean {
  const search = new CredentialSearch(secrets);
  const readings = readingsOf(text);
  for (let next = readings.next(); ; next = readings.next()) {
    if (next.done) return !next.value;
    const { text: reading } = next.value;
    if (search.isIn(reading, skeletonWithPlaces(reading).symbols)) return true;
  }
}

function reasonToWithhold(content: string, search: CredentialSearch): string | undefined {
  const readings = readingsOf(content);
  for (let next = readings.next(); ; next = readings.next()) {
    if (next.done) {
      return next.value
        ? undefined
        : 'The content has more encodings inside each other than can be checked, so it is withheld. Ask for less, or for plain text.';
    }
    const { text, depth } = next.value;
    const skeleton = skeletonWithPlaces(text);
    if (search.isIn(text, skeleton.symbols)) return 'The result repeats the connector’s credential, so it is withheld.';
    const shape = depth <= SHAPE_DEPTH ? credentialShapeIn(text, skeleton, search.noticed) : undefined;
    if (shape) return `The text contains ${shape}, so it is withheld.`;
  }
}

/** Searches readings for known credentials. */
class CredentialSearch {
  private readonly search: SpellingSearch;
  /** Spellings of credentials with few letters and digits: they must occur whole. */
  private readonly exact: readonly { readonly text: string; readonly anyCase: boolean }[];

  constructor(secrets: readonly string[]) {
    const known = [...new Set(secrets)].filter((secret) => secret.length >= SHORTEST_SECRET);
    const isLong = (secret: string) => skeletonOf(secret).length >= SHORTEST_SKELETON;
    const long = known.filter(isLong);
    this.search = new SpellingSearch(long.flatMap(spellingsOf), SHAPE_MARKS);
    this.exact = known.filter((secret) => !isLong(secret)).flatMap(exactSpellings);
  }

  /** Where the last text has marks of credential shapes. */
  get noticed(): Noticed {
    return this.search.noticed;
  }

  isIn(text: string, skeleton: Uint8Array): boolean {
    if (this.search.holds(skeleton)) return true;
    if (this.exact.length === 0) return false;
    const unspaced = withoutInvisible(text).text.normalize('NFKC').replace(/\s+/g, '');
    const lower = unspaced.toLowerCase();
    return this.exact.some(({ text: spelling, anyCase }) => (anyCase ? lower : unspaced).includes(spelling));
  }
}

function exactSpellings(secret: string) {
  const unspaced = secret.normalize('NFKC').replace(/\s+/g, '');
  const reversed = [...unspaced].reverse().join('');
  const bytes = Buffer.from(secret);
  return [
    ...[unspaced, reversed, bytes.toString('hex')].map((text) => ({ text: text.toLowerCase(), anyCase: true })),
    ...base64Cores(bytes).map((text) => ({ text, anyCase: false })),
  ];
}
