import { createHash } from 'node:crypto';
import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as net from 'node:net';
import { converseAnswer, converseStream, type ModelAnswer, messagesAnswer, messagesStream } from './model-answer';
import { type ModelRequest, readConverseRequest, readMessagesRequest } from './model-request';
import { type ModelScript, type Move, progressOf, ScriptError } from './model-script';

/** One request as the stand-in received it. */
export interface ReceivedModelRequest {
  readonly operation: string;
  readonly modelId: string;
  /** Of the credentials that signed the request. */
  readonly accessKeyId: string;
  readonly tools: readonly string[];
  readonly body: string;
  readonly status: number;
}

export interface StandInModelOptions {
  readonly script: ModelScript;
  /** Refuses other models and the control plane, as IAM does for a task role that may invoke one model. @default - answers for every model */
  readonly onlyModel?: string;
  /** Never answers the control plane, as in a network without an endpoint for it. @default false */
  readonly silentControlPlane?: boolean;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Buffer | string;
  readonly error?: string;
}

type Format = (answer: ModelAnswer) => Buffer | object;

const STREAM = 'application/vnd.amazon.eventstream';

/** By operation: how its body is read, and how it is answered. */
const OPERATIONS: Readonly<Record<string, { read: (body: object) => ModelRequest; format: Format }>> = {
  invoke: { read: readMessagesRequest, format: messagesAnswer },
  'invoke-with-response-stream': { read: readMessagesRequest, format: messagesStream },
  converse: { read: readConverseRequest, format: converseAnswer },
  'converse-stream': { read: readConverseRequest, format: converseStream },
};

/**
 * Plays Amazon Bedrock on this machine: a model that does what a script says, over Bedrock's own protocols. It holds no
 * conversation: each request contains all earlier results, and they decide the next move.
 */
export class StandInModel {
  readonly received: ReceivedModelRequest[] = [];
  /** Why the script couldn't go on. Empty if all went as written. */
  readonly failures: string[] = [];
  private kept: ReadonlyMap<string, string> = new Map();
  private readonly sockets = new Set<net.Socket>();
  private readonly server: net.Server;

  private constructor(private readonly options: StandInModelOptions) {
    const listener = (request: http.IncomingMessage, response: http.ServerResponse) => this.handle(request, response);
    const one = http.createServer(listener);
    const two = http2.createServer((request, response) =>
      listener(request as unknown as http.IncomingMessage, response as unknown as http.ServerResponse),
    );
    // Strands' client speaks HTTP/2 and Claude's HTTP/1.1. Without TLS, only the first bytes tell.
    this.server = net.createServer((socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      socket.once('readable', () => {
        const begin: Buffer | null = socket.read();
        if (begin === null) return;
        socket.unshift(begin);
        (begin.toString('latin1', 0, 4) === 'PRI ' ? two : one).emit('connection', socket);
      });
    });
  }

  /** Starts on a free port of 127.0.0.1. */
  static async start(options: StandInModelOptions): Promise<StandInModel> {
    const model = new StandInModel(options);
    await new Promise<void>((resolve) => model.server.listen(0, '127.0.0.1', resolve));
    return model;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as net.AddressInfo).port}`;
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  /** Waits for a value that the script keeps. @throws Error after the time, or when the script fails */
  async waitFor(name: string, timeoutMs: number): Promise<string> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const value = this.kept.get(name);
      if (value !== undefined) return value;
      if (this.failures.length > 0) throw new Error(`The model's script failed: ${this.failures.join(' ')}`);
      if (Date.now() > deadline) throw new Error(`The model kept no "${name}" within ${timeoutMs / 1000} s.`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  private handle(request: http.IncomingMessage, response: http.ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (this.options.silentControlPlane && !request.url?.startsWith('/model/')) return;
      const answer = this.answer(request, Buffer.concat(chunks).toString('utf8'));
      response.writeHead(answer.status, {
        'content-type': answer.type,
        ...(answer.error ? { 'x-amzn-errortype': answer.error } : {}),
      });
      response.end(answer.body);
    });
  }

  private answer({ url = '', headers }: http.IncomingMessage, body: string): Answer {
    const accessKeyId = /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';
    const [, model = '', operation = ''] = /^\/model\/([^/]+)\/([a-z-]+)$/.exec(url.split('?')[0] ?? '') ?? [];
    const modelId = decodeURIComponent(model);
    const note = (answer: Answer, tools: readonly string[] = []): Answer => {
      const { status } = answer;
      this.received.push({ operation: operation || url, modelId, accessKeyId, tools, body, status });
      return answer;
    };
    const { onlyModel } = this.options;
    if (onlyModel !== undefined && modelId !== onlyModel) {
      return note(refusal(403, 'AccessDeniedException', 'The task role may invoke one model, and this is not it.'));
    }
    if (url.startsWith('/inference-profiles')) return note(json({ inferenceProfileSummaries: [] }));
    const known = Object.hasOwn(OPERATIONS, operation) ? OPERATIONS[operation] : undefined;
    if (!known) return note(refusal(404, 'ResourceNotFoundException', `The stand-in has no ${url.split('?')[0]}.`));
    const asked = known.read(JSON.parse(body) as object);
    return note(this.play(asked, known.format), asked.tools);
  }

  private play(asked: ModelRequest, format: Format): Answer {
    try {
      const { move, kept } = progressOf(this.options.script, asked.results);
      // A side request, for example for a title, knows no results and must not take values back.
      if (kept.size >= this.kept.size) this.kept = kept;
      const formatted = format(answerOf(move, asked));
      return Buffer.isBuffer(formatted) ? { status: 200, type: STREAM, body: formatted } : json(formatted);
    } catch (error) {
      if (!(error instanceof ScriptError)) throw error;
      this.failures.push(error.message);
      return refusal(400, 'ValidationException', error.message);
    }
  }
}

function answerOf({ say, call }: Move, { tools, results }: ModelRequest): ModelAnswer {
  if (!call) return { say };
  // An SDK may put its server's name before the tool's.
  const tool = tools.find((name) => name === call.tool || name.endsWith(`__${call.tool}`));
  if (tool === undefined) {
    throw new ScriptError(`The script calls ${call.tool}, and the request lists: ${tools.join(', ') || 'no tools'}.`);
  }
  const digest = createHash('sha256').update(`${results.length} ${call.tool}`).digest('hex');
  return { say, call: { id: `toolu_${digest.slice(0, 24)}`, tool, args: call.args } };
}

function json(value: object): Answer {
  return { status: 200, type: 'application/json', body: JSON.stringify(value) };
}

function refusal(status: number, error: string, message: string): Answer {
  return { status, type: 'application/json', body: JSON.stringify({ message }), error };
}
