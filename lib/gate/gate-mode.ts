/** Whether the gate's word holds. */
export enum GateMode {
  /** What policies don't allow is denied, and what needs a person waits for one. */
  ENFORCE = 'ENFORCE',
  /**
   * For adoption only: calls that no policy allows, or that need a person, run all the same, and the ledger says of each
   * what would have been. Hard denials, schemas, budgets and the ledger itself hold as ever. The checks report it until
   * somebody answers for it.
   */
  LOG_ONLY = 'LOG_ONLY',
}
