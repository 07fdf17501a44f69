import type { JsonObject } from '../../../../../runtime/core/contracts';
import { saysOf, UNKNOWN, UNPROVEN } from '../../one-resource';

const GATEWAY = 'AWS::BedrockAgentCore::Gateway';
const RUNTIME = 'AWS::BedrockAgentCore::Runtime';
const POLICY = 'AWS::BedrockAgentCore::ResourcePolicy';

describe('GateManagedCallersNamed', () => {
  const says = (type: string, properties: object, beside?: JsonObject) =>
    saysOf('GateManagedCallersNamed', type, properties, beside);
  const tokens = (more: object): JsonObject => ({
    CustomJWTAuthorizer: { DiscoveryUrl: 'https://login.example.com/.well-known/openid-configuration', ...more },
  });

  test('AWS’s signature, and tokens for this app, are fine', () => {
    expect(says(GATEWAY, { AuthorizerType: 'AWS_IAM' })).toEqual([]);
    for (const demand of [
      { AllowedAudience: ['desk'] },
      { AllowedClients: [UNKNOWN] },
      { AllowedClients: ['c'] },
      { CustomClaims: [{ a: 1 }] },
    ]) {
      expect(says(GATEWAY, { AuthorizerType: 'CUSTOM_JWT', AuthorizerConfiguration: tokens(demand) })).toEqual([]);
    }
    expect(says(RUNTIME, {})).toEqual([]);
  });

  test('a gateway that asks nobody is found', () => {
    expect(says(GATEWAY, { AuthorizerType: 'NONE' })).toEqual(['Properties.AuthorizerType: anybody may call it']);
    expect(says('AWS::BedrockAgentCore::PaymentManager', { AuthorizerType: 'NONE' })).toHaveLength(1);
  });

  test('who only signs in is named where a policy engine decides the rest', () => {
    const mode = (given: string) => ({
      AuthorizerType: 'AUTHENTICATE_ONLY',
      PolicyEngineConfiguration: { Arn: 'arn', Mode: given },
    });
    expect(says(GATEWAY, mode('ENFORCE'))).toEqual([]);
    expect(says(GATEWAY, mode('LOG_ONLY'))).toEqual([expect.stringContaining('every caller with any AWS identity')]);
    expect(says(GATEWAY, { AuthorizerType: 'AUTHENTICATE_ONLY' })).toHaveLength(1);
  });

  test.each([GATEWAY, RUNTIME])('%s that takes every token of an issuer is found', (type) => {
    const found = says(type, {
      AuthorizerType: 'CUSTOM_JWT',
      AuthorizerConfiguration: tokens({ AllowedAudience: [] }),
    });
    expect(found).toEqual([
      'Properties.AuthorizerConfiguration.CustomJWTAuthorizer: takes every token of the issuer, also those for other apps',
    ]);
  });

  test('a resource policy that allows everybody is found, unless callers come with tokens', () => {
    const policy = (statement: object, of: unknown = 'arn') => ({
      ResourceArn: of,
      Policy: JSON.stringify({
        Statement: [{ Effect: 'Allow', Action: 'bedrock-agentcore:InvokeGateway', ...statement }],
      }),
    });
    expect(says(POLICY, policy({ Principal: '*' }))).toEqual(['Properties.Policy.Statement[0]: allows everybody']);
    expect(says(POLICY, policy({ Principal: { AWS: 'arn:aws:iam::111122223333:role/app' } }))).toEqual([]);
    const condition = (value: string) => ({ StringEquals: { 'aws:PrincipalOrgID': value } });
    expect(says(POLICY, policy({ Principal: '*', Condition: condition('o-1') }))).toEqual([]);
    expect(says(POLICY, policy({ Principal: '*', Condition: condition('*') }))).toHaveLength(1);
    const gateway = {
      Type: GATEWAY,
      Properties: { AuthorizerType: 'CUSTOM_JWT', AuthorizerConfiguration: tokens({ AllowedAudience: ['desk'] }) },
    };
    const byTokens = policy({ Principal: '*' }, { 'Fn::GetAtt': ['Tools', 'GatewayArn'] });
    expect(says(POLICY, byTokens, { Tools: gateway })).toEqual([]);
  });

  test('what isn’t known can’t be proven', () => {
    expect(says(GATEWAY, { AuthorizerType: UNKNOWN })).toEqual([UNPROVEN]);
    expect(says(GATEWAY, { AuthorizerType: 'SOMETHING_NEW' })).toEqual([UNPROVEN]);
    expect(says(RUNTIME, { AuthorizerConfiguration: UNKNOWN })).toEqual([UNPROVEN]);
    expect(says(RUNTIME, { AuthorizerConfiguration: tokens({ AllowedAudience: UNKNOWN }) })).toEqual([UNPROVEN]);
    expect(says('AWS::Bedrock::ResourcePolicy', { ResourceArn: 'arn', PolicyDocument: UNKNOWN })).toEqual([UNPROVEN]);
  });
});
