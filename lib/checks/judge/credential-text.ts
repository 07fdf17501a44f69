import { knownByNameIn, plainCredentialIn } from '../../../runtime/core/guard/credential-shapes';
import { credentialKindOf } from './credential-name';
import { isCredentialValue } from './credential-value';

/** Formats of credentials, from their issuers' documentation, beside those that the gate looks for. */
const FORMATS: readonly (readonly [string, RegExp])[] = [
  ['an AWS access key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY( BLOCK)?-----/],
  ['a GitHub token', /\bgh[pousr]_[A-Za-z0-9]{36,}\b/],
  ['a Slack token', /\bxox[abprs]-[A-Za-z0-9-]{10,}/],
  ['a Stripe key', /\b[sr]k_live_[A-Za-z0-9]{16,}\b/],
  // One part of it is long and random: names have short words.
  [
    'a model provider key',
    /(?<![A-Za-z0-9_-])sk-(?:[A-Za-z0-9]+[_-])*(?=[A-Za-z]*\d)[A-Za-z0-9]{16,}(?:[_-][A-Za-z0-9]+)*/,
  ],
  ['a model provider key', /(?<![A-Za-z0-9_-])(?:sk|pk)-lf-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/],
  [
    'a model provider key',
    /(?<![A-Za-z0-9])(?:gsk_[A-Za-z0-9]{40,}|r8_[A-Za-z0-9]{30,}|tvly-[A-Za-z0-9-]{20,}|xai-[A-Za-z0-9]{40,}|pplx-[A-Za-z0-9]{40,})/,
  ],
  ['a JSON Web Token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./],
  ['a Bedrock API key', /\bABSK[A-Za-z0-9+/=]{40,}/],
  ['a Slack webhook', /hooks\.slack\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/[A-Za-z0-9]{16,}/],
];

/** Something of every format above and of the gate's. Most texts have none of it, and need no further look. */
const ANY_MARK =
  /AKIA|ASIA|PRIVATE KEY|gh[pousr]_|github_pat|xox|xapp-|[srp]k[-_]|gsk_|r8_|tvly-|xai-|pplx-|eyJ|ABSK|slack|IQoJ|FwoG|FQoG|PuTTY|AGE-SECRET|gl[a-z]+-|whsec|AIza|ya29|GOCSPX|npm_|pypi-|do[opr]_v1|shp|dapi|hv[sbr]\.|ATATT|AccountKey|hf_|SG\.|SK[0-9a-f]|:AA|:\/\//;

const BASE64 = /^[A-Za-z0-9+/\s]{24,}={0,2}\s*$/;

/**
 * The format of a credential that stands in a text, as it is or in Base64. Never the text itself. Examples of
 * documentation count too, because nobody should deploy them.
 */
export function credentialFormatIn(text: string): string | undefined {
  if (text.length < SHORTEST) return undefined;
  const plain = plainFormatIn(text);
  return plain ?? (BASE64.test(text) ? plainFormatIn(decoded(text)) : undefined);
}

/** A text that is run, out of Base64 where it is in it, as user data are. */
export function plainText(text: string): string {
  return BASE64.test(text) ? decoded(text) : text;
}

function decoded(text: string): string {
  return Buffer.from(text, 'base64').toString('latin1');
}

const SHORTEST = 12;

/** Whether a text, as it is or out of Base64, has something of a credential's format. Without it, `credentialFormatIn` finds none. */
export function hasMarkOfCredential(text: string): boolean {
  if (text.length < SHORTEST) return false;
  return ANY_MARK.test(text) || (BASE64.test(text) && ANY_MARK.test(decoded(text)));
}

function plainFormatIn(text: string): string | undefined {
  if (!ANY_MARK.test(text)) return undefined;
  return FORMATS.find(([, format]) => format.test(text))?.[0] ?? plainCredentialIn(text);
}

/**
 * The same, and what only the words around tell: the password of a connection string, a random value after its name.
 * For texts that somebody runs or reads, not for hashes and schemas.
 */
export function credentialIn(text: string): string | undefined {
  if (text.length < SHORTEST) return undefined;
  const format = credentialFormatIn(text);
  if (format !== undefined) return format;
  // Alone in a variable, what has the form of an AWS secret key is hardly anything else.
  if (/^[A-Za-z0-9+/]{40}$/.test(text)) return knownByNameIn(`secret=${text}`);
  return /[=:>]|bearer/i.test(text) ? knownByNameIn(text) : undefined;
}

/** Prose without the access keys that AWS writes as examples. */
export function withoutExamples(prose: string): string {
  return prose.replace(/\bA[KS]IA[A-Z0-9]{9}EXAMPLE\b/g, '');
}

export function namesCredential(name: string): boolean {
  return credentialKindOf(name) !== undefined;
}

/** Whether a text is the credential that its name announces. */
export function isNamedCredential(name: string, text: string): boolean {
  const kind = credentialKindOf(name);
  return kind !== undefined && isCredentialValue(kind, text);
}

/** `--token VALUE`, `--token=VALUE`, `TOKEN=VALUE`, and in code `token: 'VALUE'`. */
const IN_COMMAND =
  /(?:^|[\s"';&|(])(?:--?([A-Za-z][\w-]*)(?:=|\s+)|([A-Za-z_]\w*)=)(?=["']?(?!arn:|\$|%|\{|<|-|`|[^\s"']*[\0()[\]])([^\s"';]{6,}))/g;
const IN_CODE = /([A-Za-z_][\w-]*)\\?["']?\s{0,5}[:=]\s{0,5}\\?(["'])([^"'\\\s]{6,200})\\?\2/g;

/** The name of the option or variable of a command that has a credential as its value. */
export function credentialOptionIn(command: string): string | undefined {
  for (const [, option, variable, value = ''] of command.matchAll(IN_COMMAND)) {
    const name = option ?? variable ?? '';
    if (isNamedCredential(name, value)) return name;
  }
  return undefined;
}

/** The name to which code assigns a credential. Words alone may be the name of a member. */
export function credentialNameInCode(code: string): string | undefined {
  for (const [, name = '', , value = ''] of code.matchAll(IN_CODE)) {
    if (/\d/.test(value) && isNamedCredential(name, value)) return name;
  }
  return undefined;
}
