import { NamedValues } from '../../../../runtime/core/guard/named-values';

const endOf = (text: string, from = 0) => new NamedValues(text, { least: 3, most: 6 }).endFrom(from);

describe('NamedValues', () => {
  test.each([
    { text: 'abc', end: 3 },
    { text: 'abcdef"', end: 6 },
    { text: 'abcd efg', end: 4 },
    { text: 'abcd\u00a0efg', end: 4 },
    { text: 'abc&def&ghi', end: 3 },
    { text: 'abcd&d=5|', end: 4 },
  ])('a value ends before a sign that closes it: $text', ({ text, end }) => {
    expect(endOf(text)).toBe(end);
  });

  test.each(['', 'ab', 'ab"cdef', 'abcdefg', 'abcd|', 'abcdé', 'ab&cdefg'])('%j begins with no value', (text) => {
    expect(endOf(text)).toBe(-1);
  });

  test('places in one run are read like places in different texts', () => {
    const text = 'abcdefghij&klmnopqr stu';
    const values = new NamedValues(text, { least: 3, most: 6 });
    for (const from of [0, 4, 5, 12, 13, 14, 20, 2, 8]) expect(values.endFrom(from)).toBe(endOf(text, from));
  });
});
