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

/** The gate couldn't be reached, or its API refused the request before the gate got it. */
export class GateUnreachableError extends Error {
  override readonly name = 'GateUnreachableError';

  constructor(
    message: string,
    /** Whether the same call may be sent again. */
    readonly retryable: boolean,
  ) {
    super(message);
  }
}

/** The gate's client. It signs each request with the task's credentials; SigV4 covers the body. */
export class GateClient {
  private readonly fetch: typeof fetch;

  constructor(private readonly options: GateClientOptions) {
    this.fetch = options.fetch ?? fetch;
  }

  async listTools(): Promise<ToolListing[]> {
    for (let attempt = 1; ; attempt++) {
      const answer = (await this.send('GET', '/tools')) as { tools?: ToolListing[]; code?: string; reason?: string };
      if (answer.tools) return answer.tools;
      if (answer.code !== 'SESSION_NOT_READY' || attempt === ATTEMPTS) {
        throw new Error(answer.reason ?? 'The gate lists no tools.');
      }
      await pause(WAIT_MS * attempt);
    }
  }

  /**
   * Calls one tool. After a lost connection it sends the same `callId` again; the gate runs a `callId` once.
   * @throws GateUnreachableError if the gate didn't reply
   */
  async call(callId: string, tool: string, args: JsonObject): Promise<GateReply> {
    const body = JSON.stringify({ v: 1, callId, tool, arguments: args });
    const lastStart = Date.now() + LAST_ATTEMPT_MS;
    for (let attempt = 1; ; attempt++) {
      const last = () => attempt === ATTEMPTS || Date.now() + WAIT_MS * attempt > lastStart;
      try {
        const reply = (await this.send('POST', '/calls', body)) as GateReply;
        if (reply.code !== 'SESSION_NOT_READY' || last()) return reply;
      } catch (error) {
        if (!(error instanceof GateUnreachableError) || !error.retryable || last()) throw error;
      }
      await pause(WAIT_MS * attempt);
    }
  }

  private async send(method: 'GET' | 'POST', path: string, body?: string): Promise<unknown> {
    const url = new URL(this.options.url.replace(/\/+$/, '') + path);
    const signer = new SignatureV4({
      service: 'execute-api',
      region: this.options.region,
      credentials: await this.options.credentials(),
      sha256: Sha256,
    });
    const signed = await signer.sign(
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
    const { host: _, ...headers } = signed.headers;
    let response: Response;
    let text: string;
    try {
      response = await this.fetch(url, {
        method,
        headers,
        ...(body ? { body } : {}),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      text = await response.text();
    } catch {
      throw new GateUnreachableError('The gate could not be reached, or its answer was incomplete.', true);
    }
    if (!response.ok) {
      // Never the body: if the signature is wrong, the API's answer contains the request's headers with the session token.
      const type = response.headers.get('x-amzn-errortype')?.replace(/[^A-Za-z]/g, '') ?? '';
      throw new GateUnreachableError(
        `The gate's API refused the request with status ${response.status}${type ? ` (${type})` : ''}.`,
        response.status === 429 || response.status >= 500,
      );
    }
    try {
      return JSON.parse(text);
    } catch {
      throw new GateUnreachableError('The answer is not JSON, so it is not from the gate.', false);
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
