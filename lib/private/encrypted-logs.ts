import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** @internal */
export interface EncryptedLogsProps {
  readonly retention: logs.RetentionDays;
  /** Description of the key. */
  readonly description: string;
}

/**
 * Encrypted log groups for untrusted or sensitive content: a network's flows and names, the agent's output. They share one
 * key, which CloudWatch Logs may use for this stack's groups only. They are retained with the stack deleted: they are
 * evidence.
 * Source: CloudWatch Logs user guide, "Encrypt log data using AWS KMS" (encryption context `aws:logs:arn`).
 * @internal
 */
export class EncryptedLogs extends Construct {
  private readonly key: kms.Key;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: EncryptedLogsProps,
  ) {
    super(scope, id);
    const stack = Stack.of(this);
    this.key = new kms.Key(this, 'Key', {
      description: props.description,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'CloudWatchLogsOfThisStack',
        principals: [new iam.ServicePrincipal(`logs.${stack.region}.${stack.urlSuffix}`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          // Generated group names start with the stack's name. The groups depend on the key, so their ARNs would be a cycle.
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': `arn:${stack.partition}:logs:${stack.region}:${stack.account}:log-group:${stack.stackName}-*`,
          },
        },
      }),
    );
  }

  public group(id: string): logs.LogGroup {
    return new logs.LogGroup(this, id, {
      retention: this.props.retention,
      encryptionKey: this.key,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
