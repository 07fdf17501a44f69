import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { ownGate } from './gate-template';

describe('GatePrivateAndNamed', () => {
  const lines = (resources: JsonObject, around?: JsonObject) =>
    linesOf('GatePrivateAndNamed', { ...resources, ...ownGate }, around);
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
      'everyone, as AWS writes it',
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
      'one of an unknown principal',
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

  test('an API where people decide needs the deny for everyone else too', () => {
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

describe('GatePrivateAndNamed in an app without our gate', () => {
  const agent = (authorization: string | undefined): JsonObject => ({
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [
          {
            PolicyDocument: {
              Statement: [
                { Effect: 'Allow', Action: 'bedrock:InvokeModel', Resource: 'arn:aws:bedrock:x::foundation-model/m' },
              ],
            },
          },
        ],
      },
    },
    Agent: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
    Other: { Type: 'AWS::Lambda::Function', Properties: {} },
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
    Method: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ...(authorization && { AuthorizationType: authorization }),
        Integration: {
          Uri: { 'Fn::Sub': `arn:aws:apigateway:x:lambda:path/2015-03-31/functions/\${Agent.Arn}/invocations` },
        },
      },
    },
  });
  const url = (target: string, type: string): JsonObject => ({
    Url: {
      Type: 'AWS::Lambda::Url',
      Properties: { TargetFunctionArn: { 'Fn::GetAtt': [target, 'Arn'] }, AuthType: type },
    },
  });
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('GatePrivateAndNamed', resources, around);

  test.each(['AWS_IAM', 'COGNITO_USER_POOLS', 'CUSTOM'])('%s is enough', (type) =>
    expect(lines(agent(type))).toEqual([]),
  );

  test.each(['NONE', undefined])('a method of an agent with %s is found', (type) => {
    expect(lines(agent(type))).toEqual([expect.stringContaining('a method of an agent accepts calls from anybody')]);
  });

  test('an unknown type can’t be proven', () => {
    const resources = changed(agent('NONE'), ['Method', 'Properties', 'AuthorizationType'], { Ref: 'Unknown' });
    expect(lines(resources, UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
  });

  test('a method that answers without an agent is nobody’s business', () => {
    expect(lines(changed(agent('NONE'), ['Method', 'Properties', 'Integration'], { Type: 'MOCK' }))).toEqual([]);
  });

  test('a function URL is found if it is an agent’s', () => {
    expect(lines({ ...agent('AWS_IAM'), ...url('Agent', 'NONE') })).toHaveLength(1);
    expect(lines({ ...agent('AWS_IAM'), ...url('Agent', 'AWS_IAM') })).toEqual([]);
    expect(lines({ ...agent('AWS_IAM'), ...url('Other', 'NONE') })).toEqual([]);
  });
});
