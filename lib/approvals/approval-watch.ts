import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { InlineRole } from '../private/inline-role';
import { serviceOfThisAccount } from '../private/service-of-account';
import { vendedLogGroupName } from '../private/vended-log-group-name';
import { executionEvents } from './execution-events';

/** The error of the watch where a request is still open. Its cause is the request's id. @internal */
export const NEAR_EXPIRY = 'NearExpiry';

/** @internal */
export interface ApprovalWatchProps {
  /** The approval workflow. */
  readonly workflow: sfn.StateMachine;
  /** When people are reminded, in seconds. Absent: it differs, and each request brings its own. */
  readonly remindAfterSeconds?: number;
  readonly permissionsBoundary?: iam.IManagedPolicy;
}

/**
 * Looks at each waiting request once, when half of its time is over. If the request is still open, the watch's execution
 * fails. The alarm counts that, and EventBridge reports it. The watch is separate from the workflow, so a broken watch
 * can't delay an approval. Its only permission is to read whether an execution runs. Without waiting requests it costs
 * nothing.
 *
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 * @internal
 */
export class ApprovalWatch extends Construct {
  public readonly stateMachine: sfn.StateMachine;
  /** Goes off when half of a request's time is over without a decision. */
  public readonly alarm: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, props: ApprovalWatchProps) {
    super(scope, id);
    const { workflow, permissionsBoundary } = props;
    const stack = Stack.of(this);
    const role = new InlineRole(this, 'Role', {
      holdsEverything: true,
      description: 'Role of: watch over waiting approvals',
      permissionsBoundary,
      assumedBy: serviceOfThisAccount(this, 'states.amazonaws.com'),
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'LookAtApprovals',
        actions: ['states:DescribeExecution'],
        resources: [
          stack.formatArn({
            service: 'states',
            resource: 'execution',
            resourceName: `${workflow.stateMachineName}:*`,
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
      }),
    );
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      comment: 'Fails if a request is still open when half of the time to decide is over',
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromString(
        stack.toJsonString(watchDefinition(stack.partition, props.remindAfterSeconds)),
      ),
      role,
      logs: {
        destination: new logs.LogGroup(this, 'Logs', {
          logGroupName: vendedLogGroupName(this),
          retention: logs.RetentionDays.ONE_YEAR,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: sfn.LogLevel.ALL,
        includeExecutionData: false,
      },
      tracingEnabled: true,
    });

    const starter = new InlineRole(this, 'StarterRole', {
      holdsEverything: true,
      description: 'Role of: EventBridge, to start the watch over an approval',
      permissionsBoundary,
      assumedBy: serviceOfThisAccount(this, 'events.amazonaws.com'),
    });
    new events.Rule(this, 'Started', {
      description: 'A request began to wait for a person',
      eventPattern: executionEvents(workflow, 'RUNNING'),
      targets: [
        new targets.SfnStateMachine(this.stateMachine, {
          role: starter,
          input: events.RuleTargetInput.fromObject({
            executionArn: events.EventField.fromPath('$.detail.executionArn'),
            requestId: events.EventField.fromPath('$.detail.name'),
          }),
        }),
      ],
    });
    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription:
        'A request waits for a person, and half of its time is over: "hardened-agent approvals list" shows it',
      metric: this.stateMachine.metricFailed({ period: Duration.minutes(1) }),
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }
}

/** In Amazon States Language. It also fails when it can't read the execution, because the request may still be open. */
function watchDefinition(partition: string, seconds: number | undefined): object {
  const wait = { Type: 'Wait', Next: 'Look' };
  const begin =
    seconds === undefined
      ? {
          ReadRequest: {
            Type: 'Task',
            Resource: `arn:${partition}:states:::aws-sdk:sfn:describeExecution`,
            Parameters: { 'ExecutionArn.$': '$.executionArn' },
            ResultSelector: { 'request.$': 'States.StringToJson($.Input)' },
            ResultPath: '$.begun',
            TimeoutSeconds: 30,
            Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 3 }],
            Next: 'WaitHalfTheTime',
          },
          WaitHalfTheTime: { ...wait, SecondsPath: '$.begun.request.remindAfterSeconds' },
        }
      : { WaitHalfTheTime: { ...wait, Seconds: seconds } };
  return {
    Comment: 'Fails where a request is still open when half of its time is over.',
    StartAt: seconds === undefined ? 'ReadRequest' : 'WaitHalfTheTime',
    States: {
      ...begin,
      Look: {
        Type: 'Task',
        Resource: `arn:${partition}:states:::aws-sdk:sfn:describeExecution`,
        Parameters: { 'ExecutionArn.$': '$.executionArn' },
        ResultSelector: { 'status.$': '$.Status' },
        ResultPath: '$.execution',
        TimeoutSeconds: 30,
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 3 }],
        Next: 'Ended',
      },
      Ended: {
        Type: 'Choice',
        Choices: [{ Variable: '$.execution.status', StringEquals: 'RUNNING', Next: 'StillOpen' }],
        Default: 'InTime',
      },
      InTime: { Type: 'Succeed' },
      StillOpen: {
        Type: 'Fail',
        Error: NEAR_EXPIRY,
        // The event of the failure is what people are notified of, so it says which request.
        CausePath: '$.requestId',
      },
    },
  };
}
