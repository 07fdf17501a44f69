import type { CallToCount } from '../aws/limit-store';
import {
  type CallOutcome,
  endStatusOf,
  keptText,
  OUTCOME_UNKNOWN,
  outcomeOf,
  storedOutcome,
} from '../core/call-outcome';
import {
  type DenialCode,
  type EvidenceReference,
  type ExecutorReply,
  type ExecutorRequest,
  evidenceKey,
  MAX_TARGET_MS,
  type Manifest,
  type ReplyStatus,
  type RequestItem,
  type RequestStatus,
  type ToolManifest,
} from '../core/contracts';
import { Denied } from '../core/denied';
import { limitReached } from '../core/limits/limit-reached';
import { type LimitUse, limitUses } from '../core/limits/limit-uses';
import { UNCLAIMED_STATUSES } from '../core/request-transitions';
import { type ApprovedCall, type CheckApprovedPorts, checkAllowed, checkApproved } from './check-approved';
import { appendAbout, type WorkflowLedgerPorts } from './workflow-ledger';

/** The time that the function of a slow call has after its target, to write the outcome. */
const OUTCOME_GRACE_MS = 60_000;

export interface ExecuteApprovedPorts extends CheckApprovedPorts, WorkflowLedgerPorts {
  readonly requests: CheckApprovedPorts['requests'] & {
    get(sessionId: string, requestId: string): Promise<RequestItem | undefined>;
    finish(
      sessionId: string,
      requestId: string,
      to: 'DONE' | 'UNKNOWN',
      result: { resultRef?: EvidenceReference; replyStatus: ReplyStatus; replyCode?: DenialCode; replyReason?: string },
      from?: readonly RequestStatus[],
    ): Promise<boolean>;
  };
  readonly sessions: CheckApprovedPorts['sessions'] & WorkflowLedgerPorts['sessions'];
  readonly evidence: CheckApprovedPorts['evidence'] & {
    put(key: string, text: string): Promise<EvidenceReference>;
  };
  readonly limits: {
    /** Counts a call, once for each request. The limit that has no room for it, or undefined. */
    takeAll(uses: readonly LimitUse[], call: CallToCount): Promise<LimitUse | undefined>;
    /** A counted call took effect at this moment or before. */
    settleAll(uses: readonly LimitUse[], requestId: string, nowMs: number): Promise<void>;
    /** Takes back a call that never runs. */
    releaseAll(uses: readonly LimitUse[], requestId: string): Promise<void>;
  };
  /** Invokes a connector's executor once. Rejects if the outcome can't be known. */
  readonly executors: { invoke(functionArnVariable: string, request: ExecutorRequest): Promise<ExecutorReply> };
  readonly log: (record: Record<string, unknown>) => void;
}

/** What goes back into the workflow's state. It never has content. */
export interface ExecutionSummary {
  readonly v: 1;
  readonly requestId: string;
  readonly status: ReplyStatus;
  readonly code?: DenialCode;
}

/**
 * Runs a call that a person approved, or that the gate allowed for a tool too slow to wait for, at most once.
 *
 * An approval is valid for one digest only, so everything is checked again with the present definitions and policies: a
 * tool, schema or policy that changed since makes it void. Nothing runs in a session that ended or expired.
 *
 * Only the executor's claim opens the way to the target. A second run of this function, after a retry or a crash, finds
 * the request claimed and reports `outcome_unknown` instead of trying again.
 */
export class ApprovedExecution {
  private readonly tools: ReadonlyMap<string, ToolManifest>;

  constructor(
    manifest: Manifest,
    private readonly ports: ExecuteApprovedPorts,
  ) {
    this.tools = new Map(manifest.tools.map((tool) => [tool.name, tool]));
  }

  /** @throws Error if it isn't known what was written: the workflow then closes the request by the state table */
  async run(sessionId: string, requestId: string): Promise<ExecutionSummary> {
    const request = await this.ports.requests.get(sessionId, requestId);
    if (!request) throw new Error(`Request ${requestId} isn't stored.`);
    switch (request.status) {
      case 'APPROVED':
      case 'ALLOWED':
        return this.execute(request);
      case 'EXECUTING':
        return this.claimed(request);
      case 'DONE':
      case 'UNKNOWN':
        return this.ended(request);
      default:
        throw new Error(`Request ${requestId} is ${request.status}, not APPROVED or ALLOWED.`);
    }
  }

  private async execute(request: RequestItem): Promise<ExecutionSummary> {
    let uses: readonly LimitUse[] = [];
    let approved: ApprovedCall;
    try {
      approved = await (isAllowed(request) ? checkAllowed : checkApproved)(request, this.tools, this.ports);
      uses = limitUses(approved.tool, approved.args, approved.session);
      if (!isAllowed(request)) await this.takeLimits(request, approved.tool, uses);
    } catch (error) {
      if (error instanceof Denied) return this.refuse(request, error, uses);
      throw error;
    }
    let reply: ExecutorReply;
    try {
      reply = await this.ports.executors.invoke(approved.tool.functionArnVariable, {
        v: 1,
        requestId: request.requestId,
        sessionId: request.sessionId,
        tool: request.tool,
        schemaHash: request.schemaHash,
        argsRef: request.argsRef,
        digest: request.digest,
        policyVersion: request.policyVersion,
        intentId: request.intentId,
        ...(isAllowed(request) ? {} : { approvalId: request.requestId }),
        deadline: new Date(request.expiresAt * 1000).toISOString(),
      });
    } catch (error) {
      this.ports.log({ event: 'executor_lost', requestId: request.requestId, error: String(error) });
      return this.notRun(request, UNREACHABLE, uses);
    }
    const outcome = outcomeOf(reply);
    if (reply.status === 'refused') return this.notRun(request, outcome, uses);
    await this.endLimits(request, reply, uses);
    return this.conclude(request, reply, outcome);
  }

  /**
   * A person decided, so the call counts in the limits that ask, even beyond them. A limit that denies holds for every call.
   * @throws Denied if such a limit has no room
   */
  private async takeLimits(
    request: RequestItem,
    { timeoutMs }: ToolManifest,
    uses: readonly LimitUse[],
  ): Promise<void> {
    const latestMs = request.expiresAt * 1000 + timeoutMs;
    const call = { requestId: countedAs(request), nowMs: this.ports.now(), latestMs, approved: true };
    const reached = uses.length > 0 ? await this.ports.limits.takeAll(uses, call) : undefined;
    if (reached) throw limitReached(reached);
  }

  /** A call of unknown outcome, or whose end isn't written, counts as in flight until the last moment at which it may take effect. */
  private async endLimits(request: RequestItem, reply: ExecutorReply, uses: readonly LimitUse[]): Promise<void> {
    const { requestId } = request;
    if (uses.length === 0 || reply.status === 'outcome_unknown') return;
    try {
      if (reply.notSent) await this.ports.limits.releaseAll(uses, countedAs(request));
      else await this.ports.limits.settleAll(uses, countedAs(request), this.ports.now());
    } catch (error) {
      this.ports.log({ event: 'limit_not_settled', requestId, error: String(error) });
    }
  }

  /** Nothing runs any more: the request has ended without being claimed. */
  private async releaseLimits(request: RequestItem, uses: readonly LimitUse[]): Promise<void> {
    if (uses.length === 0) return;
    const { requestId } = request;
    await this.ports.limits.releaseAll(uses, countedAs(request)).catch((error: unknown) => {
      this.ports.log({ event: 'limit_not_released', requestId, error: String(error) });
    });
  }

  /** Nothing ran and nothing will: the write that ends the request also makes a late claim fail. */
  private async refuse(
    request: RequestItem,
    { code, reason }: Denied,
    uses: readonly LimitUse[],
  ): Promise<ExecutionSummary> {
    if (isAllowed(request)) return this.notRun(request, { status: 'denied', code, reason }, uses);
    if (!(await this.endUnclaimed(request, { status: 'denied', code, reason }))) return this.again(request);
    await this.releaseLimits(request, uses);
    const session = await this.ports.sessions.get(request.sessionId);
    await appendAbout(
      request,
      {
        type: 'denial',
        decision: { code, policyIds: [], taint: session?.taint ?? true },
        approval: { digest: request.digest, approvers: [] },
      },
      this.ports,
    );
    this.ports.log({ event: 'approved_call_refused', requestId: request.requestId, code });
    return summary(request, 'denied', code);
  }

  /** The executor didn't say that the call ran. If nothing claimed the request, the call didn't run and never will. */
  private async notRun(
    request: RequestItem,
    outcome: CallOutcome,
    uses: readonly LimitUse[],
  ): Promise<ExecutionSummary> {
    if (!(await this.endUnclaimed(request, outcome))) return this.again(request);
    await this.releaseLimits(request, uses);
    await appendAbout(request, { type: 'outcome', outcome: { status: outcome.status } }, this.ports);
    return summary(request, outcome.status, outcome.code);
  }

  private async endUnclaimed(request: RequestItem, outcome: CallOutcome): Promise<boolean> {
    const { sessionId, requestId } = request;
    const result = storedOutcome(outcome);
    if (await this.ports.requests.finish(sessionId, requestId, 'DONE', result, UNCLAIMED_STATUSES)) return true;
    // A retried write finds what its first attempt wrote. The entry is still missing then.
    const current = await this.ports.requests.get(sessionId, requestId);
    return current?.status === 'DONE' && current.replyReason === result.replyReason;
  }

  /** Another invocation changed the request in the meantime: report its state. */
  private async again(request: RequestItem): Promise<ExecutionSummary> {
    const current = (await this.ports.requests.get(request.sessionId, request.requestId)) ?? request;
    return current.status === 'EXECUTING' ? this.claimed(current) : this.ended(current);
  }

  /**
   * Another run ended the request, and may have stopped before it wrote the entry. So the outcome may be in the ledger
   * twice, but is never left out. A stored result has its entry: it is stored after that.
   */
  private async ended(request: RequestItem): Promise<ExecutionSummary> {
    const status = request.replyStatus ?? 'outcome_unknown';
    if (!request.resultRef) await appendAbout(request, { type: 'outcome', outcome: { status } }, this.ports);
    return summary(request, status, request.replyCode);
  }

  /**
   * Another run has the request. The workflow starts a run once, so the other one has ended. Lambda may deliver the event of a slow call
   * twice, so the other one may still be under way.
   */
  private async claimed(request: RequestItem): Promise<ExecutionSummary> {
    const longestMs = this.tools.get(request.tool)?.timeoutMs ?? MAX_TARGET_MS;
    const mayRun = request.expiresAt * 1000 + longestMs + OUTCOME_GRACE_MS > this.ports.now();
    return isAllowed(request) && mayRun ? summary(request, 'pending_execution') : this.unknown(request);
  }

  /** The request was claimed, and its outcome can't be known. A person must look; the call never runs again. */
  private async unknown(request: RequestItem): Promise<ExecutionSummary> {
    await appendAbout(request, { type: 'outcome', outcome: { status: 'outcome_unknown' } }, this.ports);
    const result = storedOutcome(OUTCOME_UNKNOWN);
    await this.ports.requests.finish(request.sessionId, request.requestId, 'UNKNOWN', result);
    return summary(request, 'outcome_unknown');
  }

  /** Writes the outcome to the ledger before anyone can read the result. */
  private async conclude(request: RequestItem, reply: ExecutorReply, outcome: CallOutcome): Promise<ExecutionSummary> {
    const key = evidenceKey.result(request.sessionId, `${request.requestId}-${this.ports.randomHex(4)}`);
    const { content, credentialVersion, durationMs } = reply;
    const kept = keptText(reply);
    const stored = kept === '' ? undefined : await this.ports.evidence.put(key, kept);
    await appendAbout(
      request,
      {
        type: 'outcome',
        credentialName: request.credentialName,
        credentialVersion,
        ...(request.approvedBy ? { approval: { digest: request.digest, approvers: request.approvedBy } } : {}),
        outcome: {
          status: outcome.status,
          ...(stored ? { result: { text: kept, key: stored.s3Key } } : {}),
          durationMs,
        },
      },
      this.ports,
    );
    await this.ports.requests.finish(request.sessionId, request.requestId, endStatusOf(outcome), {
      // What only people may read isn't what `get_request` answers.
      ...(stored && content !== '' ? { resultRef: stored } : {}),
      ...storedOutcome(outcome),
    });
    return summary(request, outcome.status, outcome.code);
  }
}

/**
 * The name under which an approved call is counted. A second call with its `callId`, sent at the same time, may have been counted under
 * the request's own name, and takes that back.
 */
function countedAs(request: RequestItem): string {
  // The gate counted it.
  return isAllowed(request) ? request.requestId : `${request.requestId}-approved`;
}

/** Whether the gate allowed the call without a person. */
function isAllowed({ status, approvedBy }: RequestItem): boolean {
  return status !== 'APPROVED' && approvedBy === undefined;
}

const UNREACHABLE = {
  status: 'failed',
  code: 'TARGET_FAILED',
  reason: 'The connector could not be reached. Nothing ran.',
} as const satisfies CallOutcome;

function summary(request: RequestItem, status: ReplyStatus, code?: DenialCode): ExecutionSummary {
  return { v: 1, requestId: request.requestId, status, ...(code ? { code } : {}) };
}
