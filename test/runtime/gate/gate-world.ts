import { LimitStore } from '../../../runtime/aws/limit-store';
import { cedarSchemaFor } from '../../../runtime/core/cedar/cedar-schema';
import { allowPolicy, autoApprovePolicy } from '../../../runtime/core/cedar/policies';
import type {
  EffectName,
  ExecutorReply,
  ExecutorRequest,
  GateReply,
  JsonObject,
  LedgerEntry,
  Manifest,
  RefusedAlike,
  RequestItem,
  RequestStatus,
  SessionItem,
  TargetManifest,
  ToolManifest,
  ToolTrust,
} from '../../../runtime/core/contracts';
import { unboundStream } from '../../../runtime/core/contracts';
import { schemaHash, sha256Hex } from '../../../runtime/core/digest';
import { OPEN_STATUSES } from '../../../runtime/core/request-transitions';
import { Gate } from '../../../runtime/gate/gate';
import type { GatePorts } from '../../../runtime/gate/gate-ports';
import { AGENT_ID } from '../agent-id';
import { FakeDynamoDb } from '../aws/fake-dynamodb';
import { MemoryLedger } from '../aws/memory-ledger';

/** What a test says of a tool; the rest is made up. */
export interface ToolUnderTest {
  readonly name: string;
  readonly effect: EffectName;
  readonly properties: JsonObject;
  readonly required?: string[];
  readonly trust?: ToolTrust;
  /** A text is the pointer of an exact target. */
  readonly targets?: (string | TargetManifest)[];
  readonly credentialName?: string;
  readonly maxArgumentBytes?: number;
  readonly callLimits?: ToolManifest['callLimits'];
  readonly timeoutMs?: number;
}

export function toolManifest(tool: ToolUnderTest): ToolManifest {
  const schema: JsonObject = {
    type: 'object',
    additionalProperties: false,
    required: tool.required ?? Object.keys(tool.properties),
    properties: tool.properties,
  };
  return {
    name: tool.name,
    connector: 'Tickets',
    description: `Does ${tool.name}`,
    effect: tool.effect,
    schema,
    schemaHash: schemaHash(schema),
    descriptionHash: sha256Hex(`Does ${tool.name}`),
    ...(tool.credentialName ? { credentialName: tool.credentialName } : {}),
    functionArnVariable: 'EXECUTOR_ARN_TICKETS',
    targets: (tool.targets ?? []).map((target) =>
      typeof target === 'string' ? { pointer: target, kind: 'exact' } : target,
    ),
    trust: tool.trust ?? 'untrusted',
    limits: { maxArgumentBytes: tool.maxArgumentBytes ?? 1000, maxResultBytes: 65_536 },
    timeoutMs: tool.timeoutMs ?? 1000,
    ...(tool.callLimits ? { callLimits: tool.callLimits } : {}),
    policyVersion: sha256Hex(`policies of ${tool.name}`),
  };
}

const id: JsonObject = { type: 'string', pattern: '^T-[0-9]{1,4}$', maxLength: 6 };
export const READ = toolManifest({ name: 'read', effect: 'read', properties: { id }, credentialName: 'tickets-api' });
export const NOTE = toolManifest({ name: 'note', effect: 'write', properties: { id }, trust: 'trusted' });
export const MAIL = toolManifest({
  name: 'mail',
  effect: 'outbound',
  properties: { to: { type: 'string', maxLength: 100 } },
  targets: ['/to'],
});
export const REFUND = toolManifest({
  name: 'refund',
  effect: 'destructive',
  properties: { id, cents: { type: 'integer', minimum: 1, maximum: 1_000_000 } },
  targets: ['/id'],
});
/** Not granted to any session. */
export const WIPE = toolManifest({ name: 'wipe', effect: 'destructive', properties: { id } });

export function manifestOf(tools: readonly ToolManifest[], cedar: Partial<Manifest['cedar']> = {}): Manifest {
  return {
    v: 1,
    policyVersion: sha256Hex('all'),
    tools,
    cedar: { deny: '', allow: '', ask: '', schema: cedarSchemaFor(tools), ...cedar },
    approvalExpirySeconds: 1800,
    // The tests of this limit set their own.
    maxWaitingRequests: 100,
    maxDenialsPerSession: 5,
    maxCallsPerSession: 20,
  };
}

const connector = 'Tickets';
export const MANIFEST = manifestOf([READ, NOTE, MAIL, REFUND, WIPE], {
  deny: '@id("never-T-13") forbid (principal, action == Action::"read", resource) when { context.args.id == "T-13" };',
  allow: [
    allowPolicy({ id: 'allow-read', tool: 'read', connector }),
    allowPolicy({ id: 'allow-note', tool: 'note', connector }),
    allowPolicy({ id: 'allow-mail', tool: 'mail', connector }),
    allowPolicy({ id: 'allow-refund', tool: 'refund', connector, when: 'context.args.cents <= 50000' }),
  ].join('\n'),
  ask: autoApprovePolicy({ id: 'auto-mail', tool: 'mail', connector }),
});

export const NOW = Date.parse('2026-09-01T12:00:00.000Z');
export const TASK = '0123456789abcdef0123456789abcdef';
export const SESSION = `${AGENT_ID}-000000000000000000000001`;

/** The parts of the world that a test can take away. */
export type Part =
  | 'sessions'
  | 'counter'
  | 'taint'
  | 'ids'
  | 'requests'
  | 'ledger'
  | 'evidence'
  | 'executors'
  | 'approvals'
  | 'slow calls'
  | 'responses'
  | 'limits'
  | 'stops'
  | 'probation';

/** A world in memory. Tests can read everything that the gate did. */
export class GateWorld {
  now = NOW;
  readonly sessions = new Map<string, SessionItem>();
  readonly inputs = new Map<string, string>();
  readonly tasks = new Map<string, string | 'launching'>([[TASK, SESSION]]);
  readonly counters = new Map<string, number>();
  readonly requests = new Map<string, RequestItem>();
  readonly refused = new Set<string>();
  readonly refusedAlike = new Map<string, RefusedAlike>();
  readonly waiting = new Map<string, Set<string>>();
  readonly ledger = new Map<string, LedgerEntry>();
  readonly evidence = new Map<string, string>();
  /** Requests that counted towards the end of a probation, by its key. */
  readonly probations = new Map<string, Set<string>>();
  /** Connectors that a person stopped. */
  readonly stopped = new Set<string>();
  readonly responses = new Map<string, string>();
  readonly sentBytes = new Map<string, number>();
  private readonly responseHashes = new Map<string, string>();
  private readonly looks = new Map<string, number>();
  private readonly late = new Map<string, number>();
  readonly executed: ExecutorRequest[] = [];
  readonly asked: RequestItem[] = [];
  /** Requests whose slow calls were started. */
  readonly later: RequestItem[] = [];
  readonly logs: Record<string, unknown>[] = [];
  readonly down = new Set<Part>();
  /** What the executor answers. */
  answer: (request: ExecutorRequest) => Partial<ExecutorReply> = () => ({ status: 'succeeded', content: 'a ticket' });
  private random = 0;
  /** The items of limits, in a store with the conditions of DynamoDB. */
  readonly limitTable = new FakeDynamoDb();
  private readonly limitStore = new LimitStore('state', AGENT_ID, this.limitTable.client);
  private readonly memoryLedger = new MemoryLedger(this.ledger, async (work) => {
    this.need('ledger');
    return work();
  });

  readonly ports: GatePorts = {
    sessions: {
      resolveTask: async (taskId) => {
        this.need('sessions');
        const bound = this.tasks.get(taskId);
        if (bound === undefined) return { kind: 'unknown' };
        return bound === 'launching' ? { kind: 'launching' } : { kind: 'bound', sessionId: bound };
      },
      open: async (sessionId, now, what, most) => {
        this.need('sessions');
        const found = this.sessions.get(sessionId);
        if (found?.status === 'LAUNCHING') return { kind: 'not_ready' };
        if (found?.status !== 'ACTIVE' || found.expiresAt <= now) return { kind: 'ended' };
        const used = what === 'call' ? found.calls : (this.looks.get(sessionId) ?? 0);
        if (used >= most) return { kind: 'spent' };
        if (what === 'call') {
          return { kind: 'open', session: this.change(sessionId, { calls: used + 1, seq: this.take(sessionId) }) };
        }
        this.looks.set(sessionId, used + 1);
        return { kind: 'open', session: found };
      },
      get: async (sessionId) => {
        this.need('sessions');
        return this.sessions.get(sessionId);
      },
      inputOf: async (sessionId) => {
        this.need('sessions');
        const input = this.inputs.get(sessionId);
        if (input === undefined) throw new Error('no such input');
        return input;
      },
      nextSeq: async (sessionId) => {
        this.need('sessions');
        this.need('counter');
        return this.take(sessionId);
      },
      nextLateSeq: async (sessionId, most) => {
        this.need('sessions');
        const late = this.late.get(sessionId) ?? 0;
        if (late >= most) return undefined;
        this.late.set(sessionId, late + 1);
        return this.take(sessionId);
      },
      nextUnboundSeq: async (taskId, _now, most) => {
        this.need('sessions');
        const taken = this.late.get(taskId) ?? 0;
        if (taken >= most) return undefined;
        this.late.set(taskId, taken + 1);
        return this.take(unboundStream(AGENT_ID));
      },
      taint: async (sessionId) => {
        this.need('taint');
        this.change(sessionId, { taint: true });
      },
      keepIds: async (sessionId, ids, most) => {
        this.need('ids');
        const { ids: kept = [] } = this.session(sessionId);
        if (kept.length < most) this.change(sessionId, { ids: [...new Set([...kept, ...ids])] });
      },
      countDenial: async (sessionId, limit) => {
        this.need('sessions');
        const denials = this.session(sessionId).denials + 1;
        this.change(sessionId, { denials, ...(denials >= limit ? { status: 'ENDED' } : {}) });
        return denials;
      },
      countSent: async (sessionId, bytes, most) => {
        this.need('sessions');
        const sent = (this.sentBytes.get(sessionId) ?? 0) + bytes;
        if (sent > most) return false;
        this.sentBytes.set(sessionId, sent);
        return true;
      },
      putResponse: async (_sessionId, requestId, { resultRef, textSha256 }) => {
        this.need('responses');
        const first = this.responseHashes.get(requestId);
        if (first !== undefined) return first === textSha256;
        this.responseHashes.set(requestId, textSha256);
        this.responses.set(requestId, resultRef);
        return true;
      },
      responseHash: async (_sessionId, requestId) => this.responseHashes.get(requestId),
    },
    waiting: {
      take: async (sessionId, place, most) => {
        this.need('sessions');
        const places = this.waiting.get(sessionId) ?? new Set();
        if (places.size >= most) return false;
        this.waiting.set(sessionId, places.add(place));
        return true;
      },
      list: async (sessionId) => [...(this.waiting.get(sessionId) ?? [])],
      free: async (sessionId, places) => {
        for (const place of places) this.waiting.get(sessionId)?.delete(place);
      },
    },
    requests: {
      create: async (item) => {
        this.need('requests');
        const key = `${item.sessionId}/${item.requestId}`;
        if (this.requests.has(key)) return 'exists';
        this.requests.set(key, item);
        return 'created';
      },
      get: async (sessionId, requestId) => {
        this.need('requests');
        return this.requests.get(`${sessionId}/${requestId}`);
      },
      isRefused: async (sessionId, digest) => {
        this.need('requests');
        return this.refused.has(`${sessionId}/${digest}`);
      },
      refusedAlike: async (sessionId, key) => {
        this.need('requests');
        return this.refusedAlike.get(`${sessionId}/${key}`);
      },
      finish: async (sessionId, requestId, to, result, from: readonly RequestStatus[] = OPEN_STATUSES) => {
        this.need('requests');
        const item = this.requests.get(`${sessionId}/${requestId}`);
        if (!item || !from.includes(item.status)) return false;
        this.requests.set(`${sessionId}/${requestId}`, { ...item, status: to, ...result });
        return true;
      },
      expire: async (sessionId, requestId) => {
        this.need('requests');
        this.setRequest(sessionId, requestId, { status: 'EXPIRED' });
      },
    },
    limits: {
      read: async (key) => {
        this.need('limits');
        return this.limitStore.read(key);
      },
      takeAll: async (uses, call) => {
        this.need('limits');
        return this.limitStore.takeAll(uses, call);
      },
      settleAll: async (uses, requestId, nowMs) => {
        this.need('limits');
        return this.limitStore.settleAll(uses, requestId, nowMs);
      },
      releaseAll: async (uses, requestId) => {
        this.need('limits');
        return this.limitStore.releaseAll(uses, requestId);
      },
    },
    stops: {
      isStopped: async (connector) => {
        this.need('stops');
        return this.stopped.has(connector);
      },
    },
    probation: {
      isOver: async ({ key, calls = 0 }) => {
        this.need('probation');
        return (this.probations.get(key)?.size ?? 0) >= calls;
      },
      countRun: async ({ key }, requestId) => {
        this.need('probation');
        this.probations.set(key, (this.probations.get(key) ?? new Set()).add(requestId));
      },
    },
    ledger: {
      appendNext: (takeSeq, make, options) => this.memoryLedger.appendNext(takeSeq, make, options),
      read: (key) => this.memoryLedger.read(key),
    },
    evidence: {
      put: async (key, text) => {
        this.need('evidence');
        this.evidence.set(key, text);
        return { s3Key: key, sha256: sha256Hex(text) };
      },
      get: async ({ s3Key, sha256 }) => {
        this.need('evidence');
        const text = this.evidence.get(s3Key);
        if (text === undefined) throw new Error('NoSuchKey');
        if (sha256Hex(text) !== sha256) throw Object.assign(new Error('other bytes'), { code: 'EVIDENCE_MISMATCH' });
        return text;
      },
    },
    executors: {
      invoke: async (_variable, request) => {
        this.executed.push(request);
        this.need('executors');
        const answer = this.answer(request);
        const content = answer.content ?? '';
        return {
          v: 1,
          requestId: request.requestId,
          status: 'succeeded',
          durationMs: 5,
          ...answer,
          content,
          bytes: Buffer.byteLength(content),
        };
      },
    },
    slowCalls: {
      start: async (request) => {
        this.need('slow calls');
        this.later.push(request);
      },
    },
    approvals: {
      start: async (request) => {
        this.need('approvals');
        this.asked.push(request);
      },
    },
    now: () => this.now,
    agentId: AGENT_ID,
    randomHex: (bytes) => (++this.random).toString(16).padStart(bytes * 2, '0'),
    log: (record) => this.logs.push(record),
  };

  constructor(session: Partial<SessionItem> = {}) {
    this.sessions.set(SESSION, {
      sessionId: SESSION,
      status: 'ACTIVE',
      taint: false,
      seq: 0,
      calls: 0,
      denials: 0,
      user: 'ann',
      taskText: 'Answer ticket T-1 and write to ann@example.com.',
      taskTextHash: sha256Hex('Answer ticket T-1 and write to ann@example.com.'),
      expiresAt: NOW / 1000 + 3600,
      ...session,
    });
  }

  gate(manifest: Manifest = MANIFEST, ports: Partial<GatePorts> = {}): Gate {
    return new Gate(manifest, { ...this.ports, ...ports });
  }

  session(sessionId = SESSION): SessionItem {
    const found = this.sessions.get(sessionId);
    if (!found) throw new Error('no such session');
    return found;
  }

  entries(stream = SESSION): LedgerEntry[] {
    return [...this.ledger.values()].filter((entry) => entry.sessionId === stream).sort((a, b) => a.seq - b.seq);
  }

  setRequest(sessionId: string, requestId: string, change: Partial<RequestItem>): void {
    const item = this.requests.get(`${sessionId}/${requestId}`);
    if (!item) throw new Error('no such request');
    this.requests.set(`${sessionId}/${requestId}`, { ...item, ...change });
  }

  private change(sessionId: string, change: Partial<SessionItem>): SessionItem {
    const changed = { ...this.session(sessionId), ...change };
    this.sessions.set(sessionId, changed);
    return changed;
  }

  private take(stream: string): number {
    const seq = (this.counters.get(stream) ?? 0) + 1;
    this.counters.set(stream, seq);
    return seq;
  }

  private need(part: Part): void {
    if (this.down.has(part)) throw new Error(`${part} are down, says 10.0.0.7 with a stack trace`);
  }
}

let calls = 0;

/** The body of a call; each has its own `callId` unless one is given. */
export function body(tool: string, args: unknown, callId = `c-${++calls}`): string {
  return JSON.stringify({ v: 1, callId, tool, arguments: args });
}

export function call(gate: Gate, tool: string, args: unknown, callId?: string): Promise<GateReply> {
  return gate.handle({ taskId: TASK, body: body(tool, args, callId) });
}
