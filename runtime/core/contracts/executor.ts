import type { EvidenceReference } from './evidence';
import { SEQ_DIGITS } from './ledger-entry';
import { closed, identifier, sha256, timestamp, toolName, version } from './schema-parts';
import type { Sha256Hex } from './words';

export interface ExecutorRequest {
  readonly v: 1;
  readonly requestId: string;
  readonly sessionId: string;
  readonly tool: string;
  readonly schemaHash: Sha256Hex;
  /** The arguments as RFC 8785 text, or `argsRef` to where they are stored. Exactly one of the two is set. */
  readonly canonicalArgs?: string;
  readonly argsRef?: EvidenceReference;
  readonly digest: Sha256Hex;
  readonly policyVersion: Sha256Hex;
  /** The ledger key of the intent. */
  readonly intentId: string;
  /** The request's id in the approval desk, if a person approved the call. */
  readonly approvalId?: string;
  /** ISO 8601, UTC. The call must not start later. */
  readonly deadline: string;
}

export const EXECUTOR_STATUSES = [
  'succeeded',
  'refused',
  'target_failed',
  'output_blocked',
  'outcome_unknown',
] as const;

export type ExecutorStatus = (typeof EXECUTOR_STATUSES)[number];

/** UTF-8 bytes of `ExecutorReply.evidence`. */
export const MAX_EVIDENCE_BYTES = 65_536;

export interface ExecutorReply {
  readonly v: 1;
  readonly requestId: string;
  readonly status: ExecutorStatus;
  readonly content: string;
  /** UTF-8 bytes of the content. */
  readonly bytes: number;
  /** What the target said of a failure, for people. It is kept as evidence in place of the content, and never shown to the agent. */
  readonly evidence?: string;
  /** One sentence, unless the status is `succeeded`. */
  readonly reason?: string;
  /**
   * Set if the executor refused because its definition of the tool differs from the caller's, or the session or connector was stopped. With
   * the status `target_failed`: the target's own definition of the tool isn't the reviewed one, so nothing was sent.
   */
  readonly code?: 'DEFINITION_CHANGED' | 'CONNECTOR_STOPPED' | 'SESSION_ENDED';
  /** The call failed before anything of it left the executor. Absent: it may have reached the target. */
  readonly notSent?: true;
  readonly targetStatus?: number;
  readonly credentialVersion?: string;
  readonly durationMs: number;
}

const argumentsReferenceSchema = {
  ...closed,
  required: ['s3Key', 'sha256'],
  properties: { s3Key: { type: 'string', minLength: 1, maxLength: 1024 }, sha256 },
} as const;

export const executorRequestSchema = {
  ...closed,
  required: ['v', 'requestId', 'sessionId', 'tool', 'schemaHash', 'digest', 'policyVersion', 'intentId', 'deadline'],
  properties: {
    v: version,
    requestId: identifier,
    sessionId: identifier,
    tool: toolName,
    schemaHash: sha256,
    canonicalArgs: { type: 'string' },
    argsRef: argumentsReferenceSchema,
    digest: sha256,
    policyVersion: sha256,
    intentId: { type: 'string', pattern: `^entries/[A-Za-z0-9_-]{1,128}/\\d{${SEQ_DIGITS}}$` },
    approvalId: identifier,
    deadline: timestamp,
  },
  oneOf: [{ required: ['canonicalArgs'] }, { required: ['argsRef'] }],
} as const;

export const executorReplySchema = {
  ...closed,
  required: ['v', 'requestId', 'status', 'content', 'bytes', 'durationMs'],
  properties: {
    v: version,
    requestId: identifier,
    status: { enum: EXECUTOR_STATUSES },
    content: { type: 'string' },
    bytes: { type: 'integer', minimum: 0 },
    evidence: { type: 'string', minLength: 1, maxLength: MAX_EVIDENCE_BYTES },
    reason: { type: 'string', maxLength: 2000 },
    code: { enum: ['DEFINITION_CHANGED', 'CONNECTOR_STOPPED', 'SESSION_ENDED'] },
    notSent: { const: true },
    targetStatus: { type: 'integer' },
    credentialVersion: { type: 'string', maxLength: 128 },
    durationMs: { type: 'number', minimum: 0 },
  },
} as const;
