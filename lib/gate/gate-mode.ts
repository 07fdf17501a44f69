/** Whether the gate enforces its decisions. */
export enum GateMode {
  /** Calls that no policy allows are denied, and calls that need a person wait for one. */
  ENFORCE = 'ENFORCE',
  /**
   * For adoption only: calls that no policy allows, or that need a person, run anyway, and the ledger records what would have
   * happened. Hard denials, schemas, budgets and the ledger itself are still enforced. The checks report this mode until it
   * is acknowledged.
   */
  LOG_ONLY = 'LOG_ONLY',
}
