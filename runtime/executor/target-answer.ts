/** What a target answered. */
export interface TargetAnswer {
  readonly ok: boolean;
  readonly content: string;
  readonly targetStatus?: number;
  /** Why it isn't ok: one sentence without the target's own words. */
  readonly reason?: string;
  /** Whether a call whose answer isn't ok may have taken effect. @default false */
  readonly mayHaveRun?: boolean;
  /** What the target said, where the agent must not read it. Kept as evidence. @default - the content is the evidence */
  readonly evidence?: string;
  /**
   * All that the evidence and the differences quote, where they show parts of it: a part could end in the middle of a credential.
   * @default - they show everything
   */
  readonly said?: string;
  /** Set if the target's own definition of the tool isn't the reviewed one. */
  readonly changed?: ChangedDefinition;
}

/** A target's definition of a tool that isn't the one that a person reviewed. */
export interface ChangedDefinition {
  /** What differs, each with its place. They hold words of the target. */
  readonly differences: readonly string[];
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

  constructor(
    message: string,
    /** What people may know beyond the message. */
    readonly more: Pick<TargetAnswer, 'evidence' | 'said' | 'changed' | 'targetStatus'> = {},
  ) {
    super(message);
  }
}
