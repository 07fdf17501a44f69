import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Sha256 } from '@aws-crypto/sha256-js';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { GateReply, ToolCall, ToolListing } from '../../../runtime/core/contracts';

export const CREDENTIALS = {
  accessKeyId: 'ASIAEXAMPLEEXAMPLE00',
  secretAccessKey: 'example-secret-key',
  sessionToken: 'example-session-token',
};
export const REGION = 'eu-west-1';

/** What the fake answers one call: a reply, or another status of its API. */
export type Answer = Partial<GateReply> | { readonly httpStatus: number; readonly text: string };

/** A gate on localhost that admits only requests whose SigV4 signature covers path, host and body. */
export class FakeGate {
  readonly calls: ToolCall[] = [];
  readonly refused: string[] = [];
  tools: ToolListing[] = [];
  /** How long the list of tools takes. */
  listDelayMs = 0;
  /** Given before the list of tools, one for each time that it is asked for. */
  beforeTools: Answer[] = [];
  listed = 0;
  /** One for each call to come; the last one stays. */
  answers: Answer[] = [{ status: 'succeeded', content: 'a ticket' }];

  static async start(): Promise<FakeGate> {
    const gate = new FakeGate();
    await new Promise<void>((resolve) => gate.server.listen(0, '127.0.0.1', resolve));
    return gate;
  }

  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void this.reply(request, response, Buffer.concat(chunks).toString('utf8')));
  });

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async reply(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const { status, text } = await this.answer(request, body);
    response.writeHead(status, { 'x-amzn-errortype': 'TestException' }).end(text);
  }

  private async answer(request: IncomingMessage, body: string): Promise<{ status: number; text: string }> {
    const problem = await signatureProblem(request, body);
    if (problem) {
      this.refused.push(problem);
      // As API Gateway does, with the headers of the request in it.
      return { status: 403, text: JSON.stringify({ message: problem, headers: request.headers }) };
    }
    if (request.method === 'GET' && request.url === '/v1/tools') {
      this.listed += 1;
      await new Promise((resolve) => setTimeout(resolve, this.listDelayMs));
      const before = this.beforeTools.shift();
      if (before && 'httpStatus' in before) return { status: before.httpStatus, text: before.text };
      return { status: 200, text: JSON.stringify(before ?? { tools: this.tools }) };
    }
    const call = JSON.parse(body) as ToolCall;
    this.calls.push(call);
    const next = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    if (next && 'httpStatus' in next) return { status: next.httpStatus, text: next.text };
    return { status: 200, text: JSON.stringify({ v: 1, requestId: 'r-1', ...next }) };
  }
}

/** Signs a received request again with the known key and says what is wrong: the signature must be the same. */
export async function signatureProblem(request: IncomingMessage, body: string): Promise<string | undefined> {
  const { headers } = request;
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
  if (!given) return 'Missing Authentication Token';
  const [, keyId, , region, service, names, signature] = given;
  const signedNames = names.split(';');
  if (keyId !== CREDENTIALS.accessKeyId || region !== REGION || service !== 'execute-api') return 'Wrong scope';
  for (const name of ['host', 'x-amz-date', 'x-amz-security-token', ...(body ? ['content-type'] : [])]) {
    if (!signedNames.includes(name)) return `${name} is not signed`;
  }
  const stamp = String(headers['x-amz-date']).replace(
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
    '$1-$2-$3T$4:$5:$6Z',
  );
  const signer = new SignatureV4({ service, region, credentials: CREDENTIALS, sha256: Sha256 });
  const signed = await signer.sign(
    new HttpRequest({
      method: request.method,
      protocol: 'http:',
      hostname: '127.0.0.1',
      path: request.url,
      headers: Object.fromEntries(signedNames.map((name) => [name, String(headers[name])])),
      ...(body ? { body } : {}),
    }),
    { signingDate: new Date(stamp) },
  );
  return signed.headers.authorization.endsWith(`Signature=${signature}`) ? undefined : 'The signature does not match';
}
