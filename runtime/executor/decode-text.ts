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

function declaredCharset(contentType: string | null): string | undefined {
  return /;\s*charset\s*=\s*"?([^\s";]+)"?/i.exec(contentType ?? '')?.[1];
}

function decoderOf(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
}
