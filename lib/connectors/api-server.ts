import type { ApiOperation, ApiServer } from '../../runtime/core/openapi/api-operation';
import { serverAddress } from '../../runtime/core/openapi/read-servers';
import type { OpenApiDocument } from './openapi-document';

interface Chosen {
  readonly baseUrl?: string;
  readonly serverVariables?: { readonly [name: string]: string };
}

/**
 * The address that all operations of a connector are called at: the given one, else that of the document's only server.
 * @throws Error with the connector's path if the document leaves it open
 * @internal
 */
export function apiBaseUrl(path: string, { _api: api, _source: source }: OpenApiDocument, chosen: Chosen): string {
  const { baseUrl, serverVariables } = chosen;
  if (baseUrl !== undefined) {
    if (serverVariables === undefined) return baseUrl;
    throw new Error(`${path}: serverVariables are given beside baseUrl, which says all of it; remove one`);
  }
  const [server, ...others] = api.servers;
  if (server === undefined)
    throw new Error(`${path}: ${source} names no server; write baseUrl: 'https://api.example.com'`);
  if (others.length > 0) {
    const listed = api.servers.slice(0, 10).map(({ url }) => plainly(url));
    throw new Error(`${path}: ${source} names several servers; write as baseUrl the one to call: ${listed.join(', ')}`);
  }
  const unknown = Object.keys(serverVariables ?? {}).find((name) => !server.url.includes(`{${name}}`));
  if (unknown !== undefined) {
    throw new Error(
      `${path}: serverVariables has "${plainly(unknown)}", but the server is ${plainly(server.url)}; remove it`,
    );
  }
  const address = serverAddress(server, serverVariables);
  if (!address.ok) throw new Error(`${path}: the server ${plainly(server.url)} of ${source}: ${address.problem}`);
  if (/^[a-z][a-z0-9+.-]*:/i.test(address.url)) return address.url;
  throw new Error(
    `${path}: the server "${plainly(server.url)}" of ${source} is relative to where the document lies; write baseUrl: 'https://api.example.com'`,
  );
}

/** Why an operation can't be called at an address; undefined if it can. @internal */
export function serverProblem({ servers }: ApiOperation, baseUrl: string): string | undefined {
  if (servers.length === 0 || servers.some((server) => isAt(server, baseUrl))) return undefined;
  const listed = servers.slice(0, 5).map(({ url }) => plainly(url));
  return `it has servers of its own (${listed.join(', ')}), and the connector calls ${baseUrl}; make another connector with that baseUrl`;
}

function isAt(server: ApiServer, baseUrl: string): boolean {
  const address = serverAddress(server);
  const plain = (url: string) => url.replace(/\/+$/, '');
  return address.ok && plain(address.url) === plain(baseUrl);
}

/** A text of the document, for a message. */
function plainly(text: string): string {
  return text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?');
}
