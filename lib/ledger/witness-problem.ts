import { Resource, Stack, Token } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { LedgerOptions } from './ledger-options';

const EXAMPLE =
  "Bucket.fromBucketAttributes(this, 'Witness', { bucketName, account: '222222222222', region, encryptionKey: Key.fromKeyArn(…) })";

/**
 * Why a ledger can't write to its witness bucket, or undefined. The sealer's role and the network's endpoint must name the
 * bucket's account and its key, and an imported bucket doesn't always say them: CDK gives it the account of the stack.
 *
 * @param inNetwork whether the sealer reaches the bucket through a VPC endpoint
 *
 * Source: Amazon S3 User Guide, "Using SSE-KMS encryption for cross-account operations"; AWS KMS Developer Guide, "Allowing
 * users in other accounts to use a KMS key"; Amazon VPC, "Gateway endpoints for Amazon S3" (buckets of the same region only).
 * @internal
 */
export function witnessProblem(
  scope: Construct,
  options: Pick<LedgerOptions, 'witnessBucket' | 'witnessInThisAccount' | 'witnessEncryptedByS3'>,
  inNetwork: boolean,
): string | undefined {
  const { witnessBucket, witnessInThisAccount = false, witnessEncryptedByS3 = false } = options;
  if (witnessBucket === undefined || Resource.isOwnedResource(witnessBucket)) {
    const flag = witnessInThisAccount ? 'witnessInThisAccount' : witnessEncryptedByS3 ? 'witnessEncryptedByS3' : '';
    return flag && `${flag} is for an imported witnessBucket only; remove it`;
  }
  const name = `the imported witnessBucket ${witnessBucket.node.path}`;
  return (
    accountProblem(scope, name, witnessBucket, witnessInThisAccount) ??
    keyProblem(name, witnessBucket, witnessEncryptedByS3) ??
    (inNetwork ? regionProblem(scope, name, witnessBucket) : undefined)
  );
}

function accountProblem(scope: Construct, name: string, bucket: s3.IBucket, isHere: boolean): string | undefined {
  const own = Stack.of(scope).account;
  const seemsHere = bucket.env.account === own;
  if (isHere) {
    return seemsHere
      ? undefined
      : `${name} is in the account ${bucket.env.account}; remove witnessInThisAccount, or import the bucket without an account`;
  }
  if (!seemsHere) return undefined;
  return `${name} doesn't say which account owns it, and policies must name that account; write ${EXAMPLE}. If it is in the account of the stack, write witnessInThisAccount: true`;
}

function keyProblem(name: string, bucket: s3.IBucket, byS3: boolean): string | undefined {
  const arn = bucket.encryptionKey?.keyArn;
  if (arn === undefined) {
    return byS3
      ? undefined
      : `${name} doesn't say which key encrypts it, and the sealer's role must name that key; write ${EXAMPLE}. If S3 manages the key (SSE-S3), write witnessEncryptedByS3: true`;
  }
  if (byS3) return `${name} has an encryption key; remove witnessEncryptedByS3, or import the bucket without the key`;
  if (Token.isUnresolved(arn) || /^arn:[^:]+:kms:[^:]+:\d{12}:key\/[^*]+$/.test(arn)) return undefined;
  return `the key "${arn}" of ${name} isn't the ARN of one key, which policies need; write Key.fromKeyArn(this, 'Key', 'arn:aws:kms:eu-west-1:222222222222:key/…')`;
}

function regionProblem(scope: Construct, name: string, bucket: s3.IBucket): string | undefined {
  const { region } = Stack.of(scope);
  const { region: its } = bucket.env;
  if (its === region || Token.isUnresolved(region) || Token.isUnresolved(its)) return undefined;
  return `${name} is in ${its}, and the network of a ledger in ${region} reaches buckets of ${region} only; use a bucket in ${region}`;
}
