import { randomBytes } from 'node:crypto';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsAuthority } from '../../../test/emulator/runner';

/** One request as the ticket system received it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  /** The exact bytes of the body, as text. */
  readonly body: string;
  /** Whether it contained the credential that the ticket system issued. */
  readonly authorized: boolean;
}

export interface Ticket {
  readonly customer: string;
  readonly account: string;
  readonly subject: string;
  readonly text: string;
}

/**
 * Plays the external ticket system: an HTTPS server that accepts one API token and records what it receives. Like a real
 * one, it trusts every caller that has the token.
 */
export class TicketSystem {
  static readonly host = 'tickets.example.com';

  /** The credential that it issued. Only the connector's executor should ever send it. */
  readonly token = `tk_live_${randomBytes(18).toString('hex')}`;
  readonly received: ReceivedRequest[] = [];
  private readonly server: https.Server;

  constructor(
    authority: TlsAuthority,
    private readonly tickets: Readonly<Record<string, Ticket>>,
  ) {
    this.server = https.createServer({ cert: authority.certificate, key: authority.key }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => this.answer(request, Buffer.concat(chunks).toString('utf8'), response));
    });
  }

  /** Starts the server on a free port and returns its address. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `https://${TicketSystem.host}:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** The received requests whose path matches. */
  requestsTo(path: RegExp): ReceivedRequest[] {
    return this.received.filter((request) => path.test(request.path));
  }

  private answer(request: http.IncomingMessage, body: string, response: http.ServerResponse): void {
    const authorized = request.headers.authorization === `Bearer ${this.token}`;
    const { method = '', url = '' } = request;
    this.received.push({ method, path: url, body, authorized });
    const [status, value] = authorized ? this.act(method, url) : [401, { error: http.STATUS_CODES[401] }];
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  }

  private act(method: string, url: string): [number, object] {
    const [, id = '', action] = /^\/tickets\/([^/?]+)(?:\/(refund|comments))?$/.exec(url) ?? [];
    const ticket = this.tickets[id];
    if (!ticket) return [404, { error: 'no such ticket' }];
    // Some systems show the request in their answer, for example on debug pages. The credential comes back then.
    const text = ticket.text.replace('ECHO_CREDENTIAL', `authorization: Bearer ${this.token}`);
    if (method === 'GET' && !action) return [200, { id, ...ticket, text }];
    if (method === 'POST' && action) return [201, { id, action, done: true }];
    return [405, { error: http.STATUS_CODES[405] }];
  }
}
