import { markedEncoding } from '../../../runtime/core/marked-encoding';

/**
 * A file's text in the encoding that its byte-order mark tells, without the mark. Without a mark it is UTF-8, or UTF-16 where
 * the first character is followed or preceded by a zero byte: a template starts with an ASCII character.
 *
 * Source: YAML 1.1, "Character Encoding"; RFC 4627, section 3, for JSON. PowerShell 5 writes UTF-16 with a mark.
 */
export function decodeText(bytes: Buffer): string {
  const encoding = encodingOf(bytes);
  // Buffer is faster, but has no big-endian UTF-16.
  const text = encoding === 'utf-8' ? bytes.toString('utf8') : new TextDecoder(encoding).decode(bytes);
  return text.replace(/^\uFEFF/, '');
}

function encodingOf(bytes: Buffer): string {
  const marked = markedEncoding(bytes);
  if (marked !== undefined) return marked;
  const [first, second] = [bytes.at(0), bytes.at(1)];
  if (first !== undefined && first !== 0 && second === 0) return 'utf-16le';
  return first === 0 && second !== undefined ? 'utf-16be' : 'utf-8';
}
