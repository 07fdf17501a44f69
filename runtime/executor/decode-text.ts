/**
 * The text of an answer in the charset that the target declares, else UTF-8. A byte order mark goes before the declaration.
 * Bytes that the charset doesn't have become U+FFFD. An unknown charset is read as UTF-8.
 * Source: Encoding Standard (WHATWG), "decode"; RFC 9110, 8.3.2 (charset).
 */
export function decodeText(bytes: Uint8Array, contentType: string | null): string {
  const label = markedCharset(bytes) ?? declaredCharset(contentType) ?? 'utf-8';
  return (decoderOf(label) ?? new TextDecoder()).decode(bytes);
}

function markedCharset([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return undefined;
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
