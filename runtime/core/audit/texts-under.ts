import type { LedgerSource } from './ledger-source';

/** Objects that are read together. */
const PAGE = 256;

/**
 * Keys and texts of the locked bucket's objects under a prefix, in the order of their keys. The text is empty where a
 * listed object can't be read, such as a file whose name is not UTF-8.
 */
export async function* textsUnder(
  source: LedgerSource,
  prefix: string,
): AsyncIterable<{ readonly key: string; readonly text: string }> {
  let page: string[] = [];
  for await (const { key } of source.list(prefix)) {
    page.push(key);
    if (page.length < PAGE) continue;
    yield* await readPage(source, page);
    page = [];
  }
  if (page.length > 0) yield* await readPage(source, page);
}

async function readPage(source: LedgerSource, keys: readonly string[]): Promise<{ key: string; text: string }[]> {
  const texts = await source.read(keys);
  return keys.map((key, i) => ({ key, text: texts[i] ?? '' }));
}
