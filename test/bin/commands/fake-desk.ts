import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signatureProblem } from '../../runtime/agent-bridge/fake-gate';
import type { ApprovalsWorld } from '../../runtime/approvals/approvals-world';

/** The approval desk's API on localhost: admits only signed requests, and answers by the real functions. */
export class FakeDesk {
  /** Requests that came, as method and path. */
  readonly received: string[] = [];
  readonly refused: string[] = [];
  /** Changes an answer on its way, as an attacker between desk and person might. */
  tamper: (answer: Record<string, unknown>) => unknown = (answer) => answer;

  static async start(world: ApprovalsWorld): Promise<FakeDesk> {
    const desk = new FakeDesk(world);
    await new Promise<void>((resolve) => desk.server.listen(0, '127.0.0.1', resolve));
    return desk;
  }

  private readonly server: Server;

  private constructor(private readonly world: ApprovalsWorld) {
    this.server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => void this.reply(request, response, Buffer.concat(chunks).toString('utf8')));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/desk`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async reply(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const problem = await signatureProblem(request, body);
    if (problem) this.refused.push(problem);
    this.received.push(`${request.method} ${request.url}`);
    const [status, answer] = problem
      ? [403, { message: problem }]
      : await this.answer(request.method ?? '', request.url ?? '', body);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(this.tamper(answer)));
  }

  private async answer(method: string, url: string, body: string): Promise<[number, Record<string, unknown>]> {
    const [, id, decision] = /^\/desk\/requests(?:\/([^/]+)(\/decision)?)?$/.exec(url) ?? [];
    if (method === 'POST' && id && decision) {
      const reply = await this.world.decideBy(id, body);
      return [reply.code === 'DECIDED' ? 200 : 409, { ...reply }];
    }
    if (method !== 'GET' || decision) return [403, { message: 'Missing Authentication Token' }];
    if (id === undefined) return [200, { ...(await this.world.viewer().list()) }];
    const card = await this.world.viewer().show(id);
    return card ? [200, { ...card }] : [404, { code: 'NOT_FOUND', reason: 'No request of that id.' }];
  }
}
