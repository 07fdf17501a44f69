import type { DenialCode } from './contracts';

/** The reason of each code, for a step that gives none of its own. It says what the agent can do. */
export const DENIAL_REASONS: Readonly<Record<DenialCode, string>> = {
  MALFORMED: 'The call is not valid JSON of the expected form.',
  DUPLICATE_KEY: 'The call has the same key twice.',
  TOO_LARGE: 'The call is too large. Send less.',
  UNKNOWN_TOOL: 'No tool of that name exists here. Names are exact.',
  OUT_OF_SCOPE: 'No policy allows this call.',
  INVALID_ARGUMENTS: 'The arguments don’t fit the tool’s schema.',
  POLICY_ERROR: 'A policy could not be evaluated for this call, so it is denied. The platform’s owners must fix it.',
  SESSION_NOT_READY: 'The session is still being opened. Send the same call again in a second.',
  SESSION_ENDED: 'The session has ended. Nothing more runs in it.',
  FOREIGN_SESSION: 'The caller’s task belongs to no session of this platform.',
  CONNECTOR_STOPPED: 'A person stopped this system for now. Nothing was run. Don’t try again; tell the user.',
  BUDGET_EXCEEDED: 'The session’s budget is used up.',
  LIMIT_REACHED: 'A limit of this tool is reached, calls in flight included. Try later, or tell the user.',
  APPROVAL_DENIED: 'A person denied this call. Don’t try it again; tell the user.',
  APPROVAL_EXPIRED: 'Nobody decided in time, so the call is denied. Tell the user.',
  RECENTLY_REFUSED: 'A person denied this same call in this session. Don’t try it again; tell the user.',
  TOO_MANY_WAITING:
    'As many calls of this session wait for a person as may at once. Wait until one is decided: poll get_request for them.',
  DEFINITION_CHANGED: 'The tool or its policies changed since the call was made. Make the call again.',
  OUTPUT_BLOCKED: 'The content was withheld by the output check.',
  LEDGER_UNAVAILABLE: 'The call could not be recorded, so it was not run. Try later.',
  TARGET_FAILED: 'The target could not be reached or refused the call.',
};

/**
 * A refusal. The step that refuses throws it, and nothing else; the flow that called the step answers and records it.
 *
 * @typeParam Code the closed list of codes that the flow can answer with
 */
export abstract class Refusal<Code extends string> extends Error {
  /** @param reason one sentence with the reason and what to do. It never repeats the value of an argument */
  constructor(
    readonly code: Code,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** A tool call that doesn't run. The agent gets the code, the reason and what would be allowed. */
export class Denied extends Refusal<DenialCode> {
  override readonly name = 'Denied';
  /** What would be allowed instead. */
  readonly allowed: string | undefined;
  /** A mistake of form although its code isn't one of form. It doesn't count as a denial of the session. */
  readonly mistake: boolean;

  constructor(
    code: DenialCode,
    said: { readonly reason?: string; readonly allowed?: string; readonly mistake?: boolean } = {},
  ) {
    super(code, said.reason ?? DENIAL_REASONS[code]);
    this.allowed = said.allowed;
    this.mistake = said.mistake ?? false;
  }
}
