import type { JsonObject } from '../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../check-template';

describe('GatePrivateAndNamed', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('GatePrivateAndNamed', resources, around);
  const api = (properties: JsonObject): JsonObject => ({ Type: 'AWS::ApiGateway::RestApi', Properties: properties });
  const invoke = { Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
  const nobodyElse = {
    Effect: 'Deny',
    Principal: '*',
    ...invoke,
    Condition: {
      ArnNotLike: {
        'aws:PrincipalArn': [
          { 'Fn::GetAtt': ['Role', 'Arn'] },
          { 'Fn::Sub': `arn:aws:sts::\${AWS::AccountId}:assumed-role/\${Role}/*` },
        ],
      },
    },
  };
  const notElsewhere = {
    Effect: 'Deny',
    Principal: '*',
    ...invoke,
    Condition: { StringNotEquals: { 'aws:SourceVpc': { Ref: 'Vpc' } } },
  };
  const allow = (principal: unknown, ...denials: unknown[]) => ({
    Statement: [{ Effect: 'Allow', Principal: principal, ...invoke }, ...denials],
  });
  const gate: JsonObject = {
    Vpc: { Type: 'AWS::EC2::VPC' },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [
          {
            PolicyDocument: {
              Statement: [
                { Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: 'arn:aws:bedrock:x::foundation-model/m' },
                {
                  Effect: 'Allow',
                  Action: 'execute-api:Invoke',
                  Resource: { 'Fn::Sub': `arn:aws:execute-api:x:111122223333:\${Api}/v1/POST/calls` },
                },
              ],
            },
          },
        ],
      },
    },
    Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { TaskRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
    Api: api({
      EndpointConfiguration: { Types: ['PRIVATE'] },
      Policy: allow({ AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } }, nobodyElse, notElsewhere) as JsonObject,
    }),
    Method: {
      Type: 'AWS::ApiGateway::Method',
      Properties: { RestApiId: { Ref: 'Api' }, AuthorizationType: 'AWS_IAM' },
    },
  };
  const policy = ['Api', 'Properties', 'Policy'];

  test('a private, signed API that names its caller is fine', () => expect(lines(gate)).toEqual([]));

  test.each<[string, (string | number)[], unknown, string]>([
    ['a public endpoint', ['Api', 'Properties', 'EndpointConfiguration', 'Types'], ['REGIONAL'], 'not a private API'],
    ['no endpoint type', ['Api', 'Properties', 'EndpointConfiguration'], undefined, 'not a private API'],
    ['everybody as principal', policy, allow('*', nobodyElse, notElsewhere), 'allows every principal of the account'],
    [
      'everybody in AWS’s spelling',
      policy,
      allow({ AWS: '*' }, nobodyElse, notElsewhere),
      'allows every principal of the account',
    ],
    [
      'a whole account',
      policy,
      allow({ AWS: 'arn:aws:iam::111122223333:root' }, nobodyElse, notElsewhere),
      'name a role',
    ],
    ['every role', policy, allow({ AWS: 'arn:aws:iam::111122223333:role/*' }, nobodyElse, notElsewhere), 'name a role'],
    ['unsigned calls', ['Method', 'Properties', 'AuthorizationType'], 'NONE', 'unsigned calls'],
    ['no authorization type', ['Method', 'Properties', 'AuthorizationType'], undefined, 'unsigned calls'],
  ])('%s is found', (_name, path, value, message) => {
    expect(lines(changed(gate, path, value))).toEqual([expect.stringContaining(message)]);
  });

  test('no policy is found', () => {
    expect(lines(changed(gate, policy, undefined))).toEqual([
      expect.stringContaining('has no resource policy'),
      expect.stringContaining("isn't denied to everybody"),
      expect.stringContaining("isn't denied from other networks"),
    ]);
  });

  const statement = [...policy, 'Statement'];
  test.each<[string, (string | number)[], unknown, string]>([
    ['no deny to the others', [...statement, 1], notElsewhere, 'to everybody except named'],
    [
      'one that spares every role',
      [...statement, 1, 'Condition', 'ArnNotLike', 'aws:PrincipalArn', 0],
      'arn:aws:iam::111122223333:role/*',
      'to everybody except named',
    ],
    ['one of a single path', [...statement, 1, 'Resource'], 'execute-api:/v1/GET/tools', 'to everybody except named'],
    [
      'one of nobody knows whom',
      [...statement, 1, 'Condition', 'ArnNotLike', 'aws:PrincipalArn', 0],
      { Ref: 'Unknown' },
      'to everybody except named',
    ],
    ['no deny from elsewhere', [...statement, 2], nobodyElse, 'from other networks'],
    [
      'one from a single address',
      [...statement, 2, 'Condition'],
      { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      'from other networks',
    ],
    [
      'one from nobody knows where',
      [...statement, 2, 'Condition', 'StringNotEquals', 'aws:SourceVpc'],
      { Ref: 'Unknown' },
      'from other networks',
    ],
    [
      'one that spares a role',
      [...statement, 2, 'Condition', 'ArnNotLike'],
      { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/x' },
      'from other networks',
    ],
  ])('of the denies: %s is found', (_name, path, value, message) => {
    expect(lines(changed(gate, path, value), UNKNOWN_PARAMETER)).toEqual([expect.stringContaining(message)]);
  });

  test('where people decide for an agent, the deny to everybody else is needed too', () => {
    const desk = api({ Policy: allow({ AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } }, nobodyElse) as JsonObject });
    const apart: JsonObject = {
      Role: { Type: 'AWS::IAM::Role', Properties: {} },
      Desk: desk,
      DeskMethod: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          RestApiId: { Ref: 'Desk' },
          AuthorizationType: 'AWS_IAM',
          Integration: { Uri: { 'Fn::Sub': `arn:aws:apigateway:x:lambda:path/functions/\${Decide.Arn}/invocations` } },
        },
      },
      Decide: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['DecideRole', 'Arn'] } } },
      DecideRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Policies: [
            { PolicyDocument: { Statement: { Effect: 'Allow', Action: 'states:SendTaskSuccess', Resource: '*' } } },
          ],
        },
      },
      Machine: { Type: 'AWS::StepFunctions::StateMachine' },
      Starter: {
        Type: 'AWS::Lambda::Function',
        Properties: { Environment: { Variables: { APPROVAL_STATE_MACHINE_ARN: { Ref: 'Machine' } } } },
      },
    };
    const open: JsonObject = {
      ...apart,
      Desk: api({ Policy: allow({ AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } }) as JsonObject }),
    };
    expect(lines(apart)).toEqual([]);
    expect(lines(open)).toEqual([expect.stringContaining('Desk Properties.Policy: isn')]);
    // An API that decides nothing for an agent may leave it to its callers' own policies.
    const { Starter, ...elsewhere } = open;
    expect(lines(elsewhere)).toEqual([]);
  });

  test('another API may be public, with an authorizer, when it names its callers', () => {
    const desk = api({ Policy: allow({ AWS: 'arn:aws:iam::111122223333:role/approver' }) as JsonObject });
    const method = {
      Type: 'AWS::ApiGateway::Method',
      Properties: { RestApiId: { Ref: 'Desk' }, AuthorizationType: 'CUSTOM' },
    };
    expect(lines({ ...gate, Desk: desk, DeskMethod: method })).toEqual([]);
    expect(
      lines({ ...gate, Desk: desk, DeskMethod: changed(method, ['Properties', 'AuthorizationType'], 'NONE') }),
    ).toHaveLength(1);
  });

  test('a function address without a signature, and an HTTP API as gate, are found', () => {
    expect(lines({ Url: { Type: 'AWS::Lambda::Url', Properties: { AuthType: 'NONE' } } })).toHaveLength(1);
    const http = changed(gate, ['Api', 'Type'], 'AWS::ApiGatewayV2::Api');
    expect(lines(http)).toContainEqual(expect.stringContaining('not a private REST API'));
  });

  test('what isn’t known can’t be proven', () => {
    for (const path of [
      [...policy, 'Statement', 0, 'Principal', 'AWS'],
      ['Api', 'Properties', 'EndpointConfiguration', 'Types', 0],
      ['Method', 'Properties', 'AuthorizationType'],
    ]) {
      expect(lines(changed(gate, path, { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([
        expect.stringContaining("can't be proven"),
      ]);
    }
  });
});

const arn = (id: string): JsonObject => ({ 'Fn::GetAtt': [id, 'Arn'] });
const role = (...statements: JsonObject[]): JsonObject => ({
  Type: 'AWS::IAM::Role',
  Properties: { Policies: [{ PolicyDocument: { Statement: statements } }] },
});
const allow = (action: string, resource: JsonObject | string): JsonObject => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
});
const fn = (roleId: string): JsonObject => ({ Type: 'AWS::Lambda::Function', Properties: { Role: arn(roleId) } });
const onlyFor = (id: string, condition: JsonObject): JsonObject => ({
  Type: 'AWS::Lambda::ResourcePolicy',
  Properties: {
    ResourceArn: arn(id),
    PolicyDocument: {
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 'lambda:InvokeFunction',
          Resource: arn(id),
          Condition: condition,
        },
      ],
    },
  },
});
/** An agent, its gate, and an executor that the gate calls. */
const behindGate: JsonObject = {
  AgentRole: role(
    allow('bedrock:InvokeModel', 'arn:aws:bedrock:x::foundation-model/m'),
    allow('execute-api:Invoke', { 'Fn::Sub': `arn:aws:execute-api:x:111122223333:\${Api}/v1/POST/calls` }),
  ),
  Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { TaskRoleArn: arn('AgentRole') } },
  Api: { Type: 'AWS::ApiGateway::RestApi' },
  Method: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Api' },
      Integration: {
        Uri: { 'Fn::Sub': `arn:aws:apigateway:x:lambda:path/2015-03-31/functions/\${Gate.Arn}/invocations` },
      },
    },
  },
  GateRole: role(allow('lambda:InvokeFunction', arn('Executor'))),
  Gate: fn('GateRole'),
  GatePolicy: onlyFor('Gate', { Bool: { 'aws:PrincipalIsAWSService': 'false' } }),
  ExecutorRole: role(),
  Executor: fn('ExecutorRole'),
  ExecutorPolicy: onlyFor('Executor', { ArnNotEquals: { 'aws:PrincipalArn': arn('GateRole') } }),
  BesideRole: role(allow('secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:x:111122223333:secret:db-??????')),
  Beside: fn('BesideRole'),
};

describe('GateOwnCode', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('GateOwnCode', resources, around);

  test('functions behind the gate that run their own code are fine, and others are left alone', () => {
    expect(lines(behindGate)).toEqual([]);
    expect(
      lines(changed(behindGate, ['Beside', 'Properties', 'Layers'], ['arn:aws:lambda:x:999999999999:layer:l:1'])),
    ).toEqual([]);
  });

  test.each<[string, JsonObject]>([
    ['a layer of the app', { Layers: [{ Ref: 'Layer' }] }],
    ['source maps', { Environment: { Variables: { NODE_OPTIONS: '--enable-source-maps' } } }],
    [
      'an asset of CDK',
      { Code: { S3Bucket: { 'Fn::Sub': `cdk-hnb659fds-assets-\${AWS::AccountId}-\${AWS::Region}` } } },
    ],
    ['a bucket of the app', { Code: { S3Bucket: { Ref: 'Bucket' } } }],
    ['code in the template', { Code: { ZipFile: '' } }],
  ])('%s is fine', (_name, properties) => {
    const app = {
      ...behindGate,
      Layer: { Type: 'AWS::Lambda::LayerVersion' },
      Bucket: { Type: 'AWS::S3::Bucket' },
      Gate: changed(behindGate.Gate as JsonObject, ['Properties'], {
        ...(behindGate.Gate as { Properties: JsonObject }).Properties,
        ...properties,
      }),
    };
    expect(lines(app)).toEqual([]);
  });

  test.each<[string, string, JsonObject, string]>([
    [
      'a layer from elsewhere',
      'Executor',
      { Layers: ['arn:aws:lambda:x:999999999999:layer:l:1'] },
      "isn't part of this app",
    ],
    [
      'a file system',
      'Executor',
      { FileSystemConfigs: [{ Arn: 'arn:x', LocalMountPath: '/mnt/x' }] },
      'file system is mounted',
    ],
    [
      'a module loaded first',
      'Gate',
      { Environment: { Variables: { NODE_OPTIONS: '--require /tmp/x.js' } } },
      'load other code first',
    ],
    [
      'a wrapper',
      'Gate',
      { Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/x' } } },
      'load other code first',
    ],
    [
      'code from a bucket of whoever',
      'Executor',
      { Code: { S3Bucket: 'theirs' } },
      'which account owns the bucket theirs',
    ],
    ['layers that nobody knows', 'Gate', { Layers: { Ref: 'Unknown' } }, "can't be proven"],
    [
      'a start option that nobody knows',
      'Gate',
      { Environment: { Variables: { NODE_OPTIONS: { Ref: 'Unknown' } } } },
      "can't be proven",
    ],
    ['a bucket that nobody knows', 'Gate', { Code: { S3Bucket: { Ref: 'Unknown' } } }, "can't be proven"],
  ])('%s is found', (_name, id, properties, message) => {
    const own = (behindGate[id] as { Properties: JsonObject }).Properties;
    const app = changed(behindGate, [id, 'Properties'], { ...own, ...properties });
    expect(lines(app, UNKNOWN_PARAMETER)).toEqual([expect.stringContaining(message)]);
  });
});

describe('GateBodiesUnlogged', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('GateBodiesUnlogged', resources, around);
  const stage = (traced: unknown, api = 'Api'): JsonObject => ({
    ...behindGate,
    Other: { Type: 'AWS::ApiGateway::RestApi' },
    Stage: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { RestApiId: { Ref: api }, MethodSettings: [{ DataTraceEnabled: traced as boolean }] },
    },
  });

  test('a stage without data tracing is fine, and other APIs are left alone', () => {
    expect(lines(stage(false))).toEqual([]);
    expect(lines(stage(undefined))).toEqual([]);
    expect(lines(stage(true, 'Other'))).toEqual([]);
  });

  test('data tracing is found, on a stage and on a deployment that makes one', () => {
    expect(lines(stage('true'))).toEqual([
      expect.stringContaining(
        'Stage Properties.MethodSettings[0].DataTraceEnabled: full requests and responses are logged',
      ),
    ]);
    const deployment = changed(stage(true), ['Stage'], {
      Type: 'AWS::ApiGateway::Deployment',
      Properties: { RestApiId: { Ref: 'Api' }, StageDescription: { DataTraceEnabled: true } },
    });
    expect(lines(deployment)).toHaveLength(1);
  });

  test('what isn’t known can’t be proven', () => {
    expect(lines(stage({ Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
  });
});

describe('GateNotBypassed', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('GateNotBypassed', resources, around);
  const statement = (id: string) => [id, 'Properties', 'PolicyDocument', 'Statement', 0];

  test('a gate and an executor that deny everybody else are fine; what isn’t behind the gate is left alone', () => {
    expect(lines(behindGate)).toEqual([]);
    const { AgentRole, Task, GatePolicy, ExecutorPolicy, ...withoutAgent } = behindGate;
    expect(lines(withoutAgent)).toEqual([]);
  });

  test.each<[string, (string | number)[], unknown, string]>([
    ['no policy of the gate’s function', ['GatePolicy'], undefined, 'Gate Properties: decides calls of the API Api'],
    ['no policy of the executor', ['ExecutorPolicy'], undefined, 'Executor Properties: runs calls that Gate allowed'],
    ['an allow only', [...statement('ExecutorPolicy'), 'Effect'], 'Allow', 'Executor'],
    ['a deny to one', [...statement('ExecutorPolicy'), 'Principal'], { AWS: '111122223333' }, 'Executor'],
    [
      'a deny that spares every role',
      [...statement('ExecutorPolicy'), 'Condition', 'ArnNotEquals', 'aws:PrincipalArn'],
      'arn:aws:iam::111122223333:role/*',
      'Executor',
    ],
    [
      'a deny with a condition more',
      [...statement('GatePolicy'), 'Condition', 'Null'],
      { 'aws:SourceIp': 'true' },
      'Gate',
    ],
    [
      'a deny to services instead',
      [...statement('GatePolicy'), 'Condition', 'Bool', 'aws:PrincipalIsAWSService'],
      'true',
      'Gate',
    ],
    ['a deny of another function', [...statement('GatePolicy'), 'Resource'], arn('Beside'), 'Gate'],
    ['a deny of another action', [...statement('GatePolicy'), 'Action'], 'lambda:GetFunction', 'Gate'],
  ])('%s is found', (_name, path, value, message) => {
    expect(lines(changed(behindGate, path, value))).toEqual([expect.stringContaining(message)]);
  });

  test('what else may call an executor, and what takes people’s decisions, has to deny the others too', () => {
    const more: JsonObject = {
      ...behindGate,
      Machine: { Type: 'AWS::StepFunctions::StateMachine' },
      ApprovedRole: role(allow('lambda:InvokeFunction', arn('Executor'))),
      Approved: fn('ApprovedRole'),
      DecideRole: role(allow('states:SendTaskSuccess', { Ref: 'Machine' })),
      Decide: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Role: arn('DecideRole'),
          Environment: { Variables: { APPROVAL_STATE_MACHINE_ARN: { Ref: 'Machine' } } },
        },
      },
      Desk: { Type: 'AWS::ApiGateway::RestApi' },
      DeskMethod: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          RestApiId: { Ref: 'Desk' },
          Integration: { Uri: { 'Fn::Sub': `arn:aws:apigateway:x:lambda:path/functions/\${Decide.Arn}/invocations` } },
        },
      },
    };
    expect(lines(more)).toEqual([
      expect.stringContaining("Decide Properties: takes people's decisions from the API Desk"),
      expect.stringContaining('Approved Properties: may call Executor'),
    ]);
    const services = { Bool: { 'aws:PrincipalIsAWSService': 'false' } };
    const closed = { ...more, D: onlyFor('Decide', services), A: onlyFor('Approved', services) };
    expect(lines(closed)).toEqual([]);
  });

  test('a policy that isn’t known, or may not be there, can’t be proven', () => {
    for (const path of [
      ['ExecutorPolicy', 'Properties', 'PolicyDocument'],
      [...statement('ExecutorPolicy'), 'Condition', 'ArnNotEquals', 'aws:PrincipalArn'],
      [...statement('GatePolicy'), 'Action'],
    ]) {
      expect(lines(changed(behindGate, path, { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([
        expect.stringContaining("can't be proven"),
      ]);
    }
    const around = { ...UNKNOWN_PARAMETER, Conditions: { Maybe: { 'Fn::Equals': [{ Ref: 'Unknown' }, 'x'] } } };
    expect(lines(changed(behindGate, ['GatePolicy', 'Condition'], 'Maybe'), around)).toHaveLength(1);
  });
});

describe('GateApprovalWaitsOnce', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('GateApprovalWaitsOnce', resources, around);
  const wait = {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    TimeoutSeconds: 1800,
    End: true,
  };
  const machine = (state: JsonObject, properties: JsonObject = {}): JsonObject => ({
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: {
        DefinitionString: JSON.stringify({ StartAt: 'Wait', States: { Wait: state } }),
        StateMachineType: 'STANDARD',
        ...properties,
      },
    },
  });

  test('a wait with a timeout and no Retry is fine', () => expect(lines(machine(wait))).toEqual([]));

  test('Retry elsewhere is fine', () => {
    const other = { ...wait, Resource: 'arn:aws:states:::lambda:invoke', Retry: [{ ErrorEquals: ['States.ALL'] }] };
    expect(lines(machine(other))).toEqual([]);
  });

  test.each<[string, JsonObject, string]>([
    ['no timeout', changed(wait as JsonObject, ['TimeoutSeconds'], undefined), 'without a timeout'],
    ['a timeout of a year', { ...wait, TimeoutSeconds: 31_536_000 }, "isn't between"],
    ['a Retry', { ...wait, Retry: [{ ErrorEquals: ['Lambda.ServiceException'] }] }, 'has a Retry'],
    [
      'a Retry inside a Map',
      { Type: 'Map', ItemProcessor: { StartAt: 'In', States: { In: { ...wait, Retry: [{}] } } } },
      'In has a Retry',
    ],
    [
      'a Retry inside a Parallel',
      { Type: 'Parallel', Branches: [{ StartAt: 'In', States: { In: { ...wait, Retry: [{}] } } }] },
      'In has a Retry',
    ],
  ])('%s is found', (_name, state, message) => {
    expect(lines(machine(state))).toEqual([expect.stringContaining(message)]);
  });

  test('an express machine, and logged execution data, are found', () => {
    expect(lines(machine(wait, { StateMachineType: 'EXPRESS' }))).toHaveLength(1);
    expect(lines(machine(wait, { LoggingConfiguration: { IncludeExecutionData: true } }))).toHaveLength(1);
  });

  const call = (id: string, more: JsonObject): JsonObject => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: `\${${id}.Arn}` },
    ...more,
  });
  /** A gate that starts a machine with these states. */
  const asking = (states: JsonObject, StartAt = 'Wait'): JsonObject => ({
    ...behindGate,
    StartRole: {
      Type: 'AWS::IAM::RolePolicy',
      Properties: {
        RoleName: { Ref: 'GateRole' },
        PolicyDocument: { Statement: [allow('states:StartExecution', { Ref: 'Machine' })] },
      },
    },
    ApprovedRole: role(allow('lambda:InvokeFunction', arn('Executor'))),
    Approved: fn('ApprovedRole'),
    Machine: {
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { DefinitionString: { 'Fn::Sub': JSON.stringify({ StartAt, States: states }) } },
    },
  });
  const { End, ...waiting } = wait;
  const waits: JsonObject = { ...waiting, Next: 'Run', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Close' }] };
  const run = call('Approved', { End: true });
  const close = call('Beside', { End: true });

  test('a machine of the gate that waits before it acts is fine', () => {
    expect(lines(asking({ Wait: waits, Run: run, Close: close }))).toEqual([]);
  });

  test.each<[string, JsonObject, string]>([
    [
      'the wait made a plain call',
      {
        Wait: { ...waits, Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: 'x' } },
        Run: run,
        Close: close,
      },
      'Wait',
    ],
    ['a start behind the wait', { Wait: waits, Run: run, Close: close }, 'Run'],
    [
      'a wait that goes on when it failed',
      { Wait: { ...waits, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Run' }] }, Run: run },
      'Wait',
    ],
    [
      'a choice beside the wait',
      { Which: { Type: 'Choice', Choices: [{ Next: 'Wait' }], Default: 'Run' }, Wait: waits, Run: run, Close: close },
      'Which',
    ],
    [
      'a call inside a Map',
      { All: { Type: 'Map', ItemProcessor: { StartAt: 'Run', States: { Run: run } }, End: true } },
      'All',
    ],
    ['a call of the executor itself', { Run: call('Executor', { End: true }) }, 'Run'],
  ])('%s is found', (_name, states, start) => {
    expect(lines(asking(states, start))).toEqual([expect.stringContaining('Run runs the call without an approval')]);
  });

  test('the same machine is known by the environment that names it', () => {
    const named = changed(asking({ Run: run }, 'Run'), ['StartRole'], undefined);
    expect(lines(named)).toEqual([]);
    const variables = { Environment: { Variables: { APPROVAL_STATE_MACHINE_ARN: { Ref: 'Machine' } } } };
    expect(lines(changed(named, ['Beside', 'Properties'], variables))).toHaveLength(1);
  });

  test('a call of nobody knows what before the wait can’t be proven', () => {
    const dynamic = { ...run, Parameters: { 'FunctionName.$': '$.function' } };
    expect(lines(asking({ Run: dynamic }, 'Run'))).toEqual([expect.stringContaining("can't be proven")]);
  });

  test('a definition from elsewhere, or an unknown one, can’t be proven', () => {
    expect(lines(machine(wait, { DefinitionString: { Ref: 'Unknown' } }), UNKNOWN_PARAMETER)).toHaveLength(1);
    const stored = changed(machine(wait), ['Machine', 'Properties', 'DefinitionString'], undefined);
    expect(lines(stored)).toEqual([expect.stringContaining("the definition isn't in the template")]);
    const half = { 'Fn::Sub': `{"States": \${Unknown}}` };
    expect(lines(machine(wait, { DefinitionString: half }), UNKNOWN_PARAMETER)).toHaveLength(1);
  });
});
