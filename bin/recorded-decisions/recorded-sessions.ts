import type { LedgerEntry, Manifest } from '../../runtime/core/contracts';
import { saltedHash } from '../../runtime/core/digest';
import { isObject } from '../../runtime/core/json/is-object';
import { parseStrict } from '../../runtime/core/json/parse-strict';
import type { TargetSession } from '../../runtime/core/target-provenance';
import type { ReadableStore } from '../ledger/stored-ledger';

/** What a call returned, and when the ledger had it. */
export interface RecordedResult {
  readonly seq: number;
  readonly at: string;
  readonly requestId: string;
  readonly content: string;
}

/** What the ledger and the evidence say of sessions: their tasks, what ran in them, and the results of reads. */
export class RecordedSessions {
  /** Absent: the task is erased, past its retention, or with another hash than the ledger has. */
  readonly tasks = new Map<string, TargetSession>();
  readonly results = new Map<string, RecordedResult[]>();
  /** Calls that took effect or may have, as `sessionId/requestId`. */
  readonly ran = new Set<string>();
  private readonly reads: ReadonlySet<string>;
  /** The session that is being read: a ledger lists one after the other. */
  private current: { readonly sessionId: string; wasStopped: boolean } | undefined;

  constructor(
    { tools }: Pick<Manifest, 'tools'>,
    private readonly evidence: Pick<ReadableStore, 'get'>,
  ) {
    // Of a read without targets, no task determines the result.
    this.reads = new Set(tools.flatMap(({ name, effect, targets }) => (effect === 'read' && targets[0] ? [name] : [])));
  }

  readonly add = async (entry: LedgerEntry): Promise<void> => {
    this.enter(entry);
    if (entry.type === 'session_start') await this.addTask(entry);
    if (entry.type === 'outcome') await this.addOutcome(entry);
  };

  /** Lets go of results of the session before if none of its calls was asked about or denied: a ledger may hold very many. */
  private enter({ sessionId, decision }: LedgerEntry): void {
    if (this.current?.sessionId !== sessionId) {
      if (this.current?.wasStopped === false) this.results.delete(this.current.sessionId);
      this.current = { sessionId, wasStopped: false };
    }
    if (decision && (decision.code !== 'ALLOW' || decision.would !== undefined)) this.current.wasStopped = true;
  }

  private async addTask({ sessionId, argsRef, argsHash, salt }: LedgerEntry): Promise<void> {
    const text = await this.proven(argsRef, argsHash, salt);
    const parsed = parseStrict(text ?? '');
    if (!parsed.ok || !isObject(parsed.value)) return;
    const { user, taskText, own } = parsed.value;
    if (typeof user !== 'string' || typeof taskText !== 'string') return;
    const owned = Array.isArray(own) ? own.filter((each) => typeof each === 'string') : [];
    this.tasks.set(sessionId, { user, taskText, own: owned });
  }

  private async addOutcome({ sessionId, requestId, seq, at, tool, salt, outcome }: LedgerEntry): Promise<void> {
    if (!outcome || requestId === undefined || outcome.status === 'denied') return;
    this.ran.add(`${sessionId}/${requestId}`);
    if (outcome.status !== 'succeeded' || !this.reads.has(tool ?? '')) return;
    const content = await this.proven(outcome.resultRef, outcome.resultHash, salt);
    if (content === undefined) return;
    const before = this.results.get(sessionId) ?? [];
    this.results.set(sessionId, [...before, { seq, at, requestId, content }]);
  }

  /** The evidence bucket isn't locked, so a text counts only with the hash that the ledger has. */
  private async proven(ref: string, hash: string, salt: string): Promise<string | undefined> {
    const text = ref === '' || hash === '' ? undefined : await this.evidence.get(ref);
    return text !== undefined && saltedHash(salt, text) === hash ? text : undefined;
  }
}
