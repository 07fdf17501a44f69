/**
 * Letters of other scripts and styles that look like one of ASCII and that NFKD leaves alone. Source: Unicode TR 39, confusables;
 * letters with strokes and hooks, and turned ones, were added.
 */
const LOOKALIKES: readonly (readonly [latin: string, letters: string])[] = [
  ['1', '𐌠'],
  ['2', 'ꝚƧϨꙄᒿꛯ'],
  ['3', '𝈆ꞫȜƷꝪⳌЗӠ𖼻𑣊'],
  ['4', 'Ꮞ𑢯'],
  ['5', 'Ƽ𑢻'],
  ['6', 'ⳒбᏮ𑣕'],
  ['7', '𝈒𐓒𑣆'],
  ['8', '\u{b03}ȣȢ𐌚'],
  ['9', 'ꝮⳊ𑣌𑢬𑣖'],
  ['A', 'ΑАᎪᗅꓮ𖽀𐊠ȺⱭ'],
  ['B', 'ꞴΒВᏴᗷꓐ𐊂𐊡𐌁ɃƁ'],
  ['C', '🝌𑣲ϹⲤСᏟꓚ𐊢𐌂𐐕𐔜ƇȻ'],
  ['D', 'ᎠᗞᗪꓓĐƉƊ'],
  ['E', '⋿ΕЕⴹᎬꓰ𑢦𑢮𐊆Ɇ'],
  ['F', '𝈓ꞘϜᖴꓝ𑣂𑢢𐊇𐊥𐔥Ƒ'],
  ['G', 'ԌᏀᏳꓖǤƓ'],
  ['H', 'ΗⲎНᎻᕼꓧ𐋏ҺĦ'],
  ['I', 'ƖΙІӀᛁꓲ𐌉Ɨ'],
  ['J', 'ꞲͿЈᎫᒍꓙɈ'],
  ['K', 'ΚⲔКᏦᛕꓗ𐔘Ƙ'],
  ['L', '𝈪ⳐᏞᒪꓡ𖼖𑢣𑢲𐐛𐔦ŁȽ'],
  ['M', 'ΜϺⲘМᎷᗰᛖꓟ𐊰𐌑Ɱ'],
  ['N', 'ΝⲚꓠ𐔓Ɲ'],
  ['O', '〇ΟⲞОՕⵔዐଠ𐓂ꓳ𑢵𐊒𐊫𐐄𐔖Ø'],
  ['P', 'ΡⲢРᏢᑭꓑ𐊕Ƥ'],
  ['Q', 'ⵕ'],
  ['R', '𝈖ƦᎡᏒ𐒴ᖇꓣ𖼵Ɍ'],
  ['S', 'ЅՏᏕᏚꓢ𖼺𐊖𐐠'],
  ['T', '⊤⟙🝨ΤⲦТᎢꓔ𖼊𑢼𐊗𐊱𐌕ŦƬƮȾ'],
  ['U', '∪⋃Սሀ𐓎ᑌꓴ𖽂𑢸Ʉ'],
  ['V', '𝈍ѴⴸᏙᐯꛟꓦ𖼈𑢠𐔝Ʋ'],
  ['W', '𑣯ԜᎳᏔꓪ'],
  ['X', '᙭╳𐌢𑣬ꞳΧⲬХⵝᚷꓫ𐊐𐊴𐌗𐔧'],
  ['Y', 'ΥⲨУҮᎩᎽꓬ𖽃𑢤𐊲ɎƳ'],
  ['Z', '𐋵ΖᏃꓜ𑢩Ƶ'],
  ['a', '⍺ɑαаᴀɐ'],
  ['b', 'ƄЬᏏᑲᖯвьᴃʙƀɓ'],
  ['c', 'ᴄϲⲥсꮯ𐐽ɔƈȼ'],
  ['d', 'ԁᏧᑯꓒᴅđɖɗ'],
  ['e', '℮ꬲеҽєᴇǝεɇ'],
  ['f', 'ꬵꞙẝքғꜰɟϝƒ'],
  ['g', 'ɡᶃƍցɢƃǥɠ'],
  ['h', 'һհᏂʜɥнħɦ'],
  ['i', '˛⍳ıɪɩιͺіꙇӏꭵᎥ𑣃ᴉɨ'],
  ['j', 'ϳјᴊɾɉ'],
  ['k', 'кᴋʞκƙ'],
  ['l', '∣⏽￨ǀⲒⵏ𖼨𐊊ʟłƚɫ'],
  ['m', 'мᴍɱ'],
  ['n', 'ոռɴпηɲɳ'],
  ['o', '\u{c02}\u{c82}\u{d02}\u{d82}ᴏᴑꬽοσⲟоჿօഠဝ𐓪𑣈𑣗𐐬øɵ'],
  ['p', '⍴ρⲣрᴘƥ'],
  ['q', 'ԛգզꞯɋ'],
  ['r', 'ꭇꭈᴦⲅгꮁʀɹɍɽ'],
  ['s', 'ꜱƽѕꮪ𑣁𐑈ȿ'],
  ['t', 'тᴛʇτŧƭʈⱦ'],
  ['u', 'ꞟᴜꭎꭒʋυս𐓶𑣘ʉ'],
  ['v', '∨⋁ᴠνѵ𑜆ꮩ𑣀ʌ'],
  ['w', 'ɯᴡѡԝա𑜊𑜎𑜏ꮃʍω'],
  ['x', '᙮×⤫⤬⨯хᕁᕽχ'],
  ['y', 'ɣᶌʏỿꭚγуүყ𑣜ʎɏƴ'],
  ['z', 'ᴢꮓ𑣄ƶʐ'],
];

/** Numbers in circles that NFKD leaves alone, by the code point of their first: U+2776 is ❶. */
const CIRCLED: readonly (readonly [first: number, last: number, value: number])[] = [
  [0x24eb, 0x24f4, 11],
  [0x24f5, 0x24fe, 1],
  [0x24ff, 0x24ff, 0],
  [0x2776, 0x277f, 1],
  [0x2780, 0x2789, 1],
  [0x278a, 0x2793, 1],
  [0x1f10b, 0x1f10c, 0],
];

/** Letters in circles, squares and flags, and tags, which are invisible. */
const SHIFTED: readonly (readonly [first: number, last: number, ascii: number])[] = [
  [0x1f150, 0x1f169, 0x41],
  [0x1f170, 0x1f189, 0x41],
  [0x1f1e6, 0x1f1ff, 0x41],
  [0xe0030, 0xe0039, 0x30],
  [0xe0041, 0xe005a, 0x41],
  [0xe0061, 0xe007a, 0x61],
];

/** Characters whose reading is kept. A text has seldom as many kinds. */
const MOST_KNOWN = 20_000;
const known = new Map<number, string>();
for (const [latin, letters] of LOOKALIKES) for (const letter of letters) known.set(letter.codePointAt(0) ?? 0, latin);

/** The letters and digits of ASCII that a character beyond ASCII looks like or means. Empty: none. */
export function latinOf(point: number): string {
  const found = known.get(point);
  if (found !== undefined) return found;
  const latin = read(point);
  // Not all are kept, so no text fills the memory.
  if (known.size < MOST_KNOWN) known.set(point, latin);
  return latin;
}

function read(point: number): string {
  const shifted = SHIFTED.find(([first, last]) => point >= first && point <= last);
  if (shifted) return String.fromCharCode(shifted[2] + point - shifted[0]);
  const circled = CIRCLED.find(([first, last]) => point >= first && point <= last);
  if (circled) return String(circled[2] + point - circled[0]);
  if (point >= 0xd800 && point < 0xe000) return '';
  const character = String.fromCodePoint(point);
  if (/\p{Nd}/u.test(character) && character.normalize('NFKD') === character) return digitOf(point);
  const plain = [...character.normalize('NFKD')].map((each) => asciiOf(each)).join('');
  return plain === '' ? asciiOf(character.toUpperCase()) : plain;
}

function asciiOf(character: string): string {
  if (/^[0-9A-Za-z]$/.test(character)) return character;
  return known.get(character.codePointAt(0) ?? 0) ?? '';
}

/** Each script has its digits in one row, from zero to nine. Source: the Unicode standard, 4.6. */
function digitOf(point: number): string {
  let zero = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && zero > point - 9) zero -= 1;
  return /\p{Nd}/u.test(String.fromCodePoint(zero + 9)) ? String(point - zero) : '';
}
