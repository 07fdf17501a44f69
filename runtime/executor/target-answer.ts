/** What a target answered. */
export interface TargetAnswer {
  readonly ok: boolean;
  readonly content: string;
  readonly targetStatus?: number;
  /** Why it isn't ok: one sentence without the target's own words. */
  readonly reason?: string;
  /** Whether a call whose answer isn't ok may have taken effect. @default false */
  readonly mayHaveRun?: boolean;
}

/** A credential's value and version, read when the tool runs. */
export interface CredentialValue {
  readonly value: string;
  readonly version: string;
  /** The value before the last rotation, which a target may still accept. @default - there was no rotation */
  readonly previous?: string;
}

/** The call left this process, and its effect can't be known. */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError';
}

/** Nothing left this process. The message reaches the agent, so it must not repeat a value. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
}
