import type { IncomingHttpHeaders } from 'node:http';

/** What is known of a failure. What the server said of it is for people only. */
export interface FailureParts {
  readonly status?: number;
  readonly headers?: IncomingHttpHeaders;
  readonly body?: string;
  /** JSON-RPC's code of an error. */
  readonly code?: number;
  /** An error of the connection, by name. */
  readonly cause?: string;
  /** Whether the message may have reached the server. @default true */
  readonly reached?: boolean;
}

/** A server that didn't answer as it must. */
export class McpFailure extends Error {
  override readonly name = 'McpFailure';

  /** @param what what the server did, in our own words, such as `didn’t answer in time`. The agent may read it */
  constructor(
    readonly what: string,
    readonly parts: FailureParts,
  ) {
    super(`The server ${what}`);
  }

  get reached(): boolean {
    return this.parts.reached ?? true;
  }

  /** What the server said, as evidence: its beginning, and all that was read of it. */
  evidence(step: string): { readonly evidence: string; readonly said?: string } {
    const { status, headers = {}, body, code, cause } = this.parts;
    const told = Object.fromEntries(TELLING_HEADERS.map((name) => [name, headers[name]]));
    const text = JSON.stringify({ step, failed: this.message, status, code, cause, headers: told });
    if (body === undefined) return { evidence: text };
    return { evidence: `${text}\n${body.slice(0, MAX_BODY_CHARACTERS)}`, said: body };
  }
}

const TELLING_HEADERS = ['content-type', 'content-encoding', 'location', 'retry-after', 'www-authenticate'];
const MAX_BODY_CHARACTERS = 16_384;
