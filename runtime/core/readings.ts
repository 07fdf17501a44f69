/** How many layers of escapes are removed. JSON inside JSON has two; nobody repeats a credential in more by accident. */
const DEPTH = 3;

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const SHORT_ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * The texts that a reader may get from a text by removing the usual escapes: of JSON, URLs, forms, HTML and XML. Each is
 * also given without white space, because base64 may be wrapped. Use them to search a text, never to pass it on. Takes
 * linear time.
 */
export function readingsOf(...texts: readonly string[]): string[] {
  const readings = new Set<string>();
  let layer = texts;
  for (let depth = 0; depth <= DEPTH && layer.length > 0; depth += 1) {
    const fresh = [...new Set(layer)].filter((text) => !readings.has(text));
    for (const text of fresh) readings.add(text);
    layer = fresh.flatMap((text) => [
      withoutEscapes(text),
      withoutEscapes(text.replace(/\+/g, ' ')),
      text.normalize('NFKC'),
    ]);
  }
  return [...readings].flatMap((text) => {
    const unspaced = text.replace(/\s+/g, '');
    return unspaced === text ? [text] : [text, unspaced];
  });
}

/** Removes one layer of every kind of escape. No kind produces another, so the order doesn't matter. */
function withoutEscapes(text: string): string {
  return text
    .replace(/\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(["'\\/bfnrt]))/g, (_, unit, byte, short) =>
      short === undefined ? String.fromCharCode(Number.parseInt(unit ?? byte, 16)) : (SHORT_ESCAPES[short] ?? short),
    )
    .replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replace(/%/g, ''), 'hex').toString('utf8'))
    .replace(/&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));/g, (all, hex, decimal, name) => {
      if (name !== undefined) return NAMED[name] ?? all;
      const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : all;
    });
}
