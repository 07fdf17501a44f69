import { deflateSync, gzipSync } from 'node:zlib';
import { kind, parts, pieces, type SpellingKind, type Transformation } from './spelling-kind';

const each =
  (write: (character: string) => string, between = ''): Transformation =>
  (text) =>
    [...text].map(write).join(between);
const code = (character: string, radix: number) => (character.codePointAt(0) ?? 0).toString(radix);

const decimalEntities = each((c) => `&#${code(c, 10)};`);
const hexEntitiesUnclosed = each((c) => `&#x${code(c, 16)}`);
const signsAsEntities: Transformation = (text) => text.replace(/[^A-Za-z0-9]/g, (c) => `&#${code(c, 10)};`);
const jsonString: Transformation = (text) => JSON.stringify(text);
const jsonEscapes = each((c) => `\\u${code(c, 16).padStart(4, '0')}`);
const percent = each((c) => `%${code(c, 16).padStart(2, '0')}`);
const urlEncoded: Transformation = (text) => encodeURIComponent(text);
const tagsInside: Transformation = (text) =>
  pieces(text, 3)
    .map((piece) => `<b>${piece}</b>`)
    .join('');
const spaced = each((c) => c, ' ');
const dashed: Transformation = (text) => pieces(text, 4).join('-');
const dotted: Transformation = (text) => pieces(text, 2).join('.');
const lines: Transformation = (text) => pieces(text, 5).join('\n');
const zeroWidth = each((c) => c, '\u200b');
const softHyphens: Transformation = (text) => pieces(text, 2).join('\u00ad');
const characterList: Transformation = (text) => JSON.stringify([...text]);
const decimalArray: Transformation = (text) => JSON.stringify([...Buffer.from(text)]);
const hexArray: Transformation = (text) =>
  `[${[...Buffer.from(text)].map((byte) => `0x${byte.toString(16)}`).join(', ')}]`;
const octalEscapes = each((c) => `\\${code(c, 8).padStart(3, '0')}`);
const base64: Transformation = (text) => Buffer.from(text).toString('base64');
const base64url: Transformation = (text) => Buffer.from(text).toString('base64url');
const utf16base64: Transformation = (text) => Buffer.from(text, 'utf16le').toString('base64');
const wrapped: Transformation = (text) => pieces(text, 16).join('\r\n');
const hex: Transformation = (text) => Buffer.from(text).toString('hex');
const hexColons: Transformation = (text) => (Buffer.from(text).toString('hex').match(/../g) ?? []).join(':');
const base32: Transformation = (text) => {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups
    .map((bit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(Number.parseInt(bit.padEnd(5, '0'), 2)))
    .join('');
};
const gzip: Transformation = (text) => gzipSync(text).toString('base64');
const deflate: Transformation = (text) => deflateSync(text).toString('base64');
const reversed: Transformation = (text) => [...text].reverse().join('');
const rot13: Transformation = (text) =>
  text.replace(/[A-Za-z]/g, (c) => {
    const base = c <= 'Z' ? 65 : 97;
    return String.fromCharCode(((c.charCodeAt(0) - base + 13) % 26) + base);
  });
const capitals: Transformation = (text) => text.toUpperCase();
const fullWidth: Transformation = (text) =>
  text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
const homoglyphs: Transformation = (text) =>
  text.replace(/[aceopx]/g, (c) => ({ a: 'а', c: 'с', e: 'е', o: 'о', p: 'р', x: 'х' })[c] ?? c);
const quotedPrintable = each((c) => (/[A-Za-z]/.test(c) ? c : `=${code(c, 16).toUpperCase().padStart(2, '0')}`));
const splitFields: Transformation = (text) =>
  JSON.stringify(Object.fromEntries(parts(text, 4).map((piece, index) => [`part${index + 1}`, piece])));
const splitItems: Transformation = (text) =>
  JSON.stringify(parts(text, 5).map((value, id) => ({ id, kind: 'chunk', value })));
const splitRows: Transformation = (text) =>
  parts(text, 3)
    .map((piece, row) => `row ${row + 1},${piece},ok`)
    .join('\n');
const oneMissing: Transformation = (text, random) => {
  const at = 1 + random.below(text.length - 2);
  return text.slice(0, at) + text.slice(at + 1);
};
const oneChanged: Transformation = (text, random) => {
  const at = 1 + random.below(text.length - 2);
  return `${text.slice(0, at)}*${text.slice(at + 1)}`;
};
const mostOfIt: Transformation = (text) => text.slice(0, Math.ceil(text.length * 0.75));

/** The kinds that the rules were developed with. */
export const DEVELOPED_KINDS: readonly SpellingKind[] = [
  kind('decimal entities in a JSON string', decimalEntities, jsonString),
  kind('entities without semicolon, in tags', hexEntitiesUnclosed, tagsInside),
  kind('tags inside, spaced', spaced, tagsInside),
  kind('URL-encoded in JSON escapes', urlEncoded, jsonEscapes),
  kind('percent-encoded twice', percent, urlEncoded),
  kind('JSON in JSON with entities', signsAsEntities, jsonString, jsonString),
  kind('base64 twice', base64, base64),
  kind('hexadecimal in base64', hex, base64),
  kind('gzip in base64, with entities', gzip, signsAsEntities),
  kind('deflate in base64, URL-encoded', deflate, urlEncoded),
  kind('reversed, in hexadecimal with colons', reversed, hexColons),
  kind('rot13 as an array of numbers', rot13, decimalArray),
  kind('capitals, split over fields', capitals, splitFields),
  kind('base64, split over items', base64, splitItems),
  kind('split over rows, in entities', splitRows, signsAsEntities),
  kind('one character missing, dashed', oneMissing, dashed),
  kind('one character changed, spaced', oneChanged, spaced),
  kind('one character missing, in base64', oneMissing, base64),
  kind('most of it, in base64url', mostOfIt, base64url),
  kind('reversed, in base32', reversed, base32),
  kind('full-width, with zero-width characters', fullWidth, zeroWidth),
  kind('homoglyphs, dotted', homoglyphs, dotted),
  kind('quoted-printable with entities', quotedPrintable, signsAsEntities),
  kind('octal escapes in JSON', octalEscapes, jsonString),
  kind('UTF-16 in wrapped base64', utf16base64, wrapped),
  kind('a list of characters in JSON', characterList, jsonString),
  kind('an array of hexadecimal numbers in tags', hexArray, tagsInside),
  kind('soft hyphens, over lines', softHyphens, lines),
  kind('base64 of rot13, reversed', rot13, base64, reversed),
  kind('hexadecimal as an array of numbers', hex, decimalArray),
];
