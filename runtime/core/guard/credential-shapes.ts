import { awsSecretKeys } from './aws-secret-key';
import { type CredentialShape, holdsShape, withoutShape } from './credential-shape';
import { LOGINS, URL_WITH_PASSWORD } from './logins';
import { NAMED_SECRETS } from './named-secrets';
import type { Noticed } from './noticed';
import { isDocumented } from './placeholders';
import { plainTexts } from './shape-readings';
import { placesInText, type Skeleton, skeletonOf } from './skeleton';

const shape = (what: string, marks: string, pattern: RegExp, words?: readonly string[]): CredentialShape => ({
  what,
  marks,
  pattern,
  words,
  isReal: ([found]) => !isDocumented(found),
});

/** The forms of credentials that must never be passed on, whoever they belong to. */
const CREDENTIAL_SHAPES: readonly CredentialShape[] = [
  shape('an AWS access key id', 'akia asia', /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g, [
    'AKIA',
    'ASIA',
  ]),
  // Temporary credentials of STS begin with one of these. Their length isn't specified.
  shape(
    'an AWS session token',
    'iqoj fwog fqog',
    /(?<![A-Za-z0-9+/])(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9+/=_-]{60,}/g,
  ),
  shape(
    'a private key',
    'atek ttyu key1',
    /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d|AGE-SECRET-KEY-1[0-9A-Z]{50,}/g,
    ['PRIVATE KEY', 'PuTTY', 'AGE-SECRET'],
  ),
  shape('a JSON web token', 'eyj?', /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}/g, [
    '.eyJ',
  ]),
  shape(
    'a GitHub token',
    'ghp_? gho_? ghu_? ghs_? ghr_? bpat',
    /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})/g,
  ),
  shape(
    'a GitLab token',
    'glpa gloa gldt glrt glpt glft glso glcb glag',
    /(?<![A-Za-z0-9])gl(?:pat|oas|dt|rt|ptt|ft|soat|cbt|agent)-[A-Za-z0-9_-]{20,}/g,
  ),
  shape(
    'a Slack token',
    'xoxa xoxb xoxe xoxo xoxp xoxr xoxs xapp',
    /(?<![A-Za-z0-9])xox[abeoprs]-[A-Za-z0-9-]{10,}\b|(?<![A-Za-z0-9])xapp-\d-[A-Z0-9]+-\d+-[a-f0-9]{20,}/g,
  ),
  shape(
    'a Slack webhook',
    'slac',
    /hooks\.slack\.com\/(?:services|workflows)\/T[A-Z0-9]{6,}\/[AB][A-Z0-9]{6,}\/[A-Za-z0-9]{16,}/g,
  ),
  shape(
    'a Stripe key',
    'skli skte rkli rkte whse',
    /(?<![A-Za-z0-9])(?:[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/]{24,})/g,
  ),
  shape('a Google API key', 'aiza', /(?<![A-Za-z0-9])AIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])/g),
  shape(
    'a Google OAuth token',
    'ya29 gocs',
    /(?<![A-Za-z0-9])ya29\.[0-9A-Za-z_-]{20,}|(?<![A-Za-z0-9])GOCSPX-[0-9A-Za-z_-]{24,}/g,
  ),
  shape('an Anthropic key', 'skan', /(?<![A-Za-z0-9])sk-ant-[a-z0-9]{2,10}-[A-Za-z0-9_-]{20,}/g),
  shape(
    'an OpenAI key',
    'skpr sksv skad skno t3bl',
    /(?<![A-Za-z0-9])sk-(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{20,}|(?<![A-Za-z0-9])sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}/g,
  ),
  shape('an npm token', 'npm_?', /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/g),
  shape('a PyPI token', 'pypi', /(?<![A-Za-z0-9])pypi-[A-Za-z0-9_-]{50,}/g),
  shape('a DigitalOcean token', 'dopv doov dorv', /(?<![A-Za-z0-9])do[opr]_v1_[a-f0-9]{64}\b/g),
  shape('a Shopify token', 'shpa shpc shpp shps', /(?<![A-Za-z0-9])shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}\b/g),
  shape('a Databricks token', 'dapi', /(?<![A-Za-z0-9])dapi[a-f0-9]{32}\b/g),
  shape('a Vault token', 'hvs.? hvb.? hvr.?', /(?<![A-Za-z0-9])hv[sbr]\.[A-Za-z0-9_-]{24,}/g),
  shape('an Atlassian token', 'atat', /(?<![A-Za-z0-9])ATATT3[A-Za-z0-9_=-]{60,}/g),
  shape('an Azure storage key', 'ntke', /AccountKey=[A-Za-z0-9+/]{86}==/g, ['AccountKey=']),
];

/** Shapes whose marks are too short to be watched for. */
const BARE_SHAPES: readonly (CredentialShape & { readonly mark: string })[] = [
  { mark: 'hf_', ...shape('a Hugging Face token', '', /(?<![A-Za-z0-9])hf_[A-Za-z]{34}(?![A-Za-z0-9])/g) },
  { mark: 'SG.', ...shape('a SendGrid key', '', /(?<![A-Za-z0-9])SG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{39,50}/g) },
  { mark: 'SK', ...shape('a Twilio key', '', /(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![A-Za-z0-9])/g) },
  {
    mark: ':AA',
    ...shape('a Telegram bot token', '', /(?<![A-Za-z0-9])\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/g),
  },
  { mark: '://', ...URL_WITH_PASSWORD },
];

const MARKED_SHAPES = [...CREDENTIAL_SHAPES, ...LOGINS, ...NAMED_SECRETS];
/** An AWS secret key stands near its name or its id. */
const AWS_SECRET_MARKS = 'akia asia secr skey';

const ANY = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The marks of all shapes as skeletons, each with the shape that it belongs to. */
const MARKS = [...MARKED_SHAPES.map(({ marks }) => marks), AWS_SECRET_MARKS].flatMap((marks, shape) =>
  marks
    .split(' ')
    .flatMap((mark) => (mark.endsWith('?') ? [...ANY].map((last) => `${mark.slice(0, -1)}${last}`) : [mark]))
    .map((mark) => ({ symbols: skeletonOf(mark), shape, apart: /[^a-z0-9]\w$/.test(mark) })),
);

/** What to watch for in the skeleton of a text, so that few patterns need to be tried. */
export const SHAPE_MARKS: readonly Uint8Array[] = MARKS.map(({ symbols }) => symbols);

/**
 * The form of the credential that a text holds, or undefined.
 * @param noticed where its skeleton has `SHAPE_MARKS`
 */
export function credentialShapeIn(text: string, skeleton: Skeleton, noticed: Noticed): string | undefined {
  const bare = BARE_SHAPES.find((each) => text.includes(each.mark) && holdsShape(text, each));
  if (bare) return bare.what;
  if (noticed.size === 0) return undefined;
  const parts = noticed.isFull
    ? [whole(text, noticed)]
    : partsWithMarks(text, placesInText(text, skeleton, noticed.all), noticed);
  for (const part of parts) {
    const found = shapeInPart(text, part);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The form of a credential that stands in a text as plain text, or undefined. Names such as `password=` alone tell nothing here. */
export function plainCredentialIn(text: string): string | undefined {
  return [...CREDENTIAL_SHAPES, ...BARE_SHAPES].find((each) => holdsShape(text, each))?.what;
}

/** The form of a credential in a text that only the words around it tell: a password in a connection string, a secret after its name. */
export function knownByNameIn(text: string): string | undefined {
  const found = [...LOGINS, ...NAMED_SECRETS].find((each) => holdsShape(text, each));
  return found?.what ?? (awsSecretKeys(text).length > 0 ? 'an AWS secret key' : undefined);
}

function shapeInPart(text: string, { start, end, shapes, joined }: MarkedPart): string | undefined {
  for (const plain of plainTexts(text.slice(start, end), joined)) {
    const number = [...shapes].find((each) => isShapeIn(plain, each));
    if (number !== undefined) return MARKED_SHAPES[number]?.what ?? 'an AWS secret key';
  }
  return undefined;
}

function isShapeIn(text: string, number: number): boolean {
  const shape = MARKED_SHAPES[number];
  return shape ? holdsShape(text, shape) : awsSecretKeys(text).length > 0;
}

/** A part of a text, and the shapes whose marks it has. */
interface MarkedPart {
  readonly start: number;
  end: number;
  readonly shapes: Set<number>;
  /** Whether pieces are joined before a shape is looked for. */
  readonly joined: boolean;
}

/** Characters around a mark that may belong to a credential, or say that it is one. */
const REACH = { begin: 64, name: 320, end: 640 };
/** A JSON web token has its second mark after all of its first part. */
const JSON_WEB_TOKEN = MARKED_SHAPES.findIndex(({ what }) => what === 'a JSON web token');
const LONGEST_TOKEN = 4096;

function whole(text: string, noticed: Noticed): MarkedPart {
  const shapes = new Set(MARKS.filter((_, number) => noticed.has(number)).map(({ shape }) => shape));
  return { start: 0, end: text.length, shapes, joined: [...shapes].some(mayBeJoined) };
}

/** What begins like a credential can be in pieces. Names are found in plain text only. */
function mayBeJoined(shape: number): boolean {
  return shape < CREDENTIAL_SHAPES.length;
}

function partsWithMarks(text: string, places: Int32Array, noticed: Noticed): MarkedPart[] {
  const begun: MarkedPart[] = [];
  const named: MarkedPart[] = [];
  places.forEach((place, index) => {
    const { shape = 0, apart = false } = MARKS[noticed.numberAt(index)] ?? {};
    if (apart && isLetterOrDigit(text.charCodeAt(place - 1))) return;
    const joined = mayBeJoined(shape);
    const start = Math.max(0, place - (joined ? REACH.begin : REACH.name));
    const end = place + (shape === JSON_WEB_TOKEN ? LONGEST_TOKEN : REACH.end);
    addPart(joined ? begun : named, { start, end, shapes: new Set([shape]), joined });
  });
  return [...begun, ...named];
}

function isLetterOrDigit(unit: number): boolean {
  const lower = unit | 0x20;
  return (unit >= 0x30 && unit <= 0x39) || (lower >= 0x61 && lower <= 0x7a);
}

/** Parts that overlap become one. */
function addPart(parts: MarkedPart[], part: MarkedPart): void {
  const last = parts.at(-1);
  if (last === undefined || part.start > last.end) {
    parts.push(part);
    return;
  }
  last.end = Math.max(last.end, part.end);
  for (const shape of part.shapes) last.shapes.add(shape);
}

/** The text with a note in place of each credential that stands in it as plain text. */
export function withoutCredentials(text: string): string {
  // A private key goes as a whole. Without its first line, nothing would tell the rest from other text.
  const keyless = text.replace(
    /(?:-----BEGIN [A-Z0-9 ]{0,60}PRIVATE KEY|PuTTY-User-Key-File-)[\s\S]*?(?:-----END [A-Z0-9 ]{0,70}-----|$)/g,
    '[withheld: a private key]',
  );
  // Before the access key ids go, because they tell what is a secret key.
  const known = withoutAwsSecretKeys(keyless);
  return [...CREDENTIAL_SHAPES, ...BARE_SHAPES, ...LOGINS, ...NAMED_SECRETS].reduce(withoutShape, known);
}

/** The same for the value of a field, whose name may say that it is a secret. */
export function withoutCredentialsOf(name: string, value: string): string {
  const plain = withoutCredentials(value);
  const named = withoutCredentials(`${name}=${plain}`);
  return named.startsWith(`${name}=`) ? named.slice(name.length + 1) : plain;
}

function withoutAwsSecretKeys(text: string): string {
  return awsSecretKeys(text).reduceRight(
    (rest, { start, end }) => `${rest.slice(0, start)}[withheld: an AWS secret key]${rest.slice(end)}`,
    text,
  );
}
