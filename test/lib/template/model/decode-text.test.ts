import { decodeText } from '../../../../lib/template/model/decode-text';

const TEXT = '{"a": "ä–𝄞"}';

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

test.each<[string, Buffer]>([
  ['UTF-8', Buffer.from(TEXT)],
  ['UTF-8 with a mark', Buffer.from(`\uFEFF${TEXT}`)],
  ['UTF-16, little end first, with a mark', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
  ['UTF-16, big end first, with a mark', utf16be(`\uFEFF${TEXT}`)],
  ['UTF-16, little end first', Buffer.from(TEXT, 'utf16le')],
  ['UTF-16, big end first', utf16be(TEXT)],
])('%s', (_name, bytes) => expect(decodeText(bytes)).toBe(TEXT));

test('an empty file, and one with a single byte', () => {
  expect(decodeText(Buffer.from(''))).toBe('');
  expect(decodeText(Buffer.from('x'))).toBe('x');
});
