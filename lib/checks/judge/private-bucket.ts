import { isCertainlyDenied } from '../../template/iam/certain-denials';
import type { Statement } from '../../template/iam/policy';
import {
  type Assembly,
  describe,
  isFalse,
  isTextual,
  listOf,
  memberOf,
  type Resource,
  Unresolved,
  type Value,
} from '../../template/index';
import { bucketPoliciesOn, type ResourcePolicy } from '../facts/policy-attachments';
import type { Offence } from '../rule';
import { mustBeTrue, offencesAt, unproven } from './offences';

/** Missing public access blocks of a bucket. */
export function* publicOffences(bucket: Resource): Generator<Offence> {
  for (const block of ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets']) {
    yield* offencesAt(bucket, ['PublicAccessBlockConfiguration', block], mustBeTrue(block));
  }
}

/** A bucket that isn't encrypted with its own KMS key. */
export function* encryptionOffences(bucket: Resource): Generator<Offence> {
  const path = ['BucketEncryption', 'ServerSideEncryptionConfiguration'];
  yield* offencesAt(bucket, path, (rules) => {
    const defaults = listOf(rules).map((rule) => memberOf(rule, 'ServerSideEncryptionByDefault'));
    if (defaults.length === 0) return 'is not encrypted with its own key';
    return defaults.map(encryptionFault).find((fault) => fault !== undefined);
  });
}

function encryptionFault(byDefault: Value): string | undefined {
  const algorithm = memberOf(byDefault, 'SSEAlgorithm');
  const key = memberOf(byDefault, 'KMSMasterKeyID');
  for (const value of [algorithm, key]) if (value instanceof Unresolved) return unproven(value);
  if (algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') return 'is not encrypted with KMS';
  return isTextual(key) ? undefined : 'is encrypted with the AWS managed key that the whole account shares';
}

/** A bucket that accepts requests without TLS. */
export function* transportOffences(assembly: Assembly, bucket: Resource): Generator<Offence> {
  const attached = bucketPoliciesOn(assembly, bucket);
  const denied = isCertainlyDenied(
    attached.map(({ policy }) => policy),
    (statement) => deniesPlainHttp(statement) && isAboutObjects(statement),
  );
  if (denied) return;
  yield { ...placeOf(attached, bucket), message: 'requests without TLS are not denied, or that can’t be proven' };
}

function deniesPlainHttp({ principal, action, conditions }: Statement): boolean {
  return (
    principal?.negated === false &&
    principal.patterns.some(({ value }) => value === '*') &&
    !action.negated &&
    action.patterns.some((each) => each === 's3:*' || each === '*') &&
    conditions.length === 1 &&
    conditions.every(
      ({ operator, key, values }) =>
        /^bool$/i.test(operator) && key.toLowerCase() === 'aws:securetransport' && values.every(isFalse),
    )
  );
}

/** Whether a statement of a bucket's policy is about every object. S3 refuses one about another bucket. */
function isAboutObjects({ resource }: Statement): boolean {
  return resource?.negated === false && resource.patterns.some((each) => /^[^/]*\/?\*$/.test(describe(each)));
}

/**
 * A bucket that CloudFormation deletes with its stack. `RetainExceptOnCreate` deletes it only when the operation that created
 * it is rolled back, and is no value of UpdateReplacePolicy.
 */
export function* keptOffences(bucket: Resource, what: string): Generator<Offence> {
  const kept = { DeletionPolicy: ['Retain', 'RetainExceptOnCreate'], UpdateReplacePolicy: ['Retain'] };
  for (const [member, values] of Object.entries(kept)) {
    if (values.includes(String(bucket.raw[member]))) continue;
    yield { resource: bucket, property: member, message: `${what} is deleted with its stack` };
  }
}

/** The place for an offence about a bucket's policy: the policy, or the bucket without one. */
export function placeOf(
  [first]: readonly ResourcePolicy[],
  bucket: Resource,
): { readonly resource: Resource; readonly property: string } {
  return { resource: first?.holder ?? bucket, property: first?.property ?? 'Properties' };
}
