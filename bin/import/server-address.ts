import { isIP } from 'node:net';
import { CannotImport } from './declared-server';
import { looksSecret, namesSecret } from './looks-secret';
import { filledIn } from './variables';

/** What the user says about addresses. */
export interface AddressOptions {
  /** Values for the variables in addresses. */
  readonly values: ReadonlyMap<string, string>;
  /** The user says that what looks like a secret in a path is none. */
  readonly pathIsPublic: boolean;
}

/** An address without secrets, and whether it held a login. */
export interface ServerAddress {
  readonly url: string;
  readonly hadLogin: boolean;
}

/** Judges the address of a server. @throws CannotImport when a connector can't call it */
export function serverAddress(given: string, options: AddressOptions): ServerAddress {
  const { text, missing } = filledIn(given.trim(), options.values);
  if (missing.length > 0) {
    throw new CannotImport(
      `its address holds ${missing.join(', ')}, which has no value here`,
      `give the value, if it is no secret: --set ${missing[0]}=VALUE`,
    );
  }
  if (text === '') {
    throw new CannotImport(
      'its address is empty: whoever wrote the file leaves it to you',
      'import it by its address: hardened-agent import https://…',
    );
  }
  const url = parsed(text);
  refuseLocal(url);
  refuseSecrets(url, options);
  const hadLogin = url.username !== '' || url.password !== '';
  url.username = '';
  url.password = '';
  url.hash = '';
  return { url: url.href, hadLogin };
}

function parsed(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:') return url;
  if (url?.protocol === 'http:' && isThisMachine(url.hostname)) return url;
  throw url?.protocol === 'http:'
    ? new CannotImport(
        'its address begins with http://, so anybody on the way could read the credential and change answers',
        'serve it with TLS, and import the address that begins with https://',
      )
    : new CannotImport('its address is no https:// address', 'write one such as https://mcp.example.com/mcp');
}

function isThisMachine(host: string): boolean {
  return /^(?:localhost|.*\.localhost|127\.[0-9.]+|\[::1?\]|0\.0\.0\.0|host\.docker\.internal)$/i.test(host);
}

function refuseLocal({ hostname }: URL): void {
  if (isThisMachine(hostname)) {
    throw new CannotImport(
      'it runs on the machine of whoever uses the file, where a connector can’t call it',
      'run it behind HTTPS where the connector reaches it (docs/mcp.md says how), and import that address',
    );
  }
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) {
    throw new CannotImport(
      'its address has an IP address in place of a host name',
      'give it a name with a certificate',
    );
  }
}

function refuseSecrets(url: URL, { pathIsPublic }: AddressOptions): void {
  const secrets = [...url.searchParams].filter(([name, value]) => namesSecret(name) || looksSecret(value));
  if (secrets.length > 0) {
    throw new CannotImport(
      'its address holds what looks like a credential in its query, and addresses are written to logs on their way',
      'ask its owner for a header to send the credential in, and import the address without it and with --token-env',
    );
  }
  const secret = url.pathname.split('/').some((segment) => looksSecret(decoded(segment)));
  if (secret && !pathIsPublic) {
    throw new CannotImport(
      'its address holds what looks like a credential in its path, and everybody who reads your code could use it',
      'ask its owner for an address without it; if it is no secret, add --path-is-public',
    );
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
