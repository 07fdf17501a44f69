/** Every code of a denied or failed call. The list is closed: `core/denied.ts` gives each code its reason. */
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
  'CONNECTOR_STOPPED',
  'BUDGET_EXCEEDED',
  'LIMIT_REACHED',
  'APPROVAL_DENIED',
  'APPROVAL_EXPIRED',
  'RECENTLY_REFUSED',
  'TOO_MANY_WAITING',
  'DEFINITION_CHANGED',
  'OUTPUT_BLOCKED',
  'LEDGER_UNAVAILABLE',
  'TARGET_FAILED',
] as const;

export type DenialCode = (typeof DENIAL_CODES)[number];

/** Codes after which the agent may send the same call again, unchanged. */
export const RETRYABLE_DENIAL_CODES: readonly DenialCode[] = ['SESSION_NOT_READY'];
