import { Lazy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { NETWORK_INTERFACE_PATTERNS } from '../private/network-interface-actions';

/** The most that a connector's roles can ever do. All of its executors have the same boundary. @internal */
export class ConnectorBoundary {
  private readonly mostThatItMayDo = new iam.PolicyStatement({ sid: 'MostThatItMayDo', resources: ['*'] });
  /** ARNs of the functions and state machines that it calls. It denies all others. */
  private readonly called = { functions: new Set<string>(), machines: new Set<string>() };

  public raise(actions: readonly string[]): void {
    const held = new Set(this.mostThatItMayDo.actions);
    this.mostThatItMayDo.addActions(...actions.filter((action) => !held.has(action)));
  }

  /** @param arn with a qualifier, only that version or alias */
  public mayInvoke(arn: string): void {
    this.called.functions.add(arn);
    this.raise(['lambda:InvokeFunction']);
  }

  public mayStart(arn: string): void {
    this.called.machines.add(arn);
    this.raise(['states:StartExecution']);
  }

  public createIn(
    connector: Construct,
    { inVpc, hasCredential }: { readonly inVpc: boolean; readonly hasCredential: boolean },
  ): iam.ManagedPolicy {
    this.raise([
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      'kms:Decrypt',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      ...(inVpc ? NETWORK_INTERFACE_PATTERNS : []),
      ...(hasCredential ? ['secretsmanager:GetSecretValue'] : []),
    ]);
    const boundary = new iam.ManagedPolicy(connector, 'Boundary', {
      description: 'The most that this connector can ever do',
      statements: [this.mostThatItMayDo],
    });
    // A tool that is added later may call a function. What was denied to a statement can't be taken back.
    (boundary.node.defaultChild as iam.CfnManagedPolicy).policyDocument = Lazy.any({
      produce: () => new iam.PolicyDocument({ statements: [this.mostThatItMayDo, ...this.neverMoreRights()] }),
    });
    return boundary;
  }

  /** What no policy can give the connector: other rights, other roles, and functions and state machines that it doesn't name. */
  private neverMoreRights(): iam.PolicyStatement[] {
    const [functions, machines] = [[...this.called.functions], [...this.called.machines]];
    const deny = (sid: string, actions: string[], to: Partial<iam.PolicyStatementProps>): iam.PolicyStatement =>
      new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, actions, ...to });
    return [
      deny(
        'NeverMoreRights',
        [
          'iam:*',
          'sts:AssumeRole*',
          ...(functions.length > 0 ? [] : ['lambda:InvokeFunction']),
          ...(machines.length > 0 ? [] : ['states:*']),
          'organizations:*',
        ],
        { resources: ['*'] },
      ),
      ...(functions.length > 0
        ? [deny('NoOtherFunction', ['lambda:InvokeFunction'], { notResources: functions })]
        : []),
      ...(machines.length > 0 ? [deny('NoOtherStateMachine', ['states:*'], { notResources: machines })] : []),
    ];
  }
}
