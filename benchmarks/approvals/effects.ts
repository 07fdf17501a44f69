import type { TicketSystem } from '../../examples/quickstart/demo/ticket-system';

const LOOK_MS = 5;

/** The refunds that reached the ticket system, by their amount: each request of the benchmark has an amount of its own. */
export class Effects {
  private readonly first = new Map<number, number>();
  private readonly counts = new Map<number, number>();
  private seen = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly ticketSystem: TicketSystem) {
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  /** When the refund arrived, in milliseconds of `performance.now()`. Undefined: it didn't in time. */
  async arrivalOf(amount: number, patienceMs: number): Promise<number | undefined> {
    for (const deadline = performance.now() + patienceMs; performance.now() < deadline; ) {
      const arrived = this.first.get(amount);
      if (arrived !== undefined) return arrived;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return undefined;
  }

  countOf(amount: number): number {
    return this.counts.get(amount) ?? 0;
  }

  get total(): number {
    return [...this.counts.values()].reduce((sum, count) => sum + count, 0);
  }

  stop(): void {
    clearInterval(this.timer);
    this.look();
  }

  private look(): void {
    const { received } = this.ticketSystem;
    for (; this.seen < received.length; this.seen += 1) {
      const { path, body } = received[this.seen] ?? {};
      if (path === undefined || !/\/refund$/.test(path)) continue;
      const { amountCents } = JSON.parse(body ?? '{}') as { amountCents: number };
      if (!this.first.has(amountCents)) this.first.set(amountCents, performance.now());
      this.counts.set(amountCents, this.countOf(amountCents) + 1);
    }
  }
}
