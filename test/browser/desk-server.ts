import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { readDeskEvent } from '../../runtime/approvals/desk-event';
import { DeskSessionStore } from '../../runtime/aws/desk-session-store';
import { randomHex } from '../../runtime/aws/random-hex';
import { toApiGateway } from '../../runtime/desk/desk-answer';
import type { DeskFunctions } from '../../runtime/desk/desk-functions';
import { ASSET_TYPES } from '../../runtime/desk/desk-page';
import { readDeskRequest } from '../../runtime/desk/desk-request';
import { OpenIdIssuer } from '../../runtime/desk/openid-issuer';
import { WebDesk } from '../../runtime/desk/web-desk';
import type { LiveWorld } from './live-world';
import { startProvider } from './start-provider';

const BUNDLE = path.join(__dirname, '../../runtime-bundles/desk-serve');
const BASE = '/desk';

/** A request as the server got it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The web desk as API Gateway would run it, and an OpenID provider, both on this machine. */
export class DeskServer {
  readonly seen: Seen[] = [];
  readonly logs: Record<string, unknown>[] = [];
  /** What the desk answers instead, while it is set. */
  down = false;
  private constructor(
    private readonly server: Server,
    private readonly provider: ChildProcess,
    readonly url: string,
    readonly issuer: string,
    /** Whose requests it shows. A test may change it. */
    public world: LiveWorld,
  ) {}

  static async start(world: LiveWorld): Promise<DeskServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://localhost:${(server.address() as AddressInfo).port}${BASE}`;
    const { provider, address: issuer } = await startProvider(url);
    const started = new DeskServer(server, provider, url, issuer, world);
    const desk = started.desk();
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const event = await eventOf(request);
      started.seen.push({
        method: event.httpMethod,
        path: event.path,
        headers: event.headers as Record<string, string>,
        body: event.body ?? '',
      });
      const { statusCode, headers, multiValueHeaders, body } = toApiGateway(await desk.handle(readDeskRequest(event)));
      response.writeHead(statusCode, { ...(headers as Record<string, string>), ...(multiValueHeaders as object) });
      response.end(statusCode === 304 ? undefined : body);
    };
    server.on('request', (request, response) => void answer(request, response));
    return started;
  }

  async stop(): Promise<void> {
    this.provider.kill();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private desk(): WebDesk {
    return new WebDesk(
      { url: this.url, commandLine: { issuer: this.issuer, clientId: 'command-line', scopes: ['openid', 'profile'] } },
      {
        issuer: new OpenIdIssuer({
          issuer: this.issuer,
          clientId: 'desk',
          clientSecret: async () => 'a secret of the test',
          commandLineClientId: 'command-line',
          scopes: ['openid', 'profile'],
          redirectUri: `${this.url}/callback`,
          groupsClaim: 'groups',
          nameClaim: 'name',
          claims: ['email'],
        }),
        sessions: {
          put: (hash, session) => this.sessions().put(hash, session),
          get: (hash) => this.sessions().get(hash),
          remove: (hash) => this.sessions().remove(hash),
        },
        functions: this.functions(),
        assets: new Map(Object.keys(ASSET_TYPES).map((name) => [name, readFileSync(path.join(BUNDLE, name), 'utf8')])),
        now: () => this.world.nowMs,
        randomHex,
        log: (record) => this.logs.push(record),
      },
    );
  }

  private readonly store = new Map<string, DeskSessionStore>();
  private sessions(): DeskSessionStore {
    const known = this.store.get('state') ?? new DeskSessionStore('state', this.world.table.client);
    this.store.set('state', known);
    return known;
  }

  /** The functions that show and decide, with the events that they accept. */
  private functions(): DeskFunctions {
    const wayIn = { kind: 'oidc', issuer: this.issuer, groups: ['support-leads'] } as const;
    const stranger = {
      status: 403,
      body: JSON.stringify({ code: 'NOT_AN_APPROVER', reason: 'Only an approver may.' }),
    };
    return {
      show: async (call) => {
        if (this.down) throw new Error('down');
        const sent = readDeskEvent(structuredClone(call), wayIn);
        if (!sent) return stranger;
        const { requestId } = sent;
        if (requestId === undefined) {
          return { status: 200, body: JSON.stringify(await this.world.viewer().list()) };
        }
        const card = await this.world.viewer().show(requestId);
        return card
          ? { status: 200, body: JSON.stringify(card) }
          : { status: 404, body: JSON.stringify({ code: 'NOT_FOUND', reason: 'No such request.' }) };
      },
      decide: async (call) => {
        const sent = readDeskEvent(structuredClone(call), wayIn);
        if (!sent) return stranger;
        const reply = await this.world.decideAs(sent.requestId ?? '', sent.body, sent.approver);
        return { status: ['DECIDED', 'RECORDED'].includes(reply.code) ? 200 : 409, body: JSON.stringify(reply) };
      },
    };
  }
}

async function eventOf(request: IncomingMessage): Promise<APIGatewayProxyEvent> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join('; ') : value]),
  );
  return {
    httpMethod: request.method,
    // API Gateway leaves the stage out.
    path: url.pathname.startsWith(BASE) ? url.pathname.slice(BASE.length) || '/' : url.pathname,
    queryStringParameters: Object.fromEntries(url.searchParams),
    headers,
    multiValueHeaders: {},
    body: await text(request),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEvent;
}
