import { type Assembly, isTextual, type Resource, Unresolved, type Value } from '../../template/index';
import { policiesOn, type ResourcePolicy } from '../facts/policy-attachments';
import type { Offence } from '../rule';
import { listOf, memberOf, mustBeTrue, offencesAt, unproven } from './branches';

/** A bucket that may be opened to the public. */
export function* publicOffences(bucket: Resource): Generator<Offence> {
  for (const block of ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets']) {
    yield* offencesAt(bucket, ['PublicAccessBlockConfiguration', block], mustBeTrue(block));
  }
}

/** A bucket without a KMS key of its own. */
export function* encryptionOffences(bucket: Resource): Generator<Offence> {
  const path = ['BucketEncryption', 'ServerSideEncryptionConfiguration'];
  yield* offencesAt(bucket, path, (rules) => {
    const defaults = listOf(rules).map((rule) => memberOf(rule, 'ServerSideEncryptionByDefault'));
    if (defaults.length === 0) return 'is not encrypted with a key of its own';
    for (const by of defaults) {
      const algorithm = memberOf(by, 'SSEAlgorithm');
      const key = memberOf(by, 'KMSMasterKeyID');
      for (const value of [algorithm, key]) if (value instanceof Unresolved) return unproven(value);
      if (algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') return 'is not encrypted with KMS';
      if (!isTextual(key)) return 'is encrypted with the key that the whole account shares';
    }
    return undefined;
  });
}

/** A bucket that answers without TLS. */
export function* transportOffences(assembly: Assembly, bucket: Resource): Generator<Offence> {
  const attached = bucketPoliciesOn(assembly, bucket);
  const denied = attached.some(({ policy }) =>
    policy.alternatives.every((statements) =>
      statements.some(
        (statement) =>
          statement.effect === 'Deny' &&
          statement.unknown.length === 0 &&
          statement.principal?.patterns.some(({ value }) => value === '*') === true &&
          statement.action.patterns.some((action) => action === 's3:*' || action === '*') &&
          statement.conditions.length === 1 &&
          statement.conditions.every(
            ({ operator, key, values }) =>
              /^bool$/i.test(operator) && key.toLowerCase() === 'aws:securetransport' && values.every(isFalseText),
          ),
      ),
    ),
  );
  if (denied) return;
  yield { ...placeOf(attached, bucket), message: 'requests without TLS are not denied, or that can’t be proven' };
}

/** A bucket that is deleted with its stack. */
export function* keptOffences(bucket: Resource, what: string): Generator<Offence> {
  for (const member of ['DeletionPolicy', 'UpdateReplacePolicy']) {
    const kept = bucket.raw[member];
    if (kept === 'Retain' || kept === 'RetainExceptOnCreate') continue;
    yield { resource: bucket, property: member, message: `${what} is deleted with its stack` };
  }
}

/** Policies of a bucket. */
export function bucketPoliciesOn(assembly: Assembly, bucket: Resource): readonly ResourcePolicy[] {
  return policiesOn(assembly, bucket, {
    type: 'AWS::S3::BucketPolicy',
    names: 'Bucket',
    document: 'PolicyDocument',
  });
}

/** Where to write what is missing in a bucket's policy. */
export function placeOf(
  [first]: readonly ResourcePolicy[],
  bucket: Resource,
): { readonly resource: Resource; readonly property: string } {
  return { resource: first?.holder ?? bucket, property: first?.property ?? 'Properties' };
}

function isFalseText(value: Value): boolean {
  return value === 'false' || value === false;
}
