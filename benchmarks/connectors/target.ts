import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsAuthority } from '../../test/emulator/runner';
import { type Echo, echoOf } from './echoes';

/** What the target accepts of one kind of caller, at this moment. */
export interface Accepted {
  read: string;
  write: string;
}

/** The system behind the HTTP connectors. It accepts exactly one value of each credential, and counts what it did. */
export class Target {
  static readonly host = 'notes.example.com';

  /** How often each note was read or written. */
  readonly done = new Map<string, number>();
  /** Requests that it refused. */
  refused = 0;
  accepted: Accepted = { read: '', write: '' };

  private readonly server: https.Server;
  private readonly agent: https.Agent;

  constructor(private readonly authority: TlsAuthority) {
    this.server = https.createServer({ cert: authority.certificate, key: authority.key }, (request, response) => {
      request.resume().on('end', () => this.answer(request, response));
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
  async ask(path: string): Promise<string> {
    const headers = { 'x-api-key': this.accepted.read };
    const request = https.get({ host: '127.0.0.1', port: this.port, path, headers, agent: this.agent });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private answer({ method = '', url = '', headers }: IncomingMessage, response: ServerResponse): void {
    const key = method === 'GET' ? String(headers['x-api-key']) : String(headers.authorization).replace('Bearer ', '');
    const accepted = method === 'GET' ? this.accepted.read : this.accepted.write;
    if (key !== accepted) {
      this.refused += 1;
      response.writeHead(401, { 'content-type': 'application/json', 'www-authenticate': 'Bearer' });
      response.end('{"error":"unauthorized"}');
      return;
    }
    const [, place, id = ''] = url.split('/');
    const answer: Echo =
      place === 'echo' ? echoOf(id, key) : { status: 200, headers: {}, body: JSON.stringify({ id, text: 'a note' }) };
    this.done.set(`${method} ${url}`, (this.done.get(`${method} ${url}`) ?? 0) + 1);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body);
  }
}
