import { Refusal } from '../core/denied';

/** The reason of each code, for a step that gives none of its own. It says what the person can do. */
const REASONS = {
  INVALID_DECISION: 'The body is not a decision. Send {v: 1, decision, digest, reason, alike}.',
  NOT_FOUND: 'No request of that id waits for a decision. List the waiting ones.',
  DIGEST_MISMATCH:
    'The digest is not the one of this request, so nothing is decided. Show the request and decide on what you see.',
  OWN_REQUEST:
    'The session runs for you, or you wrote its task, so you can’t approve this. You may deny it, or ask another approver.',
  NOT_IN_GROUP: 'The approval rules ask for people of other groups. Ask one of them; the request shows the groups.',
  OTHER_DECIDING: 'Another person’s decision is being recorded at this moment. Show the request, and decide then.',
  ALREADY_DECIDED: 'Another decision on this request came first and stands. Nothing changed.',
  ALREADY_REFUSED:
    'A person denied this same call, or all calls like it, in another request of this session. It never runs: deny this one too, or let it expire.',
  EXPIRED:
    'The time to decide is over: nothing was decided, and this call never runs. You have nothing to do. If it is still needed, the agent’s user can start it again, as a new request.',
  LEDGER_UNAVAILABLE: 'The decision could not be recorded, so nothing is decided. Send the same decision again.',
} as const;

export type NotDecidedCode = keyof typeof REASONS;

/** A decision that isn't taken. The person gets the code and the reason. */
export class NotDecided extends Refusal<NotDecidedCode> {
  override readonly name = 'NotDecided';

  constructor(code: NotDecidedCode, reason: string = REASONS[code]) {
    super(code, reason);
  }
}
