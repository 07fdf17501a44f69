import { saysOf, UNKNOWN, UNPROVEN } from '../../one-resource';

describe('GateManagedTargetCredential', () => {
  const says = (configuration: object, credentials?: unknown) =>
    saysOf('GateManagedTargetCredential', 'AWS::BedrockAgentCore::GatewayTarget', {
      TargetConfiguration: configuration,
      ...(credentials === undefined ? {} : { CredentialProviderConfigurations: credentials }),
    });
  const server = (endpoint = 'https://tickets.example.com/mcp') => ({ Mcp: { McpServer: { Endpoint: endpoint } } });
  const oauth = (scopes: unknown) => [
    {
      CredentialProviderType: 'OAUTH',
      CredentialProvider: { OauthCredentialProvider: { ProviderArn: 'arn', Scopes: scopes } },
    },
  ];
  const key = (location: string) => [
    {
      CredentialProviderType: 'API_KEY',
      CredentialProvider: { ApiKeyCredentialProvider: { ProviderArn: 'arn', CredentialLocation: location } },
    },
  ];

  test('a credential for the server’s tools is fine, and functions of AWS need none', () => {
    expect(says(server(), oauth(['tickets:read']))).toEqual([]);
    expect(says(server(), key('HEADER'))).toEqual([]);
    expect(says({ Mcp: { Lambda: { LambdaArn: 'arn' } } })).toEqual([]);
  });

  test('a server without a credential is found', () => {
    expect(says(server())).toEqual([expect.stringContaining('has no credential')]);
    expect(says({ Mcp: { OpenApiSchema: { InlinePayload: '{}' } } }, [])).toHaveLength(1);
  });

  test('an address without TLS, a key in the address and a scope of every right are found', () => {
    expect(says(server('http://tickets.example.com/mcp'), key('HEADER'))).toEqual([
      'Properties.TargetConfiguration.Mcp.McpServer.Endpoint: is reached without TLS',
    ]);
    expect(says(server(), key('QUERY_PARAMETER'))).toEqual([expect.stringContaining('puts the key into the address')]);
    for (const scope of ['*', 'admin', 'tickets:*', 'https://api.example.com/all']) {
      expect(says(server(), oauth(['tickets:read', scope]))).toEqual([expect.stringContaining('gives every right')]);
    }
    expect(says(server(), oauth(['install', 'users:list-all-mine']))).toEqual([]);
  });

  test('an unknown scope, and an unknown credential, can’t be proven', () => {
    expect(says(server(), oauth([UNKNOWN]))).toEqual([UNPROVEN]);
    expect(says(server(), oauth(UNKNOWN))).toEqual([UNPROVEN]);
    expect(says(server(), UNKNOWN)).not.toEqual([]);
  });

  test('a harness’s server without TLS is found', () => {
    const tools = [{ Type: 'remote_mcp', Config: { RemoteMcp: { Url: 'http://tickets.example.com' } } }];
    expect(saysOf('GateManagedTargetCredential', 'AWS::BedrockAgentCore::Harness', { Tools: tools })).toEqual([
      'Properties.Tools[0].Config.RemoteMcp.Url: is reached without TLS',
    ]);
  });
});
