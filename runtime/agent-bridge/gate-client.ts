import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { GateReply, JsonObject, ToolListing } from '../core/contracts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface GateClientOptions {
  /** Address of the gate's stage, such as `https://abc.execute-api.eu-west-1.amazonaws.com/v1`. */
  readonly url: string;
  readonly region: string;
  readonly credentials: () => Promise<Credentials>;
  readonly fetch?: typeof fetch;
}

/** A reply of the gate takes less time. */
const TIMEOUT_MS = 30_000;
const ATTEMPTS = 4;
const WAIT_MS = 500;
/** MCP clients give up after 60 s. An attempt that starts later than this could take longer. */
const LAST_ATTEMPT_MS = 25_000;
/** MCP clients wait at least 30 s for the list of tools. A list that comes late is better than none, so all of this is used. */
const LIST_MS = 25_000;
const LIST_ATTEMPT_MS = 10_000;
const FIRST_LIST_WAIT_MS = 250;
const LONGEST_LIST_WAIT_MS = 1_000;
/** API Gateway refuses with these statuses before the gate gets anything. */
const REFUSED_BEFORE = new Set([400, 401, 403, 404, 413, 429]);

/** The gate couldn't be reached, or its API refused the request before the gate got it. */
export class GateUnreachableError extends Error {
  override readonly name = 'GateUnreachableError';

  constructor(
    message: string,
    /** Whether the same call may be sent again. */
    readonly retryable: boolean,
    /** Whether the gate may have got the call. */
    readonly maybeRan: boolean,
  ) {
    super(message);
  }
}

/** The gate lists no tools. `data` is what the client of MCP gets. */
export class NoToolsError extends Error {
  override readonly name = 'NoToolsError';
  readonly data: { readonly code: string };

  constructor(
    code: string,
    reason: string,
    /** Whether the gate may list tools later. */
    readonly temporary: boolean,
  ) {
    super(`${reason} (${code})`);
    this.data = { code };
  }
}

/** The gate's client. It signs each request with the task's credentials; SigV4 covers the body. */
export class GateClient {
  private readonly fetch: typeof fetch;

  constructor(private readonly options: GateClientOptions) {
    this.fetch = options.fetch ?? fetch;
  }

  /**
   * The tools of the session. Waits while the session is being opened and while the gate can't be reached, for 25 seconds in all.
   * @throws NoToolsError if there are none by then
   */
  async listTools(): Promise<ToolListing[]> {
    const end = Date.now() + LIST_MS;
    for (let attempt = 0; ; attempt++) {
      const waitMs = Math.min(FIRST_LIST_WAIT_MS * 2 ** attempt, LONGEST_LIST_WAIT_MS);
      const listed = await this.askForTools(Math.max(1, Math.min(LIST_ATTEMPT_MS, end - Date.now())));
      if (!(listed instanceof NoToolsError)) return listed;
      if (!listed.temporary || Date.now() + waitMs >= end) throw listed;
      await pause(waitMs);
    }
  }

  private async askForTools(timeoutMs: number): Promise<ToolListing[] | NoToolsError> {
    try {
      const { tools, code, reason } = (await this.send('GET', '/tools', undefined, timeoutMs)) as ListAnswer;
      if (tools) return tools;
      const said = reason ?? 'The gate lists no tools.';
      return new NoToolsError(code ?? 'GATE_UNREACHABLE', said, code === 'SESSION_NOT_READY');
    } catch (error) {
      if (!(error instanceof GateUnreachableError)) throw error;
      return new NoToolsError('GATE_UNREACHABLE', error.message, error.retryable);
    }
  }

  /**
   * Calls one tool. After a lost connection it sends the same `callId` again; the gate runs a `callId` once.
   * @throws GateUnreachableError if the gate didn't reply
   */
  async call(callId: string, tool: string, args: JsonObject): Promise<GateReply> {
    const body = JSON.stringify({ v: 1, callId, tool, arguments: args });
    const lastStart = Date.now() + LAST_ATTEMPT_MS;
    let maybeRan = false;
    for (let attempt = 1; ; attempt++) {
      const last = () => attempt === ATTEMPTS || Date.now() + WAIT_MS * attempt > lastStart;
      try {
        const reply = (await this.send('POST', '/calls', body, TIMEOUT_MS)) as GateReply;
        if (reply.code !== 'SESSION_NOT_READY' || last()) return reply;
      } catch (error) {
        if (!(error instanceof GateUnreachableError)) throw error;
        maybeRan ||= error.maybeRan;
        if (!error.retryable || last()) throw new GateUnreachableError(error.message, error.retryable, maybeRan);
      }
      await pause(WAIT_MS * attempt);
    }
  }

  private async send(
    method: 'GET' | 'POST',
    path: string,
    body: string | undefined,
    timeoutMs: number,
  ): Promise<unknown> {
    const url = new URL(this.options.url.replace(/\/+$/, '') + path);
    const signed = await this.sign(method, url, body);
    const { host: _, ...headers } = signed.headers;
    let response: Response;
    let text: string;
    try {
      response = await this.fetch(url, {
        method,
        headers,
        ...(body ? { body } : {}),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      text = await response.text();
    } catch {
      throw new GateUnreachableError('The gate could not be reached, or its answer was incomplete.', true, true);
    }
    if (!response.ok) {
      // Never the body: if the signature is wrong, the API's answer contains the request's headers with the session token.
      const type = response.headers.get('x-amzn-errortype')?.replace(/[^A-Za-z]/g, '') ?? '';
      throw new GateUnreachableError(
        `The gate's API refused the request with status ${response.status}${type ? ` (${type})` : ''}.`,
        response.status === 429 || response.status >= 500,
        !REFUSED_BEFORE.has(response.status),
      );
    }
    try {
      return JSON.parse(text);
    } catch {
      throw new GateUnreachableError('The answer is not JSON, so it is not from the gate.', false, true);
    }
  }

  private async sign(method: 'GET' | 'POST', url: URL, body: string | undefined): Promise<RequestToSend> {
    const signer = new SignatureV4({
      service: 'execute-api',
      region: this.options.region,
      credentials: await this.credentials(),
      sha256: Sha256,
    });
    return signer.sign(
      new HttpRequest({
        method,
        protocol: url.protocol,
        hostname: url.hostname,
        ...(url.port ? { port: Number(url.port) } : {}),
        path: url.pathname,
        headers: { host: url.host, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body } : {}),
      }),
    );
  }

  private async credentials(): Promise<Credentials> {
    try {
      return await this.options.credentials();
    } catch {
      throw new GateUnreachableError(
        'The bridge has no credentials of its task: name AWS_CONTAINER_CREDENTIALS_RELATIVE_URI in the environment of the MCP server.',
        true,
        false,
      );
    }
  }
}

type ListAnswer = { readonly tools?: ToolListing[] } & Partial<Pick<GateReply, 'code' | 'reason'>>;

type RequestToSend = Awaited<ReturnType<SignatureV4['sign']>>;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
