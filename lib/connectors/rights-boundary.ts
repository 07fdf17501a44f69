import { Lazy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/**
 * The most that a role of a connector can ever do, whatever it is given: single actions, and the functions and state machines that
 * the connector names.
 * @internal
 */
export class RightsBoundary {
  private readonly most = new iam.PolicyStatement({ sid: 'MostThatItMayDo', resources: ['*'] });
  private readonly functions = new Set<string>();
  private readonly machines = new Set<string>();

  public raise(actions: readonly string[]): void {
    const held = new Set(this.most.actions);
    this.most.addActions(...actions.filter((action) => !held.has(action)));
  }

  /** @param arn with a qualifier, only that version or alias */
  public mayInvoke(arn: string): void {
    this.functions.add(arn);
    this.raise(['lambda:InvokeFunction']);
  }

  public mayStart(arn: string): void {
    this.machines.add(arn);
    this.raise(['states:StartExecution']);
  }

  public policy(scope: Construct, id: string, description: string): iam.ManagedPolicy {
    const policy = new iam.ManagedPolicy(scope, id, { description, statements: [this.most] });
    // A tool that is added later may call a function. What was denied to a statement can't be taken back.
    (policy.node.defaultChild as iam.CfnManagedPolicy).policyDocument = Lazy.any({
      produce: () => new iam.PolicyDocument({ statements: [this.most, ...this.neverMore()] }),
    });
    return policy;
  }

  /** What no policy can give: other rights, other roles, and functions and state machines that the connector doesn't name. */
  private neverMore(): iam.PolicyStatement[] {
    const [functions, machines] = [[...this.functions], [...this.machines]];
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
