/** Whose calls a limit counts together. */
export const LIMIT_SCOPES = ['session', 'user', 'target', 'tool'] as const;
export type LimitScopeName = (typeof LIMIT_SCOPES)[number];

/** What happens to a call beyond a limit: a person is asked, or it is denied. */
export const LIMIT_ACTIONS = ['ask', 'deny'] as const;
export type LimitActionName = (typeof LIMIT_ACTIONS)[number];

/** How much a tool may be used in any period of a given length. */
export interface CallLimit {
  /** The amount that is added up of each call, as a JSON pointer, and its decimal places. @default each call counts as 1 */
  readonly sum?: { readonly pointer: string; readonly places: number };
  /** The maximum, in units of the last decimal place. */
  readonly most: number;
  readonly per: LimitScopeName;
  readonly windowSeconds: number;
  readonly whenReached: LimitActionName;
}

/**
 * Calls that one limit counts at a time, whatever their amounts. They are in one item of the state table, and an item holds
 * 400 KB. A write costs a unit for each KB, which is about 17 calls.
 */
export const MAX_LIMIT_CALLS = 1000;

export const MAX_LIMIT_WINDOW_SECONDS = 30 * 24 * 3600;

/** Targets that one call may have, if a limit counts per target: each has an item of its own. */
export const MAX_LIMIT_TARGETS = 20;

/** Limits that one tool may have. */
export const MAX_LIMITS = 8;

export const callLimitSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['most', 'per', 'windowSeconds', 'whenReached'],
  properties: {
    sum: {
      type: 'object',
      additionalProperties: false,
      required: ['pointer', 'places'],
      properties: {
        pointer: { type: 'string', pattern: '^(/[^/]*)+$' },
        places: { type: 'integer', minimum: 0, maximum: 15 },
      },
    },
    most: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER },
    per: { enum: LIMIT_SCOPES },
    windowSeconds: { type: 'integer', minimum: 1, maximum: MAX_LIMIT_WINDOW_SECONDS },
    whenReached: { enum: LIMIT_ACTIONS },
  },
} as const;
