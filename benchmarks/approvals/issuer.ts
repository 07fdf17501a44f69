import { randomUUID } from 'node:crypto';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { TlsAuthority } from '../../test/emulator/runner';

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

/** Somebody with an account. */
export interface Account {
  readonly subject: string;
  readonly name: string;
  readonly email: string;
  readonly groups: readonly string[];
}

/** What a token says besides its person, where it differs from a good one. */
export interface TokenParts {
  readonly audience?: string;
  readonly issuer?: string;
  /** Epoch seconds. @default now */
  readonly issuedAt?: number;
  readonly nonce?: string;
  readonly key?: Keys;
}

const LIFETIME_SECONDS = 3600;

/** An OpenID Connect issuer whose keys change and which is down when the benchmark says so. Nobody types a password. */
export class Issuer {
  static readonly host = 'login.example.com';

  down = false;
  private kid = '';
  private keys?: Keys;
  private readonly codes = new Map<string, { readonly account: Account; readonly nonce: string }>();
  private readonly server: https.Server;

  constructor(authority: TlsAuthority) {
    this.server = https.createServer({ cert: authority.certificate, key: authority.key }, (request, response) => {
      const send = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
      text(request)
        .then((body) => this.answer(request.url ?? '', body))
        .then(([status, body]) => send(status, body))
        .catch((error: unknown) => send(500, { error: String(error) }));
    });
  }

  async start(): Promise<void> {
    await this.rotate();
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  get url(): string {
    return `https://${Issuer.host}:${(this.server.address() as AddressInfo).port}`;
  }

  /** Signs with a new key from now on, and withdraws the one before. */
  async rotate(): Promise<void> {
    this.keys = await generateKeyPair('ES256', { extractable: true });
    this.kid = randomUUID();
  }

  /** What a browser brings back from the page where somebody signs in: the desk's callback with a code. */
  authorize(url: string, account: Account): URL {
    const { searchParams: asked } = new URL(url);
    const code = randomUUID();
    this.codes.set(code, { account, nonce: asked.get('nonce') ?? '' });
    const callback = new URL(asked.get('redirect_uri') ?? '');
    callback.searchParams.set('code', code);
    callback.searchParams.set('state', asked.get('state') ?? '');
    return callback;
  }

  async tokenOf({ subject, ...claims }: Account, parts: TokenParts = {}): Promise<string> {
    const { audience = 'command-line', issuer = this.url, nonce, key = this.keys } = parts;
    const { issuedAt = Math.floor(Date.now() / 1000) } = parts;
    if (key === undefined) throw new Error('The issuer has no key yet.');
    const payload: JWTPayload = { ...claims, ...(nonce === undefined ? {} : { nonce }) };
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'ES256', kid: this.kid })
      .setIssuer(issuer)
      .setSubject(subject)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + LIFETIME_SECONDS)
      .sign(key.privateKey);
  }

  private async answer(path: string, body: string): Promise<[number, unknown]> {
    if (this.down || this.keys === undefined) return [503, { error: 'temporarily_unavailable' }];
    if (path === '/.well-known/openid-configuration') {
      const at = (name: string) => `${this.url}/${name}`;
      const endpoints = { authorization_endpoint: at('authorize'), token_endpoint: at('token'), jwks_uri: at('keys') };
      return [200, { issuer: this.url, ...endpoints }];
    }
    if (path === '/keys') {
      return [200, { keys: [{ ...(await exportJWK(this.keys.publicKey)), kid: this.kid, alg: 'ES256' }] }];
    }
    const code = new URLSearchParams(body).get('code') ?? '';
    const found = this.codes.get(code);
    this.codes.delete(code);
    if (path !== '/token' || found === undefined) return [400, { error: 'invalid_grant' }];
    return [200, { id_token: await this.tokenOf(found.account, { audience: 'desk', nonce: found.nonce }) }];
  }
}
