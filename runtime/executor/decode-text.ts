import { markedEncoding } from '../core/marked-encoding';

/**
 * The text of an answer in the charset that the target declares, else UTF-8. A byte order mark goes before the declaration.
 * Bytes that the charset doesn't have become U+FFFD. An unknown charset is read as UTF-8.
 * Source: Encoding Standard (WHATWG), "decode"; RFC 9110, 8.3.2 (charset).
 */
export function decodeText(bytes: Uint8Array, contentType: string | null): string {
  const label = markedEncoding(bytes) ?? declaredCharset(contentType) ?? 'utf-8';
  return (decoderOf(label) ?? new TextDecoder()).decode(bytes);
}

/** A parameter of a media type. What stands in the quotes of another isn't one. Source: RFC 9110, 5.6.6. */
const PARAMETER = /;[ \t]*(?:([^\s;="]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?/g;

export function declaredCharset(contentType: string | null): string | undefined {
  for (const [, name, quoted, plain] of (contentType ?? '').matchAll(PARAMETER)) {
    if (name?.toLowerCase() === 'charset') return quoted?.replace(/\\(.)/g, '$1') ?? plain;
  }
  return undefined;
}

function decoderOf(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}
