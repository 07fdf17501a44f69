/** Whom a call reaches that leaves a target argument out, or empty. */
export enum WhenAbsent {
  /** Nobody: a mail without `cc` has no further receiver. */
  NOBODY = 'nobody',
  /** The user alone: an event without participants still has its owner. */
  OWN = 'own',
}

/** What the user's own address or account means as a tool's target. */
export enum OwnTargets {
  /** It counts as unknown: after untrusted content, a person is asked. */
  ASK = 'ask',
  /** It is trusted: what the call does reaches the user alone, such as money to the user's own account. */
  TRUSTED = 'trusted',
}

/** An argument that names a target. */
export interface TargetOptions {
  /**
   * Whom a call reaches that leaves the argument out.
   * @default - that is unknown, so the target counts as unknown
   */
  readonly whenAbsent?: WhenAbsent;
  /**
   * What the value is of, as a noun, such as `order`. A target with one may also have the ids that a read of the session
   * returned in fields declared for the same noun. A bare number is named by a task only with its noun: "order 4711".
   * @default - for `Target.id`, by the argument's name: `/orderId` is of an `order`. Other targets take no declared ids
   */
  readonly of?: string;
}

/** An argument with a URL. */
export interface UrlTargetOptions extends TargetOptions {
  /**
   * Whether a URL of the task names everything at its origin. Write it only for hosts whose pages are all of one owner.
   * @default false - it names itself and what is below its path
   */
  readonly wholeOrigin?: boolean;
}

/** A name, and the targets that a task means by it. */
export interface AddressBookEntry {
  /** The full name, such as `Ann Lee`. */
  readonly name: string;
  /**
   * Other names of the same, such as a nickname.
   * @default - none
   */
  readonly aliases?: string[];
  /** Addresses, accounts or ids, exactly as tools take them. */
  readonly targets: string[];
  /**
   * The `user` of the launches for whom these targets are the user's own.
   * @default - they are nobody's own
   */
  readonly user?: string;
}

/** A field of a read's result whose ids later calls of the session may have as targets. */
export interface DeclaredIds {
  /** What the ids are of, as a noun, such as `order`: the `of` of the targets that may take them. */
  readonly of: string;
  /** JSON pointer into the result, such as `/orders/*\/id`. The target system must give these values, not its users. */
  readonly at: string;
}
