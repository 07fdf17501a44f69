import { Composer, type CST, type Document, isScalar, Parser, visit } from 'yaml';

/** The value of a YAML text, or why it isn't read. */
export type YamlReading = { readonly value: unknown } | { readonly problem: string };

/**
 * Reads one YAML 1.2 document of plain values: what JSON has, and nothing else. The parser isn't a dependency of the constructs: it is
 * bundled as `#document-yaml`.
 *
 * What readers understand in different ways is refused: keys that occur twice, merge keys, keys that aren't text, and tags. Aliases
 * are bounded, since a few of them can stand for billions of values.
 */
export function readYaml(text: string): YamlReading {
  const document = composed(text);
  if (typeof document === 'string') return { problem: document };
  const [error] = [...document.errors, ...document.warnings];
  if (error) return { problem: plainly(error.message) };
  let problem: string | undefined;
  visit(document, {
    Map: (_, { items }) => {
      const keys = new Set<string>();
      for (const { key } of items) {
        const name = String(isScalar(key) ? key.value : key);
        if (keys.has(name))
          problem = `it has the key "${name.slice(0, 60)}" twice in one map; readers differ in which one counts`;
        keys.add(name);
      }
      return problem === undefined ? undefined : visit.BREAK;
    },
    Pair: (_, { key }) => {
      if (String(key) !== '<<') return undefined;
      problem = 'it has a merge key "<<", which YAML 1.2 has not; write the keys out';
      return visit.BREAK;
    },
    Node: (_, node) => {
      if (node.tag === undefined || KNOWN_TAG.test(node.tag)) return undefined;
      problem = `it has the tag ${node.tag.slice(0, 60)}; write plain values`;
      return visit.BREAK;
    },
  });
  if (problem !== undefined) return { problem };
  try {
    const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    // An alias to what it is a part of makes a value without an end.
    JSON.stringify(value);
    return { value };
  } catch (failure) {
    return { problem: plainly((failure as Error).message) };
  }
}

/** A text is the problem. The composer calls itself for each level, and may take the process down. */
function composed(text: string): Document.Parsed | string {
  const tokens = [...new Parser().parse(text)];
  if (tokens.some((token) => depthOf(token) > MOST_DEPTH)) return `it is nested over ${MOST_DEPTH} levels deep`;
  const [document, another] = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    stringKeys: true,
    // It compares each key with each other one, which takes minutes in a large map.
    uniqueKeys: false,
    logLevel: 'error',
  }).compose(tokens, true, text.length);
  return document === undefined || another !== undefined ? "it isn't one document; write one" : document;
}

/** The levels of a token, counted without recursion. */
function depthOf(token: CST.Token): number {
  const waiting: [CST.Token | null | undefined, number][] = [[token, 0]];
  let most = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [here, depth] = next;
    if (!here) continue;
    most = Math.max(most, depth);
    if (here.type === 'document') waiting.push([here.value, depth]);
    if (!('items' in here)) continue;
    for (const { key, value } of here.items) waiting.push([key, depth + 1], [value, depth + 1]);
  }
  return most;
}

function plainly(message: string): string {
  if (/circular/i.test(message)) return 'an alias stands for what it is a part of';
  return (message.split('\n')[0] ?? '').replace(/:$/, '');
}

const MOST_ALIASES = 100;
const MOST_DEPTH = 200;
const KNOWN_TAG = /^tag:yaml\.org,2002:(map|seq|str|int|float|bool|null)$/;
