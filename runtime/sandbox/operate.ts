import type { Approver } from '../approvals/approver-identity';
import type { StoppedConnector } from '../aws/connector-stops';
import type { RunningSession } from '../aws/session-ends';
import type { SessionSlot } from '../aws/session-slots';
import { storedOutcome } from '../core/call-outcome';
import {
  type DenialCode,
  evidenceKey,
  operatorStream,
  type ReplyStatus,
  type RequestItem,
  type RequestStatus,
} from '../core/contracts';
import { DENIAL_REASONS } from '../core/denied';
import { canonicalize } from '../core/json/canonicalize';
import { buildEntry } from '../core/ledger/build-entry';
import { UNCLAIMED_STATUSES } from '../core/request-transitions';
import { inParallel } from '../ledger/in-parallel';
import type { OperatorReply, SessionSummary, StoppedSession } from './operator-replies';
import { recordEnd } from './record-end';
import { type StopPorts, stopTask } from './stop-session';

export interface OperatorPorts extends StopPorts {
  readonly slots: { list(): Promise<SessionSlot[]> };
  /** Requests that no executor has claimed. */
  readonly openRequests: { of(sessionId: string): Promise<RequestItem[]> };
  readonly requests: {
    finish(
      sessionId: string,
      requestId: string,
      to: 'DONE',
      result: { replyStatus: ReplyStatus; replyCode?: DenialCode; replyReason?: string },
      from: readonly RequestStatus[],
    ): Promise<boolean>;
  };
  /** Denies a waiting request. False: another decision came first. */
  readonly deny: (request: RequestItem, reason: string, person: Approver) => Promise<boolean>;
  readonly stops: {
    list(): Promise<StoppedConnector[]>;
    stop(stopped: StoppedConnector): Promise<void>;
    resume(connector: string): Promise<void>;
  };
  readonly evidence: { put(key: string, text: string): Promise<unknown> };
  /** The connector of each tool. */
  readonly connectorOf: ReadonlyMap<string, string>;
  readonly agentId: string;
  readonly log: (record: Record<string, unknown>) => void;
}

/** Ids of requests that were denied, and of those that couldn't be. */
interface Denials {
  readonly denied: string[];
  readonly notDenied: string[];
}

/** Sessions that are stopped at the same time. ECS allows about 40 such requests a second in an account. */
const AT_ONCE = 10;

/**
 * What an operator may do to one agent: look at its sessions, stop them, stop and resume its connectors, and deny what waits.
 * An operator approves nothing and starts nothing.
 */
export class Operations {
  constructor(private readonly ports: OperatorPorts) {}

  /** The sessions that run or may run, the oldest first. */
  async list(): Promise<OperatorReply> {
    const places = await this.ports.slots.list();
    const found = await Promise.all(places.map(({ sessionId }) => this.summary(sessionId)));
    return { v: 1, code: 'SESSIONS', sessions: found.filter((session) => session !== undefined) };
  }

  async show(sessionId: string): Promise<OperatorReply> {
    const session = this.isOwn(sessionId) ? await this.summary(sessionId) : undefined;
    return session ? { v: 1, code: 'SESSION', session } : notFound('No session of this agent has that id.');
  }

  /** Stops one session. Stopping it again tries again what failed before. */
  async stop(sessionId: string, reason: string, person: Approver): Promise<OperatorReply> {
    const session = this.isOwn(sessionId) ? await this.ports.ends.read(sessionId) : undefined;
    if (!session) return notFound('No session of this agent has that id.');
    const reasonKey = await this.end(sessionId, reason, person);
    return stoppedReply([await this.finish(sessionId, { reason, reasonKey }, person)], []);
  }

  /** Stops every session. The gate denies the calls of all of them before the first task is told to stop. */
  async stopAll(reason: string, person: Approver): Promise<OperatorReply> {
    const ids = (await this.ports.slots.list()).map(({ sessionId }) => sessionId);
    const ended = await Promise.all(
      ids.map(async (sessionId) => ({ sessionId, reasonKey: await this.end(sessionId, reason, person) })),
    );
    const stopped: StoppedSession[] = [];
    await inParallel(
      ended,
      async ({ sessionId, reasonKey }) => {
        stopped.push(await this.finish(sessionId, { reason, reasonKey }, person));
      },
      AT_ONCE,
    );
    return stoppedReply(stopped, await this.stillOpen());
  }

  async connectors(): Promise<OperatorReply> {
    const stopped = new Map((await this.ports.stops.list()).map((each) => [each.connector, each]));
    const connectors = this.connectorNames().map((connector) => ({
      connector,
      stopped: stopped.has(connector),
      ...stopped.get(connector),
    }));
    return { v: 1, code: 'CONNECTORS', connectors };
  }

  /** Stops a connector: the gate and its executor refuse its calls from the first write on. A call that was claimed before ends as it would. */
  async stopConnector(connector: string, reason: string, person: Approver): Promise<OperatorReply> {
    if (!this.connectorNames().includes(connector)) return this.noConnector();
    const at = this.ports.now();
    await this.ports.stops.stop({ connector, by: person.actor, at: new Date(at).toISOString() });
    const places = await this.ports.slots.list();
    const denied = await Promise.all(
      places.map(({ sessionId }) => this.denyOpen(sessionId, reason, person, connector)),
    );
    if (!(await this.recorded('connector_stop', connector, reason, person)))
      return notRecorded('The connector is stopped');
    return { v: 1, code: 'CONNECTOR_STOPPED', connector, ...joined(denied) };
  }

  /** Lets a connector's calls through again, once the ledger has it. */
  async resumeConnector(connector: string, reason: string, person: Approver): Promise<OperatorReply> {
    if (!this.connectorNames().includes(connector)) return this.noConnector();
    if (!(await this.recorded('connector_resume', connector, reason, person))) {
      return notRecorded('The connector is still stopped');
    }
    await this.ports.stops.resume(connector);
    return { v: 1, code: 'CONNECTOR_RESUMED', connector, denied: [], notDenied: [] };
  }

  private isOwn(sessionId: string): boolean {
    return sessionId.startsWith(`${this.ports.agentId}-`);
  }

  private async summary(sessionId: string): Promise<SessionSummary | undefined> {
    const [session, waiting] = await Promise.all([
      this.ports.ends.read(sessionId),
      this.ports.openRequests.of(sessionId),
    ]);
    return session && summaryOf(session, waiting);
  }

  /** @returns the key of the reason in the evidence, if the session ends for it */
  private async end(sessionId: string, reason: string, { actor }: Approver): Promise<string> {
    const key = evidenceKey.args(sessionId, `stop-${this.ports.randomHex(8)}`);
    await this.ports.ends.end(sessionId, {
      cause: 'STOPPED_BY_PERSON',
      by: actor,
      reason: { key, text: canonicalize({ reason }) },
    });
    return key;
  }

  /** Everything after the end. Each step is tried, whatever became of the others. */
  private async finish(
    sessionId: string,
    { reason, reasonKey }: { readonly reason: string; readonly reasonKey: string },
    person: Approver,
  ): Promise<StoppedSession> {
    const [stopped, recorded, denied] = await Promise.allSettled([
      this.stopTask(sessionId),
      this.recordEndWithReason(sessionId, reasonKey),
      this.denyOpen(sessionId, reason, person),
    ]);
    for (const step of [stopped, recorded, denied]) {
      if (step.status === 'rejected') {
        this.ports.log({ event: 'stop_incomplete', sessionId, error: String(step.reason) });
      }
    }
    return {
      sessionId,
      task: stopped.status === 'fulfilled' ? stopped.value : 'not_stopped',
      recorded: recorded.status === 'fulfilled' && recorded.value,
      ...(denied.status === 'fulfilled' ? denied.value : { denied: [], notDenied: [] }),
    };
  }

  /** A launch in progress may still start a task, which the sweep then stops. */
  private async stopTask(sessionId: string): Promise<StoppedSession['task']> {
    const task = await stopTask(sessionId, this.ports);
    if (task !== 'gone' || (await this.ports.ends.read(sessionId))?.taskId !== undefined) return task;
    const mayStart = (await this.ports.slots.list()).some((slot) => slot.sessionId === sessionId);
    return mayStart ? 'not_stopped' : task;
  }

  /** An earlier reason whose entry is written isn't kept again: it may have been erased since. */
  private async recordEndWithReason(sessionId: string, reasonKey: string): Promise<boolean> {
    const session = await this.ports.ends.read(sessionId);
    const given = session?.endReason;
    // The sweep may have written the entry already, and it can't keep evidence.
    const isMissing = given && (given.key === reasonKey || !session.endRecorded);
    const [recorded] = await Promise.all([
      recordEnd(sessionId, this.ports),
      isMissing ? this.ports.evidence.put(given.key, given.text) : undefined,
    ]);
    return recorded;
  }

  /**
   * Ends every request that no executor has claimed, so that none runs any more: what waits is denied, and what was just allowed or
   * approved ends before its claim. A request that was claimed ends as it would, and is recorded.
   *
   * @param connector only requests of its tools @default - all requests of the session
   */
  private async denyOpen(sessionId: string, reason: string, person: Approver, connector?: string): Promise<Denials> {
    const open = (await this.ports.openRequests.of(sessionId)).filter(
      ({ tool }) => connector === undefined || this.ports.connectorOf.get(tool) === connector,
    );
    const code = connector === undefined ? 'SESSION_ENDED' : 'CONNECTOR_STOPPED';
    const ended = await Promise.all(
      open.map((request) =>
        request.status === 'PENDING' ? this.deny(request, reason, person) : this.endUnclaimed(request, code),
      ),
    );
    const ids = (wanted: boolean) =>
      open.flatMap(({ requestId }, index) => (ended[index] === wanted ? [requestId] : []));
    return { denied: ids(true), notDenied: ids(false) };
  }

  private async deny(request: RequestItem, reason: string, person: Approver): Promise<boolean> {
    try {
      return await this.ports.deny(request, reason, person);
    } catch (error) {
      this.ports.log({ event: 'not_denied', requestId: request.requestId, error: String(error) });
      return false;
    }
  }

  /** The gate or the workflow records the outcome, when it finds that the claim failed. */
  private async endUnclaimed({ sessionId, requestId }: RequestItem, code: DenialCode): Promise<boolean> {
    const outcome = storedOutcome({ status: 'denied', code, reason: DENIAL_REASONS[code] });
    try {
      return await this.ports.requests.finish(sessionId, requestId, 'DONE', outcome, UNCLAIMED_STATUSES);
    } catch (error) {
      this.ports.log({ event: 'not_denied', requestId, error: String(error) });
      return false;
    }
  }

  /** Sessions that were launched while all were being stopped. */
  private async stillOpen(): Promise<string[]> {
    const ids = (await this.ports.slots.list()).map(({ sessionId }) => sessionId);
    const open = await Promise.all(ids.map(async (id) => (await this.ports.ends.read(id))?.status !== 'ENDED'));
    return ids.filter((_, index) => open[index]);
  }

  private async recorded(
    type: 'connector_stop' | 'connector_resume',
    connector: string,
    reason: string,
    { actor }: Approver,
  ): Promise<boolean> {
    const { agentId, ledger, sessions, evidence, now, randomHex, log } = this.ports;
    const sessionId = operatorStream(agentId);
    const [at, salt] = [now(), randomHex(16)];
    const args = { text: canonicalize({ reason }), key: evidenceKey.args(sessionId, `${type}-${randomHex(8)}`) };
    try {
      await evidence.put(args.key, args.text);
      await ledger.appendNext(
        () => sessions.nextSeq(sessionId),
        (seq) => buildEntry({ type, sessionId, actor, seq, at, salt, connector, args }),
      );
      return true;
    } catch (error) {
      log({ event: 'operation_not_recorded', connector, error: String(error) });
      return false;
    }
  }

  private connectorNames(): string[] {
    return [...new Set(this.ports.connectorOf.values())].sort();
  }

  private noConnector(): OperatorReply {
    return notFound(`The agent has no connector of that name. It has: ${this.connectorNames().join(', ')}.`);
  }
}

function summaryOf(session: RunningSession, waiting: readonly RequestItem[]): SessionSummary {
  const { sessionId, status, user, taskId, expiresAt, calls, denials, taint, endCause, endedBy } = session;
  return {
    sessionId,
    status,
    user,
    ...(taskId === undefined ? {} : { taskId }),
    expiresAt: new Date(expiresAt * 1000).toISOString(),
    calls,
    denials,
    tainted: taint,
    ...(endCause === undefined ? {} : { endCause }),
    ...(endedBy === undefined ? {} : { endedBy }),
    waiting: waiting.map(({ requestId }) => requestId),
  };
}

function stoppedReply(stopped: readonly StoppedSession[], left: readonly string[]): OperatorReply {
  const all = left.length === 0 && stopped.every(({ task, recorded }) => task !== 'not_stopped' && recorded);
  return { v: 1, code: all ? 'STOPPED' : 'NOT_ALL_STOPPED', sessions: stopped, left };
}

function joined(parts: readonly { denied: string[]; notDenied: string[] }[]): {
  denied: string[];
  notDenied: string[];
} {
  return { denied: parts.flatMap(({ denied }) => denied), notDenied: parts.flatMap(({ notDenied }) => notDenied) };
}

function notFound(reason: string): OperatorReply {
  return { v: 1, code: 'NOT_FOUND', reason };
}

function notRecorded(what: string): OperatorReply {
  return {
    v: 1,
    code: 'LEDGER_UNAVAILABLE',
    reason: `${what}, but the ledger doesn’t have it. Send the same command again.`,
  };
}
