import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Connector } from '../../../lib/connectors/connector';
import type { PrivateFunction } from '../../../lib/private/private-function';
import { AgentStack, inputOf, only } from '../agent-stack';

interface Boundary {
  readonly PolicyDocument: { readonly Statement: readonly unknown[] };
}

/** A kind of connector that calls what a test says. */
class CallingConnector extends Connector {
  public constructor(
    made: AgentStack,
    private readonly calls: { functions?: lambda.IFunction[]; machines?: sfn.IStateMachine[] },
  ) {
    super(made.stack, 'Calling', {}, 'executor-aws');
    this._addTool('call', { description: 'Call', input: inputOf({}) }, {});
  }

  protected _authorize(_executor: PrivateFunction): void {
    for (const { functionArn } of this.calls.functions ?? []) this._mayInvoke(functionArn);
    for (const { stateMachineArn } of this.calls.machines ?? []) this._mayStart(stateMachineArn);
  }
}

function denialsOf(calls: (made: AgentStack) => ConstructorParameters<typeof CallingConnector>[1]): unknown[] {
  const made = new AgentStack();
  made.withRuntime({}, [new CallingConnector(made, calls(made))]);
  const [, boundary] = only<Boundary>(made.template(), 'AWS::IAM::ManagedPolicy', 'CallingBoundary');
  return boundary.PolicyDocument.Statement.slice(1);
}

const functionIn = ({ stack }: AgentStack): lambda.Function =>
  new lambda.Function(stack, 'Team', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => {}'),
  });

test('by its boundary, a connector calls no function and starts no state machine', () => {
  expect(denialsOf(() => ({}))).toEqual([
    {
      Sid: 'NeverMoreRights',
      Effect: 'Deny',
      Action: ['iam:*', 'sts:AssumeRole*', 'lambda:InvokeFunction', 'states:*', 'organizations:*'],
      Resource: '*',
    },
  ]);
});

test('by its boundary, a connector that calls a function calls no other, and starts no state machine', () => {
  expect(denialsOf((made) => ({ functions: [functionIn(made)] }))).toEqual([
    {
      Sid: 'NeverMoreRights',
      Effect: 'Deny',
      Action: ['iam:*', 'sts:AssumeRole*', 'states:*', 'organizations:*'],
      Resource: '*',
    },
    {
      Sid: 'NoOtherFunction',
      Effect: 'Deny',
      Action: 'lambda:InvokeFunction',
      NotResource: { 'Fn::GetAtt': [expect.stringMatching(/^Team/), 'Arn'] },
    },
  ]);
});

test('by its boundary, a connector that calls an alias calls neither the newest version nor another alias', () => {
  const [, only_] = denialsOf((made) => ({ functions: [functionIn(made).addAlias('live')] }));
  expect(only_).toMatchObject({ NotResource: { Ref: expect.stringMatching(/^TeamAliaslive/) } });
});

test('by its boundary, a connector that starts a state machine starts no other, and calls no function', () => {
  const machineIn = ({ stack }: AgentStack): sfn.IStateMachine =>
    new sfn.StateMachine(stack, 'Machine', {
      definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'P')),
    });
  expect(denialsOf((made) => ({ machines: [machineIn(made)] }))).toEqual([
    {
      Sid: 'NeverMoreRights',
      Effect: 'Deny',
      Action: ['iam:*', 'sts:AssumeRole*', 'lambda:InvokeFunction', 'organizations:*'],
      Resource: '*',
    },
    {
      Sid: 'NoOtherStateMachine',
      Effect: 'Deny',
      Action: 'states:*',
      NotResource: { Ref: expect.stringMatching(/^Machine/) },
    },
  ]);
});
