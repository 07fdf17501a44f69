import type { JsonValue } from '../../../../../runtime/core/contracts';
import { linesOf } from '../../check-template';

describe('SecretsReadApart', () => {
  const lines = (...told: unknown[]) =>
    linesOf('SecretsReadApart', {
      Fn: {
        Type: 'AWS::Lambda::Function',
        Metadata: { 'hardened-agent:doubtful-declarations': told as JsonValue[] },
      },
    });

  test('a function whose declarations leave no such doubt is fine', () => {
    expect(lines()).toEqual([]);
    expect(lines({ doubt: 'something-else', tools: ['a'] })).toEqual([]);
    expect(linesOf('SecretsReadApart', { Fn: { Type: 'AWS::Lambda::Function' } })).toEqual([]);
  });

  test('each doubt is found, with the names of its tools', () => {
    const found = lines({ doubt: 'else', tools: ['a'] }, { doubt: 'credential-not-split', tools: ['tickets_purge'] });
    expect(found).toEqual([
      expect.stringMatching(/^Fn Metadata\.hardened-agent:doubtful-declarations\[1\]: .*tickets_purge/),
    ]);
    expect(found[0]).toContain('same credential as');
  });

  test('an entry that can’t be read can’t be proven', () => {
    const unproven = expect.stringContaining("can't be proven");
    expect(lines({ doubt: 'credential-not-split' })).toEqual([unproven]);
    expect(lines('credential-not-split')).toEqual([unproven]);
    expect(lines({ doubt: ['credential-not-split'], tools: ['a'] })).toEqual([unproven]);
  });
});
