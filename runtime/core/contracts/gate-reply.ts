import { DENIAL_CODES, type DenialCode } from './denial-codes';
import { closed, identifier, sha256, timestamp, toolName, version } from './schema-parts';
import { type Sha256Hex, TRUST_LEVELS, type Trust } from './words';

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
  /** One sentence with the reason and what to do. It never repeats the value of an argument. */
  readonly reason?: string;
  /** What would be allowed instead. */
  readonly allowed?: string;
  readonly digest?: Sha256Hex;
  /** ISO 8601, UTC. */
  readonly expiresAt?: string;
  readonly content?: string;
  readonly provenance?: Provenance;
}

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
