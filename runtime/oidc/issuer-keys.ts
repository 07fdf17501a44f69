import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { JsonObject } from '../core/contracts';
import { type Fetch, fetchJson } from './fetch-json';
import { TokenRefused } from './token-refused';

/** Time after which keys are fetched again, so that a key that the issuer withdrew stops counting. */
const FRESH_MS = 10 * 60_000;
/** How long fetched keys still count while the issuer doesn't answer. */
const STALE_MS = 60 * 60_000;
/** Time between two fetches: tokens with unknown keys, or an issuer that is down, must not flood it. */
const COOL_DOWN_MS = 30_000;

export interface IssuerKeysPorts {
  readonly fetch: Fetch;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: (record: Record<string, unknown>) => void;
}

/**
 * The issuer's public keys, from its discovery document or pinned. Only the token's key id and algorithm choose among them: an
 * address or a key in the token's header is never used.
 *
 * Source: OpenID Connect Discovery 1.0, sections 4 and 7.
 */
export class IssuerKeys {
  private known: { readonly get: JWTVerifyGetKey; readonly at: number } | undefined;
  private triedAt = Number.NEGATIVE_INFINITY;
  private running: Promise<void> | undefined;
  private readonly pinned: JWTVerifyGetKey | undefined;

  constructor(
    private readonly issuer: string,
    pinned: readonly JsonObject[] | undefined,
    private readonly ports: IssuerKeysPorts,
  ) {
    this.pinned = pinned && createLocalJWKSet({ keys: pinned } as unknown as JSONWebKeySet);
  }

  /** The key of a token, for `jwtVerify`. */
  readonly keyOf: JWTVerifyGetKey = async (header, token) => {
    if (this.pinned) return this.pinned(header, token);
    await this.refreshIfOlderThan(FRESH_MS);
    const { known } = this;
    if (known === undefined) throw unavailable();
    try {
      return await known.get(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      // The issuer may have a new key.
      await this.refreshIfOlderThan(0);
      return (this.known ?? known).get(header, token);
    }
  };

  private async refreshIfOlderThan(ms: number): Promise<void> {
    const now = this.ports.now();
    if (this.known && now - this.known.at < ms) return;
    if (this.running === undefined && now - this.triedAt >= COOL_DOWN_MS) {
      this.triedAt = now;
      this.running = this.refresh(now).finally(() => {
        this.running = undefined;
      });
    }
    await this.running;
    if (this.known && now - this.known.at >= STALE_MS) this.known = undefined;
  }

  private async refresh(at: number): Promise<void> {
    try {
      const keys = await this.fetchKeys();
      this.known = { get: createLocalJWKSet(keys as unknown as JSONWebKeySet), at };
    } catch (error) {
      const { name, message } = error as Error;
      this.ports.log({ event: 'issuer_unavailable', issuer: this.issuer, problem: `${name}: ${message}` });
    }
  }

  private async fetchKeys(): Promise<JsonObject> {
    const address = `${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const { issuer, jwks_uri: keys } = await fetchJson(address, this.ports.fetch);
    // Otherwise one issuer could pass off the keys of another as its own.
    if (issuer !== this.issuer) throw new Error(`${address} names another issuer`);
    if (typeof keys !== 'string') throw new Error(`${address} names no jwks_uri`);
    return fetchJson(keys, this.ports.fetch);
  }
}

function unavailable(): TokenRefused {
  return new TokenRefused(
    'ISSUER_UNAVAILABLE',
    'The issuer’s keys can’t be fetched at the moment. Send the same request again in half a minute.',
  );
}
