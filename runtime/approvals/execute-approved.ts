import {
  type DecisionItem,
  type DenialCode,
  type EvidenceReference,
  type ExecutorReply,
  type ExecutorRequest,
  evidenceKey,
  type JsonObject,
  type LedgerEntry,
  type Manifest,
  type ReplyStatus,
  type RequestItem,
  type RequestStatus,
  type SessionItem,
  type ToolManifest,
} from '../core/contracts';
import { approvalDigest, saltedHash } from '../core/digest';
import { parseCanonical } from '../core/json/parse-canonical';
import { UNCLAIMED_STATUSES } from '../core/request-transitions';
import { compileSchema } from '../core/schema/compile-schema';
import { entryAbout, type LedgerPort, WORKFLOW_ACTOR } from './workflow-entry';

type StoredRequest = RequestItem & { readonly reserved?: { readonly by: string } };

/** Why an approved call doesn't run after all. */
interface Refusal {
  readonly code: DenialCode;
  readonly reason: string;
}

export interface ExecuteApprovedPorts {
  readonly requests: {
    get(sessionId: string, requestId: string): Promise<StoredRequest | undefined>;
    decisionOf(requestId: string, subject: string): Promise<DecisionItem | undefined>;
    isRefused(sessionId: string, digest: string): Promise<boolean>;
    finish(
      sessionId: string,
      requestId: string,
      to: 'DONE' | 'UNKNOWN',
      result: { resultRef?: EvidenceReference; replyStatus: ReplyStatus; replyCode?: DenialCode; replyReason?: string },
      from?: readonly RequestStatus[],
    ): Promise<boolean>;
  };
  readonly sessions: {
    get(sessionId: string): Promise<SessionItem | undefined>;
    nextSeq(sessionId: string): Promise<number>;
  };
  readonly evidence: {
    /** Rejects with the code `EVIDENCE_MISMATCH` where the stored bytes have another hash. */
    get(reference: EvidenceReference): Promise<string>;
    put(key: string, text: string): Promise<EvidenceReference>;
  };
  readonly ledger: LedgerPort;
  /** The policies of today: whether they deny this call in this session's present state. */
  readonly authorize: (
    tool: ToolManifest,
    args: JsonObject,
    session: SessionItem,
  ) => { readonly decision: 'ALLOW' | 'ASK' | 'DENY'; readonly code?: DenialCode; readonly reason?: string };
  /** Invokes a connector's executor once. Rejects where the outcome can't be known. */
  readonly executors: { invoke(functionArnVariable: string, request: ExecutorRequest): Promise<ExecutorReply> };
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
  readonly log: (record: Record<string, unknown>) => void;
}

/** What goes back into the workflow's state: never content. */
export interface ExecutionSummary {
  readonly v: 1;
  readonly requestId: string;
  readonly status: ReplyStatus;
  readonly code?: DenialCode;
}

/**
 * Runs a call that a person approved, at most once.
 *
 * An approval is believed for one digest only, so everything is checked again against the definitions and policies of
 * now: a tool, schema or policy that changed since voids it. A session that ended or expired runs nothing, approved or
 * not: whoever stopped it meant it.
 *
 * The executor's claim is the one gate to the target. A second run of this function, after a retry or a crash, finds the
 * claim taken and reports `outcome_unknown` instead of trying again.
 */
export class ApprovedExecution {
  private readonly tools: ReadonlyMap<string, ToolManifest>;

  constructor(
    manifest: Manifest,
    private readonly ports: ExecuteApprovedPorts,
  ) {
    this.tools = new Map(manifest.tools.map((tool) => [tool.name, tool]));
  }

  /**
   * @throws Error where nothing is known to have been written: the workflow then records what the table says
   */
  async run(sessionId: string, requestId: string): Promise<ExecutionSummary> {
    const request = await this.ports.requests.get(sessionId, requestId);
    if (!request) throw new Error(`Request ${requestId} isn't stored.`);
    switch (request.status) {
      case 'APPROVED':
        return this.execute(request);
      case 'EXECUTING':
        return this.unknown(request);
      case 'DONE':
      case 'UNKNOWN':
        return summary(request, request.replyStatus ?? 'outcome_unknown', request.replyCode);
      default:
        throw new Error(`Request ${requestId} is ${request.status}, not APPROVED.`);
    }
  }

  private async execute(request: StoredRequest): Promise<ExecutionSummary> {
    const checked = await this.check(request);
    if ('code' in checked) return this.refuse(request, checked);

    let reply: ExecutorReply;
    try {
      reply = await this.ports.executors.invoke(checked.tool.functionArnVariable, {
        v: 1,
        requestId: request.requestId,
        sessionId: request.sessionId,
        tool: request.tool,
        schemaHash: request.schemaHash,
        argsRef: request.argsRef,
        digest: request.digest,
        policyVersion: request.policyVersion,
        intentId: request.intentId,
        approvalId: request.requestId,
        deadline: new Date(request.expiresAt * 1000).toISOString(),
      });
    } catch (error) {
      this.ports.log({ event: 'executor_lost', requestId: request.requestId, error: String(error) });
      return this.notRun(request, 'The connector could not be reached. Nothing ran.');
    }
    return reply.status === 'refused'
      ? this.notRun(request, reply.reason ?? 'The connector refused the call. Nothing ran.')
      : this.conclude(request, reply);
  }

  /** Everything that made the call approvable, once more and with today's definitions. */
  private async check(request: StoredRequest): Promise<{ tool: ToolManifest } | Refusal> {
    if (request.expiresAt <= Math.floor(this.ports.now() / 1000)) {
      return refusal('APPROVAL_EXPIRED', 'The approval expired before the call could run.');
    }
    const decision = request.reserved && (await this.ports.requests.decisionOf(request.requestId, request.reserved.by));
    if (decision?.decision !== 'APPROVED' || decision.digest !== request.digest) {
      return refusal('APPROVAL_DENIED', 'No person’s approval of this digest is on record.');
    }
    // Denied under another id meanwhile: whoever was told that the call never runs was told the truth.
    if (await this.ports.requests.isRefused(request.sessionId, request.digest)) {
      return refusal('APPROVAL_DENIED', 'A person denied this same call in this session.');
    }
    const session = await this.ports.sessions.get(request.sessionId);
    if (session?.status !== 'ACTIVE' || session.expiresAt * 1000 <= this.ports.now()) {
      return refusal('SESSION_ENDED', 'The session ended before the approved call could run.');
    }
    const tool = this.tools.get(request.tool);
    if (
      tool?.schemaHash !== request.schemaHash ||
      tool.policyVersion !== request.policyVersion ||
      tool.credentialName !== request.credentialName
    ) {
      return refusal('DEFINITION_CHANGED', 'The tool or its policies changed since the call was approved.');
    }
    if (session.tools && !session.tools.includes(tool.name)) {
      return refusal('OUT_OF_SCOPE', 'The tool isn’t granted to this session.');
    }
    return this.checkArguments(request, tool, session);
  }

  private async checkArguments(
    request: StoredRequest,
    tool: ToolManifest,
    session: SessionItem,
  ): Promise<{ tool: ToolManifest } | Refusal> {
    const text = await this.argumentsOf(request);
    const parsed = text === undefined ? undefined : parseCanonical(text);
    if (!parsed || !isObject(parsed.value)) {
      return refusal('INVALID_ARGUMENTS', 'The stored arguments are no longer the bytes that were approved.');
    }
    const { value: args, canonical: canonicalArgs } = parsed;
    if (!compileSchema(tool.schema)(args).ok) {
      return refusal('INVALID_ARGUMENTS', 'The arguments don’t fit the tool’s schema.');
    }
    const { sessionId } = request;
    const { schemaHash, policyVersion, credentialName } = tool;
    const digest = approvalDigest({
      tool: tool.name,
      schemaHash,
      canonicalArgs,
      credentialName,
      sessionId,
      policyVersion,
    });
    if (digest !== request.digest) {
      return refusal('INVALID_ARGUMENTS', 'The call no longer has the digest that was approved.');
    }
    const authorized = this.ports.authorize(tool, args, session);
    if (authorized.decision === 'DENY') {
      return refusal(authorized.code ?? 'POLICY_ERROR', authorized.reason ?? 'Today’s policies deny the call.');
    }
    return { tool };
  }

  private async argumentsOf(request: RequestItem): Promise<string | undefined> {
    try {
      return await this.ports.evidence.get(request.argsRef);
    } catch (error) {
      if ((error as { code?: unknown }).code === 'EVIDENCE_MISMATCH') return undefined;
      throw error;
    }
  }

  /** Nothing ran and nothing will: the write that ends the request also shuts out a claim that comes late. */
  private async refuse(request: StoredRequest, because: Refusal): Promise<ExecutionSummary> {
    const result = { replyStatus: 'denied', replyCode: because.code, replyReason: because.reason } as const;
    if (!(await this.endUnclaimed(request, result))) return this.again(request);
    const session = await this.ports.sessions.get(request.sessionId);
    await this.append(request, (about) => ({
      ...entryAbout(request, { ...about, type: 'denial' }),
      decision: { code: because.code, policyIds: [], taint: session?.taint ?? true },
      approval: { digest: request.digest, approvers: [] },
    }));
    this.ports.log({ event: 'approved_call_refused', requestId: request.requestId, code: because.code });
    return summary(request, 'denied', because.code);
  }

  /** The executor didn't say that it ran. Where nobody claimed the request, it surely didn't, and now never will. */
  private async notRun(request: StoredRequest, reason: string): Promise<ExecutionSummary> {
    const result = { replyStatus: 'failed', replyCode: 'TARGET_FAILED', replyReason: reason } as const;
    if (!(await this.endUnclaimed(request, result))) return this.again(request);
    await this.append(request, (about) => ({
      ...entryAbout(request, { ...about, type: 'outcome' }),
      outcome: { status: 'failed', bytes: 0, resultHash: '', resultRef: '', durationMs: 0 },
    }));
    return summary(request, 'failed', 'TARGET_FAILED');
  }

  private async endUnclaimed(
    request: StoredRequest,
    result: { replyStatus: ReplyStatus; replyCode: DenialCode; replyReason: string },
  ): Promise<boolean> {
    const { sessionId, requestId } = request;
    if (await this.ports.requests.finish(sessionId, requestId, 'DONE', result, UNCLAIMED_STATUSES)) return true;
    // A write whose answer got lost is sent again, and then finds what it did itself: it still has to be logged.
    const current = await this.ports.requests.get(sessionId, requestId);
    return current?.status === 'DONE' && current.replyReason === result.replyReason;
  }

  /** Somebody else moved the request on meanwhile: say what it has become. */
  private async again(request: StoredRequest): Promise<ExecutionSummary> {
    const current = await this.ports.requests.get(request.sessionId, request.requestId);
    if (current?.status === 'EXECUTING') return this.unknown(current);
    return summary(request, current?.replyStatus ?? 'outcome_unknown', current?.replyCode);
  }

  /** The request was claimed, and how it ended can't be told: a person must look. It is never run again. */
  private async unknown(request: StoredRequest): Promise<ExecutionSummary> {
    await this.append(request, (about) => ({
      ...entryAbout(request, { ...about, type: 'outcome' }),
      outcome: { status: 'outcome_unknown', bytes: 0, resultHash: '', resultRef: '', durationMs: 0 },
    }));
    await this.ports.requests.finish(request.sessionId, request.requestId, 'UNKNOWN', UNKNOWN_RESULT);
    return summary(request, 'outcome_unknown');
  }

  /** The outcome is in the ledger before anybody can read it. */
  private async conclude(request: StoredRequest, reply: ExecutorReply): Promise<ExecutionSummary> {
    const outcome = outcomeOf(reply);
    const key = evidenceKey.result(request.sessionId, `${request.requestId}-${this.ports.randomHex(4)}`);
    const resultRef = reply.content === '' ? undefined : await this.ports.evidence.put(key, reply.content);
    await this.append(request, (about) => ({
      ...entryAbout(request, { ...about, type: 'outcome' }),
      ...(request.credentialName
        ? {
            credential: {
              name: request.credentialName,
              ...(reply.credentialVersion ? { version: reply.credentialVersion } : {}),
            },
          }
        : {}),
      approval: { digest: request.digest, approvers: request.reserved ? [request.reserved.by] : [] },
      outcome: {
        status: outcome.status,
        bytes: reply.bytes,
        resultHash: reply.content === '' ? '' : saltedHash(about.salt, reply.content),
        resultRef: resultRef?.s3Key ?? '',
        durationMs: reply.durationMs,
      },
    }));
    await this.ports.requests.finish(
      request.sessionId,
      request.requestId,
      outcome.status === 'outcome_unknown' ? 'UNKNOWN' : 'DONE',
      {
        ...(resultRef ? { resultRef } : {}),
        replyStatus: outcome.status,
        ...(outcome.code ? { replyCode: outcome.code } : {}),
        ...(outcome.reason ? { replyReason: outcome.reason } : {}),
      },
    );
    return summary(request, outcome.status, outcome.code);
  }

  private async append(
    request: StoredRequest,
    make: (about: { actor: string; seq: number; at: string; salt: string }) => LedgerEntry,
  ): Promise<void> {
    const at = new Date(this.ports.now()).toISOString();
    const salt = this.ports.randomHex(16);
    await this.ports.ledger.appendNext(
      () => this.ports.sessions.nextSeq(request.sessionId),
      (seq) => make({ actor: WORKFLOW_ACTOR, seq, at, salt }),
    );
  }
}

/** What the agent hears where nobody can say whether the call took effect. */
export const UNKNOWN_RESULT = {
  replyStatus: 'outcome_unknown',
  replyReason: 'The call may or may not have run. Don’t repeat it; a person must look.',
} as const;

function outcomeOf(reply: ExecutorReply): { status: ReplyStatus; code?: DenialCode; reason?: string } {
  switch (reply.status) {
    case 'succeeded':
      return { status: 'succeeded' };
    case 'output_blocked':
      return { status: 'failed', code: 'OUTPUT_BLOCKED', reason: reply.reason ?? 'The result was withheld.' };
    case 'outcome_unknown':
      return { status: 'outcome_unknown', reason: reply.reason ?? UNKNOWN_RESULT.replyReason };
    case 'refused':
    case 'target_failed':
      return { status: 'failed', code: 'TARGET_FAILED', reason: reply.reason ?? 'The target refused the call.' };
  }
}

function refusal(code: DenialCode, reason: string): Refusal {
  return { code, reason };
}

function summary(request: RequestItem, status: ReplyStatus, code?: DenialCode): ExecutionSummary {
  return { v: 1, requestId: request.requestId, status, ...(code ? { code } : {}) };
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
