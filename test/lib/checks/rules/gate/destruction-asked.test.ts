import type { JsonValue } from '../../../../../runtime/core/contracts';
import { linesOf } from '../../check-template';

describe('GateDestructionAsked', () => {
  const lines = (...told: unknown[]) =>
    linesOf('GateDestructionAsked', {
      Fn: {
        Type: 'AWS::Lambda::Function',
        Metadata: { 'hardened-agent:doubtful-declarations': told as JsonValue[] },
      },
    });

  test('a function whose declarations leave no such doubt is fine', () => {
    expect(lines()).toEqual([]);
    expect(lines({ doubt: 'something-else', tools: ['a'] })).toEqual([]);
    expect(linesOf('GateDestructionAsked', { Fn: { Type: 'AWS::Lambda::Function' } })).toEqual([]);
  });

  test('each doubt is found, with the names of its tools', () => {
    const found = lines({ doubt: 'else', tools: ['a'] }, { doubt: 'destruction-unasked', tools: ['tickets_purge'] });
    expect(found).toEqual([
      expect.stringMatching(/^Fn Metadata\.hardened-agent:doubtful-declarations\[1\]: .*tickets_purge/),
    ]);
    expect(found[0]).toContain('always runs without');
  });

  test('an entry that can’t be read can’t be proven', () => {
    const unproven = expect.stringContaining("can't be proven");
    expect(lines({ doubt: 'destruction-unasked' })).toEqual([unproven]);
    expect(lines('destruction-unasked')).toEqual([unproven]);
    expect(lines({ doubt: ['destruction-unasked'], tools: ['a'] })).toEqual([unproven]);
  });
});
