import { TOKEN_REFUSALS } from './oidc-users';
import { TOOL_NAME_PATTERN } from './schema-parts';
import { type RequestedDocument, requestedDocumentsSchema } from './session-documents';

/** The request of an application: one session for one user's task. */
export interface LaunchRequest {
  readonly v: 1;
  /** The user's ID token. Exactly one of `userToken`, `service` and `user` says who the session runs for. */
  readonly userToken?: string;
  /** The nonce that the application sent to the issuer. Required if the token has one. */
  readonly nonce?: string;
  /** A declared service, for sessions that no person started. */
  readonly service?: string;
  /** A name that nobody verifies. Only where the runtime declares no issuer. */
  readonly user?: string;
  readonly taskText: string;
  /** The ID token of the person who wrote the task, if it isn't the user. That person never approves. */
  readonly taskAuthorToken?: string;
  readonly taskAuthorNonce?: string;
  /** The author's name, where there is no token. Nobody verifies it, but it can only take a right away. */
  readonly taskAuthor?: string;
  /** Content that came from outside, such as an e-mail: the agent gets it marked as data, and the session is tainted from the start. */
  readonly untrustedInput?: string;
  /** Documents that the session may read. */
  readonly documents?: readonly RequestedDocument[];
  /** The tools that this session may see. Absent: all that policies allow. */
  readonly tools?: readonly string[];
  /** The user's own addresses and accounts. Tools say what they mean as a target. */
  readonly own?: readonly string[];
  /** The same key with the same request opens one session, however often it is sent. */
  readonly idempotencyKey?: string;
}

export interface LaunchReply {
  readonly v: 1;
  readonly sessionId: string;
  readonly taskId: string;
}

/** Why no session was opened. */
export const LAUNCH_REFUSALS = [
  ...TOKEN_REFUSALS,
  'BAD_REQUEST',
  'USER_NOT_VERIFIED',
  'UNKNOWN_SERVICE',
  'DOCUMENT_UNAVAILABLE',
  'TOKEN_USED',
  'IDEMPOTENCY_KEY_REUSED',
  'LAUNCH_IN_PROGRESS',
  'LAUNCH_FAILED',
  'TOO_MANY_SESSIONS',
] as const;

export type LaunchRefusalCode = (typeof LAUNCH_REFUSALS)[number];

/** Nothing was started, and nothing will be by this request. The reason never repeats what was sent. */
export interface LaunchRefusal {
  readonly v: 1;
  readonly code: LaunchRefusalCode;
  readonly reason: string;
}

const token = { type: 'string', minLength: 1, maxLength: 16_384 } as const;
const name = { type: 'string', minLength: 1, maxLength: 256 } as const;
const content = { type: 'string', minLength: 1, maxLength: 65_536 } as const;

export const launchRequestSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['v', 'taskText'],
  properties: {
    v: { const: 1 },
    userToken: token,
    nonce: name,
    service: name,
    user: name,
    taskText: content,
    taskAuthorToken: token,
    taskAuthorNonce: name,
    taskAuthor: name,
    untrustedInput: content,
    documents: requestedDocumentsSchema,
    tools: { type: 'array', maxItems: 500, items: { type: 'string', pattern: TOOL_NAME_PATTERN, maxLength: 64 } },
    own: { type: 'array', maxItems: 20, items: { type: 'string', minLength: 1, maxLength: 320 } },
    idempotencyKey: { type: 'string', minLength: 1, maxLength: 128 },
  },
} as const;
