import * as http from 'node:http';
import * as https from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { HttpRequest } from './http-request';
import { AddressRefusedError, hostMayBeReached, lookupWithin, type Reach, refusal } from './public-address';
import { NotSentError, OutcomeUnknownError } from './target-answer';

export interface SendOptions {
  readonly timeoutMs: number;
  /** Of the answer's body, decompressed. What exceeds it isn't read. */
  readonly maxBytes: number;
  readonly reach: Reach;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly bytes: Uint8Array;
}

// A connection that was kept may be dead once the function is thawed, and nobody could say whether its request arrived. TLS sessions
// are kept, so another connection costs less.
const agents = { https: new https.Agent({ keepAlive: false }), http: new http.Agent({ keepAlive: false }) };

/**
 * Sends one request, once, to an address that may be reached. Redirects are not followed.
 *
 * @throws NotSentError if no connection was made, so nothing was sent
 * @throws OutcomeUnknownError if no whole answer came
 */
export async function sendRequest(request: HttpRequest, options: SendOptions): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  const response = await begin(request, options.reach, signal);
  const { statusCode = 0, headers } = response;
  return { status: statusCode, headers, bytes: await readAtMost(response, options.maxBytes) };
}

function begin(
  { url, method, headers, body }: HttpRequest,
  reach: Reach,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  if (!hostMayBeReached(url.hostname, reach)) throw notReached(refusal(reach));
  const secure = url.protocol === 'https:';
  return new Promise((resolve, reject) => {
    let connected = false;
    const outgoing = (secure ? https : http).request(
      url,
      // Most servers then send plain text, which is bounded as it arrives.
      {
        method,
        headers: { ...headers, 'accept-encoding': 'identity' },
        agent: secure ? agents.https : agents.http,
        lookup: lookupWithin(reach),
        signal,
      },
      resolve,
    );
    outgoing.once('socket', (socket) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => {
        connected = true;
      });
    });
    // A change of protocol that nobody asked for: Node then ends the connection without an error.
    outgoing.once('close', () =>
      reject(connected ? new OutcomeUnknownError('No answer came.') : notReached(new Error())),
    );
    outgoing.on('error', (error) => reject(connected ? new OutcomeUnknownError('No answer came.') : notReached(error)));
    outgoing.end(body);
  });
}

/** Until the connection is made, and its certificate checked, nothing of the request leaves. */
function notReached(error: Error): NotSentError {
  return new NotSentError(
    error instanceof AddressRefusedError
      ? `${error.message} Nothing was sent.`
      : 'The target could not be reached. Nothing took effect.',
  );
}

async function readAtMost(response: http.IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of decompressed(response) as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes > maxBytes) break;
    }
  } catch {
    throw new OutcomeUnknownError('The answer broke off.');
  } finally {
    response.destroy();
  }
  return Buffer.concat(chunks);
}

/** Some servers compress whatever they were asked. An unknown encoding stays as it is: bytes that read as no text. */
function decompressed(response: http.IncomingMessage): Readable {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase();
  const decoder =
    encoding === 'gzip' || encoding === 'x-gzip'
      ? createGunzip()
      : encoding === 'deflate'
        ? createInflate()
        : encoding === 'br'
          ? createBrotliDecompress()
          : undefined;
  // The callback is for the errors: whoever reads the decoder gets them too.
  return decoder === undefined ? response : pipeline(response, decoder, () => {});
}
