import type { CredentialShape } from './credential-shape';
import { isExampleLogin } from './placeholders';

/** Names in the connection strings of ADO.NET, ODBC, JDBC and libpq. */
const SERVER = named(`server|data source|host(?:name|addr)?|addr(?:ess)?|dsn|driver|endpoint|network address`);
const USER = named(`user(?:[ _]?(?:id|name))?|uid|username|login`);
const DATABASE = named('database|initial catalog|dbname|db');
const IN_URL = /\b[a-z][a-z0-9+.-]{1,30}:\/\/(?:[^\s/:?;&@]{1,100}@)?([^\s/:?;&@]{1,200})|\bjdbc:([a-z]{2,20}):/i;
/** Characters before and after a password in which the rest of its connection string stands. */
const AROUND = 300;

/** User names with passwords, as programs write them to connect. */
export const LOGINS: readonly CredentialShape[] = [
  {
    what: 'a connection string with a password',
    note: 'a password',
    marks: 'assw sswd pwd?',
    pattern: /(?<![A-Za-z0-9])(?:password|passwd|pwd)\s{0,3}=\s{0,3}['"{]?(?<secret>[^\s;&'"<>{}\\]{3,200})/gi,
    isReal: isConnection,
  },
  {
    // Go's drivers.
    what: 'a connection string with a password',
    note: 'a password',
    marks: 'tcp(? unix',
    pattern: /(?<![\w.-])(?<user>[\w.-]{1,60}):(?<secret>[^\s:@/"'<>]{3,200})@(?:tcp|unix)\((?<host>[^\s()]{1,200})\)/g,
    isReal: isLogin,
  },
  {
    what: 'a connection string with a password',
    note: 'a password',
    marks: 'dbco',
    pattern:
      /\bjdbc:oracle:[a-z]{2,10}:(?<user>[\w.$#-]{1,60})\/(?<secret>[^\s@/"'<>]{3,200})@(?:\/\/)?(?<host>[^\s:/"']{1,200})/gi,
    isReal: isLogin,
  },
  {
    // Source: RFC 7617, 2.
    what: 'a basic authorization',
    note: 'a password',
    marks: 'nbas',
    pattern: /\bauthorization\\?["']?\s{0,5}[:=]\s{0,5}\\?["']?Basic\s{1,3}(?<secret>[A-Za-z0-9+/]{8,400}={0,2})/gi,
    isReal: isBasic,
  },
];

/** Such as the URL of a database. */
export const URL_WITH_PASSWORD: CredentialShape = {
  what: 'a URL with a password',
  note: 'a password',
  marks: '',
  pattern:
    /:\/\/(?<user>[^\s/:@"'<>]{0,100}):(?<secret>[^\s/@"'<>{}]{3,200})@(?<host>[A-Za-z0-9[][^\s/:?#"'<>]{0,200})/gi,
  isReal: (match) => /[A-Za-z0-9]/.test(match.input?.charAt((match.index ?? 0) - 1) ?? '') && isLogin(match),
};

function isLogin({ groups }: RegExpMatchArray): boolean {
  return !isExampleLogin(groups?.user ?? '', groups?.secret ?? '', groups?.host ?? '');
}

/** A password alone is told from code and prose by the server and the user beside it. */
function isConnection({ 0: found, index = 0, input = '', groups }: RegExpMatchArray): boolean {
  const line = lineAround(input, index, index + found.length);
  const url = IN_URL.exec(line);
  const host = SERVER.exec(line)?.[1] ?? url?.[1] ?? url?.[2];
  const user = USER.exec(line)?.[1];
  if (host === undefined || (user === undefined && !DATABASE.test(line))) return false;
  return !isExampleLogin(user ?? '', groups?.secret ?? '', host);
}

function isBasic({ groups }: RegExpMatchArray): boolean {
  const login = Buffer.from(groups?.secret ?? '', 'base64').toString('latin1');
  const colon = login.indexOf(':');
  const user = login.slice(0, colon);
  return colon >= 0 && /^[ -~]+$/.test(login) && !isExampleLogin(user, login.slice(colon + 1), 'localhost');
}

function named(names: string): RegExp {
  return new RegExp(
    String.raw`(?<![A-Za-z0-9])(?:${names})\s{0,3}=\s{0,3}['"{]?(?:tcp:|np:)?([^\s;,&'"{}:]{1,200})`,
    'i',
  );
}

function lineAround(text: string, start: number, end: number): string {
  const before = text.slice(Math.max(0, start - AROUND), start);
  const after = text.slice(end, end + AROUND);
  return `${before.slice(before.lastIndexOf('\n') + 1)} ${after.split('\n', 1)[0] ?? ''}`;
}
