import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import type { Person } from '../core/contracts';
import { authorizationUrl } from '../oidc/authorization-url';
import { isIdToken, isOnlyFor } from '../oidc/token-kind';
import { type PersonClaims, personOfClaims } from './person-of-claims';

/** What the desk knows of its issuer. */
export interface IssuerSettings extends PersonClaims {
  /** The issuer's URL, as in the claim `iss`. */
  readonly issuer: string;
  /** The web desk at the issuer. */
  readonly clientId: string;
  /** The secret of a confidential client. @default - a public client */
  readonly clientSecret?: () => Promise<string>;
  /** The command line at the issuer: a public client. @default - the command line can't sign in */
  readonly commandLineClientId?: string;
  readonly scopes: readonly string[];
  /** Where the issuer sends the browser back to. */
  readonly redirectUri: string;
}

/** A token that was verified. */
export interface VerifiedToken {
  readonly person: Person;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** A sign-in under way. Only the browser that began it knows these. */
export interface SignInSecrets {
  readonly state: string;
  readonly nonce: string;
  /** The PKCE code verifier. */
  readonly verifier: string;
  /** The S256 challenge of the verifier. */
  readonly challenge: string;
}

/** The issuer, or its keys, can't be reached. Nothing is known about the token. */
export class IssuerUnavailableError extends Error {
  override readonly name = 'IssuerUnavailableError';
}

/** The token or the code isn't accepted. The message is for people and repeats nothing of the token. */
export class TokenRefusedError extends Error {
  override readonly name = 'TokenRefusedError';
}

interface Metadata {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly keys: ReturnType<typeof createRemoteJWKSet>;
  readonly basicAuthentication: boolean;
  readonly readAt: number;
}

const TIMEOUT_MS = 5000;
const MAX_BYTES = 262_144;
const METADATA_MS = 3_600_000;
/** Signatures by a key pair. A shared secret would let the client forge tokens, and `none` would let anybody. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Clocks may differ by this. */
const CLOCK_SECONDS = 30;
/** A token older than this is refused, whatever its own expiry says. */
const MAX_AGE_SECONDS = 3600;

/**
 * An OpenID Connect issuer: where a person signs in, and whose tokens count. Its keys are fetched, and fetched again when a token
 * names a key that isn't among them.
 *
 * Source: OpenID Connect Core 1.0, section 3.1.3.7; RFC 7636; RFC 9700.
 */
export class OpenIdIssuer {
  private metadata?: Promise<Metadata>;

  constructor(
    private readonly settings: IssuerSettings,
    private readonly now: () => number = Date.now,
    private readonly load: typeof fetch = fetch,
  ) {}

  /** Where a person signs in. @throws IssuerUnavailableError */
  async authorizationUrl({ state, nonce, challenge }: SignInSecrets): Promise<string> {
    const { authorizationEndpoint } = await this.discover();
    return authorizationUrl(authorizationEndpoint, { ...this.settings, state, nonce, challenge });
  }

  /** Exchanges a code for a token, and verifies it. @throws IssuerUnavailableError; TokenRefusedError */
  async redeem(code: string, { verifier, nonce }: SignInSecrets): Promise<VerifiedToken> {
    const { tokenEndpoint, basicAuthentication } = await this.discover();
    const { clientId, clientSecret, redirectUri } = this.settings;
    const secret = await clientSecret?.();
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      client_id: clientId,
    });
    const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
    if (secret !== undefined && basicAuthentication) {
      const pair = [clientId, secret].map(encodeURIComponent).join(':');
      headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
    } else if (secret !== undefined) form.set('client_secret', secret);
    const { status, body } = await this.send(tokenEndpoint, { method: 'POST', headers, body: form.toString() });
    if (status >= 500) throw new IssuerUnavailableError(`The issuer answered ${status}.`);
    if (status !== 200 || typeof body.id_token !== 'string') {
      throw new TokenRefusedError('The issuer didn’t accept this sign-in: it was used already, or took too long.');
    }
    return this.verified(body.id_token, clientId, nonce);
  }

  /** Verifies an ID token that the command line sends. @throws IssuerUnavailableError; TokenRefusedError */
  async verify(token: string): Promise<VerifiedToken> {
    const { commandLineClientId } = this.settings;
    if (commandLineClientId === undefined) {
      throw new TokenRefusedError('This desk takes no tokens of a command line: open it in a browser.');
    }
    return this.verified(token, commandLineClientId);
  }

  private async verified(token: string, audience: string, nonce?: string): Promise<VerifiedToken> {
    const { keys } = await this.discover();
    const { issuer } = this.settings;
    let payload: JWTPayload;
    let typ: unknown;
    try {
      const verified = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCK_SECONDS,
        maxTokenAge: MAX_AGE_SECONDS,
        requiredClaims: ['exp', 'iat', 'sub'],
        currentDate: new Date(this.now()),
      });
      payload = verified.payload;
      typ = verified.protectedHeader.typ;
    } catch (error) {
      throw whyRefused(error);
    }
    if (nonce !== undefined && payload.nonce !== nonce) {
      throw new TokenRefusedError('The token belongs to another sign-in.');
    }
    if (!isIdToken(payload, typ)) throw new TokenRefusedError('This is no ID token of a sign-in.');
    if (!isOnlyFor(payload, audience)) {
      throw new TokenRefusedError('The token was made for another application.');
    }
    const person = personOfClaims(payload, this.settings);
    if (person === undefined || payload.exp === undefined) {
      throw new TokenRefusedError('The token names no person.');
    }
    return { person, expiresAt: payload.exp };
  }

  private discover(): Promise<Metadata> {
    const fresh = async () => {
      const known = await this.metadata?.catch(() => undefined);
      if (known !== undefined && this.now() - known.readAt < METADATA_MS) return known;
      this.metadata = this.readMetadata();
      return this.metadata;
    };
    return fresh();
  }

  private async readMetadata(): Promise<Metadata> {
    const { issuer } = this.settings;
    const { status, body } = await this.send(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const [authorizationEndpoint, tokenEndpoint, keys] = [
      body.authorization_endpoint,
      body.token_endpoint,
      body.jwks_uri,
    ].map((url) => (isSecureUrl(url, issuer) ? url : undefined));
    if (status !== 200 || body.issuer !== issuer || !authorizationEndpoint || !tokenEndpoint || !keys) {
      throw new IssuerUnavailableError(
        `The issuer ${issuer} doesn't describe itself at /.well-known/openid-configuration under this same name.`,
      );
    }
    const methods: unknown = body.token_endpoint_auth_methods_supported;
    return {
      authorizationEndpoint,
      tokenEndpoint,
      keys: createRemoteJWKSet(new URL(keys), { timeoutDuration: TIMEOUT_MS, cooldownDuration: 5000 }),
      basicAuthentication: !Array.isArray(methods) || methods.includes('client_secret_basic'),
      readAt: this.now(),
    };
  }

  private async send(url: string, init: RequestInit = {}): Promise<{ status: number; body: Record<string, unknown> }> {
    try {
      const response = await this.load(url, {
        ...init,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      if (text.length > MAX_BYTES) throw new Error(`an answer of over ${MAX_BYTES} characters`);
      const body = jsonIn(text);
      return { status: response.status, body: typeof body === 'object' && body !== null ? { ...body } : {} };
    } catch (error) {
      throw new IssuerUnavailableError(`The issuer can't be reached: ${(error as Error).message}.`);
    }
  }
}

/** @throws Error without a part of the text, which may hold a token */
function jsonIn(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new Error('an answer that isn’t JSON');
  }
}

/** HTTPS. An issuer on this machine, as in tests, may name addresses of it; any other would reach what else runs there. */
function isSecureUrl(value: unknown, issuer: string): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const isHere = (url: string) => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
  const { protocol } = new URL(value);
  if (isHere(value)) return isHere(issuer) && ['http:', 'https:'].includes(protocol);
  return protocol === 'https:';
}

function whyRefused(error: unknown): Error {
  if (error instanceof errors.JWTExpired) {
    return new TokenRefusedError('The sign-in has expired: sign in again.');
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new TokenRefusedError(
      error.claim === 'aud'
        ? 'The token was made for another application.'
        : `The token's claim ${error.claim} isn't the one that this desk expects.`,
    );
  }
  const unreadable = [
    errors.JWSSignatureVerificationFailed,
    errors.JWSInvalid,
    errors.JWTInvalid,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSNoMatchingKey,
    errors.JWKSMultipleMatchingKeys,
  ];
  if (unreadable.some((kind) => error instanceof kind)) {
    return new TokenRefusedError('The token isn’t signed by the issuer.');
  }
  return new IssuerUnavailableError(`The issuer's keys can't be read: ${(error as Error).message}`);
}
