import type { ChildProcess } from 'node:child_process';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Browser, Page } from 'playwright-core';
import { TICKETS } from '../../examples/quickstart/demo/story';
import { TicketSystem } from '../../examples/quickstart/demo/ticket-system';
import { GateClient } from '../../runtime/agent-bridge/gate-client';
import { launchBrowser } from '../browser/chromium';
import { startProvider } from '../browser/start-provider';
import { type Emulator, makeTlsAuthority, startEmulator, type TlsAuthority } from './runner';

const ISSUER_HOST = 'login.example.com';

let emulator: Emulator;
let tickets: TicketSystem;
let gate: GateClient;
let browser: Browser;
let deskUrl: string;
const cleanUp: (() => unknown)[] = [];

/** Something with TLS before a plain server, as API Gateway and a real issuer have. */
async function tlsBefore(authority: TlsAuthority, to: (path: string) => string): Promise<number> {
  const server = https.createServer({ cert: authority.certificate, key: authority.key }, (request, response) => {
    const headers = { ...request.headers, 'x-forwarded-proto': 'https' };
    const sent = http.request(to(request.url ?? '/'), { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    sent.on('error', () => response.writeHead(502).end());
    request.pipe(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

beforeAll(async () => {
  const authority = await makeTlsAuthority([TicketSystem.host, ISSUER_HOST]);
  cleanUp.push(() => authority.remove());
  tickets = new TicketSystem(authority, TICKETS);
  const ticketsUrl = await tickets.start();
  cleanUp.push(() => tickets.stop());
  let providerAddress = '';
  const issuerPort = await tlsBefore(authority, (path) => `${providerAddress}${path}`);
  const issuer = `https://${ISSUER_HOST}:${issuerPort}`;

  emulator = await startEmulator({ extraEnvironment: authority.lambdaEnvironment });
  cleanUp.push(() => emulator.stop());
  const { outputs } = await emulator.deploy({
    app: 'npx tsx test/emulator/web-desk-app.ts',
    context: { ticketsUrl, issuer },
    timeoutSeconds: 280,
  });
  const of = outputs.WebDesk ?? {};
  deskUrl = of.DeskUrl ?? '';
  const started: { provider: ChildProcess; address: string } = await startProvider(deskUrl, issuer);
  providerAddress = started.address;
  cleanUp.push(() => started.provider.kill());

  const deskApi = /^https:\/\/([a-z0-9]+)-vpce/.exec(deskUrl)?.[1] ?? '';
  const local = emulator.apiUrl(deskApi, 'desk');
  const deskPort = await tlsBefore(authority, (path) => `${local}${path.slice('/desk'.length)}`);
  browser = await launchBrowser(
    `--host-resolver-rules=MAP ${ISSUER_HOST} 127.0.0.1, MAP *.amazonaws.com 127.0.0.1:${deskPort}`,
  );
  cleanUp.push(() => browser.close());

  await new SecretsManagerClient(emulator.clientConfig()).send(
    new PutSecretValueCommand({ SecretId: of.SecretArn, SecretString: tickets.token }),
  );
  const { Payload } = await new LambdaClient(emulator.clientConfig()).send(
    new InvokeCommand({
      FunctionName: of.LaunchFunctionArn,
      Payload: JSON.stringify({ v: 1, user: 'bob', taskText: 'Refund ticket T-1001 to account AC-1001' }),
    }),
  );
  const { taskId } = JSON.parse(Buffer.from(Payload ?? []).toString()) as Record<string, string>;
  const credentials = await emulator.assumeRole(of.AgentRoleArn ?? '', taskId ?? '');
  const [, gateApi = '', stage = ''] = /^https:\/\/([a-z0-9]+)\.[^/]+\/([^/]+)\/?$/.exec(of.GateUrl ?? '') ?? [];
  gate = new GateClient({
    url: emulator.apiUrl(gateApi, stage),
    region: emulator.region,
    credentials: async () => credentials,
  });
}, 500_000);

afterAll(async () => {
  for (const step of cleanUp.reverse()) await step();
}, 60_000);

async function signIn(name: string, path: string): Promise<Page> {
  // The certificate of the desk's name is of another host: the emulator has no certificates of AWS.
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`${deskUrl}${path}`);
  await page.getByRole('link', { name: 'Sign in' }).click();
  await page.getByPlaceholder('Enter any login').fill(name);
  await page.getByPlaceholder('and password').fill('x');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
  return page;
}

async function outcomeOf(requestId: string): Promise<string> {
  for (let look = 0; look < 60; look += 1) {
    const { status } = await gate.call(`look-${requestId}-${look}`, 'get_request', { requestId });
    if (!/pending/.test(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return 'pending';
}

test('a deployed desk: sign in, approve and deny by clicks', async () => {
  const args = { id: 'T-1001', account: 'AC-1001', amountCents: 1999 };
  const approved = await gate.call('refund-1', 'refund', args);
  const denied = await gate.call('refund-2', 'refund', { ...args, amountCents: 2999 });
  const page = await signIn('maria', `/requests/${approved.requestId}`);
  await page.getByText('1999').first().waitFor();
  await page.getByRole('button', { name: 'Approve …' }).click();
  await page.getByRole('button', { name: 'Yes, approve exactly this' }).click();
  await page.locator('.outcome').waitFor();
  expect(await outcomeOf(approved.requestId)).toBe('succeeded');
  await page.goto(`${deskUrl}/requests/${denied.requestId}`);
  await page.getByRole('button', { name: 'Deny …' }).click();
  await page.getByRole('button', { name: 'Yes, deny' }).click();
  await page.locator('.outcome').waitFor();
  expect(await outcomeOf(denied.requestId)).toBe('denied');
  expect(tickets.requestsTo(/refund/)).toHaveLength(1);

  const stranger = await signIn('eve', '/');
  await stranger.getByText('in none of the groups').first().waitFor();
}, 240_000);
