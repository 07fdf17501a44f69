import { CannotImport, type DeclaredCredential } from './declared-server';
import { looksSecret } from './looks-secret';
import { identifierOf } from './names';
import { isVariable, partsOf, type TextPart, type Variable } from './variables';

/** Headers that a client sends by itself, and that hold no credential. */
const PLAIN_HEADERS = new Set(['accept', 'content-type', 'user-agent', 'mcp-protocol-version', 'accept-language']);
const HEADER_NAME = /^[A-Za-z0-9-]{1,64}$/;
/** Words that stand before a credential in a header. */
const SCHEMES = ['Bearer', 'Basic', 'Token', 'ApiKey', 'Key'];

/** What becomes of the headers of a server. */
export interface HeaderReading {
  readonly credential?: DeclaredCredential;
  readonly notes: readonly string[];
}

/**
 * Makes the headers of a server to a credential by name. No value of a header is ever kept: it may be a secret.
 *
 * @throws CannotImport when there are several credentials
 */
export function credentialOf(server: string, headers: Readonly<Record<string, string>>): HeaderReading {
  const names = Object.keys(headers);
  const plain = names.filter((name) => PLAIN_HEADERS.has(name.toLowerCase()));
  const own = names.filter((name) => !PLAIN_HEADERS.has(name.toLowerCase()));
  const notes = plain.map((name) => `The header ${name} is left out: the connector sends its own.`);
  const [header] = own;
  if (header === undefined) return { notes };
  if (own.length > 1) {
    const shown = own.map((name) => (isHeaderName(name) ? name : 'one of another name'));
    throw new CannotImport(
      `it wants ${own.length} headers of its own (${shown.join(', ')}), and a connector has one credential`,
      'keep the one that is the credential in a copy of the file, and import that',
    );
  }
  if (!isHeaderName(header)) {
    throw new CannotImport(
      'a header has a name that HTTP doesn’t allow, or that looks like a credential',
      'correct the file, and import it again',
    );
  }
  return withNotes(notes, named(server, header, partsOf(headers[header] ?? '')));
}

/** Names are written into code, so none may be a secret. */
function isHeaderName(name: string): boolean {
  return HEADER_NAME.test(name) && !looksSecret(name);
}

/** The credential of an address that held a user and a password. */
export function credentialOfLogin(server: string): HeaderReading {
  const name = `${identifierOf(server)}-login`;
  return {
    credential: { kind: 'basic', name },
    notes: [literalNote('The address', name, 'user:password')],
  };
}

/** The credential that a server wants although the configuration names none. */
export function bearerOf(server: string): DeclaredCredential {
  return { kind: 'bearer', name: `${identifierOf(server)}-token` };
}

interface Named {
  readonly credential: DeclaredCredential;
  readonly note: string;
}

function withNotes(notes: readonly string[], { credential, note }: Named): HeaderReading {
  return { credential, notes: [...notes, note] };
}

function named(server: string, header: string, parts: readonly TextPart[]): Named {
  const isAuthorization = /^authorization$/i.test(header);
  const scheme = schemeOf(parts);
  const variable = onlyVariable(parts);
  const isLiteral = variable === undefined;
  const name =
    variable?.name === undefined
      ? `${identifierOf(server)}-${isAuthorization ? 'token' : identifierOf(header)}`
      : identifierOf(variable.name);
  const kind = isAuthorization && (scheme === 'Bearer' || scheme === 'Basic') ? scheme.toLowerCase() : 'header';
  const credential: DeclaredCredential =
    kind === 'header' ? { kind, name, headerName: header } : { kind: kind as 'bearer' | 'basic', name };
  const value = secretValueOf(kind, scheme);
  const note = isLiteral
    ? literalNote(`The header ${header}`, name, value)
    : `The header ${header} is the credential ${name}. Its value goes into the connector’s secret: ${value}.`;
  return { credential, note };
}

function secretValueOf(kind: string, scheme: string | undefined): string {
  if (kind === 'bearer') return 'the token alone, without “Bearer”';
  if (kind === 'basic') return 'user:password, not encoded';
  return scheme === undefined ? 'the whole value of the header' : `the whole value of the header, with “${scheme} ”`;
}

function literalNote(where: string, name: string, value: string): string {
  return `${where} held a credential as text. It is the credential ${name} now, and its value was written nowhere. It stood in a file: replace it by a new one, and put that into the connector’s secret (${value}).`;
}

/** The variable that is all of a value, after its scheme. */
function onlyVariable(parts: readonly TextPart[]): Variable | undefined {
  const [first, second, ...more] = parts;
  if (first !== undefined && isVariable(first)) return second === undefined ? first : undefined;
  const isScheme = first !== undefined && SCHEMES.some((scheme) => first.trim().toLowerCase() === scheme.toLowerCase());
  return isScheme && second !== undefined && isVariable(second) && more.length === 0 ? second : undefined;
}

function schemeOf([first]: readonly TextPart[]): string | undefined {
  if (first === undefined || isVariable(first)) return undefined;
  const [word = ''] = first.trimStart().split(/\s/);
  return /\s/.test(first.trimStart())
    ? SCHEMES.find((scheme) => scheme.toLowerCase() === word.toLowerCase())
    : undefined;
}
