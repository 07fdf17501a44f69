import type { AuditFindings } from './audit-finding';
import type { FollowedEntry } from './stored-entry';
import type { OpenCall } from './verified-part';

/** How long a call may stay open before its missing end is reported. */
export interface OutcomeLimits {
  /** From an allowed intent, or an approval, to its outcome. Milliseconds. */
  readonly outcomeWithinMs: number;
  /** From an intent that asks a person to the decision. Milliseconds. */
  readonly decisionWithinMs: number;
}

/** A decision changes `since` and `asks`. `since` is parsed only at the end, because most calls don't stay open. */
type OpenIntent = { -readonly [Name in keyof OpenCall]: OpenCall[Name] };

/** Calls that began and have not ended yet. */
export class OpenIntents {
  /**
   * By session, then by request, in the order they began. When the same call arrived twice at the same time there are
   * two, and each must end.
   */
  private readonly open = new Map<string, Map<string, OpenIntent[]>>();

  /** @param open calls that an earlier verification left open */
  constructor(open: readonly OpenCall[] = []) {
    for (const call of open) this.begin({ ...call });
  }

  /** To be called with the entries in the order of the tree. */
  follow(entry: FollowedEntry, key: string, leaf: number): void {
    const { sessionId, requestId } = entry;
    if (requestId === undefined) return;
    switch (entry.type) {
      case 'intent':
        this.begin({ sessionId, requestId, key, leaf, since: entry.at, asks: entry.decision?.code === 'ASK' });
        break;
      case 'decision': {
        const intent = this.open.get(sessionId)?.get(requestId)?.at(-1);
        // The call waits on: for further people, or for somebody else.
        if (entry.decision?.code === 'PARTLY_APPROVED' || entry.decision?.code === 'OWN_REQUEST') break;
        if (entry.decision?.code !== 'APPROVED') this.end(sessionId, requestId);
        else if (intent) {
          intent.since = entry.at;
          intent.asks = false;
        }
        break;
      }
      case 'outcome':
      case 'denial':
        this.end(sessionId, requestId);
        break;
      default:
    }
  }

  private begin(intent: OpenIntent): void {
    const session = this.open.get(intent.sessionId) ?? new Map<string, OpenIntent[]>();
    this.open.set(intent.sessionId, session);
    const begun = session.get(intent.requestId);
    if (begun) begun.push(intent);
    else session.set(intent.requestId, [intent]);
  }

  private end(sessionId: string, requestId: string): void {
    const session = this.open.get(sessionId);
    const begun = session?.get(requestId);
    begun?.pop();
    if (begun?.length === 0) session?.delete(requestId);
    if (session?.size === 0) this.open.delete(sessionId);
  }

  /** Reports the calls that should have ended. @param readAt when the buckets were read, epoch milliseconds */
  judgeOverdue(readAt: number, limits: OutcomeLimits, findings: AuditFindings): void {
    for (const { key, leaf, since, asks } of this.calls()) {
      const limit = asks ? limits.decisionWithinMs : limits.outcomeWithinMs;
      if (readAt - Date.parse(since) <= limit) continue;
      findings.add({
        code: 'INTENT_WITHOUT_OUTCOME',
        where: key,
        leaf,
        message: asks
          ? 'This call waits for a decision that should have been made or have expired by now.'
          : 'This call began, and no later entry says how it ended.',
      });
    }
  }

  *calls(): Generator<OpenCall> {
    for (const session of this.open.values()) for (const begun of session.values()) yield* begun;
  }

  get count(): number {
    return [...this.calls()].length;
  }
}
