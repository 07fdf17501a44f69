import type { JsonObject, JsonValue } from '../../runtime/core/contracts';
import { isObject } from '../../runtime/core/json/is-object';
import { CannotImport, type DeclaredServer } from './declared-server';
import { bridgedAddress, explainCommand } from './local-command';
import { type AddressOptions, serverAddress } from './server-address';
import { bearerOf, credentialOf, credentialOfLogin } from './server-credential';

/** Where clients keep their servers: Claude, Cursor, VS Code and its settings, opencode. */
const PLACES: readonly (readonly string[])[] = [
  ['mcpServers'],
  ['servers'],
  ['mcp', 'servers'],
  ['mcp', 'mcpServers'],
  ['mcp.servers'],
  ['mcp'],
  ['context_servers'],
];
const SIGNS_OF_SERVER = ['url', 'command', 'httpUrl', 'serverUrl', 'uri'];

/** The servers of a client's configuration by name; undefined if it is none. A bare map of servers is one too. */
export function serverMapOf(config: JsonValue): JsonObject | undefined {
  if (!isObject(config)) return undefined;
  for (const place of PLACES) {
    const found = place.reduce<JsonValue | undefined>((at, key) => (isObject(at) ? at[key] : undefined), config);
    if (isObject(found) && (place[0] !== 'mcp' || place.length > 1 || isServerMap(found))) return found;
  }
  return isServerMap(config) ? config : undefined;
}

/** Each server of a configuration, with what becomes of it. */
export function serversOf(map: JsonObject, options: AddressOptions): DeclaredServer[] {
  return Object.entries(map).map(([name, entry]) => declaredServer(name, entry, options));
}

function isServerMap(value: JsonObject): boolean {
  const entries = Object.values(value);
  const isServer = (entry: JsonValue | undefined) =>
    isObject(entry) && SIGNS_OF_SERVER.some((sign) => entry[sign] !== undefined);
  return entries.length > 0 && entries.every(isServer);
}

function declaredServer(name: string, entry: JsonValue | undefined, options: AddressOptions): DeclaredServer {
  try {
    if (!isObject(entry)) {
      throw new CannotImport('its declaration is no object', 'write { "url": "https://…" }');
    }
    return { name, ...remoteServer(name, entry, options) };
  } catch (error) {
    if (!(error instanceof CannotImport)) throw error;
    return { name, notes: [], notImported: { why: error.why, instead: error.instead } };
  }
}

function remoteServer(name: string, entry: JsonObject, options: AddressOptions): Omit<DeclaredServer, 'name'> {
  const flat = isObject(entry.transport) ? { ...entry, ...entry.transport } : entry;
  const bridged = commandOf(flat);
  const given = bridged?.url ?? firstText(flat, ['url', 'httpUrl', 'serverUrl', 'uri']) ?? '';
  refuseTransport(flat, given, bridged !== undefined);
  const { url, hadLogin } = serverAddress(given, options);
  const headers = { ...headersOf(flat), ...bridged?.headers };
  const read = hadLogin && Object.keys(headers).length === 0 ? credentialOfLogin(name) : credentialOf(name, headers);
  const hasOAuth = OAUTH_FIELDS.some((field) => isObject(flat[field]) || typeof flat[field] === 'string');
  const credential = read.credential ?? (hasOAuth ? bearerOf(name) : undefined);
  const notes = [
    ...(bridged === undefined ? [] : ['The program only connects to its address, so the address is imported.']),
    ...read.notes,
    ...(hasOAuth ? [oauthNote(credential?.name ?? '')] : []),
    ...OTHER_FIELDS.flatMap(([fields, note]) => (fields.some((field) => flat[field] !== undefined) ? [note] : [])),
  ];
  return credential === undefined ? { url, notes } : { url, notes, credential };
}

const OAUTH_FIELDS = ['oauth', 'auth', 'authProviderType'];

function oauthNote(credential: string): string {
  return `It signs a person in by OAuth, which no function can do for an agent. Make a token for the agent alone at the server, with as few rights as it needs: the credential ${credential}.`;
}

/** Fields that mean something to a client and nothing to a connector. */
const OTHER_FIELDS: readonly (readonly [readonly string[], string])[] = [
  [
    ['autoApprove', 'alwaysAllow', 'trust'],
    'What runs without a question isn’t taken over: here policies decide (agent.autoApprove).',
  ],
  [['disabled'], 'The file says whether the server is switched on; that isn’t taken over.'],
  [['headersHelper'], 'The program that makes headers isn’t run. Put the credential into the connector’s secret.'],
  [['env', 'envFile'], 'Variables of the environment are left out: a remote server doesn’t get them.'],
];

/** The address behind a bridge. @throws CannotImport for any other program */
function commandOf(entry: JsonObject): ReturnType<typeof bridgedAddress> {
  const { command } = entry;
  if (command === undefined || command === null) {
    if (entry.type !== 'stdio' && entry.type !== 'local') return undefined;
    throw refused(explainCommand('', []));
  }
  const words = textsOf(command);
  const [program = '', ...more] = words;
  const args = [...more, ...textsOf(entry.args)];
  const bridged = bridgedAddress(program, args);
  if (bridged === undefined) throw refused(explainCommand(program, args));
  return bridged;
}

function refused({ why, instead }: ReturnType<typeof explainCommand>): CannotImport {
  return new CannotImport(why, instead);
}

const HTTP_TYPES = [
  'http',
  'https',
  'streamable-http',
  'streamablehttp',
  'streamable_http',
  'httpstreamable',
  'remote',
];

function refuseTransport(entry: JsonObject, url: string, isBridged: boolean): void {
  const given = isBridged ? undefined : firstText(entry, ['type', 'transport', 'transportType']);
  const type = given?.toLowerCase();
  const bySse = type === 'sse' || ((type === undefined || isBridged) && /\/sse\/?(?:\?|$)/.test(url));
  if (bySse) {
    throw new CannotImport(
      'it uses the transport HTTP+SSE, which MCP deprecated in March 2025; McpConnector speaks Streamable HTTP only',
      'many servers speak both: try its address with /mcp in place of /sse',
    );
  }
  if (type !== undefined && !HTTP_TYPES.includes(type)) {
    throw new CannotImport('its transport isn’t one that McpConnector speaks', 'use one that speaks Streamable HTTP');
  }
}

function headersOf(entry: JsonObject): Record<string, string> {
  const places = [
    entry.headers,
    entry.http_headers,
    isObject(entry.requestInit) ? entry.requestInit.headers : undefined,
  ];
  const found = places.find(isObject) ?? {};
  const texts = Object.entries(found).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  if (texts.length < Object.keys(found).length) {
    throw new CannotImport('a header’s value is no text', 'correct the file, and import it again');
  }
  return Object.fromEntries(texts) as Record<string, string>;
}

function firstText(entry: JsonObject, names: readonly string[]): string | undefined {
  return names.map((name) => entry[name]).find((value) => typeof value === 'string') as string | undefined;
}

function textsOf(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
}
