import { uudecodedText } from '../../../../runtime/core/guard/uuencode';

/** "Cat" and "dog". Source of the first: https://en.wikipedia.org/wiki/Uuencoding */
const CAT = '#0V%T';
const DOG = '#9&]G';

test.each([
  ['one line', CAT, 'Cat'],
  ['lines after each other', `begin 644 a\n${CAT}\n${DOG}\n\`\nend\n`, 'Catdog'],
  ['lines that end in CRLF', `${CAT}\r\n${DOG}\r\n`, 'Catdog'],
  ['a line between others', `Dear Ann,\n\n${CAT}\nBye`, 'Cat'],
])('reads %s', (_, text, decoded) => {
  expect(uudecodedText(text)).toBe(decoded);
});

test.each([
  ['a line of another length', `${CAT}x`],
  ['a small letter', '#0v%T'],
  ['a carriage return without a line feed', `${CAT}\r`],
  ['a line inside another', `x ${CAT}`],
  ['only line breaks', '\n\n'],
  ['nothing', ''],
])('reads nothing from %s', (_, text) => {
  expect(uudecodedText(text)).toBeUndefined();
});
