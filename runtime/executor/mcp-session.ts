import type { JsonObject } from '../core/contracts';
import {
  callRequest,
  type Dialect,
  INITIALIZED,
  initializeRequest,
  isSessionId,
  listRequest,
  METHOD_NOT_FOUND,
  type OutgoingMessage,
  protocolHeaders,
  SESSION_VERSIONS,
  UNSUPPORTED_VERSION,
} from '../core/mcp/protocol';
import type { ToolDefinition } from '../core/mcp/tool-definition';
import { MAX_LISTING_BYTES, MAX_PAGES, MAX_TOOLS, readPage } from '../core/mcp/tool-listing';
import type { Answer, Exchanged, McpConnection } from './mcp-connection';
import { McpFailure } from './mcp-failure';

/** An `initialize` and an acknowledgement are small. */
const MAX_GREETING_BYTES = 256 * 1024;
/** Pictures are read although they aren't shown. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const END_MS = 500;

/** One session with a server. It serves one call of one agent, so that no two users share what a server keeps in it. */
export class McpSession {
  private nextId = 2;

  private constructor(
    private readonly connection: McpConnection,
    private readonly dialect: Dialect,
    private readonly sessionId: string | undefined,
  ) {}

  /**
   * Begins a session, or learns that the server has none.
   * @throws McpFailure if the server speaks no known version, or doesn't answer as it must
   */
  static async open(connection: McpConnection, signal: AbortSignal): Promise<McpSession> {
    const request = initializeRequest(1);
    const options = { headers: protocolHeaders(request, undefined, undefined), signal, maxBytes: MAX_GREETING_BYTES };
    let greeting: Exchanged;
    try {
      greeting = await connection.post(request, options);
    } catch (error) {
      if (error instanceof McpFailure && isWithoutSessions(error.parts.code)) return stateless(connection);
      throw error;
    }
    const { answer, headers } = greeting;
    if (answer?.kind === 'error' && isWithoutSessions(answer.code)) return stateless(connection);
    const result = resultOf(answer);
    const version = SESSION_VERSIONS.find((each) => each === result.protocolVersion);
    if (version === undefined) {
      throw new McpFailure(`speaks another version of the protocol than ${SESSION_VERSIONS.join(', ')}`, {
        body: JSON.stringify(result.protocolVersion),
      });
    }
    const id = headers['mcp-session-id'];
    if (id !== undefined && (typeof id !== 'string' || !isSessionId(id))) {
      throw new McpFailure('named its session by something that is no session id', {});
    }
    const session = new McpSession(connection, { kind: 'sessions', version }, id);
    await session.post(INITIALIZED, signal, MAX_GREETING_BYTES);
    return session;

    function stateless(of: McpConnection): McpSession {
      return new McpSession(of, { kind: 'stateless' }, undefined);
    }
  }

  /**
   * All pages of the listing.
   * @throws McpFailure if there are too many tools, bytes or pages, or the pages don't end
   */
  async list(signal: AbortSignal): Promise<readonly ToolDefinition[]> {
    const tools: ToolDefinition[] = [];
    const cursors = new Set<string>();
    let bytes = 0;
    for (let cursor: string | undefined; ; ) {
      const request = listRequest(this.nextId++, this.dialect, cursor);
      const exchanged = await this.post(request, signal, MAX_LISTING_BYTES - bytes);
      bytes += exchanged.bytes;
      const page = readPage(resultOf(exchanged.answer));
      if (!page.ok) throw new McpFailure(`answered with ${page.why}`, {});
      tools.push(...page.tools);
      if (tools.length > MAX_TOOLS) throw new McpFailure(`lists more than ${MAX_TOOLS} tools`, {});
      if (page.next === undefined) return tools;
      if (cursors.has(page.next) || cursors.size >= MAX_PAGES) {
        throw new McpFailure('answered with a listing whose pages don’t end', {});
      }
      cursors.add(page.next);
      cursor = page.next;
    }
  }

  /** Calls a tool, once. @throws McpFailure if there is no answer */
  async call(name: string, args: JsonObject, signal: AbortSignal): Promise<Exchanged> {
    return this.post(callRequest(this.nextId++, this.dialect, name, args), signal, MAX_ANSWER_BYTES);
  }

  /** Never rejects. */
  async end(): Promise<void> {
    if (this.sessionId === undefined) return;
    const { 'content-type': _, ...headers } = protocolHeaders(INITIALIZED, this.dialect, this.sessionId);
    await this.connection.end({ headers, signal: AbortSignal.timeout(END_MS) });
  }

  private post(message: OutgoingMessage, signal: AbortSignal, maxBytes: number): Promise<Exchanged> {
    const headers = protocolHeaders(message, this.dialect, this.sessionId);
    return this.connection.post(message, { headers, signal, maxBytes });
  }
}

/** Whether an error says that the server knows no `initialize`. */
function isWithoutSessions(code: number | undefined): boolean {
  return code === UNSUPPORTED_VERSION || code === METHOD_NOT_FOUND;
}

/** @throws McpFailure if the server answered with an error */
function resultOf(answer: Answer | undefined): JsonObject {
  if (answer?.kind === 'result') return answer.result;
  const code = answer?.code;
  throw new McpFailure(`answered with the error ${code}`, { code, body: JSON.stringify(answer) });
}
