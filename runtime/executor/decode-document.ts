import { markedEncoding } from '../core/marked-encoding';
import { declaredCharset } from './decode-text';

/**
 * The text of a document in its charset, else UTF-8. Undefined: the bytes aren't text in it. A result of a target may be read
 * with replaced characters; a document that is read so says something else than what its author wrote.
 */
export function decodeDocument(bytes: Uint8Array, contentType: string | null): string | undefined {
  const label = markedEncoding(bytes) ?? declaredCharset(contentType) ?? 'utf-8';
  try {
    const text = new TextDecoder(label, { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
