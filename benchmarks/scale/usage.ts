import { QUOTAS, type Quota, type QuotaName } from './quotas';

/** What is allowed of each quota. Infinity: everything. */
export type Limits = ReadonlyMap<QuotaName, number>;

/** What sessions take of each quota, what is refused, and the most that was ever asked. */
export class Usage {
  readonly peak = new Map<QuotaName, number>();
  readonly throttled = new Map<QuotaName, number>();
  private readonly held = new Map<QuotaName, number>();
  private readonly buckets = new Map<QuotaName, { tokens: number; at: number }>();
  private readonly second = new Map<QuotaName, { second: number; asked: number }>();

  constructor(private readonly limits: Limits) {}

  /** Takes rates, all or nothing. Each is a bucket that fills at its rate. */
  take(demand: ReadonlyMap<QuotaName, number>, now: number): boolean {
    let refused = false;
    for (const [name, units] of demand) {
      this.ask(name, units, now);
      if (this.bucket(name, now).tokens >= units) continue;
      this.refuse(name);
      refused = true;
    }
    if (refused) return false;
    for (const [name, units] of demand) this.bucket(name, now).tokens -= units;
    return true;
  }

  hold(name: QuotaName, units: number): boolean {
    const wanted = (this.held.get(name) ?? 0) + units;
    this.peak.set(name, Math.max(this.peak.get(name) ?? 0, wanted));
    if (wanted > this.limitOf(name)) {
      this.refuse(name);
      return false;
    }
    this.held.set(name, wanted);
    return true;
  }

  /** All or nothing. */
  holdAll(wanted: readonly (readonly [QuotaName, number])[]): boolean {
    const held: (readonly [QuotaName, number])[] = [];
    for (const each of wanted) {
      if (this.hold(...each)) held.push(each);
    }
    if (held.length === wanted.length) return true;
    for (const each of held) this.release(...each);
    return false;
  }

  release(name: QuotaName, units: number): void {
    this.held.set(name, (this.held.get(name) ?? 0) - units);
  }

  private limitOf(name: QuotaName): number {
    return this.limits.get(name) ?? Number.POSITIVE_INFINITY;
  }

  private bucket(name: QuotaName, now: number): { tokens: number } {
    const rate = this.limitOf(name);
    const quota: Quota = QUOTAS[name];
    // A limit that was raised raises the burst with it.
    const size =
      quota.burst === undefined || rate === Number.POSITIVE_INFINITY ? rate : (quota.burst * rate) / quota.limit;
    const bucket = this.buckets.get(name) ?? { tokens: size, at: now };
    if (rate !== Number.POSITIVE_INFINITY) bucket.tokens = Math.min(size, bucket.tokens + (now - bucket.at) * rate);
    bucket.at = now;
    this.buckets.set(name, bucket);
    return bucket;
  }

  private ask(name: QuotaName, units: number, now: number): void {
    const second = Math.floor(now);
    const current = this.second.get(name);
    const asked = (current?.second === second ? current.asked : 0) + units;
    this.second.set(name, { second, asked });
    this.peak.set(name, Math.max(this.peak.get(name) ?? 0, asked));
  }

  private refuse(name: QuotaName): void {
    this.throttled.set(name, (this.throttled.get(name) ?? 0) + 1);
  }
}
