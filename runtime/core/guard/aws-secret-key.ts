import { CUT } from './islands';
import { isDocumented } from './placeholders';

/**
 * The form of an AWS secret key is 40 characters of base64, which many other values have: cursors, content hashes, parts of longer base64.
 * So it counts only with its name before it, or if the text has an access key id.
 * Source of the form: https://aws.amazon.com/blogs/security/a-safer-way-to-distribute-aws-credentials-to-ec2/
 */
const FORM = new RegExp(`(?<![A-Za-z0-9+/_${CUT}-])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/_=${CUT}-])`, 'g');
const ID = /(?<![A-Za-z0-9])A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])/;

/** The name that directly belongs to a value, such as `"NextToken":"`. */
const DIRECT_NAME = /([\w. -]{1,60}?)\s{0,5}\\?["']?\s{0,5}(?::=|=>|[:=>|])\s{0,5}\\?["'`]?$/;
const SECRET_NAME = /secret|(?:access|aws)[\s_-]{0,2}key(?![\s_-]?id)/i;
const NAME_BEFORE = 80;

/** Changes between capitals, small letters, digits and signs. A random key has 25 of 39; a path, a name or words have about ten. */
const CHANGES = 18;

/** The places of the AWS secret keys in a text. */
export function awsSecretKeys(text: string): { readonly start: number; readonly end: number }[] {
  const keys = [...text.matchAll(FORM)].filter(([key]) => looksRandom(key) && !isDocumented(key));
  if (keys.length === 0) return [];
  const withId = ID.test(text);
  return keys
    .map(({ 0: key, index }) => ({ start: index, end: index + key.length }))
    .filter(({ start }) => withId || hasName(text.slice(Math.max(0, start - NAME_BEFORE), start)));
}

function hasName(before: string): boolean {
  const [, direct] = DIRECT_NAME.exec(before) ?? [];
  return SECRET_NAME.test(direct ?? before);
}

function looksRandom(key: string): boolean {
  return (
    [/[A-Z]/, /[a-z]/, /[0-9]/].every((kind) => kind.test(key)) && changesIn(key) >= CHANGES && new Set(key).size >= 20
  );
}

/** How often the kind of character changes: capital, small letter, digit, sign. */
function changesIn(text: string): number {
  let changes = 0;
  for (let i = 1; i < text.length; i += 1) if (kindOf(text.charAt(i)) !== kindOf(text.charAt(i - 1))) changes += 1;
  return changes;
}

function kindOf(character: string): number {
  if (/[A-Z]/.test(character)) return 0;
  if (/[a-z]/.test(character)) return 1;
  return /[0-9]/.test(character) ? 2 : 3;
}
