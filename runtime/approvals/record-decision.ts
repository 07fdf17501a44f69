import type { Reservation } from '../aws/request-item';
import type { RequestItem } from '../core/contracts';
import { buildEntry, entryPartsOf } from '../core/ledger/build-entry';
import type { DecidePorts } from './decide-ports';

/** How many ledger numbers are tried for one decision. */
const MOST_NUMBERS = 5;

/**
 * Writes the ledger entry of a decision in progress, once for all attempts that share it: two tabs of one person, or a request that is
 * sent again. Each makes the entry from what is stored with the decision alone, so they write the same bytes under the same number.
 * The sealer fills a number that stays missing; then the decision gets another one in the state table first.
 *
 * @returns false if the decision was taken, or is no longer in progress, while another entry has its number
 * @throws Error if the entry isn't written
 */
export async function recordDecision(
  request: RequestItem,
  reserved: Reservation,
  code: 'APPROVED' | 'DENIED' | 'PARTLY_APPROVED',
  { requests, sessions, ledger }: Pick<DecidePorts, 'requests' | 'sessions' | 'ledger'>,
): Promise<boolean> {
  let current: Reservation | undefined = reserved;
  for (let conflicts = 0; current; ) {
    try {
      await ledger.append(entryOf(request, current, code));
      return true;
    } catch (error) {
      conflicts += 1;
      if (!isConflict(error) || conflicts === MOST_NUMBERS) throw error;
      current = await requests.renumber(request, current, await sessions.nextSeq(request.sessionId));
    }
  }
  return false;
}

function entryOf(
  request: RequestItem,
  { actor, seq, at, salt, taint }: Reservation,
  code: 'APPROVED' | 'DENIED' | 'PARTLY_APPROVED',
) {
  return buildEntry({
    ...entryPartsOf(request),
    type: 'decision',
    actor,
    seq,
    at: Date.parse(at),
    salt,
    decision: { code, taint, policyIds: [] },
    approval: { digest: request.digest, approvers: [actor] },
  });
}

function isConflict(error: unknown): boolean {
  return (error as { code?: unknown }).code === 'LEDGER_CONFLICT';
}
