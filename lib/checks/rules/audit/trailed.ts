import type { Resource } from '../../../template';
import { type RecordKind, recordBucketsOf } from '../../facts/record-buckets';
import { type Recorded, trailsOn } from '../../facts/trails';
import { mustBeTrue, offencesAt } from '../../judge/offences';
import type { Rule } from '../../rule';

/** What a trail must record of each bucket. For buckets with content, reads too. */
const RECORDED: { readonly [kind in RecordKind]?: Recorded } = {
  ledger: 'writes',
  witness: 'writes',
  evidence: 'everything',
};

/** A service outside the runtime records who reads and changes the records. */
export const trailed: Rule = {
  id: 'AuditTrailed',
  pillar: 'audit',
  severity: 'error',
  holds:
    'A CloudTrail trail with logging and log file validation records writes to the ledger and its witness, and reads and writes of evidence.',
  source:
    'AWS CloudTrail User Guide, "Logging data events" and "Validating CloudTrail log file integrity"; CIS AWS Foundations 3.1, 3.2, 3.8, 3.9; NIST SP 800-53 AU-2, AU-12',
  fix: 'Leave ledger.trail on. If a trail of the account records the data events of every bucket, acknowledge this on the ledger and name that trail.',
  lists: ['MCP08:2025', 'NIST SP 800-53 AU-2', 'NIST SP 800-53 AU-12', 'CIS AWS 3.2', 'CIS AWS 3.8', 'CIS AWS 3.9'],
  insecure: `Resources:
  Gate:
    Type: AWS::Lambda::Function
    Properties: { Environment: { Variables: { LEDGER_BUCKET: !Ref Ledger } } }
  Ledger: { Type: AWS::S3::Bucket }
`,
  secure: `Resources:
  Gate:
    Type: AWS::Lambda::Function
    Properties: { Environment: { Variables: { LEDGER_BUCKET: !Ref Ledger } } }
  Ledger: { Type: AWS::S3::Bucket }
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: trail-files
      IsLogging: true
      EnableLogFileValidation: true
      EventSelectors:
        - ReadWriteType: WriteOnly
          DataResources: [{ Type: "AWS::S3::Object", Values: [!Sub "\${Ledger.Arn}/"] }]
`,
  *check(assembly) {
    const used = new Set<Resource>();
    for (const [bucket, kind] of recordBucketsOf(assembly)) {
      const recorded = RECORDED[kind];
      if (recorded === undefined) continue;
      const trails = trailsOn(assembly, bucket, recorded);
      if (trails.length === 0) {
        const what = recorded === 'writes' ? 'writes to' : 'reads or writes';
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
      yield* offencesAt(trail, ['EnableLogFileValidation'], mustBeTrue('log file validation'));
    }
  },
};
