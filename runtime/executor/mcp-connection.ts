import * as http from 'node:http';
import * as https from 'node:https';
import { setTimeout as setTimer } from 'node:timers/promises';
import { EventStream } from '../core/mcp/event-stream';
import { METHOD_NOT_FOUND, type OutgoingMessage } from '../core/mcp/protocol';
import { readServerMessage, type ServerMessage } from '../core/mcp/server-message';
import { McpFailure } from './mcp-failure';
import { AddressRefusedError, hostMayBeReached, lookupWithin, type Reach, refusal } from './public-address';

/** Where a server is, and what it gets with each request. */
export interface McpServer {
  readonly url: URL;
  /** The credential, as the server expects it. */
  readonly headers: Readonly<Record<string, string>>;
  /** Which addresses its host may have. */
  readonly reach: Reach;
}

/** An answer to one of our requests. */
export type Answer = Extract<ServerMessage, { kind: 'result' | 'error' }>;

/** What came back for one message. */
export interface Exchanged {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  /** Undefined: the server took a message that has no answer. */
  readonly answer: Answer | undefined;
  /** Bytes of the body that were read. */
  readonly bytes: number;
}

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}

const MAX_HEADER_BYTES = 16 * 1024;
/** How long the end of a stream of events is awaited, once its answer is there. */
const MS_AFTER_ANSWER = 50;
/** How often a server may end a stream and be asked to go on. */
const MAX_RESUMED = 20;
/** A server has no reason to ask anything, so one that keeps asking is left. */
const MAX_SERVER_REQUESTS = 20;

/**
 * Sends messages to one server over connections of its own, which end with the call. Nothing is sent twice, no redirect is followed, and
 * nothing is read beyond its limit of bytes or time.
 */
export class McpConnection {
  /** Whether the server said that its tools changed. */
  public listChanged = false;
  /** How often the server asked for something that is refused: samples, answers of people, folders. */
  public serverRequests = 0;
  private readonly agent: http.Agent;
  private readonly replies: Promise<unknown>[] = [];

  constructor(private readonly server: McpServer) {
    const options = { keepAlive: true, maxSockets: 4 };
    this.agent = isTls(server.url) ? new https.Agent(options) : new http.Agent(options);
  }

  /**
   * Sends one message and reads until its answer is there.
   * @throws McpFailure if there is no answer. It says whether the message may have reached the server
   */
  public async post(message: OutgoingMessage, options: PostOptions): Promise<Exchanged> {
    const sent = { reached: false };
    try {
      const response = await this.send('POST', JSON.stringify(message), options, sent);
      try {
        return await this.read(response, message, options);
      } finally {
        // What follows the answer isn't read.
        if (!response.complete) response.destroy();
      }
    } catch (error) {
      if (error instanceof McpFailure) throw error;
      throw lostAnswer(error, sent.reached);
    }
  }

  /** Tells the server that a session is over. It needn't listen. */
  public async end(options: Pick<PostOptions, 'headers' | 'signal'>): Promise<void> {
    try {
      (await this.send('DELETE', undefined, options, { reached: false })).destroy();
    } catch {
      // The session ends by itself.
    }
  }

  public async close(): Promise<void> {
    await Promise.allSettled(this.replies);
    this.agent.destroy();
  }

  private send(
    method: 'POST' | 'GET' | 'DELETE',
    body: string | undefined,
    { headers, signal }: Pick<PostOptions, 'headers' | 'signal'>,
    sent: { reached: boolean },
  ): Promise<http.IncomingMessage> {
    const { url, reach } = this.server;
    if (!hostMayBeReached(url.hostname, reach)) return Promise.reject(refusal(reach));
    return new Promise((resolve, reject) => {
      const request = (isTls(url) ? https : http).request(url, {
        method,
        agent: this.agent,
        lookup: lookupWithin(reach),
        signal,
        maxHeaderSize: MAX_HEADER_BYTES,
        headers: {
          ...headers,
          ...this.server.headers,
          ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        },
      });
      request.once('socket', (socket) => {
        sent.reached = !socket.connecting;
        if (sent.reached) return;
        socket.once(isTls(url) ? 'secureConnect' : 'connect', () => {
          sent.reached = true;
        });
      });
      request.on('error', reject);
      // A change of protocol that nobody asked for: Node then ends the connection without an error.
      request.once('close', () => reject(new Error('No answer came.')));
      request.once('response', resolve);
      request.end(body);
    });
  }

  private async read(
    response: http.IncomingMessage,
    message: OutgoingMessage,
    options: PostOptions,
  ): Promise<Exchanged> {
    const { statusCode: status = 0, headers } = response;
    if (status < 200 || status >= 300) throw await failedStatus(response, status);
    const body = { status, headers, bytes: 0 };
    if (message.id === undefined) {
      // Read to its end, so that the connection can be used again.
      if (mediaType(headers) !== 'text/event-stream') for await (const _ of piecesOf(response, options.maxBytes));
      return { ...body, answer: undefined };
    }
    if (status !== 200) throw new McpFailure('took a request without answering it', { status, headers });
    if (!isPlain(headers)) {
      throw new McpFailure('compressed an answer although it was asked not to', { status, headers });
    }
    switch (mediaType(headers)) {
      case 'application/json':
        return this.readJson(response, message.id, options, body);
      case 'text/event-stream':
        return this.readEvents(response, message.id, options, body);
      default:
        throw new McpFailure('answered with something else than JSON or events', { status, headers });
    }
  }

  private async readJson(
    response: http.IncomingMessage,
    id: number,
    { maxBytes }: PostOptions,
    body: Omit<Exchanged, 'answer'>,
  ): Promise<Exchanged> {
    let text = '';
    let bytes = 0;
    for await (const piece of piecesOf(response, maxBytes)) {
      text += piece.text;
      bytes = piece.bytes;
    }
    const message = readServerMessage(text);
    if (message.kind !== 'result' && message.kind !== 'error') throw unexpected(message, text);
    return { ...body, bytes, answer: answerTo(id, message, text) };
  }

  /**
   * Reads events until the answer is there. A server may end the stream before and be asked to go on after its last event: so the answer
   * to a call is fetched, and the call itself isn't sent again.
   * Source: https://modelcontextprotocol.io/specification/2025-11-25/basic/transports (resumability)
   */
  private async readEvents(
    response: http.IncomingMessage,
    id: number,
    options: PostOptions,
    body: Omit<Exchanged, 'answer'>,
  ): Promise<Exchanged> {
    const stream = new EventStream();
    let bytes = 0;
    let current = response;
    for (let streams = 1; ; streams += 1) {
      const left = { ...options, maxBytes: options.maxBytes - bytes };
      const read = await this.readStream(current, stream, id, left);
      bytes += read.bytes;
      if (read.answer) return { ...body, bytes, answer: read.answer };
      if (stream.lastEventId === undefined || streams > MAX_RESUMED) {
        throw new McpFailure('ended the stream of events without an answer', {});
      }
      await setTimer(stream.retryMs, undefined, { signal: options.signal });
      current = await this.resume(stream.lastEventId, options);
    }
  }

  private async readStream(
    response: http.IncomingMessage,
    stream: EventStream,
    id: number,
    options: PostOptions,
  ): Promise<{ readonly answer: Answer | undefined; readonly bytes: number }> {
    const answers: Answer[] = [];
    let read = 0;
    let timer: NodeJS.Timeout | undefined;
    try {
      for await (const { text, bytes } of piecesOf(response, options.maxBytes)) {
        read = bytes;
        answers.push(...stream.read(text).flatMap((data) => this.take(data, id, options)));
        if (answers.length > 1) {
          throw new McpFailure('answered one request several times', { body: JSON.stringify(answers) });
        }
        // A server ends the stream after its answer. Then the connection can be used again.
        if (answers.length > 0) timer ??= setTimeout(() => response.destroy(), MS_AFTER_ANSWER);
      }
    } catch (error) {
      if (answers.length === 0 || error instanceof McpFailure) throw error;
    } finally {
      clearTimeout(timer);
    }
    return { answer: answers[0], bytes: read };
  }

  /** The rest of a stream of events. Its status says nothing of the request that the stream answers. */
  private async resume(
    lastEventId: string,
    { headers: { 'content-type': _, ...headers }, signal }: PostOptions,
  ): Promise<http.IncomingMessage> {
    const asked = { ...headers, accept: 'text/event-stream', 'last-event-id': lastEventId };
    const response = await this.send('GET', undefined, { headers: asked, signal }, { reached: false });
    if (
      response.statusCode === 200 &&
      isPlain(response.headers) &&
      mediaType(response.headers) === 'text/event-stream'
    ) {
      return response;
    }
    response.destroy();
    throw new McpFailure('ended the stream of events without an answer, and didn’t go on', {});
  }

  /** What an event holds: the answer, or something beside it. */
  private take(data: string, id: number, options: PostOptions): Answer[] {
    const message = readServerMessage(data);
    switch (message.kind) {
      case 'result':
      case 'error':
        return [answerTo(id, message, data)];
      case 'notification':
        if (message.method === 'notifications/tools/list_changed') this.listChanged = true;
        return [];
      case 'request':
        this.reply(message, options);
        return [];
      default:
        throw unexpected(message, data);
    }
  }

  /** A ping is answered. Everything else that a server could ask for would make it a second one who speaks to model or user. */
  private reply({ id, method }: Extract<ServerMessage, { kind: 'request' }>, options: PostOptions): void {
    const isPing = method === 'ping';
    if (!isPing) this.serverRequests += 1;
    if (this.replies.length >= MAX_SERVER_REQUESTS) throw new McpFailure('kept asking in place of answering', {});
    const answer = isPing
      ? { result: {} }
      : { error: { code: METHOD_NOT_FOUND, message: 'This client takes no requests of servers.' } };
    const body = JSON.stringify({ jsonrpc: '2.0', id, ...answer });
    // The stream that it came in is read on meanwhile.
    this.replies.push(
      this.send('POST', body, options, { reached: false }).then(
        (response) => response.destroy(),
        () => undefined,
      ),
    );
  }
}

function isTls({ protocol }: URL): boolean {
  return protocol === 'https:';
}

/** A compressed body could be far larger than its bytes. */
function isPlain({ 'content-encoding': encoding = 'identity' }: http.IncomingHttpHeaders): boolean {
  return encoding === 'identity';
}

function mediaType({ 'content-type': type = '' }: http.IncomingHttpHeaders): string {
  return (type.split(';')[0] ?? '').trim().toLowerCase();
}

/** The pieces of a body as text. */
async function* piecesOf(
  response: http.IncomingMessage,
  maxBytes: number,
): AsyncGenerator<{ readonly text: string; readonly bytes: number }> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let bytes = 0;
  const decode = (chunk?: Buffer) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw new McpFailure('answered with bytes that aren’t UTF-8', {});
    }
  };
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new McpFailure(`answered with more than ${maxBytes} bytes`, {});
    yield { text: decode(chunk), bytes };
  }
  yield { text: decode(), bytes };
}

function answerTo(id: number, message: Answer, text: string): Answer {
  // An error without an id is of a request that the server couldn't read, and there is only one.
  if (message.id === id || (message.kind === 'error' && message.id === null)) return message;
  throw new McpFailure('answered another request than it got', { body: text });
}

function unexpected(message: ServerMessage, body: string): McpFailure {
  const why = message.kind === 'unreadable' ? message.why : 'a message that is no answer';
  return new McpFailure(`answered with ${why}`, { body });
}

/** More than the evidence shows, so that a credential at its end is still found. */
const MAX_FAILURE_BYTES = 32 * 1024;

/** Reads what a server says about a failure. It goes into the evidence. */
async function failedStatus(response: http.IncomingMessage, status: number): Promise<McpFailure> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes >= MAX_FAILURE_BYTES) break;
    }
  } catch {
    // What came is enough.
  }
  const body = Buffer.concat(chunks).subarray(0, MAX_FAILURE_BYTES).toString('utf8');
  const said = readServerMessage(body);
  return new McpFailure(statusReason(status), {
    status,
    headers: response.headers,
    body,
    ...(said.kind === 'error' ? { code: said.code } : {}),
  });
}

function statusReason(status: number): string {
  if (status >= 300 && status < 400) return 'answered with a redirect, which is never followed';
  if (status === 401 || status === 403) {
    return `didn’t accept the connector’s credential (status ${status}). A sign-in that it offers is never followed: a person must store a token that it accepts`;
  }
  return `answered with status ${status}`;
}

/** No answer, or only the beginning of one. The error's message isn't repeated: it may hold headers. */
function lostAnswer(error: unknown, reached: boolean): McpFailure {
  const { name, code } = error as { name?: string; code?: string };
  if (error instanceof AddressRefusedError) {
    return new McpFailure(`isn’t called: ${error.message}`, { cause: error.code, reached: false });
  }
  const cause = { cause: `${name ?? 'Error'} ${code ?? ''}`.trim() };
  if (!reached) return new McpFailure('could not be reached', { ...cause, reached });
  if (name === 'AbortError' || name === 'TimeoutError') return new McpFailure('didn’t answer in time', cause);
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new McpFailure(`answered with more than ${MAX_HEADER_BYTES} bytes of headers`, cause);
  }
  return new McpFailure('broke the connection off', cause);
}
