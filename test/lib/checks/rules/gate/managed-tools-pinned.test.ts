import { saysOf, UNKNOWN, UNPROVEN } from '../../one-resource';

describe('GateManagedToolsPinned', () => {
  const says = (server: object) =>
    saysOf('GateManagedToolsPinned', 'AWS::BedrockAgentCore::GatewayTarget', {
      TargetConfiguration: { Mcp: { McpServer: { Endpoint: 'https://mcp.example.com', ...server } } },
    });

  test('tools as they were listed are fine', () => {
    expect(says({})).toEqual([]);
    expect(says({ ListingMode: 'DEFAULT' })).toEqual([]);
  });

  test('tools that the server lists at each call are found', () => {
    expect(says({ ListingMode: 'DYNAMIC' })).toEqual([
      expect.stringContaining('Properties.TargetConfiguration.Mcp.McpServer.ListingMode: the server decides'),
    ]);
  });

  test('an unknown or a new mode can’t be proven', () => {
    expect(says({ ListingMode: UNKNOWN })).toEqual([UNPROVEN]);
    expect(says({ ListingMode: 'HOURLY' })).toEqual([UNPROVEN]);
    const whole = { TargetConfiguration: { Mcp: { McpServer: UNKNOWN } } };
    expect(saysOf('GateManagedToolsPinned', 'AWS::BedrockAgentCore::GatewayTarget', whole)).toEqual([UNPROVEN]);
  });
});
