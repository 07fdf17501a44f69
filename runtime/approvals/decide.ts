import type { DecisionItem, JsonObject, RequestItem, SessionItem } from '../core/contracts';
import { parseStrict } from '../core/json/parse-strict';
import { buildEntry, entryPartsOf } from '../core/ledger/build-entry';
import type { Decision } from '../core/request-transitions';
import { compileSchema } from '../core/schema/compile-schema';
import type { Approver } from './approver-identity';
import { NotDecided, type NotDecidedCode } from './not-decided';
import type { WorkflowLedgerPorts } from './workflow-ledger';
import { type DecisionOutput, encodeDecision } from './workflow-messages';

/** The result of a decision: it was taken, it was taken but the workflow doesn't know yet or has ended, or it wasn't taken. */
export type DecisionCode = 'DECIDED' | 'WORKFLOW_UNAVAILABLE' | 'WORKFLOW_ENDED' | NotDecidedCode;

export interface DecisionReply {
  readonly v: 1;
  readonly requestId: string;
  readonly code: DecisionCode;
  /** What happened, why, and what to do. */
  readonly reason: string;
  readonly decision?: Decision;
}

/** The body of `POST /requests/{id}/decision`. */
export interface DecisionBody {
  readonly v: 1;
  readonly decision: Decision;
  /** The digest of the exact bytes that the person saw. */
  readonly digest: string;
  /** Required for a denial. */
  readonly reason?: string;
}

const decisionBodySchema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['v', 'decision', 'digest'],
  properties: {
    v: { const: 1 },
    decision: { enum: ['APPROVED', 'DENIED'] },
    digest: { type: 'string', pattern: '^[0-9a-f]{64}$', maxLength: 64 },
    reason: { type: 'string', minLength: 1, maxLength: 1000 },
  },
};
const MAX_DECISION_BYTES = 8192;

/** The workflow no longer waits: it timed out or was stopped. */
export class WorkflowEndedError extends Error {
  override readonly name = 'WorkflowEndedError';
}

interface StoredReservation {
  readonly by: string;
  readonly decision: Decision;
  readonly reason: string;
  readonly at: string;
  readonly salt: string;
  readonly seq: number;
}
type StoredRequest = RequestItem & { readonly reserved?: StoredReservation };

export interface DecidePorts extends WorkflowLedgerPorts {
  readonly requests: {
    sessionOf(requestId: string): Promise<string | undefined>;
    get(sessionId: string, requestId: string): Promise<StoredRequest | undefined>;
    getTaskToken(requestId: string): Promise<string | undefined>;
    isRefused(sessionId: string, digest: string): Promise<boolean>;
    decisionOf(requestId: string, subject: string): Promise<DecisionItem | undefined>;
    reserve(
      sessionId: string,
      requestId: string,
      digest: string,
      reservation: StoredReservation,
      now: number,
    ): Promise<StoredReservation | undefined>;
    decide(request: RequestItem, decision: DecisionItem, now: number): Promise<boolean>;
  };
  readonly sessions: WorkflowLedgerPorts['sessions'] & {
    get(sessionId: string): Promise<SessionItem | undefined>;
  };
  /** Tells the waiting workflow. @throws WorkflowEndedError if no workflow waits for that token */
  readonly workflow: { resume(taskToken: string, output: string): Promise<void> };
  readonly log: (record: Record<string, unknown>) => void;
}

/** One person's decision about one request, while it is handled. */
interface Deciding {
  readonly request: StoredRequest;
  /** The task token of the waiting workflow. */
  readonly token: string;
  readonly asked: DecisionBody;
  readonly approver: Approver;
}

/**
 * Takes a person's decision on one digest, once.
 *
 * Because of the order it can fail at any step: reserve the request (nobody else can decide it any more), write the
 * ledger, decide by one conditional write, tell the workflow. Before the conditional write nothing is decided. After it,
 * the same person may send the same decision again until the workflow knows it.
 */
export class ApprovalDesk {
  private readonly isBody = compileSchema(decisionBodySchema);

  constructor(private readonly ports: DecidePorts) {}

  async decide(requestId: string, body: string, approver: Approver): Promise<DecisionReply> {
    try {
      const asked = this.read(body);
      const { request, token } = await this.find(requestId);
      if (request.digest !== asked.digest) throw new NotDecided('DIGEST_MISMATCH');
      const deciding = { request, token, asked, approver };
      if (request.status !== 'PENDING') return await this.repeat(deciding);
      await this.checkDecidable(request, asked);

      const reserved = await this.reserve(deciding);
      if (!reserved) return await this.lost(deciding);
      await this.record(request, reserved, approver);
      const decision: DecisionItem = {
        requestId,
        subject: approver.subject,
        decision: reserved.decision,
        reason: reserved.reason,
        at: reserved.at,
        digest: request.digest,
      };
      if (!(await this.ports.requests.decide(request, decision, this.nowSeconds()))) return await this.lost(deciding);
      this.ports.log({ event: 'decided', requestId, decision: decision.decision, approver: approver.actor });
      return await this.tellWorkflow(requestId, decision.decision, token);
    } catch (error) {
      if (error instanceof NotDecided) return reply(requestId, error.code, error.reason);
      throw error;
    }
  }

  private read(body: string): DecisionBody {
    const parsed = parseStrict(body, { maxBytes: MAX_DECISION_BYTES, maxDepth: 2 });
    if (!parsed.ok) throw new NotDecided('INVALID_DECISION', parsed.reason);
    const valid = this.isBody(parsed.value);
    if (!valid.ok) {
      throw new NotDecided('INVALID_DECISION', `The body isn't {v: 1, decision, digest, reason}: ${valid.reason}`);
    }
    const asked = parsed.value as unknown as DecisionBody;
    if (asked.decision === 'DENIED' && asked.reason === undefined) {
      throw new NotDecided('INVALID_DECISION', 'A denial needs a reason: write one.');
    }
    return asked;
  }

  private async find(requestId: string): Promise<{ request: StoredRequest; token: string }> {
    const sessionId = await this.ports.requests.sessionOf(requestId);
    const request = sessionId === undefined ? undefined : await this.ports.requests.get(sessionId, requestId);
    const token = request && (await this.ports.requests.getTaskToken(requestId));
    if (!request || token === undefined) throw new NotDecided('NOT_FOUND');
    return { request, token };
  }

  private async checkDecidable({ sessionId, digest, expiresAt }: RequestItem, asked: DecisionBody): Promise<void> {
    if (expiresAt <= this.nowSeconds()) throw new NotDecided('EXPIRED');
    if (asked.decision === 'APPROVED' && (await this.ports.requests.isRefused(sessionId, digest))) {
      throw new NotDecided('ALREADY_REFUSED');
    }
  }

  /** Undefined: another person, or the other decision, came first. */
  private async reserve({ request, asked, approver }: Deciding): Promise<StoredReservation | undefined> {
    const { reserved } = request;
    // The same person sends the same decision again: it continues with the ledger number that it has.
    if (reserved) {
      return reserved.by === approver.subject && reserved.decision === asked.decision ? reserved : undefined;
    }
    const reservation: StoredReservation = {
      by: approver.subject,
      decision: asked.decision,
      reason: asked.reason ?? '',
      at: new Date(this.ports.now()).toISOString(),
      salt: this.ports.randomHex(16),
      seq: await this.ports.sessions.nextSeq(request.sessionId),
    };
    return this.ports.requests.reserve(
      request.sessionId,
      request.requestId,
      asked.digest,
      reservation,
      this.nowSeconds(),
    );
  }

  /** Writes the ledger entry. @throws NotDecided if it isn't written */
  private async record(request: StoredRequest, reserved: StoredReservation, { actor }: Approver): Promise<void> {
    const { sessionId, requestId, digest } = request;
    try {
      const session = await this.ports.sessions.get(sessionId);
      await this.ports.ledger.appendNext(
        () => this.ports.sessions.nextSeq(sessionId),
        (seq) =>
          buildEntry({
            ...entryPartsOf(request),
            type: 'decision',
            actor,
            seq,
            at: Date.parse(reserved.at),
            salt: reserved.salt,
            decision: { code: reserved.decision, policyIds: [], taint: session?.taint ?? true },
            approval: { digest, approvers: [actor] },
          }),
        { first: reserved.seq },
      );
    } catch (error) {
      this.ports.log({ event: 'decision_not_recorded', requestId, error: String(error) });
      throw new NotDecided('LEDGER_UNAVAILABLE');
    }
  }

  /** A conditional write failed: another decision or the expiry came first. */
  private async lost(deciding: Deciding): Promise<DecisionReply> {
    const { sessionId, requestId } = deciding.request;
    const current = await this.ports.requests.get(sessionId, requestId);
    if (!current) throw new NotDecided('NOT_FOUND', 'The request is gone.');
    if (current.status !== 'PENDING') return this.repeat({ ...deciding, request: current });
    throw new NotDecided(current.expiresAt <= this.nowSeconds() ? 'EXPIRED' : 'ALREADY_DECIDED');
  }

  /** The request is decided. If the same person sends the same decision again, the workflow is told again. */
  private async repeat({ request, asked, approver, token }: Deciding): Promise<DecisionReply> {
    if (request.status === 'EXPIRED') throw new NotDecided('EXPIRED');
    const own = await this.ports.requests.decisionOf(request.requestId, approver.subject);
    const same = own?.decision === asked.decision && own.digest === asked.digest;
    if (same && (request.status === 'APPROVED' || request.status === 'DENIED')) {
      const told = await this.tellWorkflow(request.requestId, own.decision, token);
      if (told.code !== 'WORKFLOW_ENDED') return told;
    }
    throw new NotDecided(
      'ALREADY_DECIDED',
      `This request was already decided (it is ${request.status} now). Nothing changed.`,
    );
  }

  private async tellWorkflow(requestId: string, decision: Decision, token: string): Promise<DecisionReply> {
    const output: DecisionOutput = { v: 1, requestId, decision };
    try {
      await this.ports.workflow.resume(token, encodeDecision(output));
    } catch (error) {
      if (error instanceof WorkflowEndedError) {
        return reply(
          requestId,
          'WORKFLOW_ENDED',
          'The decision is recorded, but its workflow has continued or ended. See the outcome of the request.',
          decision,
        );
      }
      this.ports.log({ event: 'workflow_not_told', requestId, error: String(error) });
      return reply(
        requestId,
        'WORKFLOW_UNAVAILABLE',
        'The decision is recorded, but the workflow could not be told. Send the same decision again.',
        decision,
      );
    }
    const reason =
      decision === 'APPROVED'
        ? 'Approved: the call runs once, with these exact bytes.'
        : 'Denied: the call never runs.';
    return reply(requestId, 'DECIDED', reason, decision);
  }

  private nowSeconds(): number {
    return Math.floor(this.ports.now() / 1000);
  }
}

function reply(requestId: string, code: DecisionCode, reason: string, decision?: Decision): DecisionReply {
  return { v: 1, requestId, code, reason, ...(decision ? { decision } : {}) };
}
