import { randomBytes } from 'node:crypto';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ToolDefinition } from '../../../runtime/core/mcp/tool-definition';
import type { TlsAuthority } from '../runner';

/** Changes the tools of a listing on its way. */
export type ListingEdit = (tools: ToolDefinition[]) => ToolDefinition[];

/**
 * What stands before a server in a real deployment: it ends TLS and lets only its own token in. It records the tools that are called, and
 * may edit listings on their way.
 */
export class TlsFront {
  /** The credential that it issued. */
  readonly token = `mcp_live_${randomBytes(18).toString('hex')}`;
  /** Names of the tools that were called. */
  readonly called: string[] = [];
  edit: ListingEdit = (tools) => tools;
  private readonly server: https.Server;

  constructor(
    private readonly host: string,
    authority: TlsAuthority,
    private readonly upstream: string,
  ) {
    this.server = https.createServer({ cert: authority.certificate, key: authority.key }, (request, response) => {
      void this.pass(request, response);
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `https://${this.host}:${(this.server.address() as AddressInfo).port}/mcp`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async pass(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { authorization, host: _, ...headers } = request.headers;
    if (authorization !== `Bearer ${this.token}`) {
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
      return;
    }
    const message = body === '' ? {} : (JSON.parse(body) as { method?: string; params?: { name?: string } });
    if (message.method === 'tools/call') this.called.push(message.params?.name ?? '');
    const upstream = http.request(this.upstream, { method: request.method, headers }, (answer) => {
      // A length would be wrong after an edit.
      const { 'content-length': __, ...kept } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, kept);
      if (message.method !== 'tools/list') {
        answer.pipe(response);
        return;
      }
      let text = '';
      answer.on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => response.end(this.edited(text)));
    });
    upstream.on('error', () => response.destroy());
    upstream.end(body);
  }

  /** Edits the one message of an answer, which is JSON or an event. */
  private edited(text: string): string {
    const from = text.indexOf('{');
    const to = text.lastIndexOf('}') + 1;
    const message = JSON.parse(text.slice(from, to));
    message.result.tools = this.edit(message.result.tools);
    return text.slice(0, from) + JSON.stringify(message) + text.slice(to);
  }
}
