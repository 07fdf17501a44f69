import type { Assembly, Resource } from '../../template/index';

/** The kinds of bucket in which the runtime keeps records. */
export type RecordKind = 'ledger' | 'witness' | 'evidence' | 'publication';

/** Environment variables with the names of record buckets. */
export const RECORD_VARIABLES: readonly (readonly [variable: string, kind: RecordKind])[] = [
  ['LEDGER_BUCKET', 'ledger'],
  ['WITNESS_BUCKET', 'witness'],
  ['EVIDENCE_BUCKET', 'evidence'],
  ['PUBLICATION_BUCKET', 'publication'],
];

/** Buckets of this app in which the runtime keeps records. Known by the functions' configuration, not by their protections. */
export function recordBucketsOf(assembly: Assembly): ReadonlyMap<Resource, RecordKind> {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    known = readRecords(assembly);
    KNOWN.set(assembly, known);
  }
  return known;
}

const KNOWN = new WeakMap<Assembly, ReadonlyMap<Resource, RecordKind>>();

function readRecords(assembly: Assembly): ReadonlyMap<Resource, RecordKind> {
  const found = new Map<Resource, RecordKind>();
  for (const [variable, kind] of RECORD_VARIABLES) {
    for (const workload of assembly.ofType('AWS::Lambda::Function')) {
      for (const { value } of workload.property('Environment', 'Variables', variable)) {
        const bucket = assembly.find(value);
        if (bucket?.type === 'AWS::S3::Bucket' && !found.has(bucket)) found.set(bucket, kind);
      }
    }
  }
  return found;
}
