import type { JsonObject, JsonValue } from '../core/contracts';
import type { ExecutorTool, HttpCredential } from '../core/executor-config';
import { credentialHeader } from './credential-header';
import { decodeText } from './decode-text';
import { staysInSegment } from './path-segment';
import { type CredentialValue, NotSentError, OutcomeUnknownError, type TargetAnswer } from './target-answer';

/** How much more than the tool's limit is read of an answer. The output check refuses what exceeds the limit. */
const SLACK_BYTES = 1024;

export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/**
 * The HTTP request of a tool call. Arguments fill the path's placeholders; the others go to the query (GET, DELETE) or to
 * the JSON body. No argument can leave its path segment, change the origin or set a header.
 *
 * @throws NotSentError if the arguments or the credential don't fit into a request
 */
export function buildHttpRequest(
  baseUrl: string,
  tool: ExecutorTool,
  args: JsonObject,
  credential: HttpCredential | undefined,
  value: string | undefined,
): HttpRequest {
  const operation = tool.http;
  if (!operation) throw new Error(`The tool ${tool.name} has no HTTP operation.`);
  const rest: JsonObject = { ...args };
  const path = operation.path.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const argument = args[name];
    delete rest[name];
    return pathSegment(name, argument);
  });
  const url = new URL(baseUrl.replace(/\/+$/, '') + path);
  if (url.origin !== new URL(baseUrl).origin) {
    throw new NotSentError('The arguments would leave the connector’s origin.');
  }

  const headers: Record<string, string> = { accept: 'application/json, text/*;q=0.9' };
  const sendsBody = operation.method !== 'GET' && operation.method !== 'DELETE';
  if (!sendsBody) {
    // Not URLSearchParams: it writes a space as +, which servers that don't decode forms take for a plus sign.
    url.search = Object.entries(rest)
      .map(([name, argument]) => `${encodeURIComponent(name)}=${encodeURIComponent(queryText(argument))}`)
      .join('&');
  } else {
    headers['content-type'] = 'application/json';
  }
  if (credential && value !== undefined) Object.assign(headers, credentialHeader(credential, value));
  return { url, method: operation.method, headers, ...(sendsBody ? { body: JSON.stringify(rest) } : {}) };
}

function pathSegment(name: string, argument: JsonValue | undefined): string {
  if (typeof argument !== 'string' && typeof argument !== 'number' && typeof argument !== 'boolean') {
    throw new NotSentError(`The path needs the argument ${name}.`);
  }
  const text = String(argument);
  if (!staysInSegment(text)) {
    throw new NotSentError(
      `The argument ${name} is empty or contains a slash, a control character, . or .. segments, or an encoded form of one.`,
    );
  }
  return encodeURIComponent(text);
}

function queryText(argument: JsonValue): string {
  return typeof argument === 'object' ? JSON.stringify(argument) : String(argument);
}

/**
 * Calls the target once, without retries. Redirects are not followed: they could send the credential elsewhere.
 *
 * @throws NotSentError if nothing was sent
 * @throws OutcomeUnknownError if no whole answer came
 */
export async function callHttpTarget(
  baseUrl: string,
  tool: ExecutorTool,
  args: JsonObject,
  credential: HttpCredential | undefined,
  value: CredentialValue | undefined,
): Promise<TargetAnswer> {
  const request = buildHttpRequest(baseUrl, tool, args, credential, value?.value);
  let response: Response;
  try {
    response = await fetch(request.url, {
      method: request.method,
      headers: request.headers,
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(tool.timeoutMs),
    });
  } catch (error) {
    if (neverConnected(error)) throw new NotSentError('The target could not be reached. Nothing took effect.');
    throw new OutcomeUnknownError('No answer came.');
  }
  const bytes = await readAtMost(response, tool.maxResultBytes + SLACK_BYTES);
  const content = decodeText(bytes, response.headers.get('content-type'));
  const mayHaveRun = !response.ok && isUncertain(response.status);
  if (response.status >= 300 && response.status < 400) {
    return {
      ok: false,
      content: '',
      targetStatus: response.status,
      mayHaveRun,
      reason: 'The target answered with a redirect, which is never followed.',
    };
  }
  return response.ok
    ? { ok: true, content, targetStatus: response.status }
    : {
        ok: false,
        content,
        targetStatus: response.status,
        mayHaveRun,
        reason: `The target answered with status ${response.status}.`,
      };
}

/**
 * Whether the request may have taken effect in spite of the status: a redirect often follows a successful write, and a
 * 5xx or 408 may come from a gateway or from a target that failed in the middle.
 * Source: RFC 9110, 15.4.4 (303), 15.5.9 (408), 15.6 (5xx).
 */
function isUncertain(status: number): boolean {
  return (status >= 300 && status < 400) || status === 408 || status >= 500;
}

/** Whether the connection failed before the request was sent. */
function neverConnected(error: unknown): boolean {
  const cause = (error as { cause?: { code?: string } }).cause;
  return [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
    'CERT_HAS_EXPIRED',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'UND_ERR_CONNECT_TIMEOUT',
  ].includes(cause?.code ?? '');
}

async function readAtMost(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes > maxBytes) break;
    }
  } catch {
    throw new OutcomeUnknownError('The answer broke off.');
  }
  return Buffer.concat(chunks);
}
