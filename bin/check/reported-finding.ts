import type { AcknowledgedFinding } from '../../lib/checks/check-assembly';
import type { Finding } from '../../lib/checks/rule';

/** What a report adds to a finding. */
interface Reported {
  /** The template's file as a person names it, from the folder in which the command runs. */
  readonly file: string;
  /** Stays the same when lines move, or items are added before it. */
  readonly fingerprint: string;
}

export type ReportedFinding = Finding & Reported;

export type ReportedAcknowledgement = AcknowledgedFinding & Reported;
