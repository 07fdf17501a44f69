import { deflateSync, gzipSync } from 'node:zlib';
import { kind, parts, pieces, type SpellingKind, type Transformation } from './spelling-kind';

const bytesOf = (text: string) => [...Buffer.from(text)];

const perlEscapes: Transformation = (text) =>
  bytesOf(text)
    .map((byte) => `\\x{${byte.toString(16)}}`)
    .join('');
const yamlQuoted: Transformation = (text) => `error:\n  detail: "${text}"\n  retry: false`;
const xmlItems: Transformation = (text) => `<k>${text.replace(/"([^"]*)",?/g, '<i>$1</i>')}</k>`;
const pairsList: Transformation = (text) => JSON.stringify(pieces(text, 2));
const base64: Transformation = (text) => Buffer.from(text).toString('base64');
const base64url: Transformation = (text) => Buffer.from(text).toString('base64url');
const capitalHexSpaced: Transformation = (text) =>
  (Buffer.from(text).toString('hex').toUpperCase().match(/../g) ?? []).join(' ');
const zeroPaddedEntities: Transformation = (text) =>
  bytesOf(text)
    .map((byte) => `&#${String(byte).padStart(7, '0')};`)
    .join('');
const bbCode: Transformation = (text) =>
  pieces(text, 6)
    .map((piece) => `[b]${piece}[/b]`)
    .join('');
const powerShell: Transformation = (text) =>
  bytesOf(text)
    .map((byte) => `[char]${byte}`)
    .join('+');
const goBytes: Transformation = (text) =>
  `[]byte{${bytesOf(text)
    .map((byte) => `0x${byte.toString(16)}`)
    .join(', ')}}`;
const jsonToken: Transformation = (text) => JSON.stringify({ token: text, type: 'api' });
const gzipUrl: Transformation = (text) => gzipSync(text).toString('base64url');
const percentAll: Transformation = (text) =>
  bytesOf(text)
    .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
    .join('');
const zlibBase32: Transformation = (text) => {
  const bits = [...deflateSync(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? [])
    .map((group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Number.parseInt(group.padEnd(5, '0'), 2)))
    .join('');
};
const softBreaks: Transformation = (text) => pieces(text.replace(/=/g, '=3D'), 19).join('=\r\n');
const colours: Transformation = (text) => [...text].map((c) => `\u001b[3${c.charCodeAt(0) % 8}m${c}`).join('');
const codeSpans: Transformation = (text) =>
  pieces(text, 2)
    .map((piece) => `\`${piece}\``)
    .join(' ');
const turnedPieces: Transformation = (text) => JSON.stringify(pieces(text, 7).reverse());
const longKeys: Transformation = (text) =>
  JSON.stringify(Object.fromEntries(pieces(text, 2).map((piece, i) => [`credential_fragment_number_${i}`, piece])));
const semicolonRow: Transformation = (text) => `2026-09-01;${pieces(text, 2).join(';')};done`;
const smallCapitals: Transformation = (text) =>
  text.replace(/[a-z]/g, (c) => [...'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘqʀꜱᴛᴜᴠᴡxʏᴢ'][c.charCodeAt(0) - 97] ?? c);
const hyphenated: Transformation = (text) => pieces(text, 9).join('-\n');
const halvesApart: Transformation = (text) => {
  const [first = '', second = ''] = parts(text, 2);
  return `first part (base64): ${Buffer.from(first).toString('base64')}, second part (hex): ${Buffer.from(second).toString('hex')}`;
};
const escapedTwice: Transformation = (text) =>
  bytesOf(text)
    .map((byte) => `&amp;#${byte};`)
    .join('');
const octalNumbers: Transformation = (text) =>
  `[${bytesOf(text)
    .map((byte) => `0${byte.toString(8)}`)
    .join(', ')}]`;
const sqlChars: Transformation = (text) => `SELECT CHAR(${bytesOf(text).join(', ')})`;
const groupsOfFour: Transformation = (text) => pieces(text, 4).join(' ');
const quotedReply: Transformation = (text) =>
  pieces(text, 30)
    .map((line) => `> ${line}`)
    .join('\n');
const cString: Transformation = (text) =>
  pieces(text, 6)
    .map(
      (piece) =>
        `"${bytesOf(piece)
          .map((byte) => `\\x${byte.toString(16)}`)
          .join('')}"`,
    )
    .join('\n    ');
const rot13: Transformation = (text) =>
  text.replace(/[a-z]/gi, (c) => {
    const base = c <= 'Z' ? 65 : 97;
    return String.fromCharCode(((c.charCodeAt(0) - base + 13) % 26) + base);
  });
const fields: Transformation = (text) =>
  JSON.stringify(Object.fromEntries(parts(text, 5).map((part, i) => [`f${i}`, part])));
const utf16hex: Transformation = (text) => Buffer.from(text, 'utf16le').toString('hex');
const dataUri: Transformation = (text) => `<a href="data:text/plain;base64,${text}">download</a>`;
const twoChanged: Transformation = (text) => {
  const at = Math.floor(text.length / 3);
  return `${text.slice(0, at)}?${text.slice(at + 1, 2 * at)}?${text.slice(2 * at + 1)}`;
};
const italics: Transformation = (text) =>
  pieces(text, 4)
    .map((piece) => `<i>${piece}</i>`)
    .join('&#8203;');
const logLines: Transformation = (text) =>
  parts(text, 5)
    .map((part, i) => `2026-09-01T12:00:0${i}.000Z worker-${i} INFO chunk=${part} ok`)
    .join('\n');
const reversed: Transformation = (text) => [...text].reverse().join('');
const jsComment: Transformation = (text) => pieces(text, 5).join('/* … */');

/** Kinds that were written after the last change of the rules. The rules aren't changed for them. */
export const KEPT_APART_KINDS: readonly SpellingKind[] = [
  kind('Perl escapes in YAML', perlEscapes, yamlQuoted),
  kind('pairs of characters in XML items', pairsList, xmlItems),
  kind('base64url in spaced hexadecimal', base64url, capitalHexSpaced),
  kind('padded entities in BBCode', zeroPaddedEntities, bbCode),
  kind('PowerShell characters of the reversed text', reversed, powerShell),
  kind('Go bytes of base64', base64, goBytes),
  kind('JSON in base64 in JSON in base64', jsonToken, base64, jsonToken, base64),
  kind('gzip in base64url, every byte escaped', gzipUrl, percentAll),
  kind('zlib in base32, in YAML', zlibBase32, yamlQuoted),
  kind('base64 with soft line breaks', base64, softBreaks),
  kind('colours between the characters of rot13', rot13, colours),
  kind('code spans of pairs, in JSON', codeSpans, jsonToken),
  kind('pieces in reverse order, in base64', turnedPieces, base64),
  kind('pairs under long names, in JSON', longKeys, jsonToken),
  kind('pairs in a row, every byte escaped', semicolonRow, percentAll),
  kind('small capitals, hyphenated', smallCapitals, hyphenated),
  kind('halves in two encodings, in JSON', halvesApart, jsonToken),
  kind('entities escaped twice, in italics', escapedTwice, italics),
  kind('octal numbers of the reversed text', reversed, octalNumbers),
  kind('SQL CHAR in JSON', sqlChars, jsonToken),
  kind('base64 in groups of four, in a quoted reply', base64, groupsOfFour, quotedReply),
  kind('a C string over lines, in JSON', cString, jsonToken),
  kind('rot13 split over fields, in base64', rot13, fields, base64),
  kind('UTF-16 in hexadecimal, in base64', utf16hex, base64),
  kind('a data URI of the reversed text', reversed, base64, dataUri),
  kind('two characters changed, in italics', twoChanged, italics),
  kind('a piece in each log line, in JSON', logLines, jsonToken),
  kind('comments inside, reversed', reversed, jsComment),
];
