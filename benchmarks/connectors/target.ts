import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../runtime/core/contracts';
import type { TlsAuthority } from '../../test/emulator/runner';
import { type Echo, echoOf } from './echoes';
import { mcpAnswer } from './mcp-server';

/** What the target accepts of one kind of caller, at this moment. */
export interface Accepted {
  read: string;
  write: string;
  api: string;
  mcp: string;
}

/** The system behind the HTTP connectors. It accepts exactly one value of each credential, and counts what it did. */
export class Target {
  static readonly host = 'notes.example.com';

  /** How often each note was read or written. */
  readonly done = new Map<string, number>();
  /** Requests that it refused. */
  refused = 0;
  accepted: Accepted = { read: '', write: '', api: '', mcp: '' };

  private readonly server: https.Server;
  private readonly agent: https.Agent;

  constructor(private readonly authority: TlsAuthority) {
    this.server = https.createServer({ cert: authority.certificate, key: authority.key }, (request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
    this.agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });
  }

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `https://${Target.host}:${this.port}`;
  }

  stop(): void {
    this.agent.destroy();
    this.server.closeAllConnections();
    this.server.close();
    this.authority.remove();
  }

  /** A request as the executor sends it, without the product. */
  async ask(path: string, kind: keyof Accepted, message?: JsonObject): Promise<string> {
    const headers = { 'x-api-key': this.accepted[kind], authorization: `Bearer ${this.accepted[kind]}` };
    const method = message ? 'POST' : 'GET';
    const request = https.request({ host: '127.0.0.1', port: this.port, path, method, headers, agent: this.agent });
    request.end(message && JSON.stringify(message));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return textOf(response);
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const body = await textOf(request);
    const kind = kindOf(method, url);
    const key =
      kind === 'read' || kind === 'api' ? headers['x-api-key'] : headers.authorization?.replace('Bearer ', '');
    if (key !== this.accepted[kind]) {
      this.refused += 1;
      response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer' });
      response.end('{"error":"unauthorized"}');
      return;
    }
    const answer = kind === 'mcp' ? mcpReply(method, body) : noteOf(url, String(key));
    this.done.set(`${method} ${url}`, (this.done.get(`${method} ${url}`) ?? 0) + 1);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body);
  }
}

function kindOf(method: string, url: string): keyof Accepted {
  if (url.startsWith('/mcp')) return 'mcp';
  if (url.startsWith('/api/')) return 'api';
  return method === 'GET' ? 'read' : 'write';
}

function noteOf(url: string, key: string): Echo {
  const [, place, id = ''] = url.split('/');
  return place === 'echo'
    ? echoOf(id, key)
    : { status: 200, headers: {}, body: JSON.stringify({ id, text: 'a note' }) };
}

/** It has no stream of its own, and keeps no session. */
function mcpReply(method: string, body: string): Echo {
  if (method !== 'POST') return { status: 405, headers: {}, body: '' };
  const answer = mcpAnswer(JSON.parse(body) as JsonObject);
  return answer ? { status: 200, headers: {}, body: JSON.stringify(answer) } : { status: 202, headers: {}, body: '' };
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
