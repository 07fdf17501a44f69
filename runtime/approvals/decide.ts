import type { Reservation, StoredRequest } from '../aws/request-item';
import { isInGroups, isOneOf, isOwnRequest, ONE_APPROVER } from '../core/approvals/needed-approval';
import type { DecisionItem, RequestItem, SessionItem } from '../core/contracts';
import type { Decision } from '../core/request-transitions';
import type { Approver } from './approver-identity';
import type { DecidePorts } from './decide-ports';
import { type DecisionBody, readDecision } from './decision-body';
import { NotDecided, type NotDecidedCode } from './not-decided';
import { recordDecision } from './record-decision';
import { isRefusedByNow } from './refused-by-now';
import { appendAbout } from './workflow-ledger';
import { type DecisionOutput, encodeDecision } from './workflow-messages';

/** The result of a decision: it was taken, it was taken but the workflow doesn't know yet or has ended, or it wasn't taken. */
export type DecisionCode = 'DECIDED' | 'RECORDED' | 'WORKFLOW_UNAVAILABLE' | 'WORKFLOW_ENDED' | NotDecidedCode;

export interface DecisionReply {
  readonly v: 1;
  readonly requestId: string;
  readonly code: DecisionCode;
  /** What happened, why, and what to do. */
  readonly reason: string;
  readonly decision?: Decision;
}

/** The workflow no longer waits: it timed out or was stopped. */
export class WorkflowEndedError extends Error {
  override readonly name = 'WorkflowEndedError';
}

/** How often a denial is tried whose session counts other denials at the same time. */
const MOST_ATTEMPTS = 5;

/** One person's decision about one request, while it is handled. */
interface Deciding {
  readonly request: StoredRequest;
  /** The task token of the waiting workflow. */
  readonly token: string;
  readonly asked: DecisionBody;
  readonly approver: Approver;
}

/**
 * Takes people's decisions on one digest, each once.
 *
 * Because of the order it can fail at any step: reserve the request (nobody else can decide it meanwhile), write the
 * ledger, decide by one conditional write, tell the workflow. Before the conditional write nothing is decided. After it,
 * the same person may send the same decision again until the workflow knows it.
 *
 * If the rules ask for several people, each approval goes through the same steps. The write of all but the last opens the
 * request to the next person; the last one's tells the workflow. A denial ends the request at once.
 */
export class ApprovalDesk {
  constructor(private readonly ports: DecidePorts) {}

  async decide(requestId: string, body: string, approver: Approver): Promise<DecisionReply> {
    try {
      const asked = readDecision(body);
      const { request, token } = await this.find(requestId);
      if (request.digest !== asked.digest) throw new NotDecided('DIGEST_MISMATCH');
      const deciding = { request, token, asked, approver };
      if (request.status !== 'PENDING') return await this.repeat(deciding);
      if (request.approvedBy?.includes(approver.subject)) return approvedBefore(deciding);
      const session = await this.ports.sessions.get(request.sessionId);
      await this.checkDecidable(deciding, session);
      return await this.take(deciding, session);
    } catch (error) {
      if (error instanceof NotDecided) return reply(requestId, error.code, error.reason);
      throw error;
    }
  }

  /** Reserves, records, decides and tells the workflow. */
  private async take(deciding: Deciding, session: SessionItem | undefined): Promise<DecisionReply> {
    const { token, approver } = deciding;
    const { requestId } = deciding.request;
    const request = await this.reserve(deciding, session?.taint ?? true);
    if (!request) return this.lost(deciding);
    const { reserved } = request;
    const { status, missing } = outcomeOf(request, reserved.decision);
    const code = status === 'PENDING' ? 'PARTLY_APPROVED' : status;
    const isRecorded = await this.recorded(requestId, () => recordDecision(request, reserved, code, this.ports));
    if (!isRecorded) return this.lost(deciding);
    if (!(await this.write({ ...deciding, request }, reserved, status))) return this.lost(deciding);
    this.ports.log({ event: 'decided', requestId, decision: reserved.decision, status, approver: approver.actor });
    return status === 'PENDING'
      ? waitsForOthers(requestId, missing)
      : this.tellWorkflow(requestId, reserved.decision, token);
  }

  private async find(requestId: string): Promise<{ request: StoredRequest; token: string }> {
    const sessionId = await this.ports.requests.sessionOf(requestId);
    const request = sessionId === undefined ? undefined : await this.ports.requests.get(sessionId, requestId);
    const token = request && (await this.ports.requests.getTaskToken(requestId));
    if (!request || token === undefined) throw new NotDecided('NOT_FOUND');
    return { request, token };
  }

  /** A person may deny any request, also their own: that only keeps the call from running. */
  private async checkDecidable(deciding: Deciding, session: SessionItem | undefined): Promise<void> {
    const { request, asked, approver } = deciding;
    const { requestId, expiresAt, approval = ONE_APPROVER, approvedBy = [] } = request;
    if (expiresAt <= this.nowSeconds()) throw new NotDecided('EXPIRED');
    if (asked.decision === 'DENIED') return;
    if (!session) throw new NotDecided('NOT_FOUND', UNKNOWN_SESSION);
    if (isOwnRequest(approver, session, approval)) {
      await this.recordOwnRequest(deciding, session);
      throw new NotDecided('OWN_REQUEST');
    }
    if (!isInGroups(approval, approver.groups)) throw new NotDecided('NOT_IN_GROUP', groupsReason(approval));
    const before = await Promise.all(approvedBy.map((subject) => this.ports.requests.decisionOf(requestId, subject)));
    const known = before.flatMap((each) => each ?? []);
    if (isOneOf(approver, known, approval)) throw new NotDecided('ALREADY_DECIDED', APPROVED_BY_YOU);
    if (await isRefusedByNow(request, this.ports)) throw new NotDecided('ALREADY_REFUSED');
  }

  /** Undefined: another person, or the other decision, came first. */
  private async reserve({ request, asked, approver }: Deciding, taint: boolean) {
    const { reserved } = request;
    // The same person sends the same decision again: it continues with the ledger number that it has.
    if (reserved) {
      const mine = reserved.by === approver.subject && reserved.decision === asked.decision;
      return mine ? { ...request, reserved } : undefined;
    }
    const reservation: Reservation = {
      by: approver.subject,
      decision: asked.decision,
      reason: asked.reason ?? '',
      at: new Date(this.ports.now()).toISOString(),
      salt: this.ports.randomHex(16),
      seq: await this.ports.sessions.nextSeq(request.sessionId),
      actor: approver.actor,
      taint,
    };
    return this.ports.requests.reserve(
      request.sessionId,
      request.requestId,
      asked.digest,
      reservation,
      this.nowSeconds(),
    );
  }

  /** The conditional write. False: another decision or the expiry came first. @throws Error if the session can't be counted */
  private async write(
    { request, asked, approver }: Deciding,
    reserved: Reservation,
    status: 'PENDING' | 'APPROVED' | 'DENIED',
  ): Promise<boolean> {
    const { subject, name, groups, person } = approver;
    const decision: DecisionItem = {
      requestId: request.requestId,
      subject,
      name,
      groups,
      ...(person ? { person } : {}),
      decision: reserved.decision,
      reason: reserved.reason,
      at: reserved.at,
      digest: request.digest,
    };
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const session = status === 'DENIED' ? await this.denialsOf(request) : undefined;
      const taken = { decision, status, alike: asked.alike ?? false, ...(session ? { session } : {}) };
      const done = await this.ports.requests.decide(request, taken, this.nowSeconds());
      if (done !== 'session_changed') return done === 'taken';
    }
    throw new Error('The session counts other denials all the time.');
  }

  /** A person's denial is one of the session's denials. Undefined: the session isn't stored any more. */
  private async denialsOf({
    sessionId,
    maxDenials,
  }: RequestItem): Promise<{ denials: number; limit: number } | undefined> {
    const session = maxDenials === undefined ? undefined : await this.ports.sessions.get(sessionId);
    return session && maxDenials !== undefined ? { denials: session.denials, limit: maxDenials } : undefined;
  }

  /** Writes to the ledger. @throws NotDecided if it isn't written */
  private async recorded<Result>(requestId: string, write: () => Promise<Result>): Promise<Result> {
    try {
      return await write();
    } catch (error) {
      this.ports.log({ event: 'decision_not_recorded', requestId, error: String(error) });
      throw new NotDecided('LEDGER_UNAVAILABLE');
    }
  }

  /** The first attempt of a person goes into the ledger. Its entries can't be deleted, so nobody can add more. */
  private async recordOwnRequest({ request, approver }: Deciding, { taint }: SessionItem): Promise<void> {
    const { requestId, digest } = request;
    const { subject, actor } = approver;
    this.ports.log({ event: 'own_request', requestId, approver: actor });
    if (await this.ports.requests.isOwnAttemptMarked(requestId, subject)) return;
    const attempt = {
      type: 'decision',
      actor,
      decision: { code: 'OWN_REQUEST', taint, policyIds: [] },
      approval: { digest, approvers: [actor] },
    } as const;
    await this.recorded(requestId, () => appendAbout(request, attempt, this.ports));
    await this.ports.requests.markOwnAttempt(request, subject);
  }

  /** A conditional write failed: another decision or the expiry came first. */
  private async lost(deciding: Deciding): Promise<DecisionReply> {
    const { sessionId, requestId } = deciding.request;
    const current = await this.ports.requests.get(sessionId, requestId);
    if (!current) throw new NotDecided('NOT_FOUND', 'The request is gone.');
    if (current.status !== 'PENDING') return this.repeat({ ...deciding, request: current });
    if (current.expiresAt <= this.nowSeconds()) throw new NotDecided('EXPIRED');
    if (current.approvedBy?.includes(deciding.approver.subject))
      return approvedBefore({ ...deciding, request: current });
    const several = (current.approval ?? ONE_APPROVER).people > 1;
    throw new NotDecided(several ? 'OTHER_DECIDING' : 'ALREADY_DECIDED');
  }

  /** The request is decided. If the same person sends the same decision again, the workflow is told again. */
  private async repeat({ request, asked, approver, token }: Deciding): Promise<DecisionReply> {
    if (request.status === 'EXPIRED') throw new NotDecided('EXPIRED');
    const own = await this.ports.requests.decisionOf(request.requestId, approver.subject);
    const same = own?.decision === asked.decision && own.digest === asked.digest;
    // One of several people may have approved what another denied later.
    if (same && request.status === own.decision) {
      const told = await this.tellWorkflow(request.requestId, own.decision, token);
      if (told.code !== 'WORKFLOW_ENDED') return told;
    }
    throw new NotDecided('ALREADY_DECIDED', decidedReason(request, own));
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
          'Your decision is recorded, but the call no longer waits for it: it has run, was refused, or its time is over. Don’t send the decision again; show the request to see how it ended.',
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

const UNKNOWN_SESSION =
  'The session of this request isn’t stored any more, so it isn’t known whose request it is, and nobody can approve it. Deny it.';
const APPROVED_BY_YOU = 'You approved this request before. It waits for another person; nothing changed.';

/** What a decision makes of a request, and how many further people it needs. */
function outcomeOf(
  { approval = ONE_APPROVER, approvedBy = [] }: StoredRequest,
  decision: Decision,
): { readonly status: 'PENDING' | 'APPROVED' | 'DENIED'; readonly missing: number } {
  if (decision === 'DENIED') return { status: 'DENIED', missing: 0 };
  const missing = Math.max(0, approval.people - approvedBy.length - 1);
  return { status: missing === 0 ? 'APPROVED' : 'PENDING', missing };
}

function approvedBefore({ request, asked }: Deciding): DecisionReply {
  if (asked.decision === 'DENIED') {
    throw new NotDecided('ALREADY_DECIDED', 'You approved this request before. Another approver can still deny it.');
  }
  const { people } = request.approval ?? ONE_APPROVER;
  return waitsForOthers(request.requestId, Math.max(0, people - (request.approvedBy?.length ?? 0)));
}

function waitsForOthers(requestId: string, missing: number): DecisionReply {
  const others = missing === 1 ? 'one more person' : `${missing} more people`;
  return reply(
    requestId,
    'RECORDED',
    `Your approval is recorded. The call waits until ${others} approved it too; you have nothing more to do.`,
    'APPROVED',
  );
}

function groupsReason({ groups }: typeof ONE_APPROVER): string {
  const lists = groups.map((any) => any.join(' or ')).join(', and also to ');
  return `Only people who belong to ${lists} may approve this call. Ask one of them, or deny it.`;
}

/** What an expired or used request says to a late click. */
function decidedReason({ status }: RequestItem, own: DecisionItem | undefined): string {
  const who = own ? 'You decided this request before' : 'Another person decided this request before you';
  const how = {
    DENIED: 'it was denied, and the call never runs',
    APPROVED: 'it was approved, and the call is about to run',
    EXECUTING: 'it was approved, and the call is running',
    DONE: 'it was approved, and the call has ended',
    UNKNOWN: 'it was approved, and nobody knows whether the call ran: look at the target system',
  } as Readonly<Record<string, string>>;
  return `${who}: ${how[status] ?? `it is ${status}`}. Nothing changed, and you have nothing to do.`;
}

function reply(requestId: string, code: DecisionCode, reason: string, decision?: Decision): DecisionReply {
  return { v: 1, requestId, code, reason, ...(decision ? { decision } : {}) };
}
