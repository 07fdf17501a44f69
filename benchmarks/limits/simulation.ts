import { setImmediate } from 'node:timers/promises';
import { ApprovedExecution } from '../../runtime/approvals/execute-approved';
import { LimitStore } from '../../runtime/aws/limit-store';
import { ONE_APPROVER } from '../../runtime/core/approvals/needed-approval';
import type { ExecutorReply, ExecutorRequest, GateReply, Manifest, RequestItem } from '../../runtime/core/contracts';
import type { GatePorts } from '../../runtime/gate/gate-ports';
import { AGENT_ID } from '../../test/runtime/agent-id';
import { FakeDynamoDb } from '../../test/runtime/aws/fake-dynamodb';
import { GateWorld } from '../../test/runtime/gate/gate-world';
import type { Random } from '../output/random';
import { crashing, inProcess, type Process } from './crash';
import { randomArguments, randomDeployment } from './declared-tools';
import type { ObservedCall } from './observed-call';
import { type Recount, recount } from './oracle';

/** What happened in a simulation. */
export interface Simulated extends Recount {
  readonly calls: number;
  readonly ran: number;
  readonly refused: number;
  readonly approved: number;
  readonly repeated: number;
  readonly crashed: number;
  readonly unknown: number;
  /** Writes of the items of limits. */
  readonly writes: number;
}

type SentCall = Pick<ObservedCall, 'tool' | 'args' | 'sessionId' | 'user'> & { readonly callId: string };

const SESSIONS = ['s-000000000000000000000001', 's-000000000000000000000002', 's-000000000000000000000003'];
const USERS: { readonly [session: string]: string } = {
  's-000000000000000000000001': 'ann',
  's-000000000000000000000002': 'ann',
  's-000000000000000000000003': 'bob',
};
const NEVER_STOPS = 1_000_000;

/** Sends random calls through the real gate and the real store of limits, and recounts what ran. */
export class Simulation {
  private readonly world = new GateWorld();
  private readonly manifest: Manifest;
  private readonly table: FakeDynamoDb;
  private readonly limits: LimitStore;
  private readonly observed: ObservedCall[] = [];
  private readonly lastOf = new Map<string, ObservedCall>();
  private readonly effects = new Map<string, { readonly at: number; readonly approved: boolean }>();
  private readonly waiting: { readonly reply: GateReply; readonly of: ObservedCall }[] = [];
  private readonly sent: SentCall[] = [];
  private writes = 0;
  private repeated = 0;
  private crashed = 0;

  constructor(private readonly random: Random) {
    this.manifest = randomDeployment(random);
    this.table = new FakeDynamoDb(() => this.pause());
    const { client } = this.table;
    const send = client.send.bind(client) as (command: object) => Promise<unknown>;
    const counted = {
      send: (command: object) => {
        if (command.constructor.name === 'UpdateItemCommand') this.writes += 1;
        return send(command);
      },
    } as unknown as typeof client;
    this.limits = new LimitStore('state', AGENT_ID, counted);
    for (const session of SESSIONS) {
      this.world.sessions.set(session, {
        ...this.world.session(),
        sessionId: session,
        user: USERS[session] ?? '',
        expiresAt: 4_000_000_000,
      });
      this.world.tasks.set(taskOf(session), session);
    }
  }

  /** @param concurrency how many calls are under way at a time */
  async run(calls: number, concurrency: number): Promise<Simulated> {
    const gate = this.world.gate(this.manifest, this.ports());
    let left = calls;
    const worker = async () => {
      while (left > 0) {
        left -= 1;
        const approving = this.random.below(8) === 0 ? this.waiting.shift() : undefined;
        if (approving) await this.approve(approving.reply, approving.of);
        else await this.call((taskId, body) => gate.handle({ taskId, body }));
        if (this.random.below(20) === 0) this.world.now += this.random.below(3000);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
    const { observed } = this;
    return {
      ...recount(observed),
      calls,
      ran: observed.filter(({ effectAt }) => effectAt !== undefined).length,
      refused: observed.filter(({ refused }) => refused).length,
      approved: observed.filter(({ approved }) => approved).length,
      repeated: this.repeated,
      crashed: this.crashed,
      unknown: observed.filter(({ unknownUntil }) => unknownUntil !== undefined).length,
      writes: this.writes,
    };
  }

  /** One call of an agent. Some repeat an earlier or a running call, and some are cut off by a crash. */
  private async call(handle: (taskId: string, body: string) => Promise<GateReply>): Promise<void> {
    const { world } = this;
    const { sent, again } = this.nextCall();
    const process = this.process();
    const startedAt = world.now;
    const body = JSON.stringify({ v: 1, callId: sent.callId, tool: sent.tool.name, arguments: sent.args });
    const reply = await inProcess(process, () => handle(taskOf(sent.sessionId), body));
    const stopped = process.stepsLeft <= 0;
    if (stopped) this.crashed += 1;
    const call = this.observe(reply.requestId, {
      ...sent,
      startedAt,
      endedAt: world.now,
      approved: false,
      refused: isRefused(reply) && !again,
    });
    const { status } = reply;
    if (stopped || status === 'outcome_unknown' || status === 'pending_execution') this.markUnknown(call);
    if (status === 'pending_approval') this.waiting.push({ reply, of: call });
  }

  private nextCall(): { readonly sent: SentCall; readonly again: boolean } {
    const { random } = this;
    if (random.below(10) === 0 && this.sent.length > 0) {
      this.repeated += 1;
      return { sent: random.of(this.sent.slice(-20)), again: true };
    }
    const sessionId = random.of(SESSIONS);
    const sent = {
      callId: `c-${this.sent.length}`,
      tool: random.of(this.manifest.tools),
      args: randomArguments(random),
      sessionId,
      user: USERS[sessionId] ?? '',
    };
    this.sent.push(sent);
    return { sent, again: false };
  }

  /** Calls of one request at the same time are one call. Otherwise a repeated call only asks how the first ended, or tries again. */
  private observe(requestId: string, call: Omit<ObservedCall, 'requestId'>): ObservedCall {
    const known = this.lastOf.get(requestId);
    const seen: ObservedCall = known && known.endedAt >= call.startedAt ? known : { ...call, requestId };
    if (seen === known) {
      known.endedAt = Math.max(known.endedAt, call.endedAt);
      known.startedAt = Math.min(known.startedAt, call.startedAt);
    } else if (known?.effectAt === undefined && known?.unknownUntil === undefined) {
      this.observed.push(seen);
      this.lastOf.set(requestId, seen);
    } else {
      return known;
    }
    this.adopt(seen);
    return seen;
  }

  /** The target's own record says whether and when it got the call. */
  private adopt(call: ObservedCall): void {
    const effect = this.effects.get(call.requestId);
    if (effect?.approved === call.approved) call.effectAt = effect.at;
  }

  private async approve({ requestId }: GateReply, of: ObservedCall): Promise<void> {
    const { world } = this;
    const { sessionId } = of;
    const request = world.requests.get(`${sessionId}/${requestId}`);
    if (request?.status !== 'PENDING') return;
    world.setRequest(sessionId, requestId, { status: 'APPROVED', approvedBy: ['maria'] } as Partial<RequestItem>);
    const { startedAt: _, ...rest } = of;
    const approved: ObservedCall = {
      ...rest,
      startedAt: world.now,
      endedAt: world.now,
      approved: true,
      refused: false,
    };
    const process = this.process();
    const ports = this.ports();
    const summary = await inProcess(process, () =>
      new ApprovedExecution(this.manifest, {
        ...world.ports,
        ...ports,
        requests: {
          ...ports.requests,
          finish: async (...given) => Boolean(await ports.requests.finish(...given)),
          decisionOf: async () => ({
            requestId,
            subject: 'maria',
            name: 'maria',
            groups: [],
            decision: 'APPROVED',
            reason: '',
            at: '',
            digest: request.digest,
          }),
        },
        authorize: () => ({ decision: 'ASK' }),
        needed: () => ONE_APPROVER,
      }).run(sessionId, requestId),
    ).catch(() => undefined);
    approved.endedAt = world.now;
    this.observed.push(approved);
    this.adopt(approved);
    if (process.stepsLeft <= 0) this.crashed += 1;
    if (summary === undefined || summary.status === 'outcome_unknown') this.markUnknown(approved);
    if (summary?.code === 'LIMIT_REACHED') approved.refused = true;
  }

  private toolOf(name: string) {
    const tool = this.manifest.tools.find((each) => each.name === name);
    if (!tool) throw new Error(`The simulation has no tool ${name}.`);
    return tool;
  }

  private markUnknown(call: ObservedCall): void {
    const request = this.world.requests.get(`${call.sessionId}/${call.requestId}`);
    const deadline = request ? request.expiresAt * 1000 : this.world.now + 23_000;
    call.unknownUntil = deadline + call.tool.timeoutMs;
  }

  private process(): Process {
    const { random } = this;
    return {
      stepsLeft: random.below(40) === 0 ? 1 + random.below(14) : NEVER_STOPS,
      lastStepHappens: random.below(2) === 0,
    };
  }

  private ports(): GatePorts {
    const { world } = this;
    const { sessions, requests, evidence, ledger } = world.ports;
    const { limits } = this;
    return {
      ...world.ports,
      sessions: crashing(sessions),
      requests: crashing(requests),
      evidence: crashing(evidence),
      ledger: crashing(ledger),
      limits: crashing({
        read: limits.read.bind(limits),
        takeAll: limits.takeAll.bind(limits),
        settleAll: limits.settleAll.bind(limits),
        releaseAll: limits.releaseAll.bind(limits),
      }),
      executors: { invoke: (_variable, request) => this.execute(request) },
    };
  }

  /** An executor and its target: it claims the request, and then many things can happen. */
  private async execute({
    requestId,
    sessionId,
    deadline,
    tool: name,
    approvalId,
  }: ExecutorRequest): Promise<ExecutorReply> {
    const { random, world } = this;
    const reply = (given: Partial<ExecutorReply>): ExecutorReply => ({
      v: 1,
      requestId,
      status: 'succeeded',
      content: '',
      bytes: 0,
      durationMs: 1,
      ...given,
    });
    await this.pause();
    const request = world.requests.get(`${sessionId}/${requestId}`);
    const claimable =
      (request?.status === 'ALLOWED' || request?.status === 'APPROVED') && world.now < Date.parse(deadline);
    if (!claimable || random.below(25) === 0) return reply({ status: 'refused', reason: 'Not claimed.' });
    world.setRequest(sessionId, requestId, { status: 'EXECUTING', claimedBy: 'invocation' });
    if (random.below(25) === 0) return reply({ status: 'target_failed', reason: 'Not sent.', notSent: true });
    await this.pause();
    const effect = () => {
      if (this.effects.has(requestId)) throw new Error(`The call ${requestId} took effect twice.`);
      this.effects.set(requestId, { at: world.now, approved: approvalId !== undefined });
    };
    switch (random.below(20)) {
      case 0: {
        // The answer is lost. The target acts at some time within the timeout, or never.
        if (random.below(2) === 0)
          this.effects.set(requestId, {
            at: world.now + random.below(this.toolOf(name).timeoutMs),
            approved: approvalId !== undefined,
          });
        return reply({ status: 'outcome_unknown' });
      }
      case 1: {
        if (random.below(2) === 0) effect();
        await this.pause();
        throw new Error('The executor was lost.');
      }
      case 2:
        // The target got the call, and says that it refused it. That counts: nobody can check it.
        effect();
        return reply({ status: 'target_failed', targetStatus: 400 });
      default:
        effect();
        await this.pause();
        return reply({});
    }
  }

  /** Time passes, and others come first. */
  private async pause(): Promise<void> {
    this.world.now += this.random.below(20);
    for (let turns = this.random.below(3); turns >= 0; turns -= 1) await setImmediate();
  }
}

function taskOf(session: string): string {
  return session.replace('s-', '').padStart(32, '0');
}

function isRefused({ status, code }: GateReply): boolean {
  return status === 'pending_approval' || code === 'LIMIT_REACHED';
}
