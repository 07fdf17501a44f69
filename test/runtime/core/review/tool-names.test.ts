import { BUILT_IN_TOOLS, TOOL_NAME_PATTERN } from '../../../../runtime/core/contracts';
import { PREFIX_PATTERN, toolName, toolNames } from '../../../../runtime/core/review/tool-names';
import { fc } from '../../../seed';

describe('the names of imported tools', () => {
  test.each([
    ['create_issue', 'github_', 'github_create_issue'],
    ['API-post-search', '', 'API-post-search'],
    ['POST /orders/{id}', 'shop_', 'shop_POST_orders_id'],
    ['get.thing:v1', '', 'get_thing_v1'],
    ['1password', '', 'tool_1password'],
    ['_private', '', 'tool__private'],
    ['日本', 'x_', 'x_'],
  ])('%s with the prefix %j becomes %s', (original, prefix, name) => {
    expect(toolName(original, prefix)).toBe(name);
  });

  test.each(BUILT_IN_TOOLS)('the built-in name %s is never given away', (name) => {
    expect(toolName(name, '')).toMatch(new RegExp(`^${name}_[0-9a-f]{8}$`));
    expect(toolName(name, 'x_')).toBe(`x_${name}`);
  });

  test('names of other connectors are taken', () => {
    expect(toolName('search', '', ['search'])).toMatch(/^search_[0-9a-f]{8}$/);
    expect(toolName('search', 'a_', ['search'])).toBe('a_search');
  });

  test('two names that would be the same both get a hash, so that their order doesn’t matter', () => {
    const names = toolNames(['a.b', 'a/b', 'c'], '');
    expect(new Set(names.values()).size).toBe(3);
    expect(names.get('c')).toBe('c');
    expect(Object.fromEntries(toolNames(['c', 'a/b', 'a.b'], ''))).toEqual(Object.fromEntries(names));
    expect(names.get('a.b')).toMatch(/^a_b_[0-9a-f]{8}$/);
  });

  test('a long name is cut, and stays unique', () => {
    const long = 'x'.repeat(200);
    const names = toolNames([`${long}1`, `${long}2`], 'p_');
    expect(new Set(names.values()).size).toBe(2);
    for (const name of names.values()) expect(name).toHaveLength(64);
  });

  test('any names become valid and unique ones, in any order', () => {
    const original = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.constantFrom('a.b', 'a/b', 'get_task', 'respond', '', '-', '_'),
    );
    const prefix = fc.constantFrom('', 'a_', 'server-1_');
    fc.assert(
      fc.property(
        fc.uniqueArray(original, { maxLength: 20 }),
        prefix,
        fc.array(fc.constantFrom('a_b', 'a', 'x'), { maxLength: 2 }),
        (originals, before, taken) => {
          expect(before).toMatch(new RegExp(PREFIX_PATTERN));
          const names = toolNames(originals, before, taken);
          const reversed = toolNames([...originals].reverse(), before, taken);
          const used = [...names.values(), ...taken, ...BUILT_IN_TOOLS];
          expect(new Set(used).size).toBe(originals.length + new Set(taken).size + BUILT_IN_TOOLS.length);
          for (const each of originals) {
            expect(names.get(each)).toMatch(new RegExp(TOOL_NAME_PATTERN));
            expect(names.get(each)).toBe(reversed.get(each));
          }
        },
      ),
    );
  });
});
