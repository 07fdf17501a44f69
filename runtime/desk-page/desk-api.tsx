import type { ApprovalCard, WaitingList } from '../approvals/approval-card';

/** Who is signed in. */
export interface SignedIn {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly groups: readonly string[];
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
  readonly antiForgery: string;
}

export interface Refusal {
  readonly code?: string;
  readonly reason?: string;
}

/** An answer of the desk. `same`: what was known before still holds. */
export type Answer<Body> =
  | { readonly kind: 'ok'; readonly body: Body }
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly reason: string };

/** What a person decided. */
export interface Decision {
  readonly decision: 'APPROVED' | 'DENIED';
  /** The digest of the bytes that the person saw. */
  readonly digest: string;
  readonly reason?: string;
  /** A denial of this call and of all that are alike. */
  readonly alike?: boolean;
}

const UNREACHABLE = {
  kind: 'refused',
  status: 0,
  code: 'UNREACHABLE',
  reason: 'The desk can’t be reached. Check your network.',
} as const;

/** Speaks to the desk that served this page. */
export class DeskApi {
  private readonly tags = new Map<string, string>();
  /** The desk's clock minus this machine's, in milliseconds. */
  private ahead = 0;

  /** @param base the path of the desk on its host */
  constructor(readonly base: string) {}

  /** The desk's time, in epoch milliseconds. */
  now(): number {
    return Date.now() + this.ahead;
  }

  session(): Promise<Answer<SignedIn>> {
    return this.send('GET', 'session');
  }

  list(): Promise<Answer<WaitingList>> {
    return this.send('GET', 'requests');
  }

  show(requestId: string): Promise<Answer<ApprovalCard>> {
    return this.send('GET', `requests/${requestId}`);
  }

  /** Forgets what is known, so that the next answer is whole. */
  forget(): void {
    this.tags.clear();
  }

  decide(requestId: string, decision: Decision, antiForgery: string): Promise<Answer<Refusal>> {
    const body = JSON.stringify({ v: 1, ...decision, confirmed: true });
    return this.send('POST', `requests/${requestId}/decision`, { body, antiForgery });
  }

  async signOut(antiForgery: string): Promise<void> {
    await fetch(`${this.base}/sign-out`, { method: 'POST', headers: { 'x-desk-anti-forgery': antiForgery } });
  }

  private async send<Body>(
    method: string,
    path: string,
    posted?: { readonly body: string; readonly antiForgery: string },
  ): Promise<Answer<Body>> {
    const tag = this.tags.get(path);
    const headers: Record<string, string> = posted
      ? { 'content-type': 'application/json', 'x-desk-anti-forgery': posted.antiForgery }
      : tag === undefined
        ? {}
        : { 'if-none-match': tag };
    try {
      const response = await fetch(`${this.base}/api/${path}`, {
        method,
        headers,
        cache: 'no-store',
        redirect: 'error',
        ...(posted ? { body: posted.body } : {}),
      });
      const time = Number(response.headers.get('x-desk-time'));
      if (time > 0) this.ahead = time - Date.now();
      if (response.status === 304) return { kind: 'same' };
      const body: unknown = await response.json();
      if (response.status !== 200) return refusedBy(response.status, body as Refusal);
      const etag = response.headers.get('etag');
      if (etag !== null) this.tags.set(path, etag);
      return { kind: 'ok', body: body as Body };
    } catch {
      return UNREACHABLE;
    }
  }
}

function refusedBy(status: number, { code = 'REFUSED', reason = 'The desk refused.' }: Refusal): Answer<never> {
  return { kind: 'refused', status, code, reason };
}
