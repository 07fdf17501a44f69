import { skeletonOf } from './skeleton';

/** A form of credentials that is known without knowing the credential. */
interface CredentialShape {
  readonly what: string;
  /** Letters and digits that each match contains. `?` is any of them. Without them, the pattern isn't tried. */
  readonly marks: string;
  readonly pattern: RegExp;
}

const shape = (what: string, marks: string, pattern: RegExp): CredentialShape => ({ what, marks, pattern });

/** The forms of credentials that must never be passed on, whoever they belong to. */
const CREDENTIAL_SHAPES: readonly CredentialShape[] = [
  shape('an AWS access key id', 'akia asia', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/),
  // Temporary credentials of STS begin with one of these. Their length isn't specified.
  shape(
    'an AWS session token',
    'iqoj fwog fqog',
    /(?<![A-Za-z0-9+/])(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9+/=_-]{60,}/,
  ),
  shape(
    'a private key',
    'priv putt ages',
    /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d|AGE-SECRET-KEY-1[0-9A-Z]{50,}/,
  ),
  shape('a JSON web token', 'eyj?', /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}/),
  shape(
    'a GitHub token',
    'ghp? gho? ghu? ghs? ghr? gith',
    /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})/,
  ),
  shape(
    'a GitLab token',
    'glpa gloa gldt glrt glpt glft glso glcb glag',
    /\bgl(?:pat|oas|dt|rt|ptt|ft|soat|cbt|agent)-[A-Za-z0-9_-]{20,}/,
  ),
  shape(
    'a Slack token',
    'xoxa xoxb xoxe xoxo xoxp xoxr xoxs xapp',
    /\bxox[abeoprs]-[A-Za-z0-9-]{10,}\b|\bxapp-\d-[A-Z0-9]+-\d+-[a-f0-9]{20,}/,
  ),
  shape(
    'a Slack webhook',
    'hook',
    /hooks\.slack\.com\/(?:services|workflows)\/T[A-Z0-9]{6,}\/[AB][A-Z0-9]{6,}\/[A-Za-z0-9]{16,}/,
  ),
  shape(
    'a Stripe key',
    'skli skte rkli rkte whse',
    /\b(?:[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/]{24,})/,
  ),
  shape('a Google API key', 'aiza', /\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/),
  shape('a Google OAuth token', 'ya29 gocs', /\bya29\.[0-9A-Za-z_-]{20,}|\bGOCSPX-[0-9A-Za-z_-]{24,}/),
  shape('an Anthropic key', 'skan', /\bsk-ant-[a-z0-9]{2,10}-[A-Za-z0-9_-]{20,}/),
  shape(
    'an OpenAI key',
    'skpr sksv skad skno t3bl',
    /\bsk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}|\bsk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}/,
  ),
  shape('an npm token', 'npm?', /\bnpm_[A-Za-z0-9]{36}\b/),
  shape('a PyPI token', 'pypi', /\bpypi-[A-Za-z0-9_-]{50,}/),
  shape('a DigitalOcean token', 'dopv doov dorv', /\bdo[opr]_v1_[a-f0-9]{64}\b/),
  shape('a Shopify token', 'shpa shpc shpp shps', /\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}\b/),
  shape('a Databricks token', 'dapi', /\bdapi[a-f0-9]{32}\b/),
  shape('a Vault token', 'hvs? hvb? hvr?', /\bhv[sbr]\.[A-Za-z0-9_-]{24,}/),
  shape('an Atlassian token', 'atat', /\bATATT3[A-Za-z0-9_=-]{60,}/),
  shape('an Azure storage key', 'acco', /AccountKey=[A-Za-z0-9+/]{86}==/),
];

/** Shapes whose marks are too short to be watched for. */
const BARE_SHAPES: readonly { readonly what: string; readonly mark: string; readonly pattern: RegExp }[] = [
  { what: 'a Hugging Face token', mark: 'hf_', pattern: /\bhf_[A-Za-z]{34}\b/ },
  { what: 'a SendGrid key', mark: 'SG.', pattern: /\bSG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50}/ },
  { what: 'a Twilio key', mark: 'SK', pattern: /\bSK[0-9a-f]{32}\b/ },
  { what: 'a Telegram bot token', mark: ':AA', pattern: /\b\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/ },
];

/** A password of the form <password>, ${PASSWORD}, {password}, *** or xxx is a placeholder. */
const USER_AND_PASSWORD =
  /:\/\/[^\s/:@"'<>]{0,100}:(?!(?:pass(?:word|wd)?|pwd|secret|x+)@)(?![<{$*%[])[^\s/@"'<>{}]{3,200}@[A-Za-z0-9[]/iy;

/** Such as the URL of a database. */
function holdsUrlWithPassword(text: string): boolean {
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    USER_AND_PASSWORD.lastIndex = at;
    if (/[A-Za-z0-9]/.test(text.charAt(at - 1)) && USER_AND_PASSWORD.test(text)) return true;
  }
  return false;
}

/** Names of secrets, as they stand before a value, without signs. */
const SECRET_NAMES =
  /secret|passwo?r?d|(?:api|access|private|account|signing)[_-]?key|(?:auth|access|session|refresh|api)[_-]?token/gi;
const NAME_MARKS = 'secr assw sswd ikey skey ekey tkey gkey htok stok ntok itok';

const ANY = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The marks of all shapes as skeletons, each with the shape that it belongs to. */
const MARKS = [...CREDENTIAL_SHAPES.map(({ marks }) => marks), NAME_MARKS].flatMap((marks, shape) =>
  marks
    .split(' ')
    .flatMap((mark) => (mark.endsWith('?') ? [...ANY].map((last) => `${mark.slice(0, -1)}${last}`) : [mark]))
    .map((mark) => ({ symbols: skeletonOf(mark), shape })),
);

/** What to watch for in the skeleton of a text, so that few patterns need to be tried. */
export const SHAPE_MARKS: readonly Uint8Array[] = MARKS.map(({ symbols }) => symbols);

/**
 * The form of the credential that a text holds, or undefined.
 * @param noticed which of `SHAPE_MARKS` its skeleton has
 */
export function credentialShapeIn(text: string, noticed: Uint8Array): string | undefined {
  const tried = new Set<number>();
  for (let i = 0; i < noticed.length; i += 1) if (noticed[i] === 1) tried.add(MARKS[i]?.shape ?? 0);
  for (const number of tried) {
    const shape = CREDENTIAL_SHAPES[number];
    if (shape?.pattern.test(text)) return shape.what;
  }
  const bare = BARE_SHAPES.find(({ mark, pattern }) => text.includes(mark) && pattern.test(text));
  if (bare) return bare.what;
  if (tried.has(CREDENTIAL_SHAPES.length) && holdsNamedSecret(text)) return 'a secret with its name';
  if (holdsUrlWithPassword(text)) return 'a URL with a password';
  return holdsAwsSecret(text) ? 'an AWS secret key' : undefined;
}

/** The text with a note in place of each credential that stands in it as plain text. */
export function withoutCredentials(text: string): string {
  const shapes = [...CREDENTIAL_SHAPES, ...BARE_SHAPES].map(({ what, pattern }) => ({ what, pattern }));
  // A private key goes as a whole. Without its first line, nothing would tell the rest from other text.
  const keyless = text.replace(
    /(?:-----BEGIN [A-Z0-9 ]{0,60}PRIVATE KEY|PuTTY-User-Key-File-)[\s\S]*?(?:-----END [A-Z0-9 ]{0,70}-----|$)/g,
    '[withheld: a private key]',
  );
  const known = shapes.reduce(
    (rest, { what, pattern }) => rest.replace(new RegExp(pattern, 'g'), `[withheld: ${what}]`),
    keyless,
  );
  return known
    .replace(new RegExp(USER_AND_PASSWORD.source, 'gi'), (found) => `://[withheld: a password]${found.slice(-2)}`)
    .replace(/(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/]{40}(?![A-Za-z0-9+/_-])/g, (key) =>
      looksRandom(key) ? '[withheld: an AWS secret key]' : key,
    );
}

/** A value that no person chose: letters and digits, without the signs of code and of placeholders. */
const RANDOM_VALUE =
  /(?:[_-]?(?:access)?[_-]?key)?\\?["']?\s{0,5}(?::=|=>|[:=])\s{0,5}\\?["']?(?=[^\s"']{0,60}\d)(?=[^\s"']{0,60}[A-Za-z])[A-Za-z0-9+/_=~!@#%^&*-]{20,200}(?=[\\"'\s,;}]|$)/iy;

/** Such as `clientSecret: "…"`. */
function holdsNamedSecret(text: string): boolean {
  for (const { 0: name, index } of text.matchAll(SECRET_NAMES)) {
    RANDOM_VALUE.lastIndex = index + name.length;
    const [value] = RANDOM_VALUE.exec(text) ?? [];
    if (value !== undefined && changesIn(value) >= 9) return true;
  }
  return false;
}

const AWS_SECRET_LENGTH = 40;

/** Source of the form: https://aws.amazon.com/blogs/security/a-safer-way-to-distribute-aws-credentials-to-ec2/ */
function holdsAwsSecret(text: string): boolean {
  const last = AWS_SECRET_LENGTH - 1;
  for (let start = 0; start + last < text.length; ) {
    let at = start + last;
    // Backwards from where a key would end: most texts are skipped 40 characters at a time.
    while (at >= start && isInKey(text, at)) at -= 1;
    if (at >= start) {
      start = at + 1;
      continue;
    }
    let end = start + AWS_SECRET_LENGTH;
    while (isInKey(text, end)) end += 1;
    if (end - start === AWS_SECRET_LENGTH && looksRandom(text.slice(start, end))) return true;
    start = end + 1;
  }
  return false;
}

function isInKey(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit < 0x80 && inKey[unit] === 1;
}

/** The signs of base64. Those of base64url and padding aren't in a key, but they would continue a longer text. */
const inKey = new Uint8Array(0x80);
for (let unit = 0; unit < 0x80; unit += 1) inKey[unit] = /[A-Za-z0-9+/_-]/.test(String.fromCharCode(unit)) ? 1 : 0;

/** Changes between capitals, small letters, digits and signs. A random key has 25 of 39; a path, a name or words have about ten. */
const CHANGES = 18;

function looksRandom(key: string): boolean {
  return (
    /^[A-Za-z0-9+/]+$/.test(key) &&
    [/[A-Z]/, /[a-z]/, /[0-9]/].every((kind) => kind.test(key)) &&
    changesIn(key) >= CHANGES &&
    new Set(key).size >= 20
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
