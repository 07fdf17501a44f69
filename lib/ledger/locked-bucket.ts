import { type CfnResource, DefaultStackSynthesizer, type Duration, Fn, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { warnOfUnknownDeployment } from './unknown-deployment';

/** @internal */
export interface LockedBucketProps {
  /** What the bucket is for, in a few words. Used in the description of its key. */
  readonly purpose: string;
  /** COMPLIANCE retention of every version. */
  readonly retention: Duration;
  /** Prefixes under which each key can be written only once. Empty: only the lock protects what was written. */
  readonly createOnlyPrefixes: string[];
  /** Whether an AWS service delivers with an ACL header. ACLs have no effect in this bucket. @default false */
  readonly aclsInUploads?: boolean;
  /** The only role that the denies exempt. @default - no role is exempt */
  readonly breakGlassRole?: iam.IRole;
  /** @default - none */
  readonly accessLogs?: s3.IBucket;
}

/**
 * A bucket whose objects nobody can change or delete before their retention ends, not even its owner or an administrator
 * (S3 Object Lock, COMPLIANCE mode). Nobody can destroy its encryption key.
 *
 * The lock protects the objects. The policies are a second layer: they deny an attempt before it reaches the lock, make
 * keys create-only, and keep the settings of the bucket and its key as deployed.
 *
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 * @internal
 */
export class LockedBucket extends Construct {
  public readonly bucket: s3.Bucket;
  public readonly key: kms.Key;

  constructor(scope: Construct, id: string, props: LockedBucketProps) {
    super(scope, id);
    this.key = new kms.Key(this, 'Key', {
      description: `Encrypts: ${props.purpose}`,
      enableKeyRotation: true,
      removalPolicy: keptOnceDeployed(this),
    });
    protectKey(this, this.key, props.breakGlassRole ? [props.breakGlassRole.roleArn] : []);

    this.bucket = new s3.Bucket(this, 'Bucket', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      bucketKeyEnabled: true,
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: this.key,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectLockDefaultRetention: s3.ObjectLockRetention.compliance(props.retention),
      objectLockEnabled: true,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: keptOnceDeployed(this),
      serverAccessLogsBucket: props.accessLogs,
      serverAccessLogsPrefix: props.accessLogs ? `${id.toLowerCase()}/` : undefined,
      versioned: true,
    });
    for (const statement of this.bucketStatements(props)) this.bucket.addToResourcePolicy(statement);
    this.bucket.policy?.applyRemovalPolicy(keptOnceDeployed(this));
    if (deploymentRoleArns(this).length === 0) warnOfUnknownDeployment(this, props.breakGlassRole !== undefined);
  }

  private bucketStatements(props: LockedBucketProps): iam.PolicyStatement[] {
    const unlessBreakGlass = unlessPrincipal(props.breakGlassRole ? [props.breakGlassRole.roleArn] : []);
    const unlessDeployment = unlessPrincipal([
      ...(props.breakGlassRole ? [props.breakGlassRole.roleArn] : []),
      ...deploymentRoleArns(this),
    ]);
    const createOnly = props.createOnlyPrefixes.map((prefix) => this.bucket.arnForObjects(`${prefix}*`));
    return [
      ...(createOnly.length === 0
        ? []
        : [
            deny('CreateOnly', {
              actions: ['s3:PutObject'],
              resources: createOnly,
              conditions: { Null: { 's3:if-none-match': 'true' } },
            }),
          ]),
      deny('NeverDelete', {
        actions: [
          's3:DeleteObject',
          's3:DeleteObjectVersion',
          's3:BypassGovernanceRetention',
          's3:PutObjectRetention',
          's3:PutObjectLegalHold',
          ...(props.aclsInUploads ? [] : ['s3:PutObjectAcl', 's3:PutObjectVersionAcl']),
        ],
        resources: [this.bucket.arnForObjects('*')],
        conditions: unlessBreakGlass,
      }),
      // S3 deletes empty buckets only, and a deployment that is rolled back must be able to.
      deny('NeverDeleteBucket', {
        actions: ['s3:DeleteBucket'],
        resources: [this.bucket.bucketArn],
        conditions: unlessDeployment,
      }),
      deny('KeepSettings', {
        actions: [
          's3:DeleteBucketPolicy',
          's3:PutBucketAcl',
          's3:PutBucketLogging',
          's3:PutBucketObjectLockConfiguration',
          's3:PutBucketOwnershipControls',
          's3:PutBucketPolicy',
          's3:PutBucketPublicAccessBlock',
          's3:PutBucketVersioning',
          's3:PutEncryptionConfiguration',
          's3:PutLifecycleConfiguration',
          's3:PutReplicationConfiguration',
        ],
        resources: [this.bucket.bucketArn],
        conditions: unlessDeployment,
      }),
    ];
  }
}

/**
 * Denies disabling a key to everyone but the exempt roles. Denies deleting it and changing its policy to everyone but the
 * exempt roles and the deployment itself.
 *
 * The deployment may delete a key because CloudFormation must when it rolls the key's creation back. Denying it would add
 * little: whatever may change the policy can remove the deny first. KMS waits 30 days before it deletes a key.
 *
 * KMS refuses a new key whose creator couldn't change its policy later. The deployment's role can. Where its name is not
 * known, the key is created without that safety check, and only the exempt roles can ever change the policy.
 *
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html,
 * https://github.com/aws-cloudformation/aws-cloudformation-resource-providers-kms/blob/master/key/aws-kms-key.json
 * @internal
 */
export function protectKey(scope: Construct, key: kms.Key, exemptArns: string[]): void {
  const deployment = deploymentRoleArns(scope);
  key.addToResourcePolicy(
    deny('NeverDisableKey', {
      actions: ['kms:DisableKey', 'kms:DisableKeyRotation', 'kms:DeleteImportedKeyMaterial'],
      resources: ['*'],
      conditions: unlessPrincipal(exemptArns),
    }),
  );
  key.addToResourcePolicy(
    deny('OnlyDeploymentChangesKey', {
      actions: ['kms:ScheduleKeyDeletion', 'kms:PutKeyPolicy'],
      resources: ['*'],
      conditions: unlessPrincipal([...exemptArns, ...deployment]),
    }),
  );
  if (deployment.length === 0) {
    (key.node.defaultChild as CfnResource).addPropertyOverride('BypassPolicyLockoutSafetyCheck', true);
  }
}

/**
 * Kept when its stack is deleted or replaces it, but deleted when the stack operation that created it is rolled back. So a
 * failed first deployment leaves no empty bucket and no key behind.
 *
 * A bucket that holds a locked object by then can't be deleted. The rollback then ends as `ROLLBACK_FAILED`, and the next
 * `cdk deploy` deletes that stack and keeps the bucket and its key, as `Retain` would have.
 *
 * If the deployment's role isn't known, the policies deny deletion to it too. Then everything is kept in any case.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
 * @internal
 */
export function keptOnceDeployed(scope: Construct): RemovalPolicy {
  return deploymentRoleArns(scope).length > 0 ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.RETAIN;
}

function deny(
  sid: string,
  rule: { actions: string[]; resources: string[]; conditions?: Record<string, Record<string, string | string[]>> },
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: rule.actions,
    resources: rule.resources,
    conditions: rule.conditions,
  });
}

function unlessPrincipal(arns: string[]): Record<string, Record<string, string[]>> | undefined {
  return arns.length > 0 ? { ArnNotLike: { 'aws:PrincipalArn': arns } } : undefined;
}

/**
 * The role that CloudFormation uses to deploy this stack. Only CloudFormation can assume it. A nested stack is deployed with the
 * role of the stack around it.
 */
function deploymentRoleArns(scope: Construct): string[] {
  let stack = Stack.of(scope);
  while (stack.nestedStackParent) stack = stack.nestedStackParent;
  const { synthesizer } = stack;
  if (!(synthesizer instanceof DefaultStackSynthesizer)) return [];
  const arn = synthesizer.cloudFormationExecutionRoleArn;
  return [arn.includes('${') ? Fn.sub(arn) : arn];
}
