/** How many symbols a skeleton has: the letters without case, and the digits. */
export const SYMBOLS = 36;

/** Letters of other scripts and styles that look like a Latin letter and that NFKD leaves alone. Source: Unicode TR 39, confusables. */
const LOOKALIKES: readonly (readonly [letters: string, latin: string])[] = [
  ['аӓᴀαɑɐΑА', 'aaaaaaaa'],
  ['вьᴃʙΒВЬ', 'bbbbbbb'],
  ['сϲᴄɔСϹ', 'cccccc'],
  ['ԁᴅ', 'dd'],
  ['еєᴇǝεΕЕ', 'eeeeeee'],
  ['ғꜰɟϝ', 'ffff'],
  ['ɡɢƃԌ', 'gggg'],
  ['һʜɥнΗНҺ', 'hhhhhhh'],
  ['іıɪᴉιΙІӏ', 'iiiiiiii'],
  ['јᴊɾЈ', 'jjjj'],
  ['кᴋʞκΚК', 'kkkkkk'],
  ['ʟⅼ', 'll'],
  ['мᴍɯΜМ', 'mmmmm'],
  ['ɴпηΝ', 'nnnn'],
  ['оᴏοσΟО', 'oooooo'],
  ['рᴘρΡР', 'ppppp'],
  ['ԛꞯ', 'qq'],
  ['гʀɹ', 'rrr'],
  ['ѕꜱЅ', 'sss'],
  ['тᴛʇτΤТ', 'tttttt'],
  ['υᴜսՍ', 'uuuu'],
  ['ᴠʌνѵѴ', 'vvvvv'],
  ['ԝᴡʍωѡ', 'wwwww'],
  ['хχΧХ', 'xxxx'],
  ['уʏʎγΥУүҮ', 'yyyyyyyy'],
  ['ᴢΖ', 'zz'],
];

const NONE = 0xff;
const UNKNOWN = 0xfe;

/** The symbol of each UTF-16 unit. Those beyond ASCII are found when they first occur. */
const symbols = new Uint8Array(0x10000).fill(UNKNOWN);
for (let unit = 0; unit < 0x80; unit += 1) symbols[unit] = ofAscii(unit);
for (let unit = 0xd800; unit < 0xe000; unit += 1) symbols[unit] = NONE;
for (const [letters, latin] of LOOKALIKES) {
  for (let i = 0; i < letters.length; i += 1) symbols[letters.charCodeAt(i)] = ofAscii(latin.charCodeAt(i));
}

/** By unit of ASCII: 1 if it has a symbol. */
const counted = Uint8Array.from({ length: 0x80 }, (_, unit) => (symbols[unit] === NONE ? 0 : 1));

const ASCII = /^[\0-\x7f]*$/;

/**
 * A text without everything that markup, separators, case and styles of letters add: each ASCII letter and digit as a
 * number from 0 to 35, in order. Letters that look like them count as them.
 */
export function skeletonOf(text: string): Uint8Array {
  return ASCII.test(text) ? skeletonOfAscii(Buffer.from(text, 'latin1')) : skeletonOfAny(text);
}

function skeletonOfAscii(units: Buffer): Uint8Array {
  // Local names of tables make such loops twice as fast.
  const symbolOf = symbols;
  const count = counted;
  let length = 0;
  for (let i = 0; i < units.length; i += 1) {
    const unit = units[i] ?? 0;
    // Written in place: a skeleton is never longer than the part of the text that was read.
    units[length] = symbolOf[unit] ?? NONE;
    // Added, because a branch at every space would be slow.
    length += count[unit] ?? 0;
  }
  return units.subarray(0, length);
}

function skeletonOfAny(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'utf16le');
  const units = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  const skeleton = new Uint8Array(units.length);
  const symbolOf = symbols;
  const count = counted;
  let length = 0;
  for (let i = 0; i < units.length; i += 1) {
    const unit = units[i] ?? 0;
    if (unit < 0x80) {
      skeleton[length] = symbolOf[unit] ?? NONE;
      length += count[unit] ?? 0;
      continue;
    }
    const symbol = ofOther(unit, i + 1 < units.length ? (units[i + 1] ?? 0) : 0);
    skeleton[length] = symbol;
    if (symbol !== NONE) length += 1;
  }
  return skeleton.subarray(0, length);
}

function ofOther(unit: number, next: number): number {
  const symbol = symbols[unit] ?? NONE;
  if (symbol < UNKNOWN) return symbol;
  return symbol === UNKNOWN ? ofStyled(unit) : ofSurrogates(unit, next);
}

function ofAscii(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30 + 26;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x7a ? lower - 0x61 : NONE;
}

/** Accents, full-width, circled and superscript letters, … */
function ofStyled(unit: number): number {
  const symbol = ofDecomposed(String.fromCharCode(unit));
  symbols[unit] = symbol;
  return symbol;
}

function ofDecomposed(character: string): number {
  const unit = character.normalize('NFKD').charCodeAt(0);
  return unit < 0x80 ? ofAscii(unit) : NONE;
}

function ofSurrogates(high: number, low: number): number {
  if (high < 0xd835 || high > 0xdb40 || low < 0xdc00) return NONE;
  const point = (high - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000;
  // Regional indicators, negative circled and negative squared letters.
  if (point >= 0x1f1e6 && point <= 0x1f1ff) return point - 0x1f1e6;
  if (point >= 0x1f150 && point <= 0x1f169) return point - 0x1f150;
  if (point >= 0x1f170 && point <= 0x1f189) return point - 0x1f170;
  // Tags, which are invisible.
  if (point >= 0xe0020 && point <= 0xe007e) return ofAscii(point - 0xe0000);
  const styled = (point >= 0x1d400 && point <= 0x1d7ff) || (point >= 0x1f100 && point <= 0x1f14f);
  return styled ? ofDecomposed(String.fromCodePoint(point)) : NONE;
}
