/**
 * What the parts promise each other, versioned `v: 1`: the agent, the gate, the executors, the approval
 * workflow and the ledger exchange only these shapes. A change here is a change of contract and needs an ADR.
 */

export const CONTRACT_VERSION = 1;

// ---------------------------------------------------------------- words

/** What a tool does to the world. An undeclared effect counts as `destructive`. */
export const EFFECTS = ['read', 'write', 'outbound', 'destructive'] as const;
export type EffectName = (typeof EFFECTS)[number];

/** Whether what a connector returns may be believed. Untrusted content taints the session. */
export const TRUST_LEVELS = ['trusted', 'untrusted'] as const;
export type Trust = (typeof TRUST_LEVELS)[number];

/** A gate that lets through, and records, what its allow and ask policies would stop. Absent: it enforces. */
export const LOG_ONLY = 'LOG_ONLY';

/** The closed list of reasons for which the gate refuses. */
export const DENIAL_CODES = [
  'MALFORMED',
  'DUPLICATE_KEY',
  'TOO_LARGE',
  'UNKNOWN_TOOL',
  'OUT_OF_SCOPE',
  'INVALID_ARGUMENTS',
  'POLICY_ERROR',
  'SESSION_NOT_READY',
  'SESSION_ENDED',
  'FOREIGN_SESSION',
  'BUDGET_EXCEEDED',
  'APPROVAL_DENIED',
  'APPROVAL_EXPIRED',
  'RECENTLY_REFUSED',
  'DEFINITION_CHANGED',
  'OUTPUT_BLOCKED',
  'LEDGER_UNAVAILABLE',
  'TARGET_FAILED',
] as const;
export type DenialCode = (typeof DENIAL_CODES)[number];

/** The only denial after which the same call may be tried again unchanged. */
export const RETRYABLE_DENIAL_CODES: readonly DenialCode[] = ['SESSION_NOT_READY'];

export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** Lower-case hexadecimal SHA-256. */
export type Sha256Hex = string;

// ---------------------------------------------------------------- limits

/** A call's body, in UTF-8 bytes. */
export const MAX_CALL_BYTES = 256 * 1024;
/** A call's nesting depth. */
export const MAX_CALL_DEPTH = 32;
/** A result's content, in UTF-8 bytes, unless the tool declares less. */
export const MAX_RESULT_BYTES = 256 * 1024;
/** Calls of one probation: each is remembered, and an item of the state table holds 400 KB. */
export const MAX_PROBATION_CALLS = 1000;
/** A REST API integration ends at 29 s: no reply of the gate takes longer than this. */
export const GATE_REPLY_BUDGET_MS = 25_000;

// ---------------------------------------------------------------- agent → gate

/** One tool call. `callId` is the caller's own idempotency key: the same one never runs twice. */
export interface ToolCall {
  readonly v: 1;
  readonly callId: string;
  readonly tool: string;
  readonly arguments: JsonObject;
}

/** Tools that the gate answers itself. */
export const BUILT_IN_TOOLS = ['get_task', 'get_request', 'respond'] as const;
export type BuiltInTool = (typeof BUILT_IN_TOOLS)[number];

// ---------------------------------------------------------------- gate → agent

export const REPLY_STATUSES = [
  'succeeded',
  'denied',
  'pending_approval',
  'pending_execution',
  'failed',
  'outcome_unknown',
] as const;
export type ReplyStatus = (typeof REPLY_STATUSES)[number];

export interface Provenance {
  readonly connector: string;
  readonly tool: string;
  readonly trust: Trust;
}

export interface GateReply {
  readonly v: 1;
  readonly requestId: string;
  readonly status: ReplyStatus;
  readonly code?: DenialCode;
  /** A sentence that names the thing, the reason and the fix. Never an echo of an argument's value. */
  readonly reason?: string;
  /** What would be allowed instead. */
  readonly allowed?: string;
  readonly digest?: Sha256Hex;
  /** ISO 8601, UTC. */
  readonly expiresAt?: string;
  readonly content?: string;
  readonly provenance?: Provenance;
}

/** A tool as the gate shows it to the agent: the pinned copy, never a live one. */
export interface ToolListing {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly openWorldHint: boolean;
  };
}

// ---------------------------------------------------------------- manifest

export interface ToolLimits {
  /** UTF-8 bytes of the canonical arguments. */
  readonly maxArgumentBytes: number;
  /** UTF-8 bytes of the content. */
  readonly maxResultBytes: number;
}

/** Until both are reached, where both are given. */
export interface Probation {
  /** What the tool is, hashed: one that changes is new again. */
  readonly key: Sha256Hex;
  /** Calls that a person approved and that succeeded. */
  readonly calls?: number;
  /** Seconds since its first call. */
  readonly seconds?: number;
}

export interface ToolManifest {
  readonly name: string;
  readonly connector: string;
  readonly description: string;
  readonly effect: EffectName;
  readonly schema: JsonObject;
  readonly schemaHash: Sha256Hex;
  readonly descriptionHash: Sha256Hex;
  readonly credentialName?: string;
  /** The environment variable of the gate that holds the executor's ARN. */
  readonly functionArnVariable: string;
  /** JSON pointers of the arguments that name a target: recipient, account, URL. */
  readonly targets: readonly string[];
  /** Values that this tool's targets may have besides those of the user's task. */
  readonly trustedTargets?: readonly string[];
  readonly trust: Trust;
  readonly limits: ToolLimits;
  readonly timeoutMs: number;
  /** While the tool is new, a person is asked for each of its calls. */
  readonly probation?: Probation;
  /** Hash of this tool's own policies, schema and approval rule: unrelated deployments don't void approvals. */
  readonly policyVersion: Sha256Hex;
}

/** Three sets that are evaluated apart, and the Cedar schema (JSON form) that all three are validated against. */
export interface CedarPolicies {
  readonly deny: string;
  readonly allow: string;
  /** Policies that permit running without a person; where none permits, an outbound or destructive tool asks. */
  readonly ask: string;
  readonly schema: JsonObject;
}

export interface Manifest {
  readonly v: 1;
  readonly policyVersion: Sha256Hex;
  readonly tools: readonly ToolManifest[];
  readonly cedar: CedarPolicies;
  /** Set where the gate doesn't enforce. Every entry that it writes then says so. */
  readonly mode?: typeof LOG_ONLY;
  /** Values that the targets of any tool may have besides those of the user's task. */
  readonly trustedDirectory?: readonly string[];
  /** Seconds that a person has to decide. */
  readonly approvalExpirySeconds: number;
  /** Denials after which a session is stopped. */
  readonly maxDenialsPerSession: number;
  /** Calls after which a session is stopped. */
  readonly maxCallsPerSession: number;
}

/** A call that runs without a person, as it was declared. */
export interface AutoApproval {
  readonly tool: string;
  /** The condition of the declaration. Absent: always. */
  readonly when?: string;
}

/** What a deployment enforces, in the words that its `deploy` entry in the ledger has for it. */
export interface Deployment {
  /** That of the manifest: it changes with every tool and policy. */
  readonly policyVersion: Sha256Hex;
  readonly mode?: typeof LOG_ONLY;
  readonly autoApprovals: readonly AutoApproval[];
}

/** The file beside the sealer's code that holds the `Deployment`; `null` where the ledger serves no gate. */
export const DEPLOYMENT_FILE = 'deployment.json';

// ---------------------------------------------------------------- gate or workflow → executor

/** An object in the evidence bucket, canonical arguments or a result, and the hash that its bytes must have. */
export interface EvidenceReference {
  readonly s3Key: string;
  readonly sha256: Sha256Hex;
}

export interface ExecutorRequest {
  readonly v: 1;
  readonly requestId: string;
  readonly sessionId: string;
  readonly tool: string;
  readonly schemaHash: Sha256Hex;
  /** RFC 8785 text, or where it lies. Exactly one of the two. */
  readonly canonicalArgs?: string;
  readonly argsRef?: EvidenceReference;
  readonly digest: Sha256Hex;
  readonly policyVersion: Sha256Hex;
  /** The ledger key of the intent. */
  readonly intentId: string;
  /** The request's id in the approval desk, where a person approved. */
  readonly approvalId?: string;
  /** ISO 8601, UTC: nothing starts after it. */
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

export interface ExecutorReply {
  readonly v: 1;
  readonly requestId: string;
  readonly status: ExecutorStatus;
  readonly content: string;
  /** UTF-8 bytes of the content. */
  readonly bytes: number;
  /** A sentence, where the status is not `succeeded`. */
  readonly reason?: string;
  /** Where the executor refused because it knows another definition of the tool than its caller. */
  readonly code?: 'DEFINITION_CHANGED';
  readonly targetStatus?: number;
  readonly credentialVersion?: string;
  readonly durationMs: number;
}

// ---------------------------------------------------------------- state (one DynamoDB table, keys pk and sk)

/** `LAUNCHING → ACTIVE → ENDED`. */
export const SESSION_STATUSES = ['LAUNCHING', 'ACTIVE', 'ENDED'] as const;
export type SessionStatus = (typeof SESSION_STATUSES)[number];

/**
 * `ALLOWED → EXECUTING` on the short path, `PENDING → APPROVED | DENIED | EXPIRED`, `APPROVED → EXECUTING` where a
 * person decides, then `EXECUTING → DONE | UNKNOWN`. Each step is one conditional write.
 */
export const REQUEST_STATUSES = [
  'ALLOWED',
  'PENDING',
  'APPROVED',
  'DENIED',
  'EXPIRED',
  'EXECUTING',
  'DONE',
  'UNKNOWN',
] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

/** The item `SESSION#id / META`. */
export interface SessionItem {
  readonly sessionId: string;
  readonly status: SessionStatus;
  readonly taint: boolean;
  /** The last ledger sequence number given out in this session; the first is 1. */
  readonly seq: number;
  readonly calls: number;
  readonly denials: number;
  readonly user: string;
  readonly taskText: string;
  readonly taskTextHash: Sha256Hex;
  /** Names of the tools this session may see; absent: all that policies allow. It narrows, never widens. */
  readonly tools?: readonly string[];
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** The item `SESSION#id / REQ#requestId`. */
export interface RequestItem {
  readonly sessionId: string;
  readonly requestId: string;
  readonly status: RequestStatus;
  readonly tool: string;
  readonly schemaHash: Sha256Hex;
  readonly policyVersion: Sha256Hex;
  readonly digest: Sha256Hex;
  readonly argsRef: EvidenceReference;
  readonly intentId: string;
  readonly credentialName?: string;
  /** ISO 8601, UTC. */
  readonly requestedAt: string;
  /** Epoch seconds: the decision's expiry, or the deadline of the short path. */
  readonly expiresAt: number;
  /** Whoever holds the one claim: the executor's own invocation id. */
  readonly claimedBy?: string;
  /** The content that the agent gets, once there is some. */
  readonly resultRef?: EvidenceReference;
  /** The ledger key of the outcome, where this was stored beside it: nothing of a result is shown unless it is there. */
  readonly outcomeId?: string;
  readonly replyStatus?: ReplyStatus;
  readonly replyCode?: DenialCode;
  readonly replyReason?: string;
}

/** The item `REQ#requestId / DECISION#subject`: decided once. */
export interface DecisionItem {
  readonly requestId: string;
  readonly subject: string;
  readonly decision: 'APPROVED' | 'DENIED';
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly digest: Sha256Hex;
}

/** Name of the index that lists waiting requests: partition key `pendingKey`, sort key `expiresAt`. */
export const PENDING_INDEX = 'pending';
/** The value of `pendingKey` in a waiting request; any other request lacks the attribute. */
export const PENDING_INDEX_KEY = 'STATUS#PENDING';

export const stateKey = {
  session: (sessionId: string) => ({ pk: `SESSION#${sessionId}`, sk: 'META' }),
  request: (sessionId: string, requestId: string) => ({ pk: `SESSION#${sessionId}`, sk: `REQ#${requestId}` }),
  refused: (sessionId: string, digest: Sha256Hex) => ({ pk: `SESSION#${sessionId}`, sk: `REFUSED#${digest}` }),
  decision: (requestId: string, subject: string) => ({ pk: `REQ#${requestId}`, sk: `DECISION#${subject}` }),
  /** The Step Functions task token, readable by the decision handler alone. */
  taskToken: (requestId: string) => ({ pk: `TOKEN#${requestId}`, sk: 'TOKEN' }),
  /** Which session a Fargate task belongs to: the role session name of a task's credentials is its task id. */
  task: (taskId: string) => ({ pk: `TASK#${taskId}`, sk: 'BINDING' }),
  /** What a new tool has been through. */
  probation: (key: Sha256Hex) => ({ pk: `PROBATION#${key}`, sk: 'PROBATION' }),
  /** A launch under way, while the task may already call and its binding isn't written yet. */
  launch: (sessionId: string) => ({ pk: 'LAUNCHES', sk: `SESSION#${sessionId}` }),
} as const;

// ---------------------------------------------------------------- ledger

export const ENTRY_TYPES = [
  'intent',
  'outcome',
  'decision',
  'denial',
  'session_start',
  'session_end',
  'deploy',
  'heartbeat',
  'key_rotation',
  'erasure',
  'void',
] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

/** The stream that holds denials of callers that belong to no session. */
export const UNBOUND_STREAM = 'unbound';
/** The stream of the platform itself: deploy, heartbeat, key_rotation. */
export const PLATFORM_STREAM = 'platform';
/** The stream of those who erase evidence: the erased session may have ended long ago, and its numbers with it. */
export const ERASURE_STREAM = 'erasures';

export interface LedgerEntry {
  readonly v: 1;
  readonly seq: number;
  /** ISO 8601, UTC, of the writer's clock; order comes from `seq`, never from time. */
  readonly at: string;
  readonly sessionId: string;
  readonly requestId?: string;
  readonly type: EntryType;
  /** Set where the gate that wrote it doesn't enforce. */
  readonly mode?: typeof LOG_ONLY;
  /** `task/<id>`, an IAM principal's ARN, or the part that wrote it (`gate`, `workflow`, `sealer`, `launcher`). */
  readonly actor: string;
  readonly tool?: string;
  readonly schemaHash?: Sha256Hex;
  /** SHA-256 of the salt's bytes followed by the canonical arguments; the empty string where there are none. */
  readonly argsHash: Sha256Hex | '';
  /** Key in the evidence bucket; the empty string where there are none. */
  readonly argsRef: string;
  /** 16 random bytes, hexadecimal. */
  readonly salt: string;
  readonly credential?: { readonly name: string; readonly version?: string };
  readonly decision?: {
    readonly code: DenialCode | 'ALLOW' | 'ASK' | 'APPROVED' | 'DENIED' | 'EXPIRED';
    readonly policyIds: readonly string[];
    readonly taint: boolean;
    readonly provenance?: 'task' | 'directory' | 'constant' | 'unknown';
    /** What an enforcing gate would have said, where this one let the call through. */
    readonly would?: DenialCode | 'ASK';
  };
  readonly approval?: { readonly digest: Sha256Hex; readonly approvers: readonly string[] };
  readonly outcome?: {
    readonly status: ReplyStatus;
    readonly bytes: number;
    /** SHA-256 of the salt's bytes followed by the content. */
    readonly resultHash: Sha256Hex | '';
    readonly resultRef: string;
    readonly durationMs: number;
  };
  /** Of a `key_rotation`: the log goes on under another key. */
  readonly rotation?: {
    /** The new key, as C2SP signed-note writes verifier keys. */
    readonly key: string;
    /** The statement that names the new key, signed by the one before. */
    readonly note: string;
  };
  /** Of an `erasure`: whose arguments and results were erased. */
  readonly erasure?: {
    readonly sessionId: string;
    /** Absent: of the whole session. */
    readonly requestId?: string;
    /** How many objects were found to be erased. */
    readonly objects: number;
  };
  /** Of a `deploy`: what from then on runs without a person. */
  readonly deployment?: {
    readonly autoApprovals: readonly AutoApproval[];
    /** How many more there are than an entry has room for. */
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

export const evidenceKey = {
  args: (sessionId: string, requestId: string) => `args/${sessionId}/${requestId}`,
  result: (sessionId: string, requestId: string) => `results/${sessionId}/${requestId}`,
} as const;

// ---------------------------------------------------------------- JSON Schemas

const sha256 = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;
const timestamp = { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z$' } as const;
const identifier = { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$' } as const;
/** The names that MCP clients and Cedar entity ids both accept. */
export const TOOL_NAME_PATTERN = '^[a-zA-Z][a-zA-Z0-9_-]{0,63}$';
const toolName = { type: 'string', pattern: TOOL_NAME_PATTERN } as const;
const version = { const: CONTRACT_VERSION } as const;
const closed = { type: 'object', additionalProperties: false } as const;

export const toolCallSchema = {
  ...closed,
  required: ['v', 'callId', 'tool', 'arguments'],
  properties: { v: version, callId: identifier, tool: toolName, arguments: { type: 'object' } },
} as const;

const provenanceSchema = {
  ...closed,
  required: ['connector', 'tool', 'trust'],
  properties: { connector: identifier, tool: toolName, trust: { enum: TRUST_LEVELS } },
} as const;

export const gateReplySchema = {
  ...closed,
  required: ['v', 'requestId', 'status'],
  properties: {
    v: version,
    requestId: identifier,
    status: { enum: REPLY_STATUSES },
    code: { enum: DENIAL_CODES },
    reason: { type: 'string', minLength: 1, maxLength: 2000 },
    allowed: { type: 'string', minLength: 1, maxLength: 4000 },
    digest: sha256,
    expiresAt: timestamp,
    content: { type: 'string' },
    provenance: provenanceSchema,
  },
  allOf: [
    { if: { properties: { status: { const: 'denied' } } }, then: { required: ['code', 'reason'] } },
    { if: { properties: { status: { const: 'pending_approval' } } }, then: { required: ['digest', 'expiresAt'] } },
    { if: { properties: { status: { const: 'succeeded' } } }, then: { required: ['content', 'provenance'] } },
  ],
} as const;

const trustedValues = { type: 'array', items: { type: 'string', minLength: 1, maxLength: 1024 } } as const;

const toolManifestSchema = {
  ...closed,
  required: [
    'name',
    'connector',
    'description',
    'effect',
    'schema',
    'schemaHash',
    'descriptionHash',
    'functionArnVariable',
    'targets',
    'trust',
    'limits',
    'timeoutMs',
    'policyVersion',
  ],
  properties: {
    name: toolName,
    connector: identifier,
    description: { type: 'string', minLength: 1, maxLength: 2000 },
    effect: { enum: EFFECTS },
    schema: { type: 'object' },
    schemaHash: sha256,
    descriptionHash: sha256,
    credentialName: identifier,
    functionArnVariable: { type: 'string', pattern: '^EXECUTOR_ARN_[A-Z0-9_]{1,128}$' },
    targets: { type: 'array', items: { type: 'string', pattern: '^(/[^/]*)+$' } },
    trustedTargets: trustedValues,
    trust: { enum: TRUST_LEVELS },
    limits: {
      ...closed,
      required: ['maxArgumentBytes', 'maxResultBytes'],
      properties: {
        maxArgumentBytes: { type: 'integer', minimum: 1, maximum: MAX_CALL_BYTES },
        maxResultBytes: { type: 'integer', minimum: 1, maximum: MAX_RESULT_BYTES },
      },
    },
    timeoutMs: { type: 'integer', minimum: 100, maximum: 900_000 },
    probation: {
      ...closed,
      required: ['key'],
      properties: {
        key: sha256,
        calls: { type: 'integer', minimum: 1, maximum: MAX_PROBATION_CALLS },
        seconds: { type: 'integer', minimum: 1 },
      },
      anyOf: [{ required: ['calls'] }, { required: ['seconds'] }],
    },
    policyVersion: sha256,
  },
} as const;

export const manifestSchema = {
  ...closed,
  required: [
    'v',
    'policyVersion',
    'tools',
    'cedar',
    'approvalExpirySeconds',
    'maxDenialsPerSession',
    'maxCallsPerSession',
  ],
  properties: {
    v: version,
    policyVersion: sha256,
    tools: { type: 'array', items: toolManifestSchema },
    cedar: {
      ...closed,
      required: ['deny', 'allow', 'ask', 'schema'],
      properties: {
        deny: { type: 'string' },
        allow: { type: 'string' },
        ask: { type: 'string' },
        schema: { type: 'object' },
      },
    },
    mode: { const: LOG_ONLY },
    trustedDirectory: trustedValues,
    approvalExpirySeconds: { type: 'integer', minimum: 1 },
    maxDenialsPerSession: { type: 'integer', minimum: 1 },
    maxCallsPerSession: { type: 'integer', minimum: 1 },
  },
} as const;

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
    reason: { type: 'string', maxLength: 2000 },
    code: { const: 'DEFINITION_CHANGED' },
    targetStatus: { type: 'integer' },
    credentialVersion: { type: 'string', maxLength: 128 },
    durationMs: { type: 'number', minimum: 0 },
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
        code: { enum: [...DENIAL_CODES, 'ALLOW', 'ASK', 'APPROVED', 'DENIED', 'EXPIRED'] },
        policyIds: { type: 'array', items: { type: 'string' } },
        taint: { type: 'boolean' },
        provenance: { enum: ['task', 'directory', 'constant', 'unknown'] },
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
    deployment: {
      ...closed,
      required: ['autoApprovals'],
      properties: {
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
