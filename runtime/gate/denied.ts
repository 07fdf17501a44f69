import type { DenialCode } from '../core/contracts';

/** What an agent can do about each denial: the reason where a step gives none of its own. */
const REASONS: Readonly<Record<DenialCode, string>> = {
  MALFORMED: 'The call is not valid JSON of the expected form.',
  DUPLICATE_KEY: 'The call holds the same key twice.',
  TOO_LARGE: 'The call is too large. Send less.',
  UNKNOWN_TOOL: 'No tool of that name exists here; names are exact.',
  OUT_OF_SCOPE: 'No policy allows this call.',
  INVALID_ARGUMENTS: 'The arguments don’t fit the tool’s schema.',
  POLICY_ERROR: 'A policy could not be evaluated for this call, so it is denied. The platform’s owners must fix it.',
  SESSION_NOT_READY: 'The session is still being opened. Send the same call again in a second.',
  SESSION_ENDED: 'The session has ended. Nothing more runs in it.',
  FOREIGN_SESSION: 'The caller’s task belongs to no session of this platform.',
  BUDGET_EXCEEDED: 'The session’s budget is used up.',
  APPROVAL_DENIED: 'A person denied this call. Don’t try it again; tell the user.',
  APPROVAL_EXPIRED: 'Nobody decided in time, so the call is denied. Tell the user.',
  RECENTLY_REFUSED: 'A person denied this same call in this session. Don’t try it again; tell the user.',
  DEFINITION_CHANGED: 'The tool or its policies changed since the call was made. Make the call again.',
  OUTPUT_BLOCKED: 'The content was withheld by the output check.',
  LEDGER_UNAVAILABLE: 'The call could not be recorded, so it was not run. Try later.',
  TARGET_FAILED: 'The target could not be reached or refused the call.',
};

/** A refusal on its way to the agent: code, reason, what would be allowed, and never an argument's value. */
export class Denied {
  static of(code: DenialCode, said: { reason?: string; allowed?: string } = {}): Denied {
    return new Denied(code, said.reason ?? REASONS[code], said.allowed);
  }

  private constructor(
    readonly code: DenialCode,
    readonly reason: string,
    readonly allowed: string | undefined,
  ) {}

  get reply(): { code: DenialCode; reason: string; allowed?: string } {
    return { code: this.code, reason: this.reason, ...(this.allowed ? { allowed: this.allowed } : {}) };
  }
}
