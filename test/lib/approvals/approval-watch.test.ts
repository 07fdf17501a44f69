import { Duration } from 'aws-cdk-lib';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AgentStack, only, statementsOfRole } from '../agent-stack';
import { validateAsl } from './validate-asl';

interface Machine {
  readonly DefinitionString: { 'Fn::Join': [string, (string | object)[]] };
  readonly LoggingConfiguration: { IncludeExecutionData: boolean };
}

interface Rule {
  readonly EventPattern: Record<string, unknown>;
  readonly Targets: { Arn: unknown; InputTransformer?: { InputPathsMap: Record<string, string> } }[];
}

const made = new AgentStack();
const agent = made.withRuntime({ approvals: { approverGroups: ['leads'], expiry: Duration.minutes(20) } });
const topic = new sns.Topic(made.stack, 'Topic');
for (const on of ['onWaiting', 'onEnded', 'onNearExpiry'] as const) {
  agent.approvals[on](`Rule-${on}`, { target: new targets.SnsTopic(topic) });
}
const template = made.template();
const [workflowId] = only(template, 'AWS::StepFunctions::StateMachine', 'AgentApprovalsStateMachine');
const [watchId, watch] = only<Machine>(template, 'AWS::StepFunctions::StateMachine', 'AgentApprovalsWatch');

function definition() {
  const text = watch.DefinitionString['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'aws')).join('');
  return JSON.parse(text);
}

describe('the watch over waiting approvals', () => {
  test('fails where the request is still open when half of its time is over', () => {
    const { States: states, StartAt } = definition();
    expect(validateAsl(definition()).errors).toEqual([]);
    expect(states[StartAt]).toMatchObject({ Type: 'Wait', Seconds: 600, Next: 'Look' });
    expect(states.Look.Next).toBe('Ended');
    expect(states.Ended).toMatchObject({
      Choices: [{ StringEquals: 'RUNNING', Next: 'StillOpen' }],
      Default: 'InTime',
    });
    expect([states.StillOpen.Type, states.InTime.Type]).toEqual(['Fail', 'Succeed']);
    // The rule that reminds people takes the request's id from the cause, so the id must still be in the state.
    expect(states.StillOpen).toMatchObject({ Error: 'NearExpiry', CausePath: '$.requestId' });
    expect(states.Look.ResultPath).toBe('$.execution');
    expect(states.Ended.Choices[0].Variable).toBe('$.execution.status');
  });

  test('sounds the alarm by failing', () => {
    const [, alarm] = only(template, 'AWS::CloudWatch::Alarm', 'AgentApprovalsWatch');
    expect(alarm).toMatchObject({
      MetricName: 'ExecutionsFailed',
      Dimensions: [{ Name: 'StateMachineArn', Value: { Ref: watchId } }],
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  test('starts with each request, and gets only its ids', () => {
    const [, rule] = only<Rule>(template, 'AWS::Events::Rule', 'AgentApprovalsWatch');
    expect(rule.EventPattern).toMatchObject({
      source: ['aws.states'],
      detail: { stateMachineArn: [{ Ref: workflowId }], status: ['RUNNING'] },
    });
    expect(rule.Targets).toHaveLength(1);
    expect(rule.Targets[0]).toMatchObject({ Arn: { Ref: watchId } });
    expect(Object.values(rule.Targets[0].InputTransformer?.InputPathsMap ?? {}).sort()).toEqual([
      '$.detail.executionArn',
      '$.detail.name',
    ]);
    expect(watch.LoggingConfiguration.IncludeExecutionData).toBe(false);
  });

  test('may look at executions of the workflow, and do nothing to them', () => {
    const actions = statementsOfRole(template, 'AgentApprovalsWatchRole').flatMap(({ Action }) => Action ?? []);
    const own = actions.filter((action) => !/^(logs|xray):/.test(action));
    expect(own).toEqual(['states:DescribeExecution']);
    const starter = statementsOfRole(template, 'AgentApprovalsWatchStarter');
    expect(starter).toMatchObject([{ Action: 'states:StartExecution', Resource: { Ref: watchId } }]);
  });
});

test.each([
  ['onWaiting', workflowId, ['RUNNING']],
  ['onEnded', workflowId, ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']],
  ['onNearExpiry', watchId, ['FAILED']],
])('%s matches the EventBridge events of the state machine', (on, machine, status) => {
  const [, rule] = only<Rule>(template, 'AWS::Events::Rule', `AgentApprovalsRule${on}`);
  expect(rule.EventPattern).toEqual({
    source: ['aws.states'],
    'detail-type': ['Step Functions Execution Status Change'],
    detail: { stateMachineArn: [{ Ref: machine }], status },
  });
  expect(rule.Targets).toMatchObject([{ Arn: { Ref: expect.stringMatching(/^Topic/) } }]);
});
