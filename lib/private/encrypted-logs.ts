import { Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { knownStackName } from './known-stack-name';

/** @internal */
export interface EncryptedLogsProps {
  readonly retention: logs.RetentionDays;
  /** Description of the key. */
  readonly description: string;
}

/**
 * Encrypted log groups for untrusted or sensitive content: a network's flows and names, the agent's output. They share one
 * key, which CloudWatch Logs may use for the groups of this stack only, and of the stacks that get groups from it. They are retained with the stack deleted: they are
 * evidence.
 * Source: CloudWatch Logs user guide, "Encrypt log data using AWS KMS" (encryption context `aws:logs:arn`).
 * @internal
 */
export class EncryptedLogs extends Construct {
  private readonly key: kms.Key;
  private readonly stacks: Stack[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: EncryptedLogsProps,
  ) {
    super(scope, id);
    const stack = Stack.of(this);
    this.stacks = [stack];
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
            'kms:EncryptionContext:aws:logs:arn': Lazy.any({ produce: () => this.groups() }),
          },
        },
      }),
    );
  }

  /** @param scope of the group. It may be in another stack, which is deployed later. @default - this construct */
  public group(id: string, scope: Construct = this): logs.LogGroup {
    if (!this.stacks.includes(Stack.of(scope))) this.stacks.push(Stack.of(scope));
    return new logs.LogGroup(scope, id, {
      retention: this.props.retention,
      encryptionKey: this.key,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  private groups(): string | string[] {
    const own = Stack.of(this);
    const names = this.stacks.map((stack) => (stack === own ? own.stackName : knownStackName(stack)));
    const arns = [...new Set(names)].map(
      (name) => `arn:${own.partition}:logs:${own.region}:${own.account}:log-group:${name}-*`,
    );
    return arns.length === 1 ? `${arns[0]}` : arns;
  }
}
