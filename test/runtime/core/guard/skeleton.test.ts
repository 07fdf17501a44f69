import { placesInText, skeletonOf, skeletonWithPlaces } from '../../../../runtime/core/guard/skeleton';

const skeleton = (text: string) =>
  [...skeletonOf(text)]
    .map((symbol) => (symbol < 26 ? String.fromCharCode(97 + symbol) : String(symbol - 26)))
    .join('');

test.each([
  ['digits of other scripts', '٣۷७๔༣𑁬𞥕', '3774365'],
  ['every digit of a script', '٠١٢٣٤٥٦٧٨٩', '0123456789'],
  ['numbers in brackets and circles', '⑺⑩❼➐⓻⑳', '71077720'],
  ['letters in brackets, circles and squares', '⒜⒵ⓐ🅐🄰🅰🇩', 'azaaaad'],
  ['Cherokee', 'ᎠᎡᏀᎳꭰꭱ', 'drgwdr'],
  ['Lisu', 'ꓐꓑꓓꓔꓖꓗꓙꓚ', 'bpdtgkjc'],
  ['Cyrillic, Greek, Armenian and Coptic', 'аеорсухАВЕαονօսⲟ', 'aeopcyxabeaovouo'],
  ['letters with strokes and hooks', 'øłđħŧɓƙ', 'oldhtbk'],
  ['ligatures', 'ﬁﬂﬃ', 'fiflffi'],
  ['small capitals', 'ᴀʙᴄᴅᴇꜰɢʜɪ', 'abcdefghi'],
  ['styled letters', '𝔄𝕓𝒄𝟕ｄ', 'abc7d'],
  ['letters that look like none', '日本語 кот?', skeleton('кот')],
  ['half a pair of units', '\ud835x\udc00', 'x'],
])('reads %s: %s', (_, text, read) => {
  expect(skeleton(text)).toBe(read);
});

test('keeps the order and all symbols of a long text with many of several letters', () => {
  expect(skeleton('⑳ﬃx'.repeat(2000))).toBe('20ffix'.repeat(2000));
});

test.each([
  ['ASCII', 'Ab, 1-c. '.repeat(300)],
  ['signs for a long way', `a${'. '.repeat(2000)}b${'-'.repeat(255)}c`],
  ['several letters of one character', '⑳ﬃx é '.repeat(500)],
  ['none', ''],
])('finds each symbol where it stands in the text: %s', (_, text) => {
  const expected = [...text].flatMap((character, index) => {
    const start = [...text].slice(0, index).join('').length;
    return Array.from(skeletonOf(character), () => start);
  });
  const skeleton = skeletonWithPlaces(text);
  expect([
    ...placesInText(
      text,
      skeleton,
      Int32Array.from(expected, (_place, symbol) => symbol),
    ),
  ]).toEqual(expected);
  expect([
    ...placesInText(
      text,
      skeleton,
      Int32Array.from(expected.slice(-1), () => expected.length - 1),
    ),
  ]).toEqual(expected.slice(-1));
});
