import type { JsonObject } from '../contracts';

/**
 * Versions with an `initialize` at the beginning. Streamable HTTP came with the oldest of them.
 * Source: https://modelcontextprotocol.io/specification/versioning
 */
export const SESSION_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26'] as const;

/** The version without sessions: each request says what its sender is. */
export const STATELESS_VERSION = '2026-07-28';

/** How a server speaks. */
export type Dialect =
  | { readonly kind: 'sessions'; readonly version: (typeof SESSION_VERSIONS)[number] }
  | { readonly kind: 'stateless' };

/** A JSON-RPC request or, without an id, a notification. */
export interface OutgoingMessage {
  readonly jsonrpc: '2.0';
  readonly id?: number;
  readonly method: string;
  readonly params?: JsonObject;
}

/** JSON-RPC's code for a method that its receiver doesn't have. */
export const METHOD_NOT_FOUND = -32601;
/** JSON-RPC's code for wrong parameters, which MCP also gives for an unknown tool. Nothing ran. */
export const INVALID_PARAMS = -32602;
/** A server of other versions only. Source: https://modelcontextprotocol.io/specification/2026-07-28/basic/versioning */
export const UNSUPPORTED_VERSION = -32022;

const CLIENT = { name: 'cdk-hardened-agent', version: '1' } as const;

/** Offers no capability, so a server has no reason to ask for samples, answers of people, or folders. */
export function initializeRequest(id: number): OutgoingMessage {
  return {
    jsonrpc: '2.0',
    id,
    method: 'initialize',
    params: { protocolVersion: SESSION_VERSIONS[0], capabilities: {}, clientInfo: { ...CLIENT } },
  };
}

export const INITIALIZED: OutgoingMessage = { jsonrpc: '2.0', method: 'notifications/initialized' };

/** @param cursor what the page before named as its next one */
export function listRequest(id: number, dialect: Dialect, cursor: string | undefined): OutgoingMessage {
  return request(id, 'tools/list', cursor === undefined ? {} : { cursor }, dialect);
}

export function callRequest(id: number, dialect: Dialect, name: string, args: JsonObject): OutgoingMessage {
  return request(id, 'tools/call', { name, arguments: args }, dialect);
}

function request(id: number, method: string, params: JsonObject, dialect: Dialect): OutgoingMessage {
  if (dialect.kind === 'sessions') return { jsonrpc: '2.0', id, method, params };
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': STATELESS_VERSION,
    'io.modelcontextprotocol/clientInfo': { ...CLIENT },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return { jsonrpc: '2.0', id, method, params: { ...params, _meta } };
}

/**
 * Headers that the protocol asks for, besides the credential.
 * @param dialect undefined before the server has said how it speaks
 * @throws Error if the tool's name can't be a header. The review refuses such a name before
 */
export function protocolHeaders(
  message: OutgoingMessage,
  dialect: Dialect | undefined,
  sessionId: string | undefined,
): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    // A compressed answer could be far larger than its bytes.
    'accept-encoding': 'identity',
    ...(dialect === undefined ? {} : { 'mcp-protocol-version': versionOf(dialect) }),
    ...(sessionId === undefined ? {} : { 'mcp-session-id': sessionId }),
    ...(dialect?.kind === 'stateless' ? statelessHeaders(message) : {}),
  };
}

export function versionOf(dialect: Dialect): string {
  return dialect.kind === 'stateless' ? STATELESS_VERSION : dialect.version;
}

/** Source: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports (standard request headers) */
function statelessHeaders({ method, params }: OutgoingMessage): Record<string, string> {
  const name = params?.name;
  return { 'mcp-method': method, ...(typeof name === 'string' ? { 'mcp-name': headerText(name) } : {}) };
}

/** What isn't plain ASCII goes in Base64 between marks, as the version says. */
function headerText(text: string): string {
  return /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !text.startsWith('=?base64?')
    ? text
    : `=?base64?${Buffer.from(text).toString('base64')}?=`;
}

/** Whether a text can be a session's id. Source: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports (session management) */
export function isSessionId(text: string): boolean {
  return /^[\x21-\x7e]{1,1024}$/.test(text);
}
