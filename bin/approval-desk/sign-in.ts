import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authorizationUrl } from '../../runtime/oidc/authorization-url';
import { fetchJson } from './desk-api';

/** A token of the issuer, and when it expires. */
export interface SignedIn {
  readonly idToken: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

interface Client {
  readonly issuer: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
}

const SIGN_IN_MS = 300_000;
const WEB_DESK = { server: 'desk', check: 'Check that --desk-url is the address of a web desk.' };
const ISSUER = { server: 'issuer', check: 'Ask the owners of the desk whether its issuer is right.' };

/**
 * Signs a person in with the browser: code flow with PKCE, and a listener on this machine for the answer. The desk verifies the token
 * whenever it is used.
 *
 * Source: RFC 8252, sections 6 and 7.3.
 *
 * @param show is given the address to open
 * @throws Error when the desk has no client for the command line, the issuer refuses, or nobody signs in within five minutes
 */
export async function signIn(deskUrl: string, show: (url: string) => void): Promise<SignedIn> {
  const { status, body: client } = await fetchJson<Partial<Client> & { readonly reason?: string }>(
    new URL(`${deskUrl}/api/sign-in`),
    {},
    WEB_DESK,
  );
  const { issuer, clientId, scopes } = client;
  if (status !== 200 || !issuer || !clientId || !scopes) {
    throw new Error(client.reason ?? `The desk answered ${status}, and doesn't say how to sign in.`);
  }
  const { authorizationEndpoint, tokenEndpoint } = await endpointsOf(issuer);
  const [state, nonce, verifier] = [secret(), secret(), secret()];
  const listener = await Listener.start(state);
  try {
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const { redirectUri } = listener;
    show(authorizationUrl(authorizationEndpoint, { clientId, redirectUri, scopes, state, nonce, challenge }));
    const code = await listener.code();
    const { idToken } = await redeem(tokenEndpoint, { code, verifier, clientId, redirectUri });
    return { idToken, expiresAt: expiryOf(idToken, nonce) };
  } finally {
    listener.stop();
  }
}

async function endpointsOf(issuer: string): Promise<{ authorizationEndpoint: string; tokenEndpoint: string }> {
  const url = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { body } = await fetchJson<Record<string, unknown>>(url, {}, ISSUER);
  const { issuer: named, authorization_endpoint: authorization, token_endpoint: token } = body;
  if (named !== issuer || typeof authorization !== 'string' || typeof token !== 'string') {
    throw new Error(`The issuer ${issuer} doesn't describe itself under this name. ${ISSUER.check}`);
  }
  return { authorizationEndpoint: authorization, tokenEndpoint: token };
}

interface Redemption {
  readonly code: string;
  readonly verifier: string;
  readonly clientId: string;
  readonly redirectUri: string;
}

async function redeem(tokenEndpoint: string, given: Redemption): Promise<{ readonly idToken: string }> {
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code: given.code,
    code_verifier: given.verifier,
    client_id: given.clientId,
    redirect_uri: given.redirectUri,
  });
  const { status, body } = await fetchJson<{ readonly id_token?: unknown }>(
    new URL(tokenEndpoint),
    { method: 'POST', body: form },
    ISSUER,
  );
  if (status !== 200 || typeof body.id_token !== 'string') throw new Error('The issuer refused the sign-in.');
  return { idToken: body.id_token };
}

/** @throws Error for a token of another sign-in. The desk verifies its signature. */
function expiryOf(idToken: string, nonce: string): number {
  const [, payload = ''] = idToken.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>;
  if (claims.nonce !== nonce || typeof claims.exp !== 'number') throw new Error('The token is of another sign-in.');
  return claims.exp;
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

/** Waits on this machine for the browser to come back from the issuer. */
class Listener {
  private settle: { resolve: (code: string) => void; reject: (error: Error) => void } | undefined;
  private readonly came: Promise<string>;
  private readonly server = createServer((request, response) => this.answer(request, response));

  private constructor(private readonly state: string) {
    this.came = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
  }

  static async start(state: string): Promise<Listener> {
    const listener = new Listener(state);
    await new Promise<void>((resolve) => listener.server.listen(0, '127.0.0.1', resolve));
    return listener;
  }

  get redirectUri(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/callback`;
  }

  async code(): Promise<string> {
    const timer = setTimeout(() => this.settle?.reject(new Error('Nobody signed in within five minutes.')), SIGN_IN_MS);
    try {
      return await this.came;
    } finally {
      clearTimeout(timer);
    }
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.redirectUri);
    // Other programs of this machine may send anything here. Only the issuer's answer knows the state.
    const mine = url.pathname === '/callback' && url.searchParams.get('state') === this.state;
    const code = url.searchParams.get('code');
    response.writeHead(mine ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
    response.end(mine ? 'You can close this page, and go back to the terminal.\n' : 'Nothing is here.\n');
    if (!mine) return;
    if (code) this.settle?.resolve(code);
    else this.settle?.reject(new Error('The issuer didn’t sign you in.'));
  }
}
