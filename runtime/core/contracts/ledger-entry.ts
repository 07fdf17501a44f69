import { DENIAL_CODES, type DenialCode } from './denial-codes';
import type { AutoApproval } from './deployment';
import { REPLY_STATUSES, type ReplyStatus } from './gate-reply';
import { closed, identifier, sha256, timestamp, version } from './schema-parts';
import { END_CAUSES, type EndCause } from './session';
import type { SessionUser } from './session-user';
import { LOG_ONLY, type Sha256Hex, TARGET_PROVENANCES, type TargetProvenance } from './words';

export const ENTRY_TYPES = [
  'intent',
  'outcome',
  'decision',
  'denial',
  'session_start',
  'session_end',
  'connector_stop',
  'connector_resume',
  'deploy',
  'heartbeat',
  'key_rotation',
  'erasure',
  'void',
] as const;

export type EntryType = (typeof ENTRY_TYPES)[number];

/** The stream for denials of an agent's callers without a session. Before streams named their agent, it was `unbound`. */
export const unboundStream = (agentId: string) => `${agentId}-unbound`;

/** The stream of the platform: `deploy`, `heartbeat`, `key_rotation`. */
export const PLATFORM_STREAM = 'platform';

/** The stream of what operators do to the connectors of an agent. */
export const operatorStream = (agentId: string) => `${agentId}-operators`;

/** The stream for erasures of evidence. The erased session may have ended long ago, so its own stream can't be used. */
export const ERASURE_STREAM = 'erasures';

/** A user, without anything that would have to be erased. Name and claims are in the evidence. */
export interface LedgerUser {
  readonly kind: SessionUser['kind'];
  /** Of a person. */
  readonly issuer?: string;
  /** Of a person: the issuer's id for it. */
  readonly subject?: string;
  /** The name of a service. */
  readonly service?: string;
}

/**
 * What became of a request at the approval desk. After `PARTLY_APPROVED` it waits for further people. `OWN_REQUEST` is a refused attempt to
 * approve one's own request, which waits on.
 */
export const DESK_DECISION_CODES = ['APPROVED', 'PARTLY_APPROVED', 'DENIED', 'EXPIRED', 'OWN_REQUEST'] as const;

export type DeskDecisionCode = (typeof DESK_DECISION_CODES)[number];

export interface LedgerEntry {
  readonly v: 1;
  readonly seq: number;
  /** ISO 8601, UTC, from the writer's clock. The order of entries comes from `seq`, never from time. */
  readonly at: string;
  readonly sessionId: string;
  readonly requestId?: string;
  readonly type: EntryType;
  /** Set if the gate that wrote the entry doesn't enforce. */
  readonly mode?: typeof LOG_ONLY;
  /** `task/<id>`, an IAM principal's ARN, or the part that wrote it (`gate`, `workflow`, `sealer`, `launcher`). */
  readonly actor: string;
  /** In a `session_start` entry: who the session runs for. Absent in entries from before users were verified. */
  readonly runsFor?: LedgerUser;
  /** In a `session_start` entry: who wrote the task, if it isn't the user. */
  readonly taskAuthor?: LedgerUser;
  readonly tool?: string;
  readonly schemaHash?: Sha256Hex;
  /** SHA-256 of the salt's bytes followed by the canonical arguments. Empty if there are none. */
  readonly argsHash: Sha256Hex | '';
  /** Key in the evidence bucket. Empty if there are no arguments. */
  readonly argsRef: string;
  /** 16 random bytes, hexadecimal. */
  readonly salt: string;
  readonly credential?: { readonly name: string; readonly version?: string };
  readonly decision?: {
    readonly code: DenialCode | 'ALLOW' | 'ASK' | DeskDecisionCode;
    readonly policyIds: readonly string[];
    readonly taint: boolean;
    readonly provenance?: TargetProvenance;
    /** The decision of an enforcing gate, if this gate let the call through. */
    readonly would?: DenialCode | 'ASK';
  };
  readonly approval?: { readonly digest: Sha256Hex; readonly approvers: readonly string[] };
  readonly outcome?: {
    readonly status: ReplyStatus;
    readonly bytes: number;
    /** SHA-256 of the salt's bytes followed by the content. Empty if there is none. */
    readonly resultHash: Sha256Hex | '';
    readonly resultRef: string;
    readonly durationMs: number;
  };
  /** In a `key_rotation` entry: the log continues with another signing key. */
  readonly rotation?: {
    /** The new key in the C2SP signed-note format for verifier keys. */
    readonly key: string;
    /** A statement that names the new key, signed with the previous key. */
    readonly note: string;
  };
  /** In an `erasure` entry: whose arguments and results were erased. */
  readonly erasure?: {
    readonly sessionId: string;
    /** Absent: the whole session. */
    readonly requestId?: string;
    /** The number of objects that were found and erased. */
    readonly objects: number;
  };
  /** In a `session_end` entry: why. Absent in entries from before sessions were stopped. */
  readonly end?: { readonly cause: EndCause };
  /** In a `connector_stop` or `connector_resume` entry: its name. */
  readonly connector?: string;
  /** In a `deploy` entry: calls that run without a person from then on. */
  readonly deployment?: {
    /** The agent whose policies they are. Absent in entries from before agents had ids. */
    readonly agent?: string;
    readonly autoApprovals: readonly AutoApproval[];
    /** The number of further rules, if an entry has no room for all. */
    readonly unlisted?: number;
  };
  readonly policyVersion: Sha256Hex | '';
}

/** Digits of a sequence number in an object key. */
export const SEQ_DIGITS = 12;

export const ledgerKey = {
  entry: (sessionId: string, seq: number) => `entries/${sessionId}/${String(seq).padStart(SEQ_DIGITS, '0')}`,
  checkpoint: (treeSize: number) => `checkpoints/${String(treeSize).padStart(SEQ_DIGITS, '0')}`,
} as const;

const ledgerUser = {
  ...closed,
  required: ['kind'],
  properties: {
    kind: { enum: ['person', 'service', 'unverified'] },
    issuer: { type: 'string', minLength: 1, maxLength: 256 },
    subject: { type: 'string', minLength: 1, maxLength: 256 },
    service: { type: 'string', minLength: 1, maxLength: 256 },
  },
} as const;

export const ledgerEntrySchema = {
  ...closed,
  required: ['v', 'seq', 'at', 'sessionId', 'type', 'actor', 'argsHash', 'argsRef', 'salt', 'policyVersion'],
  properties: {
    v: version,
    seq: { type: 'integer', minimum: 1, maximum: 999_999_999_999 },
    at: timestamp,
    sessionId: identifier,
    requestId: identifier,
    type: { enum: ENTRY_TYPES },
    mode: { const: LOG_ONLY },
    actor: { type: 'string', minLength: 1, maxLength: 2048 },
    runsFor: ledgerUser,
    taskAuthor: ledgerUser,
    tool: { type: 'string', maxLength: 128 },
    schemaHash: sha256,
    argsHash: { type: 'string', pattern: '^([0-9a-f]{64})?$' },
    argsRef: { type: 'string', maxLength: 1024 },
    salt: { type: 'string', pattern: '^[0-9a-f]{32}$' },
    credential: {
      ...closed,
      required: ['name'],
      properties: { name: identifier, version: { type: 'string', maxLength: 128 } },
    },
    decision: {
      ...closed,
      required: ['code', 'policyIds', 'taint'],
      properties: {
        code: { enum: [...DENIAL_CODES, 'ALLOW', 'ASK', ...DESK_DECISION_CODES] },
        policyIds: { type: 'array', items: { type: 'string' } },
        taint: { type: 'boolean' },
        provenance: { enum: TARGET_PROVENANCES },
        would: { enum: [...DENIAL_CODES, 'ASK'] },
      },
    },
    approval: {
      ...closed,
      required: ['digest', 'approvers'],
      properties: { digest: sha256, approvers: { type: 'array', items: { type: 'string' } } },
    },
    outcome: {
      ...closed,
      required: ['status', 'bytes', 'resultHash', 'resultRef', 'durationMs'],
      properties: {
        status: { enum: REPLY_STATUSES },
        bytes: { type: 'integer', minimum: 0 },
        resultHash: { type: 'string', pattern: '^([0-9a-f]{64})?$' },
        resultRef: { type: 'string', maxLength: 1024 },
        durationMs: { type: 'number', minimum: 0 },
      },
    },
    rotation: {
      ...closed,
      required: ['key', 'note'],
      properties: { key: { type: 'string', maxLength: 2048 }, note: { type: 'string', maxLength: 4096 } },
    },
    erasure: {
      ...closed,
      required: ['sessionId', 'objects'],
      properties: { sessionId: identifier, requestId: identifier, objects: { type: 'integer', minimum: 0 } },
    },
    end: { ...closed, required: ['cause'], properties: { cause: { enum: END_CAUSES } } },
    connector: { type: 'string', minLength: 1, maxLength: 256 },
    deployment: {
      ...closed,
      required: ['autoApprovals'],
      properties: {
        agent: identifier,
        autoApprovals: {
          type: 'array',
          items: {
            ...closed,
            required: ['tool'],
            properties: { tool: { type: 'string', maxLength: 128 }, when: { type: 'string' } },
          },
        },
        unlisted: { type: 'integer', minimum: 1 },
      },
    },
    policyVersion: { type: 'string', pattern: '^([0-9a-f]{64})?$' },
  },
} as const;
