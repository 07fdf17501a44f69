import type { JsonObject } from '../../../../../runtime/core/contracts';
import { linesOf } from '../../check-template';
import { roleWith } from '../../knowledge-template';
import { saysOf, UNKNOWN, UNPROVEN } from '../../one-resource';

const GATEWAY = 'AWS::BedrockAgentCore::Gateway';

describe('GateManagedPolicyEnforced', () => {
  const says = (properties: object) => saysOf('GateManagedPolicyEnforced', GATEWAY, properties);
  const permits = (statement: unknown) =>
    saysOf('GateManagedPolicyEnforced', 'AWS::BedrockAgentCore::Policy', {
      Definition: { Cedar: { Statement: statement } },
    });

  test('an engine that enforces is fine, and so is a function that sees each request', () => {
    expect(says({ PolicyEngineConfiguration: { Arn: 'arn', Mode: 'ENFORCE' } })).toEqual([]);
    const interceptor = { Interceptor: { Lambda: { Arn: 'arn' } }, InterceptionPoints: ['REQUEST'] };
    expect(says({ InterceptorConfigurations: [interceptor] })).toEqual([]);
  });

  test('an engine that only logs, and none, are found', () => {
    expect(says({ PolicyEngineConfiguration: { Arn: 'arn', Mode: 'LOG_ONLY' } })).toEqual([
      'Properties.PolicyEngineConfiguration.Mode: the policy engine only logs: calls that no policy permits still run',
    ]);
  });

  describe('without an engine', () => {
    const lines = (mcp: object, action = 'dynamodb:GetItem', gateway: object = {}) =>
      linesOf('GateManagedPolicyEnforced', {
        Role: roleWith('lambda.amazonaws.com', { Effect: 'Allow', Action: action, Resource: 'arn:x' }),
        Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
        Tools: { Type: GATEWAY, Properties: gateway as JsonObject },
        Target: {
          Type: 'AWS::BedrockAgentCore::GatewayTarget',
          Properties: {
            GatewayIdentifier: { 'Fn::GetAtt': ['Tools', 'GatewayIdentifier'] },
            TargetConfiguration: { Mcp: mcp as JsonObject },
          },
        },
      });
    const LAMBDA = { Lambda: { LambdaArn: { 'Fn::GetAtt': ['Fn', 'Arn'] } } };
    const api = (method: string, name: string) => ({
      OpenApiSchema: { InlinePayload: JSON.stringify({ paths: { '/orders': { [method]: { operationId: name } } } }) },
    });

    test('tools that only read are fine', () => {
      expect(lines(LAMBDA)).toEqual([]);
      expect(lines(api('get', 'orders'))).toEqual([]);
      expect(lines(api('post', 'searchOrders'))).toEqual([]);
      expect(lines({ Connector: { Source: { ConnectorId: 'bedrock-knowledge-bases' } } })).toEqual([]);
    });

    test.each([
      ['a function that may write', LAMBDA, 'dynamodb:DeleteItem'],
      ['an operation that deletes', api('delete', 'get_profile'), undefined],
      ['an operation that posts', api('post', 'orders'), undefined],
      [
        'a method of an API',
        {
          ApiGateway: {
            ApiGatewayToolConfiguration: { ToolFilters: [{ FilterPath: '/*', Methods: ['GET', 'POST'] }] },
          },
        },
        undefined,
      ],
    ])('%s is found', (_, mcp, action) => {
      expect(lines(mcp, action)).toEqual([
        expect.stringContaining('Tools Properties.PolicyEngineConfiguration: no policy engine decides on tool calls'),
      ]);
      const intercepted = (point: string) =>
        lines(mcp, action, { InterceptorConfigurations: [{ InterceptionPoints: [point] }] });
      expect(intercepted('REQUEST')).toEqual([]);
      expect(intercepted('RESPONSE')).toHaveLength(1);
    });
  });

  test('a policy that permits every call is found, one that names tools or has a condition is not', () => {
    expect(permits('permit(principal, action, resource);')).toEqual([
      'Properties.Definition.Cedar.Statement: permits every caller every tool with any argument',
    ]);
    expect(permits('permit (principal,\n action,\n resource == AgentCore::Gateway::"g"\n);')).toHaveLength(1);
    expect(permits('permit(principal, action, resource) when { context.input.amount < 100 };')).toEqual([]);
    expect(permits('permit(principal, action == AgentCore::Action::"t___read", resource);')).toEqual([]);
    expect(permits('// permit(principal, action, resource);\nforbid(principal, action, resource);')).toEqual([]);
  });

  test('what isn’t known can’t be proven', () => {
    expect(says({ PolicyEngineConfiguration: UNKNOWN })).toEqual([UNPROVEN]);
    expect(says({ PolicyEngineConfiguration: { Arn: 'arn', Mode: UNKNOWN } })).toEqual([UNPROVEN]);
    expect(permits(UNKNOWN)).toEqual([UNPROVEN]);
  });
});
