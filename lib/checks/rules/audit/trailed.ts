import type { Resource } from '../../../template';
import { type RecordKind, recordBucketsOf, type Seen, trailsOn } from '../../facts/record-buckets';
import { mustBeTrue, offencesAt } from '../../judge/branches';
import type { Rule } from '../../rule';

/** What has to be recorded of each bucket: of those that hold content, also who read it. */
const SEEN: { readonly [kind in RecordKind]?: Seen } = {
  ledger: 'writes',
  witness: 'writes',
  evidence: 'everything',
};

/** Who touched the record is recorded elsewhere, by somebody else. */
export const trailed: Rule = {
  id: 'AuditTrailed',
  pillar: 'audit',
  severity: 'error',
  holds:
    'A CloudTrail trail that is switched on, and whose files can be checked, records writes to the ledger and its witness, and reads and writes of evidence.',
  source:
    'AWS CloudTrail User Guide, "Logging data events" and "Validating CloudTrail log file integrity"; CIS AWS Foundations 3.1, 3.2, 3.8, 3.9; NIST SP 800-53 AU-2, AU-12',
  fix: 'Leave ledger.trail on; or, where a trail of the account records data events of every bucket, acknowledge this on the ledger with the name of that trail.',
  *check(assembly) {
    const used = new Set<Resource>();
    for (const [bucket, kind] of recordBucketsOf(assembly)) {
      const seen = SEEN[kind];
      if (seen === undefined) continue;
      const trails = trailsOn(assembly, bucket, seen);
      if (trails.length === 0) {
        const what = seen === 'writes' ? 'writes to' : 'reads or writes';
        yield {
          resource: bucket,
          property: 'Properties',
          message: `no trail of this app records who ${what} this bucket, or that can't be proven`,
        };
      }
      for (const trail of trails) used.add(trail);
    }
    for (const trail of used) {
      yield* offencesAt(trail, ['IsLogging'], mustBeTrue('logging'));
      yield* offencesAt(trail, ['EnableLogFileValidation'], mustBeTrue('the validation of its files'));
    }
  },
};
