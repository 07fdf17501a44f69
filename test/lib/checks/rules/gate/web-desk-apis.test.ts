import type { JsonObject } from '../../../../../runtime/core/contracts';
import { linesOf } from '../../check-template';
import { ownGate } from './gate-template';

const lines = (resources: JsonObject) => linesOf('GatePrivateAndNamed', { ...resources, ...ownGate });

/** A function that signs people in, and passes their decisions on. */
const desk = (without?: string): JsonObject => {
  const variables: Record<string, string> = {
    APPROVER_ISSUER: 'https://login.example.com',
    SHOW_FUNCTION: 'show',
    DECIDE_FUNCTION: 'decide',
  };
  if (without) delete variables[without];
  return { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables: variables } } };
};
const method = (called: string): JsonObject => ({
  Type: 'AWS::ApiGateway::Method',
  Properties: {
    RestApiId: { Ref: 'Api' },
    AuthorizationType: 'NONE',
    Integration: { Uri: { 'Fn::Sub': `arn:aws:apigateway:x:lambda:path/functions/\${${called}.Arn}/invocations` } },
  },
});
const invoke = { Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
const elsewhere = {
  Effect: 'Deny',
  ...invoke,
  Condition: { StringNotEquals: { 'aws:SourceVpce': ['vpce-0123456789abcdef0'] } },
};
const privateApi = (...denials: JsonObject[]): JsonObject => ({
  Type: 'AWS::ApiGateway::RestApi',
  Properties: {
    EndpointConfiguration: { Types: ['PRIVATE'] },
    Policy: { Statement: [{ Effect: 'Allow', ...invoke }, ...denials] },
  },
});
const publicApi: JsonObject = {
  Type: 'AWS::ApiGateway::RestApi',
  Properties: { EndpointConfiguration: { Types: ['REGIONAL'] } },
};
const firewall: JsonObject = {
  Type: 'AWS::WAFv2::WebACLAssociation',
  Properties: { ResourceArn: { 'Fn::Sub': `arn:aws:apigateway:x::/restapis/\${Api}/stages/desk` }, WebACLArn: 'acl' },
};

test('a private web desk that is denied from other networks is fine', () => {
  expect(lines({ Api: privateApi(elsewhere), Desk: desk(), Method: method('Desk') })).toEqual([]);
});

test('a public web desk behind AWS WAF is fine', () => {
  expect(lines({ Api: publicApi, Firewall: firewall, Desk: desk(), Method: method('Desk') })).toEqual([]);
});

test.each<[string, JsonObject, RegExp]>([
  [
    'a public web desk without a web ACL',
    { Api: publicApi, Desk: desk(), Method: method('Desk') },
    /a public web desk has no web ACL of AWS WAF/,
  ],
  [
    'a private web desk that answers through any endpoint',
    { Api: privateApi(), Desk: desk(), Method: method('Desk') },
    /it answers through any endpoint/,
  ],
  [
    'another function behind the same API',
    {
      Api: publicApi,
      Firewall: firewall,
      Desk: desk(),
      Other: desk('DECIDE_FUNCTION'),
      A: method('Desk'),
      B: method('Other'),
    },
    /a method accepts calls from anybody/,
  ],
  [
    'a function that only half looks like a web desk',
    { Api: publicApi, Firewall: firewall, Desk: desk('APPROVER_ISSUER'), Method: method('Desk') },
    /a method accepts calls from anybody/,
  ],
])('%s is found', (_what, resources, message) => {
  expect(lines(resources).join('\n')).toMatch(message);
});
