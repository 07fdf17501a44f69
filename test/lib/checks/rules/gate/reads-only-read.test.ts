import type { JsonValue } from '../../../../../runtime/core/contracts';
import { linesOf } from '../../check-template';
import { saysOf } from '../../one-resource';

describe('GateReadsOnlyRead', () => {
  const lines = (...told: unknown[]) =>
    linesOf('GateReadsOnlyRead', {
      Fn: {
        Type: 'AWS::Lambda::Function',
        Metadata: { 'hardened-agent:doubtful-declarations': told as JsonValue[] },
      },
    });

  test('a function whose declarations leave no such doubt is fine', () => {
    expect(lines()).toEqual([]);
    expect(lines({ doubt: 'something-else', tools: ['a'] })).toEqual([]);
    expect(linesOf('GateReadsOnlyRead', { Fn: { Type: 'AWS::Lambda::Function' } })).toEqual([]);
  });

  test('each doubt is found, with the names of its tools', () => {
    const found = lines({ doubt: 'else', tools: ['a'] }, { doubt: 'read-that-changes', tools: ['tickets_purge'] });
    expect(found).toEqual([
      expect.stringMatching(/^Fn Metadata\.hardened-agent:doubtful-declarations\[1\]: .*tickets_purge/),
    ]);
    expect(found[0]).toContain('declared as a read');
  });

  test('an entry that can’t be read can’t be proven', () => {
    const unproven = expect.stringContaining("can't be proven");
    expect(lines({ doubt: 'read-that-changes' })).toEqual([unproven]);
    expect(lines('read-that-changes')).toEqual([unproven]);
    expect(lines({ doubt: ['read-that-changes'], tools: ['a'] })).toEqual([unproven]);
  });

  describe('of a gateway’s target', () => {
    const target = (mcp: object) =>
      saysOf('GateReadsOnlyRead', 'AWS::BedrockAgentCore::GatewayTarget', { TargetConfiguration: { Mcp: mcp } });
    const api = (method: string, name: string) =>
      target({
        OpenApiSchema: { InlinePayload: JSON.stringify({ paths: { '/p/{id}': { [method]: { operationId: name } } } }) },
      });
    const tool = (method: string, name: string) =>
      target({
        ApiGateway: { ApiGatewayToolConfiguration: { ToolOverrides: [{ Name: name, Method: method, Path: '/p' }] } },
      });

    test('a name that says what its method does is fine', () => {
      expect(api('get', 'get_profile')).toEqual([]);
      expect(api('delete', 'delete_profile')).toEqual([]);
      expect(api('post', 'search_profiles')).toEqual([]);
      expect(tool('DELETE', 'delete_profile')).toEqual([]);
    });

    test('a DELETE under the name of a read is found', () => {
      expect(api('delete', 'get_profile')).toEqual([
        'Properties.TargetConfiguration.Mcp.OpenApiSchema.InlinePayload: get_profile is named like a read, but sends DELETE',
      ]);
      expect(tool('PUT', 'lookupProfile')).toHaveLength(1);
    });
  });
});
