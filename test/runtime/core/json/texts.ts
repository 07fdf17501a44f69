import { fc } from '../../../seed';

/** Names that readers are known to treat in ways of their own, and ordinary ones. */
const name = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    'key',
    '',
    '__proto__',
    '__extn',
    'constructor',
    'toString',
    'é',
    'e\u0301',
    '\u212b',
    '1',
    '10',
    '2',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const numberText = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '1',
    '1.0',
    '1e0',
    '10e-1',
    '1e400',
    '-1E+2',
    '01',
    '.5',
    '5.',
    '0.1',
    '1e-7',
    '123456789012345680000',
  ),
  fc.constantFrom(
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '0.30000000000000004',
    '0.1000000000000000055',
  ),
  fc.integer().map(String),
  fc.double().map(String),
  fc.tuple(fc.bigInt(), fc.integer({ min: -30, max: 30 })).map(([digits, power]) => `${digits}e${power}`),
);

/** One of the many spellings of a string: characters as they are or as escapes. */
function stringText(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(value, fc.infiniteStream(fc.nat(5))).map(([text, choices]) => {
    const spelled = Array.from({ length: text.length }, (_, index) => {
      const unit = text.charCodeAt(index);
      const escaped = `\\u${unit.toString(16).padStart(4, '0')}`;
      const must = unit < 32 || unit === 34 || unit === 92;
      return must || choices.next().value === 0 ? escaped : text[index];
    });
    return `"${spelled.join('')}"`;
  });
}
const space = fc.constantFrom('', '', '', ' ', '\n', '\t ');

/** JSON texts of every spelling, duplicate names and numbers without a double among them. */
export const { text: jsonText } = fc.letrec<{ text: string; object: string; list: string }>((tie) => ({
  object: fc
    .array(fc.tuple(space, stringText(name), space, tie('text')), { maxLength: 4 })
    .map(
      (members) => `{${members.map(([before, key, after, value]) => `${before}${key}${after}:${value}`).join(',')}}`,
    ),
  list: fc.array(tie('text'), { maxLength: 3 }).map((items) => `[${items.join(',')}]`),
  text: fc
    .tuple(
      space,
      fc.oneof(
        { depthSize: 'small', maxDepth: 4, withCrossShrink: true },
        numberText,
        stringText(fc.string({ unit: 'binary', maxLength: 5 })),
        fc.constantFrom('true', 'false', 'null'),
        tie('object'),
        tie('list'),
      ),
      space,
    )
    .map((parts) => parts.join('')),
}));

/** The same text with some bytes of it changed. */
export const mutatedBytes: fc.Arbitrary<Uint8Array> = fc
  .tuple(jsonText, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }))
  .map(([text, changes]) => {
    const bytes = Buffer.from(text);
    for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return bytes;
  });

/**
 * A text read without losing anything: every member in its place, duplicates too, and numbers as exact decimals. Written
 * apart from the code under test. Only for texts that are JSON.
 */
export function lossless(text: string): unknown {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\]:,]/g) ?? [];
  let at = 0;
  const read = (): unknown => {
    const token = tokens[at++];
    if (token === '{') {
      const members: [unknown, unknown][] = [];
      while (tokens[at] !== '}') {
        const key = read();
        at += 1;
        members.push([key, read()]);
        if (tokens[at] === ',') at += 1;
      }
      at += 1;
      return { members: members.sort(([one], [two]) => (String(one) < String(two) ? -1 : 1)) };
    }
    if (token === '[') {
      const items: unknown[] = [];
      while (tokens[at] !== ']') {
        items.push(read());
        if (tokens[at] === ',') at += 1;
      }
      at += 1;
      return { items };
    }
    if (/^[-\d]/.test(token)) return { exactly: exactDecimal(token) };
    return JSON.parse(token);
  };
  return read();
}

function exactDecimal(token: string): string {
  const [mantissa, exponent = '0'] = token.toLowerCase().split('e');
  const [whole, fraction = ''] = mantissa.split('.');
  let digits = BigInt(whole + fraction);
  let power = BigInt(exponent) - BigInt(fraction.length);
  if (digits === 0n) return `${token.startsWith('-') ? '-' : ''}0`;
  while (digits % 10n === 0n) {
    digits /= 10n;
    power += 1n;
  }
  return `${digits}e${power}`;
}
