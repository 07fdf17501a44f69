import {
  type ExecutorReply,
  type ExecutorRequest,
  executorReplySchema,
  executorRequestSchema,
  type JsonObject,
  type LedgerEntry,
  ledgerKey,
  type RequestItem,
  type SessionItem,
} from '../../../runtime/core/contracts';
import { approvalDigest, saltedHash, schemaHash, sha256Hex } from '../../../runtime/core/digest';
import type { ExecutorConfig, ExecutorTool } from '../../../runtime/core/executor-config';
import { canonicalize } from '../../../runtime/core/json/canonicalize';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { Executor } from '../../../runtime/executor/executor';
import type { ExecutorPorts } from '../../../runtime/executor/executor-ports';
import type { CredentialValue, TargetAnswer } from '../../../runtime/executor/target-answer';

export const isRequest = compileSchema(executorRequestSchema as unknown as JsonObject);
const isReply = compileSchema(executorReplySchema as unknown as JsonObject);

export const NOW = Date.parse('2026-09-01T12:00:00.000Z');
export const SESSION = 's-1';
export const SECRET = 'ticket-system-secret-1';
export const SALT = 'ab'.repeat(16);

const schema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['id'],
  properties: { id: { type: 'string', maxLength: 10 } },
};
export const TOOL: ExecutorTool = {
  name: 'refund',
  effect: 'destructive',
  schema,
  schemaHash: schemaHash(schema),
  policyVersion: sha256Hex('policy'),
  credentialName: 'tickets-api',
  maxResultBytes: 1000,
  timeoutMs: 1000,
};
export const CONFIG: ExecutorConfig = {
  v: 1,
  connector: 'Tickets',
  tools: [TOOL],
  credential: { name: 'tickets-api', kind: 'bearer' },
  baseUrl: 'https://tickets.example.com',
};

export const TEXT = '{"id":"T-1"}';

/** A request as the gate makes it, with everything behind it in the stores. */
export class ExecutorWorld {
  readonly ledger = new Map<string, LedgerEntry>();
  readonly requests = new Map<string, RequestItem>();
  readonly evidence = new Map<string, string>();
  readonly reached: { args: JsonObject; credential?: string }[] = [];
  readonly logs: unknown[] = [];
  /** Connectors that a person stopped. */
  readonly stopped = new Set<string>();
  /** Of the session. */
  status: SessionItem['status'] = 'ACTIVE';
  credential: string | undefined = SECRET;
  /** The value before the last rotation. */
  previous: string | undefined;
  /** What else the secret holds, in the order in which it is read. */
  readonly others: CredentialValue[] = [];
  answer: () => TargetAnswer | Promise<TargetAnswer> = () => ({ ok: true, content: 'done', targetStatus: 200 });
  ports: ExecutorPorts = {
    ledger: {
      read: async (key) => {
        const entry = this.ledger.get(key);
        if (!entry) throw new Error('NoSuchKey');
        return entry;
      },
    },
    evidence: {
      get: async ({ s3Key, sha256 }) => {
        const text = this.evidence.get(s3Key) ?? '';
        if (sha256Hex(text) !== sha256) throw new Error('mismatch');
        return text;
      },
    },
    requests: {
      get: async (sessionId, requestId) => this.requests.get(`${sessionId}/${requestId}`),
      claim: async (sessionId, requestId, from, claimedBy, now) => {
        const item = this.requests.get(`${sessionId}/${requestId}`);
        if (item?.status !== from || item.expiresAt <= now) return false;
        this.requests.set(`${sessionId}/${requestId}`, { ...item, status: 'EXECUTING', claimedBy });
        return true;
      },
    },
    sessions: {
      get: async () => ({ status: this.status, expiresAt: NOW / 1000 + 3600 }) as SessionItem,
    },
    stops: { isStopped: async (connector) => this.stopped.has(connector) },
    credential: async () =>
      this.credential === undefined
        ? undefined
        : { value: this.credential, version: 'v3', ...(this.previous ? { previous: this.previous } : {}) },
    rotated: async () => this.others.shift(),
    target: async (_, args, credential) => {
      this.reached.push({ args, ...(credential ? { credential: credential.value } : {}) });
      return this.answer();
    },
    now: () => NOW,
    log: (record) => this.logs.push(record),
  };

  /** Stores intent and request, and returns what the gate (or the workflow, where approved) would send. */
  prepare(options: { ask?: boolean; status?: RequestItem['status']; byReference?: boolean } = {}): ExecutorRequest {
    const digest = approvalDigest({
      tool: TOOL.name,
      schemaHash: TOOL.schemaHash,
      canonicalArgs: canonicalize(JSON.parse(TEXT)),
      credentialName: TOOL.credentialName,
      sessionId: SESSION,
      policyVersion: TOOL.policyVersion,
    });
    const intentId = ledgerKey.entry(SESSION, 1);
    const argsRef = { s3Key: 'args/s-1/r-1', sha256: sha256Hex(TEXT) };
    this.evidence.set(argsRef.s3Key, TEXT);
    this.ledger.set(intentId, {
      v: 1,
      seq: 1,
      at: new Date(NOW).toISOString(),
      sessionId: SESSION,
      requestId: 'r-1',
      type: 'intent',
      actor: 'task/t',
      tool: TOOL.name,
      schemaHash: TOOL.schemaHash,
      argsHash: saltedHash(SALT, TEXT),
      argsRef: argsRef.s3Key,
      salt: SALT,
      decision: { code: options.ask ? 'ASK' : 'ALLOW', policyIds: [], taint: false },
      policyVersion: TOOL.policyVersion,
    });
    this.requests.set(`${SESSION}/r-1`, {
      sessionId: SESSION,
      requestId: 'r-1',
      status: options.status ?? (options.ask ? 'APPROVED' : 'ALLOWED'),
      tool: TOOL.name,
      schemaHash: TOOL.schemaHash,
      policyVersion: TOOL.policyVersion,
      digest,
      argsRef,
      intentId,
      credentialName: TOOL.credentialName,
      requestedAt: new Date(NOW).toISOString(),
      expiresAt: NOW / 1000 + 20,
    });
    return {
      v: 1,
      requestId: 'r-1',
      sessionId: SESSION,
      tool: TOOL.name,
      schemaHash: TOOL.schemaHash,
      ...(options.byReference ? { argsRef } : { canonicalArgs: TEXT }),
      digest,
      policyVersion: TOOL.policyVersion,
      intentId,
      ...(options.ask ? { approvalId: 'r-1' } : {}),
      deadline: new Date(NOW + 20_000).toISOString(),
    };
  }

  async run(event: unknown, config: ExecutorConfig = CONFIG): Promise<ExecutorReply> {
    const reply = await new Executor(config, this.ports).run(event, 'invocation-1');
    expect(isReply(reply as unknown as JsonObject)).toEqual({ ok: true });
    return reply;
  }
}
