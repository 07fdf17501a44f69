/** Whose calls a limit counts together. */
export enum LimitScope {
  /** The calls of one session. */
  SESSION = 'session',
  /** The calls of all sessions of one user, as the application names the user when it opens a session. */
  USER = 'user',
  /**
   * The calls with one target, in all sessions. A call with several targets counts for each. Spellings that differ in case or
   * width are one target, and calls that leave the target out are counted together.
   */
  TARGET = 'target',
  /** All calls of the tool, in all sessions. */
  TOOL = 'tool',
}
