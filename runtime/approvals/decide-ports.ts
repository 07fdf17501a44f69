import type { TakenDecision } from '../aws/decision-writes';
import type { Reservation, StoredRequest } from '../aws/request-item';
import type { Decided } from '../aws/request-store';
import type { DecisionItem, LedgerEntry, RequestItem, SessionItem } from '../core/contracts';
import type { RefusedPorts } from './refused-by-now';
import type { WorkflowLedgerPorts } from './workflow-ledger';

/** What the deciding function reads and writes. */
export interface DecidePorts extends WorkflowLedgerPorts {
  readonly requests: RefusedPorts['requests'] & {
    sessionOf(requestId: string): Promise<string | undefined>;
    get(sessionId: string, requestId: string): Promise<StoredRequest | undefined>;
    getTaskToken(requestId: string): Promise<string | undefined>;
    decisionOf(requestId: string, subject: string): Promise<DecisionItem | undefined>;
    /** Whether the ledger has an attempt of this person to approve the own request. */
    isOwnAttemptMarked(requestId: string, subject: string): Promise<boolean>;
    markOwnAttempt(request: RequestItem, subject: string): Promise<void>;
    reserve(
      sessionId: string,
      requestId: string,
      digest: string,
      reservation: Reservation,
      now: number,
    ): Promise<(RequestItem & { readonly reserved: Reservation }) | undefined>;
    /** Gives a decision in progress another ledger number, the same for all attempts that share it. Undefined: it is over. */
    renumber(request: RequestItem, reservation: Reservation, next: number): Promise<Reservation | undefined>;
    decide(request: RequestItem, taken: TakenDecision, now: number): Promise<Decided>;
  };
  readonly sessions: WorkflowLedgerPorts['sessions'] & {
    get(sessionId: string): Promise<SessionItem | undefined>;
  };
  readonly ledger: WorkflowLedgerPorts['ledger'] & {
    /** Writes an entry under its own number. The same entry again succeeds. @throws LedgerConflictError if another entry has the number */
    append(entry: LedgerEntry): Promise<string>;
  };
  /** Tells the waiting workflow. @throws WorkflowEndedError if no workflow waits for that token */
  readonly workflow: { resume(taskToken: string, output: string): Promise<void> };
  readonly log: (record: Record<string, unknown>) => void;
}
