import type { DecisionItem, JsonObject, RequestItem, SessionItem } from '../core/contracts';
import { parseStrict } from '../core/json/parse-strict';
import type { Decision } from '../core/request-transitions';
import { compileSchema } from '../core/schema/compile-schema';
import type { Approver } from './approver-identity';
import { entryAbout, type LedgerPort } from './workflow-entry';
import { type DecisionOutput, encodeDecision } from './workflow-messages';

/** Why a decision wasn't taken, or that it was. */
export type DecisionCode =
  | 'DECIDED'
  | 'INVALID_DECISION'
  | 'NOT_FOUND'
  | 'DIGEST_MISMATCH'
  | 'ALREADY_DECIDED'
  | 'ALREADY_REFUSED'
  | 'EXPIRED'
  | 'LEDGER_UNAVAILABLE'
  | 'WORKFLOW_UNAVAILABLE'
  | 'WORKFLOW_ENDED';

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
  /** Of the exact bytes that the person saw. */
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

export interface DecidePorts {
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
  readonly sessions: {
    get(sessionId: string): Promise<SessionItem | undefined>;
    nextSeq(sessionId: string): Promise<number>;
  };
  readonly ledger: LedgerPort;
  /** Tells the waiting workflow. @throws WorkflowEndedError where none waits under that token */
  readonly workflow: { resume(taskToken: string, output: string): Promise<void> };
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
  readonly log: (record: Record<string, unknown>) => void;
}

/**
 * Takes a person's decision on one digest, once.
 *
 * The order is what makes it safe to fail anywhere: reserve (nobody else can decide any more), ledger, the conditional
 * write that decides, then the workflow. Before the conditional write nothing is decided; after it, the same person may
 * send the same decision again until the workflow has heard it. With the ledger down nothing is decided.
 */
export class ApprovalDesk {
  private readonly isBody = compileSchema(decisionBodySchema);

  constructor(private readonly ports: DecidePorts) {}

  async decide(requestId: string, body: string, approver: Approver): Promise<DecisionReply> {
    const asked = this.read(body);
    if (typeof asked === 'string') return reply(requestId, 'INVALID_DECISION', asked);

    const sessionId = await this.ports.requests.sessionOf(requestId);
    const request = sessionId === undefined ? undefined : await this.ports.requests.get(sessionId, requestId);
    const token = request && (await this.ports.requests.getTaskToken(requestId));
    if (!request || token === undefined) {
      return reply(requestId, 'NOT_FOUND', 'No request of that id waits for a decision. List the waiting ones.');
    }
    if (request.digest !== asked.digest) {
      return reply(
        requestId,
        'DIGEST_MISMATCH',
        'The digest is not the one of this request, so nothing is decided. Show the request and decide on what you see.',
      );
    }
    if (request.status !== 'PENDING') return this.repeat(request, asked, approver, token);
    if (request.expiresAt <= this.nowSeconds()) return expired(requestId);
    if (asked.decision === 'APPROVED' && (await this.ports.requests.isRefused(request.sessionId, request.digest))) {
      return reply(
        requestId,
        'ALREADY_REFUSED',
        'A person denied this very call in this session, in another request. It never runs: deny this one too, or let it expire.',
      );
    }

    const reserved = await this.reserve(request, asked, approver);
    if (!reserved) return this.lost(request, asked, approver, token);

    try {
      await this.log(request, reserved, approver);
    } catch (error) {
      this.ports.log({ event: 'decision_not_recorded', requestId, error: String(error) });
      return reply(
        requestId,
        'LEDGER_UNAVAILABLE',
        'The decision could not be recorded, so nothing is decided. Send the same decision again.',
      );
    }
    const decision: DecisionItem = {
      requestId,
      subject: approver.subject,
      decision: reserved.decision,
      reason: reserved.reason,
      at: reserved.at,
      digest: request.digest,
    };
    if (!(await this.ports.requests.decide(request, decision, this.nowSeconds()))) {
      return this.lost(request, asked, approver, token);
    }
    this.ports.log({ event: 'decided', requestId, decision: decision.decision, approver: approver.arn });
    return this.tellWorkflow(requestId, decision.decision, token);
  }

  private read(body: string): DecisionBody | string {
    const parsed = parseStrict(body, { maxBytes: MAX_DECISION_BYTES, maxDepth: 2 });
    if (!parsed.ok) return parsed.reason;
    const valid = this.isBody(parsed.value);
    if (!valid.ok) return `The body isn't {v: 1, decision, digest, reason}: ${valid.reason}`;
    const asked = parsed.value as unknown as DecisionBody;
    if (asked.decision === 'DENIED' && asked.reason === undefined) return 'A denial needs a reason: write one.';
    return asked;
  }

  private async reserve(
    request: StoredRequest,
    asked: DecisionBody,
    approver: Approver,
  ): Promise<StoredReservation | undefined> {
    const standing = request.reserved;
    // Begun before: by the same person in the same way it goes on with the number it has, else it is somebody else's.
    if (standing)
      return standing.by === approver.subject && standing.decision === asked.decision ? standing : undefined;
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

  private async log(request: StoredRequest, reserved: StoredReservation, approver: Approver): Promise<void> {
    const session = await this.ports.sessions.get(request.sessionId);
    let first = true;
    await this.ports.ledger.appendNext(
      () => {
        if (!first) return this.ports.sessions.nextSeq(request.sessionId);
        first = false;
        return Promise.resolve(reserved.seq);
      },
      (seq) => ({
        ...entryAbout(request, { type: 'decision', actor: approver.arn, seq, at: reserved.at, salt: reserved.salt }),
        decision: { code: reserved.decision, policyIds: [], taint: session?.taint ?? true },
        approval: { digest: request.digest, approvers: [approver.arn] },
      }),
    );
  }

  /** A conditional write was lost: says to whom or to what. */
  private async lost(
    request: StoredRequest,
    asked: DecisionBody,
    approver: Approver,
    token: string,
  ): Promise<DecisionReply> {
    const current = await this.ports.requests.get(request.sessionId, request.requestId);
    if (!current) return reply(request.requestId, 'NOT_FOUND', 'The request is gone.');
    if (current.status !== 'PENDING') return this.repeat(current, asked, approver, token);
    if (current.expiresAt <= this.nowSeconds()) return expired(request.requestId);
    return reply(
      request.requestId,
      'ALREADY_DECIDED',
      'A decision on this request was begun before yours and stands. Nothing changed.',
    );
  }

  /**
   * The request is decided. The same person with the same decision is heard again, in case the workflow wasn't told;
   * everyone else learns that they came too late.
   */
  private async repeat(
    request: StoredRequest,
    asked: DecisionBody,
    approver: Approver,
    token: string,
  ): Promise<DecisionReply> {
    if (request.status === 'EXPIRED') return expired(request.requestId);
    const own = await this.ports.requests.decisionOf(request.requestId, approver.subject);
    const same = own?.decision === asked.decision && own.digest === asked.digest;
    if (same && (request.status === 'APPROVED' || request.status === 'DENIED')) {
      const told = await this.tellWorkflow(request.requestId, own.decision, token);
      if (told.code !== 'WORKFLOW_ENDED') return told;
    }
    return reply(
      request.requestId,
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
          'The decision is recorded, but its workflow has gone on or ended: see the request’s outcome.',
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
    return decided(requestId, decision);
  }

  private nowSeconds(): number {
    return Math.floor(this.ports.now() / 1000);
  }
}

function decided(requestId: string, decision: Decision): DecisionReply {
  const reason =
    decision === 'APPROVED' ? 'Approved: the call runs once, with these exact bytes.' : 'Denied: the call never runs.';
  return reply(requestId, 'DECIDED', reason, decision);
}

function expired(requestId: string): DecisionReply {
  return reply(requestId, 'EXPIRED', 'The time to decide is over, and the call never runs. It must be asked for anew.');
}

function reply(requestId: string, code: DecisionCode, reason: string, decision?: Decision): DecisionReply {
  return { v: 1, requestId, code, reason, ...(decision ? { decision } : {}) };
}
