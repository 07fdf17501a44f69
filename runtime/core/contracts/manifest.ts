import { type CallLimit, callLimitSchema, MAX_LIMITS } from './call-limit';
import type { JsonObject } from './json';
import { MAX_CALL_BYTES, MAX_PROBATION_CALLS, MAX_RESULT_BYTES } from './limits';
import { FINDING_ACTIONS, FINDING_KINDS, type OutboundRules } from './outbound';
import { closed, identifier, sha256, toolName, version } from './schema-parts';
import { MAX_SKILLS, type SkillManifest, skillManifestSchema } from './skills';
import { EFFECTS, type EffectName, LOG_ONLY, type Sha256Hex, TOOL_TRUST_LEVELS, type ToolTrust } from './words';

export interface ToolLimits {
  /** UTF-8 bytes of the canonical arguments. */
  readonly maxArgumentBytes: number;
  /** UTF-8 bytes of the content. */
  readonly maxResultBytes: number;
}

/** How long a tool counts as new. It ends when both limits are reached, if both are given. */
export interface Probation {
  /** Hash of the tool's definition. A changed tool is new again. */
  readonly key: Sha256Hex;
  /** Calls that a person approved and that succeeded. */
  readonly calls?: number;
  /** Seconds since its first call. */
  readonly seconds?: number;
}

/** How a target is compared with the task and with trusted values. */
export const TARGET_KINDS = ['url', 'email', 'account', 'person', 'name', 'path', 'id', 'exact'] as const;

export type TargetKind = (typeof TARGET_KINDS)[number];

/** An argument that names a target: recipient, account, URL. */
export interface TargetManifest {
  /** JSON pointer. */
  readonly pointer: string;
  readonly kind: TargetKind;
  /** Whom leaving it out reaches: nobody, or the user alone. @default - that is unknown */
  readonly absent?: 'nobody' | 'own';
  /** What an id is of, as a noun. A target with one may have declared ids. @default - for ids, by the name of the argument */
  readonly of?: string;
  /** A URL of the task names its whole origin. @default - it names itself and what is below it */
  readonly reach?: 'origin';
}

/** A name, and the targets that a task means by it. */
export interface AddressBookEntry {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Addresses, accounts, ids. */
  readonly targets: readonly string[];
  /** The user at launch whose own targets these are. */
  readonly user?: string;
}

/** A field of a read's result that holds ids of something. */
export interface DeclaredIds {
  /** What the ids are of, as a noun. It is the `of` of the targets that may take them. */
  readonly of: string;
  /** JSON pointer into the result; `*` is each element of a list. */
  readonly at: string;
}

/** What it takes to approve calls of a tool. If several rules hold for a call, the strictest of each kind counts. */
export interface ApprovalRule {
  /** Names the rule, and its policy. */
  readonly id: string;
  /** A Cedar permit of this id: the rule holds for calls that it permits. @default - every call of the tool */
  readonly policy?: string;
  /** Each approver must be in one of them. @default - any approver */
  readonly groups?: readonly string[];
  /** Different people who must approve. @default 1 */
  readonly people?: number;
  /** Time to decide, in seconds. @default - the manifest's */
  readonly expirySeconds?: number;
  /** Seconds after which people are reminded. @default - half of the time to decide */
  readonly remindAfterSeconds?: number;
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
  /** The arguments that name a target: recipient, account, URL. */
  readonly targets: readonly TargetManifest[];
  /** The user's own address or account as target is trusted. @default - it asks like an unknown one */
  readonly own?: 'trusted';
  /** Whom the names of the user's task mean, for this tool. */
  readonly addressBook?: readonly AddressBookEntry[];
  /** The ids in its results that later calls may have as targets. */
  readonly ids?: readonly DeclaredIds[];
  /** Target values that are trusted for this tool, besides those of the user's task. */
  readonly trustedTargets?: readonly string[];
  readonly trust: ToolTrust;
  /** It reads the documents that its session was given. */
  readonly documents?: true;
  /** What may reach the agent of a result: its declared fields. @default the whole result */
  readonly outputSchema?: JsonObject;
  /** What happens to outbound calls whose arguments hold something that shouldn't leave. @default DEFAULT_OUTBOUND_RULES */
  readonly outbound?: Partial<OutboundRules>;
  readonly limits: ToolLimits;
  readonly timeoutMs: number;
  /** How much the tool may be used. @default no limits */
  readonly callLimits?: readonly CallLimit[];
  /** Who approves its calls. @default - any one approver */
  readonly approvalRules?: readonly ApprovalRule[];
  /** While it lasts, a person is asked about each call of the tool. */
  readonly probation?: Probation;
  /** Hash of this tool's own policies, schema and approval rule. A deployment that changes other tools voids no approval. */
  readonly policyVersion: Sha256Hex;
}

/** Three policy sets that are evaluated one by one, and the Cedar schema (JSON form) for all of them. */
export interface CedarPolicies {
  readonly deny: string;
  readonly allow: string;
  /** Policies that let a call run without a person. An outbound or destructive tool without such a policy asks a person. */
  readonly ask: string;
  readonly schema: JsonObject;
}

export interface Manifest {
  readonly v: 1;
  readonly policyVersion: Sha256Hex;
  readonly tools: readonly ToolManifest[];
  readonly cedar: CedarPolicies;
  /** Set if the gate doesn't enforce. Every ledger entry of the gate then has the same mark. */
  readonly mode?: typeof LOG_ONLY;
  /** Claims whose equal values make two people one. Absent: users aren't verified. */
  readonly samePersonClaims?: readonly string[];
  /** Target values that are trusted for every tool, besides those of the user's task. */
  readonly trustedDirectory?: readonly string[];
  /** Whom the names of the user's task mean, for every tool. */
  readonly addressBook?: readonly AddressBookEntry[];
  /** How long a person has to decide, in seconds. */
  readonly approvalExpirySeconds: number;
  /** Calls of a session that may wait for a person at once. @default DEFAULT_WAITING_REQUESTS */
  readonly maxWaitingRequests?: number;
  /** Denials after which a session is stopped, those of people included. */
  readonly maxDenialsPerSession: number;
  /** Calls after which a session is stopped. */
  readonly maxCallsPerSession: number;
  /** UTF-8 bytes that a session may send out. @default DEFAULT_SENT_BYTES */
  readonly maxSentBytesPerSession?: number;
  /** Only the gate's own copy has them. @default - none, and no tool that reads them */
  readonly skills?: readonly SkillManifest[];
}

const trustedValues = { type: 'array', items: { type: 'string', minLength: 1, maxLength: 1024 } } as const;

const addressBook = {
  type: 'array',
  items: {
    ...closed,
    required: ['name', 'targets'],
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 256 },
      aliases: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 256 } },
      targets: trustedValues,
      user: { type: 'string', minLength: 1, maxLength: 1024 },
    },
  },
} as const;

/** Longer lists of approvers are mistakes. */
export const MAX_APPROVAL_PEOPLE = 5;
/** The longest time to decide, in seconds: a week. */
export const MAX_APPROVAL_SECONDS = 7 * 24 * 3600;
const approvalSeconds = { type: 'integer', minimum: 30, maximum: MAX_APPROVAL_SECONDS } as const;

const approvalRules = {
  type: 'array',
  items: {
    ...closed,
    required: ['id'],
    properties: {
      id: identifier,
      policy: { type: 'string', minLength: 1 },
      groups: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1, maxLength: 256 } },
      people: { type: 'integer', minimum: 1, maximum: MAX_APPROVAL_PEOPLE },
      expirySeconds: approvalSeconds,
      remindAfterSeconds: approvalSeconds,
    },
  },
} as const;

const noun = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9 _-]{0,63}$' } as const;
const pointer = { type: 'string', pattern: '^(/[^/]*)+$' } as const;

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
    targets: {
      type: 'array',
      items: {
        ...closed,
        required: ['pointer', 'kind'],
        properties: {
          pointer,
          kind: { enum: TARGET_KINDS },
          absent: { enum: ['nobody', 'own'] },
          of: noun,
          reach: { const: 'origin' },
        },
      },
    },
    own: { const: 'trusted' },
    addressBook,
    ids: {
      type: 'array',
      items: { ...closed, required: ['of', 'at'], properties: { of: noun, at: pointer } },
    },
    trustedTargets: trustedValues,
    trust: { enum: TOOL_TRUST_LEVELS },
    documents: { const: true },
    outputSchema: { type: 'object' },
    outbound: {
      ...closed,
      properties: Object.fromEntries(FINDING_KINDS.map((kind) => [kind, { enum: FINDING_ACTIONS }])),
    },
    limits: {
      ...closed,
      required: ['maxArgumentBytes', 'maxResultBytes'],
      properties: {
        maxArgumentBytes: { type: 'integer', minimum: 1, maximum: MAX_CALL_BYTES },
        maxResultBytes: { type: 'integer', minimum: 1, maximum: MAX_RESULT_BYTES },
      },
    },
    timeoutMs: { type: 'integer', minimum: 100, maximum: 900_000 },
    approvalRules,
    callLimits: { type: 'array', maxItems: MAX_LIMITS, items: callLimitSchema },
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
    samePersonClaims: { type: 'array', items: { type: 'string', minLength: 1, maxLength: 128 } },
    trustedDirectory: trustedValues,
    addressBook,
    approvalExpirySeconds: { type: 'integer', minimum: 1 },
    maxWaitingRequests: { type: 'integer', minimum: 1 },
    maxDenialsPerSession: { type: 'integer', minimum: 1 },
    maxCallsPerSession: { type: 'integer', minimum: 1 },
    maxSentBytesPerSession: { type: 'integer', minimum: 1 },
    skills: { type: 'array', minItems: 1, maxItems: MAX_SKILLS, items: skillManifestSchema },
  },
} as const;

/** The file in the bundle of the function that shows requests: the manifest of each agent, by its id. */
export const MANIFESTS_FILE = 'manifests.json';
