import { withoutEscapes } from '../../../../runtime/core/guard/escapes';

describe('withoutEscapes', () => {
  test.each([
    ['\\u0041', 'A'],
    ['\\u{41}\\x{00041}', 'AA'],
    ['\\U00000041', 'A'],
    ['\\x41\\x4', 'A\\x4'],
    ['\\101\\41\\477', "A!'7"],
    ['\\n\\"\\/\\0', '\n"/\0'],
    ['\\q \\\\u0041', '\\q \\u0041'],
    ['%u0041%41%4', 'AA%4'],
    ['%C3%A9', 'é'],
    ['&#65;&#x41&#X0041;', 'AAA'],
    ['&#0;&#x00;', '\0\0'],
    ['&#x110000;&amp;', '&#x110000;&'],
    ['&amp;&AMP&unknown;&lt;', '&&&unknown;<'],
  ])('reads %j as %j', (text, plain) => {
    expect(withoutEscapes(text)).toBe(plain);
  });

  test.each(['no escapes', '100 % of A & B', '&unknown; \\q'])('has nothing to remove from %j', (text) => {
    expect(withoutEscapes(text)).toBeUndefined();
  });

  test('keeps what is near each escape, and leaves out what is far from all', () => {
    const [before, between, after] = ['a', 'b', 'c'].map((letter) => letter.repeat(1000));
    const near = (letter: string) => letter.repeat(256);
    expect(withoutEscapes(`${before}%41${between}%42${after}`)).toBe(
      `\x1a${near('a')}A${near('b')}\x1a${near('b')}B${near('c')}\x1a`,
    );
  });
});
