import { identityPoliciesOf } from '../../template/iam/collect';
import { type Statement, statementsOf } from '../../template/iam/policy';
import { type Assembly, describe, isFalse, listOf, memberOf, type Resource, referencesIn } from '../../template/index';
import { managedAgentsOf } from './managed-agents';
import { recordBucketsOf } from './record-buckets';
import { trailsOn } from './trails';
import { agentsOf } from './workloads';

/**
 * Buckets with an audit log: those to which a policy allows writing ledger entries (`entries/…`), the runtime's ledger and witness,
 * those that their trail delivers to, and in an app with an agent those with Object Lock that code of the app writes. So a ledger
 * stays under the rules when its lock is removed, and a bucket to which only AWS delivers logs is none.
 */
export function ledgerBucketsOf(assembly: Assembly): readonly Resource[] {
  const records = [...recordBucketsOf(assembly)]
    .filter(([, kind]) => kind === 'ledger' || kind === 'witness')
    .flatMap(([bucket]) => [bucket, ...trailFilesOf(assembly, bucket)]);
  return [...new Set([...lockedByAppsOf(assembly), ...entryBucketsOf(assembly), ...records])];
}

/** Keys of this app that encrypt a ledger. The rules check a key of another app there. */
export function ledgerKeysOf(assembly: Assembly): ReadonlySet<Resource> {
  const keys = ledgerBucketsOf(assembly)
    .flatMap((bucket) => bucket.property('BucketEncryption', 'ServerSideEncryptionConfiguration'))
    .flatMap(({ value }) => listOf(value))
    .flatMap((rule) => assembly.find(memberOf(rule, 'ServerSideEncryptionByDefault', 'KMSMasterKeyID')) ?? [])
    .filter(({ type }) => type === 'AWS::KMS::Key');
  return new Set(keys);
}

/** Code of the app writes its records there. Access logs, and the logs of a delivery stream, come from AWS. */
function lockedByAppsOf(assembly: Assembly): Resource[] {
  const locked = assembly.ofType('AWS::S3::Bucket').filter(hasObjectLock);
  if (locked.length === 0 || !hasAgent(assembly)) return [];
  const identities = identityPoliciesOf(assembly);
  const written = assembly
    .ofType('AWS::IAM::Role')
    .filter(isOfCode)
    .flatMap((role) => identities.ofResource(role).policies)
    .flatMap(({ policy }) => statementsOf(policy))
    .filter(mayPutObjects)
    .flatMap(({ resource }) => resource?.patterns ?? [])
    .flatMap(referencesIn)
    .map((reference) => assembly.find(reference));
  const targets = new Set(written);
  return locked.filter((bucket) => targets.has(bucket));
}

function hasAgent(assembly: Assembly): boolean {
  return agentsOf(assembly).length > 0 || managedAgentsOf(assembly).length > 0;
}

const RUNS_CODE = /\b(lambda|ecs-tasks|ec2|states|bedrock|bedrock-agentcore|pods\.eks)\.amazonaws\.com/;

/** A role whose trust policy names a service that runs the app's code, or isn't in the template. */
function isOfCode(role: Resource): boolean {
  return role
    .property('AssumeRolePolicyDocument')
    .some(({ value }) => value === undefined || RUNS_CODE.test(describe(value)));
}

function hasObjectLock(bucket: Resource): boolean {
  return ['ObjectLockEnabled', 'ObjectLockConfiguration'].some((member) =>
    bucket.property(member).some(({ value }) => value !== undefined && !isFalse(value)),
  );
}

/** Buckets to which an identity policy allows writing entries. */
function entryBucketsOf(assembly: Assembly): Resource[] {
  return identityPoliciesOf(assembly)
    .all.flatMap(({ policy }) => statementsOf(policy))
    .filter(mayPutObjects)
    .flatMap(({ resource }) => resource?.patterns ?? [])
    .filter((pattern) => describe(pattern).includes('/entries/'))
    .flatMap(referencesIn)
    .flatMap((reference) => bucketsOf(assembly.find(reference)));
}

function mayPutObjects({ effect, action }: Statement): boolean {
  return (
    effect !== 'Deny' && action.patterns.some((each) => typeof each === 'string' && /^s3:put(object|\*)/i.test(each))
  );
}

function trailFilesOf(assembly: Assembly, bucket: Resource): Resource[] {
  return trailsOn(assembly, bucket, 'writes')
    .flatMap((trail) => trail.property('S3BucketName'))
    .flatMap(({ value }) => bucketsOf(assembly.find(value)));
}

function bucketsOf(found: Resource | undefined): Resource[] {
  return found?.type === 'AWS::S3::Bucket' ? [found] : [];
}
