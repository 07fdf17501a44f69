import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib';
import { kind, parts, pieces, type SpellingKind, type Transformation } from './spelling-kind';

const bytesOf = (text: string) => [...Buffer.from(text)];
const code = (character: string, radix: number) => (character.codePointAt(0) ?? 0).toString(radix);

const cdata: Transformation = (text) =>
  `<key>${parts(text, 4)
    .map((part) => `<![CDATA[${part}]]>`)
    .join('')}</key>`;
const namedEntities: Transformation = (text) =>
  text.replace(
    /[_.:+/-]/g,
    (c) => ({ _: '&lowbar;', '.': '&period;', ':': '&colon;', '+': '&plus;', '/': '&sol;' })[c] ?? '&hyphen;',
  );
const objectEach: Transformation = (text) => JSON.stringify([...text].map((c, i) => ({ i, c })));
const fromCharCode: Transformation = (text) =>
  `<script>var k=String.fromCharCode(${bytesOf(text).join(',')});</script>`;
const chrs: Transformation = (text) => [...text].map((c) => `chr(${code(c, 10)})`).join(' + ');
const quoted: Transformation = (text) => JSON.stringify({ code: text });
const numbered: Transformation = (text) => [...text].map((c, i) => `${i + 1}. ${c}`).join('\n');
const bits: Transformation = (text) =>
  bytesOf(text)
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join(' ');
const base64: Transformation = (text) => Buffer.from(text).toString('base64');
const hex: Transformation = (text) => Buffer.from(text).toString('hex');
const base58: Transformation = (text) => {
  let value = BigInt(`0x${Buffer.from(text).toString('hex')}`);
  let encoded = '';
  for (; value > 0n; value /= 58n) {
    encoded = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'.charAt(Number(value % 58n)) + encoded;
  }
  return encoded;
};
const hexDump: Transformation = (text) =>
  pieces(text, 16)
    .map((line, row) => {
      const dumped = (
        Buffer.from(line)
          .toString('hex')
          .match(/.{1,4}/g) ?? []
      ).join(' ');
      return `${(row * 16).toString(16).padStart(8, '0')}: ${dumped.padEnd(40)} ${'.'.repeat(line.length)}`;
    })
    .join('\n');
const uuencoded: Transformation = (text) => {
  const sign = (value: number) => (value === 0 ? '`' : String.fromCharCode(32 + value));
  const lines = pieces(text, 45).map((line) => {
    const signs = pieces(line, 3).map((group) => {
      const [a = 0, b = 0, c = 0] = bytesOf(group);
      return sign(a >> 2) + sign(((a & 3) << 4) | (b >> 4)) + sign(((b & 15) << 2) | (c >> 6)) + sign(c & 63);
    });
    return sign(line.length) + signs.join('');
  });
  return ['begin 644 key', ...lines, '`', 'end'].join('\n');
};
const rawDeflateHex: Transformation = (text) => deflateRawSync(text).toString('hex');
const brotli: Transformation = (text) => brotliCompressSync(text).toString('base64');
const emphasis: Transformation = (text) =>
  pieces(text.replace(/([_.-])/g, '\\$1'), 3)
    .map((piece) => `**${piece}**`)
    .join('');
const doubled: Transformation = (text) => [...text].map((c) => c + c).join('');
const filled: Transformation = (text) => [...text].map((c) => `${c}x`).join('');
const dashed: Transformation = (text) => pieces(text, 3).join('-');
const circled: Transformation = (text) =>
  text
    .replace(/[a-z]/g, (c) => String.fromCodePoint(0x24d0 + c.charCodeAt(0) - 97))
    .replace(/[A-Z]/g, (c) => String.fromCodePoint(0x24b6 + c.charCodeAt(0) - 65));
const mathematical: Transformation = (text) =>
  text
    .replace(/[a-z]/g, (c) => String.fromCodePoint(0x1d41a + c.charCodeAt(0) - 97))
    .replace(/[A-Z]/g, (c) => String.fromCodePoint(0x1d400 + c.charCodeAt(0) - 65));
const spaced: Transformation = (text) => [...text].join(' ');
const swappedHalves: Transformation = (text) => {
  const half = Math.ceil(text.length / 2);
  return JSON.stringify({ second: text.slice(half), first: text.slice(0, half) });
};
const yamlList: Transformation = (text) =>
  text
    .replace(/[{}"]/g, '')
    .split(',')
    .map((line) => `- ${line}`)
    .join('\n');
const twoMissing: Transformation = (text) => {
  const third = Math.floor(text.length / 3);
  return text.slice(0, third) + text.slice(third + 1, 2 * third) + text.slice(2 * third + 1);
};
const quotedReply: Transformation = (text) =>
  pieces(text, 12)
    .map((line) => `> ${line}`)
    .join('\n');
const phpArray: Transformation = (text) => {
  const items = parts(text, 3);
  return `a:${items.length}:{${items.map((item, i) => `i:${i};s:${item.length}:"${item}";`).join('')}}`;
};
const queryParts: Transformation = (text) =>
  `/callback?${parts(text, 4)
    .map((part, i) => `p${i + 1}=${encodeURIComponent(part)}`)
    .join('&')}`;
const percentAll: Transformation = (text) =>
  bytesOf(text)
    .map((byte) => `%${byte.toString(16).toUpperCase()}`)
    .join('');
const pythonBytes: Transformation = (text) =>
  `b'${bytesOf(text)
    .map((byte) => `\\x${byte.toString(16)}`)
    .join('')}'`;
const cssEscapes: Transformation = (text) =>
  bytesOf(text)
    .map((byte) => `\\${byte.toString(16).padStart(6, '0')}`)
    .join(' ');
const shifted =
  (by: number): Transformation =>
  (text) =>
    text.replace(/[a-z]/gi, (c) => {
      const base = c <= 'Z' ? 65 : 97;
      return String.fromCharCode(((c.charCodeAt(0) - base + by) % 26) + base);
    });
const atbash: Transformation = (text) =>
  text.replace(/[a-z]/gi, (c) => {
    const base = c <= 'Z' ? 65 : 97;
    return String.fromCharCode(base + 25 - (c.charCodeAt(0) - base));
  });
const reversed: Transformation = (text) => [...text].reverse().join('');
const ascii85Gzip: Transformation = (text) => {
  const bytes = gzipSync(text);
  const groups: string[] = [];
  for (let i = 0; i < bytes.length; i += 4) {
    const size = Math.min(4, bytes.length - i);
    let value = 0;
    for (let j = 0; j < 4; j += 1) value = value * 256 + (bytes[i + j] ?? 0);
    if (value === 0 && size === 4) {
      groups.push('!!!!!');
      continue;
    }
    let group = '';
    for (let j = 0; j < 5; j += 1) {
      group = String.fromCharCode(33 + (value % 85)) + group;
      value = Math.floor(value / 85);
    }
    groups.push(group.slice(0, size + 1));
  }
  return `<~${groups.join('')}~>`;
};
const base32hex: Transformation = (text) => {
  const all = bytesOf(text)
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  return (all.match(/.{1,5}/g) ?? []).map((group) => Number.parseInt(group.padEnd(5, '0'), 2).toString(32)).join('');
};
const latex: Transformation = (text) =>
  pieces(text, 4)
    .map((piece) => `\\textbf{${piece}}`)
    .join('');
const sqlConcat: Transformation = (text) =>
  `SELECT CONCAT(${parts(text, 5)
    .map((part) => `'${part}'`)
    .join(', ')}) AS k`;
const jsConcat: Transformation = (text) =>
  `const k = ${pieces(text, 5)
    .map((piece) => `"${piece}"`)
    .join(' +\n  ')};`;
const signLost: Transformation = (text) => text.slice(0, 7) + text.slice(8);
const dataAttributes: Transformation = (text) =>
  `<div ${parts(text, 4)
    .map((part, i) => `data-k${i}="${part}"`)
    .join(' ')}></div>`;
const diffLines: Transformation = (text) =>
  pieces(text, 10)
    .map((line) => `+${line}`)
    .join('\n');
const accented: Transformation = (text) => text.replace(/[aeiou]/g, (c) => `${c}\u0301`);
const tableColumn: Transformation = (text) =>
  parts(text, 6)
    .map((part, i) => `| ${i} | ${part} | ok |`)
    .join('\n');
const jsonTwice: Transformation = (text) => JSON.stringify(JSON.stringify({ debug: text }));

/**
 * Kinds that were written after the rules were first committed. The rules then found 80.7 % of them. What was learned from
 * the rest went into the rules, so these count as developed since.
 */
export const ONCE_KEPT_APART_KINDS: readonly SpellingKind[] = [
  kind('CDATA sections with named entities', namedEntities, cdata),
  kind('an object for each character, in JSON twice', objectEach, jsonTwice),
  kind('String.fromCharCode of the reversed text', reversed, fromCharCode),
  kind('chr() of each character, in JSON', chrs, quoted),
  kind('a numbered list of characters of rot-7', shifted(7), numbered),
  kind('bits of base64', base64, bits),
  kind('base64 three times', base64, base64, base64),
  kind('base58 in base64', base58, base64),
  kind('a hex dump of the shifted text', shifted(3), hexDump),
  kind('uuencoded, in JSON', uuencoded, quoted),
  kind('raw deflate in hexadecimal, in JSON', rawDeflateHex, quoted),
  kind('brotli in base64, in JSON twice', brotli, jsonTwice),
  kind('Markdown emphasis of circled letters', circled, emphasis),
  kind('each character doubled, in base64', doubled, base64),
  kind('a filler after each character, dashed', filled, dashed),
  kind('mathematical letters, spaced', mathematical, spaced),
  kind('swapped halves as a YAML list', swappedHalves, yamlList),
  kind('two characters missing, in hexadecimal', twoMissing, hex),
  kind('base64 in a quoted reply', base64, quotedReply),
  kind('a PHP array in JSON', phpArray, quoted),
  kind('query parameters with every byte escaped', percentAll, queryParts),
  kind('Python bytes in JSON', pythonBytes, quoted),
  kind('CSS escapes of atbash', atbash, cssEscapes),
  kind('rot-7 in base64', shifted(7), base64),
  kind('gzip in ascii85, in JSON', ascii85Gzip, quoted),
  kind('base32hex in a table', base32hex, tableColumn),
  kind('LaTeX of accented letters', accented, latex),
  kind('SQL CONCAT of base64', base64, sqlConcat),
  kind('JavaScript concatenation, in JSON', jsConcat, quoted),
  kind('base64 with one sign lost, in a diff', base64, signLost, diffLines),
  kind('data attributes with named entities', namedEntities, dataAttributes),
  kind('a column of a table, reversed', reversed, tableColumn),
];
