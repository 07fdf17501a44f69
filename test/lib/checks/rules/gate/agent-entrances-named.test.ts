import type { JsonObject } from '../../../../../runtime/core/contracts';
import { linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { roleWith } from '../../knowledge-template';

describe('GateAgentEntrancesNamed', () => {
  const lines = (resources: JsonObject) => linesOf('GateAgentEntrancesNamed', resources, UNKNOWN_PARAMETER);
  const FN: JsonObject = { Type: 'AWS::Lambda::Function', Properties: { Role: 'arn:aws:iam::111122223333:role/r' } };
  const desk = (tool: string): JsonObject => ({
    Type: 'AWS::Bedrock::Agent',
    Properties: { ActionGroups: [{ ActionGroupExecutor: { Lambda: { 'Fn::GetAtt': [tool, 'Arn'] } } }] },
  });
  const permission = (properties: object, of = 'Fn'): JsonObject => ({
    Fn: FN,
    Other: FN,
    Desk: desk('Fn'),
    Allow: {
      Type: 'AWS::Lambda::Permission',
      Properties: { FunctionName: { Ref: of }, Action: 'lambda:InvokeFunction', ...properties } as JsonObject,
    },
  });

  describe('a permission', () => {
    test.each([
      [{ Principal: 'bedrock.amazonaws.com', SourceArn: { 'Fn::GetAtt': ['Desk', 'AgentArn'] } }],
      [{ Principal: 'bedrock-agentcore.amazonaws.com', SourceAccount: { Ref: 'AWS::AccountId' } }],
      [{ Principal: '*', PrincipalOrgID: 'o-a1b2c3d4e5' }],
      [{ Principal: '*', FunctionUrlAuthType: 'AWS_IAM' }],
      [{ Principal: 'arn:aws:iam::111122223333:role/app' }],
      [{ Principal: 'events.amazonaws.com' }],
      [{ Principal: 'elasticloadbalancing.amazonaws.com' }],
      [{ Principal: 's3.amazonaws.com', SourceAccount: { Ref: 'AWS::AccountId' } }],
      [{ Principal: 'sns.amazonaws.com', SourceArn: { Ref: 'Topic' } }],
    ])('for %j is fine', (properties) => expect(lines(permission(properties))).toEqual([]));

    test.each([
      [{ Principal: '*' }, 'every AWS account may invoke the function'],
      [{ Principal: '*', FunctionUrlAuthType: 'NONE' }, 'every AWS account may invoke the function'],
      [{ Principal: 'bedrock.amazonaws.com' }, 'Bedrock may invoke the function for anybody’s agent'],
      [{ Principal: 's3.amazonaws.com' }, 's3 may invoke the function for anybody: the permission names no source'],
      [{ Principal: 'lexv2.amazonaws.com' }, 'lexv2 may invoke the function for anybody'],
    ])('for %j is found', (properties, message) => {
      expect(lines(permission(properties))).toEqual([
        expect.stringContaining(`Allow Properties.Principal: ${message}`),
      ]);
    });

    test('of a function that no agent uses is left alone', () => {
      expect(lines(permission({ Principal: '*' }, 'Other'))).toEqual([]);
    });

    test('for somebody unknown can’t be proven', () => {
      expect(lines(permission({ Principal: { Ref: 'Unknown' } }))).toEqual([
        expect.stringContaining("can't be proven"),
      ]);
    });
  });

  test('a GraphQL API whose key every visitor has is found before a model', () => {
    const app = (api: object): JsonObject => ({
      Api: { Type: 'AWS::AppSync::GraphQLApi', Properties: api as JsonObject },
      Role: roleWith('appsync.amazonaws.com', {
        Effect: 'Allow',
        Action: 'bedrock:InvokeModel',
        Resource: 'arn:aws:bedrock:eu-west-1::foundation-model/example.model-v1',
      }),
      Model: {
        Type: 'AWS::AppSync::DataSource',
        Properties: {
          ApiId: { 'Fn::GetAtt': ['Api', 'ApiId'] },
          Type: 'AMAZON_BEDROCK_RUNTIME',
          ServiceRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
        },
      },
    });
    expect(lines(app({ AuthenticationType: 'AWS_IAM' }))).toEqual([]);
    expect(lines(app({ AuthenticationType: 'API_KEY' }))).toEqual([
      expect.stringContaining('Api Properties.AuthenticationType: whoever has seen the key'),
    ]);
    const more = { AdditionalAuthenticationProviders: [{ AuthenticationType: 'API_KEY' }] };
    expect(lines(app({ AuthenticationType: 'AWS_IAM', ...more }))).toHaveLength(1);
  });

  test('an API of SAM without an authorizer is found', () => {
    const app = (properties: object): JsonObject => ({
      Fn: FN,
      Desk: desk('Fn'),
      Api: { Type: 'AWS::Serverless::Api', Properties: properties as JsonObject },
    });
    expect(lines(app({ StageName: 'prod' }))).toEqual([
      'Api Properties.Auth: anybody may call what is behind this API: it has no authorizer',
    ]);
    expect(lines(app({ Auth: { DefaultAuthorizer: 'AWS_IAM' } }))).toEqual([]);
    expect(lines(app({ Auth: { Authorizers: { Users: {} } } }))).toEqual([]);
    expect(lines(app({ EndpointConfiguration: { Type: 'PRIVATE' } }))).toEqual([]);
    expect(lines({ Api: { Type: 'AWS::Serverless::Api', Properties: {} } })).toEqual([]);
  });

  test('an API of SAM whose own definition says who calls is fine; one that isn’t known can’t be proven', () => {
    const app = (properties: object): JsonObject => ({
      Fn: FN,
      Desk: desk('Fn'),
      Api: { Type: 'AWS::Serverless::Api', Properties: properties as JsonObject },
    });
    const paths = (...operations: object[]) =>
      Object.fromEntries(operations.map((operation, i) => [`/${i}`, { get: operation, options: {} }]));
    const signed = { 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } };
    const body = (definition: object) => lines(app({ DefinitionBody: definition }));
    expect(body({ security: [{ Users: [] }], paths: paths({}) })).toEqual([]);
    expect(body({ paths: paths(signed, { security: [{ Users: [] }] }) })).toEqual([]);
    expect(body({ paths: paths(signed, {}) })).toEqual([expect.stringContaining('anybody may call')]);
    expect(body({ paths: {} })).toEqual([expect.stringContaining('anybody may call')]);
    const included = { 'Fn::Transform': { Name: 'AWS::Include', Parameters: { Location: './api.yaml' } } };
    expect(body(included)).toEqual([expect.stringContaining("Api Properties.Auth: can't be proven")]);
    expect(lines(app({ DefinitionUri: 'api.yaml' }))).toEqual([
      expect.stringContaining("Api Properties.Auth: can't be proven"),
    ]);
  });
});
