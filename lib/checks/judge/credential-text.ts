import { plainCredentialIn } from '../../../runtime/core/guard/credential-shapes';

/** Formats of credentials, from their issuers' documentation. Examples in documentation count too: nobody should deploy them. */
const FORMATS: readonly (readonly [string, RegExp])[] = [
  ['an AWS access key', /\b(AKIA|ASIA)[A-Z0-9]{16}\b/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a GitHub token', /\bgh[pousr]_[A-Za-z0-9]{36,}\b/],
  ['a Slack token', /\bxox[abprs]-[A-Za-z0-9-]{10,}/],
  ['a Stripe key', /\b[sr]k_live_[A-Za-z0-9]{16,}\b/],
  ['a model provider key', /(?<![A-Za-z0-9_-])sk-(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{20,}/],
  ['a JSON Web Token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./],
  ['a Bedrock API key', /\bABSK[A-Za-z0-9+/=]{40,}/],
];

const BASE64 = /^[A-Za-z0-9+/\s]{24,}={0,2}\s*$/;

/** The format of a credential that stands in a text, as it is or in Base64. Never the text itself. */
export function credentialFormatIn(text: string): string | undefined {
  const plain = FORMATS.find(([, format]) => format.test(text))?.[0] ?? plainCredentialIn(text);
  if (plain !== undefined || !BASE64.test(text)) return plain;
  const decoded = Buffer.from(text, 'base64').toString('latin1');
  return FORMATS.find(([, format]) => format.test(decoded))?.[0] ?? plainCredentialIn(decoded);
}

/** Names of variables, labels and options that contain a credential, not the place of one. */
const CREDENTIAL_NAME =
  /(^|[_.-])(PASSWORD|PASSWD|PWD|SECRET|SECRET[_-]?KEY|TOKEN|API[_-]?KEY|ACCESS[_-]?KEY|PRIVATE[_-]?KEY|CREDENTIALS?|BEARER)$/i;

export function namesCredential(name: string): boolean {
  return CREDENTIAL_NAME.test(name);
}

/** `--token VALUE`, `--token=VALUE` and `TOKEN=VALUE`. A value that begins with `$` is read from elsewhere, an ARN is no credential. */
const IN_COMMAND =
  /(?:(?:^|[\s"';&|(])--?([A-Za-z][\w-]*)(?:=|\s+)|(?:^|[\s"';&|(])([A-Za-z_]\w*)=)["']?(?!arn:|\$|%|\{|<|-|[^\s"']*\0)([^\s"']{6,})/g;

/** The name of the option or variable of a command that has a credential as its value. */
export function credentialOptionIn(command: string): string | undefined {
  for (const [, option, variable] of command.matchAll(IN_COMMAND)) {
    const name = option ?? variable ?? '';
    if (namesCredential(name)) return name;
  }
  return undefined;
}
