import type { JsonObject, LedgerEntry, RequestItem, SessionItem } from '../core/contracts';
import type { ExecutorTool } from '../core/executor-config';
import type { CredentialValue, TargetAnswer } from './target-answer';

/** What an executor reads and writes outside itself. */
export interface ExecutorPorts {
  readonly ledger: { read(key: string): Promise<LedgerEntry> };
  readonly evidence: { get(reference: { s3Key: string; sha256: string }): Promise<string> };
  readonly requests: {
    get(sessionId: string, requestId: string): Promise<RequestItem | undefined>;
    claim(
      sessionId: string,
      requestId: string,
      from: 'ALLOWED' | 'APPROVED',
      claimedBy: string,
      nowEpoch: number,
    ): Promise<boolean>;
  };
  readonly sessions: { get(sessionId: string): Promise<SessionItem | undefined> };
  /** Connectors that a person stopped. */
  readonly stops: { isStopped(connector: string): Promise<boolean> };
  readonly credential: () => Promise<CredentialValue | undefined>;
  /** What else the secret holds, after the target refused this version with 401 or 403. Undefined: nothing that may be tried. */
  readonly rotated: (refused: string, status: 401 | 403) => Promise<CredentialValue | undefined>;
  readonly target: (
    tool: ExecutorTool,
    args: JsonObject,
    credential: CredentialValue | undefined,
    sessionId: string,
    requestId: string,
  ) => Promise<TargetAnswer>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: (record: Record<string, unknown>) => void;
}
