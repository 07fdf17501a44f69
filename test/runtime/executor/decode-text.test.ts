import { decodeText } from '../../../runtime/executor/decode-text';

const latin = Uint8Array.from([0x63, 0x61, 0x66, 0xe9]);
const utf16 = Buffer.from('\ufeffcaf\u00e9', 'utf16le');

test.each([
  ['the declared charset', latin, 'text/plain; charset=ISO-8859-1', 'caf\u00e9'],
  ['a quoted charset', latin, 'text/plain; Charset="windows-1252"; x=1', 'caf\u00e9'],
  ['a charset with a space and an escape', latin, 'text/plain;x=1; charset = "windows\\-1252"', 'caf\u00e9'],
  [
    'no charset in the value of another parameter',
    latin,
    'text/plain; x="; charset=utf-16le"; charset=latin1',
    'caf\u00e9',
  ],
  ['the first of two charsets', latin, 'text/plain; charset=latin1; charset=utf-16le', 'caf\u00e9'],
  ['a charset after an empty parameter', latin, 'text/plain;; ;charset=latin1', 'caf\u00e9'],
  ['UTF-8 where none is declared', Buffer.from('caf\u00e9'), 'application/json', 'caf\u00e9'],
  ['UTF-8 where there is no content type', Buffer.from('caf\u00e9'), null, 'caf\u00e9'],
  ['UTF-8 where the charset is unknown', Buffer.from('caf\u00e9'), 'text/plain; charset=x-none', 'caf\u00e9'],
  ['the byte order mark before the declaration', utf16, 'text/plain; charset=utf-8', 'caf\u00e9'],
  ['Shift_JIS', Uint8Array.from([0x93, 0xfa]), 'text/html; charset=Shift_JIS', '\u65e5'],
  ['wrong bytes as U+FFFD', latin, 'text/plain; charset=utf-8', 'caf\ufffd'],
])('reads %s', (_, bytes, contentType, text) => {
  expect(decodeText(bytes, contentType)).toBe(text);
});
