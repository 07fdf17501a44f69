/** A ledger entry about a decision. */
export interface Decided {
  readonly code: string;
  readonly approvers: readonly string[];
}

/** After these, nothing is left to decide. */
const ENDS: readonly string[] = ['APPROVED', 'DENIED', 'EXPIRED'];

export function isApproval({ code }: Decided): boolean {
  return code === 'APPROVED' || code === 'PARTLY_APPROVED';
}

/** Whether a request ended twice, or somebody's approval counted twice. A refused attempt is in the ledger too, and decides nothing. */
export function isDecidedTwice(decided: readonly Decided[]): boolean {
  const ends = decided.filter(({ code }) => ENDS.includes(code));
  const approvers = decided.filter(isApproval).flatMap((each) => each.approvers);
  return ends.length > 1 || new Set(approvers).size < approvers.length;
}
