import type { LedgerSource } from '../../../runtime/core/audit/ledger-source';
import {
  AUDIT_DEFAULTS,
  type AuditOptions,
  type AuditReport,
  verifyLedger,
} from '../../../runtime/core/audit/verify-ledger';
import { type LedgerEntry, ledgerKey } from '../../../runtime/core/contracts';
import { sessionIdAt } from '../../../runtime/core/ledger/stream-id';
import { DEFAULT_LIMITS } from '../../../runtime/ledger/sealer-ports';
import { AGENT_ID } from '../agent-id';
import { entry, SealedLedger, START } from './sealed-ledger';

/**
 * An honest ledger with what honest ledgers have: sessions that run at once, calls with their outcomes, writers whose
 * clocks are wrong, entries that come late or twice, holes that became void, heartbeats.
 */
export async function honestLedger(
  size: number,
  random: () => number,
  /** Told of each call; an outcome that it refuses is never written, and its number becomes void. */
  concludes: (intentKey: string) => boolean = () => true,
): Promise<SealedLedger> {
  const world = new SealedLedger(DEFAULT_LIMITS);
  const sessions = Math.max(3, Math.floor(size / 100));
  const next = new Map<string, number>();
  const late: LedgerEntry[] = [];
  const runs = Math.max(8, Math.floor(size / 300));
  const skew = (session: string) => ((session.charCodeAt(session.length - 1) % 7) - 3) * 1000;
  let written = 0;
  while (written < size) {
    for (let i = 0; i < Math.ceil(size / runs / 2) && written < size; i += 1) {
      const session = sessionIdAt(
        AGENT_ID,
        START,
        Math.floor(random() * sessions)
          .toString(16)
          .padStart(13, '0'),
      );
      const seq = next.get(session) ?? 1;
      const at = new Date(world.now + skew(session)).toISOString();
      const requestId = `r-${seq}`;
      const intent = entry(session, seq, {
        at,
        type: 'intent',
        requestId,
        decision: { code: 'ALLOW', policyIds: [], taint: false },
      });
      const outcome = entry(session, seq + 1, {
        at,
        type: 'outcome',
        requestId,
        decision: undefined,
        outcome: { status: 'succeeded', bytes: 3, resultHash: 'd'.repeat(64), resultRef: 'results/x', durationMs: 5 },
      });
      const chance = random();
      next.set(session, seq + 2);
      if (chance < 0.02) next.set(session, seq + 3);
      if (chance > 0.98) late.push(outcome);
      else if (concludes(ledgerKey.entry(session, seq))) await world.write(outcome);
      await world.write(intent);
      if (chance > 0.5 && chance < 0.55) await world.write(intent);
      written += 2;
    }
    await world.sealer().run();
    world.advance(60_000);
    await world.write(...late.splice(0));
  }
  world.advance(DEFAULT_LIMITS.mergeDelayMs + 60_000);
  await world.sealer().run();
  world.advance(60_000);
  await world.sealer().run();
  return world;
}

export function audit(
  world: SealedLedger,
  source: LedgerSource,
  more: Partial<AuditOptions> = {},
): Promise<AuditReport> {
  return verifyLedger(source, { ...AUDIT_DEFAULTS, key: world.signing.key, now: world.now, ...more });
}
