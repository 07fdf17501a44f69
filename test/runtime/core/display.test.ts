import {
  escapeForDisplay,
  hidesCharacters,
  invisibleAsJsonEscapes,
  withoutInvisible,
} from '../../../runtime/core/display';

describe('escapeForDisplay', () => {
  test('shows hidden characters, and keeps right-to-left letters and joined emoji', () => {
    expect(escapeForDisplay('a\u202eb\u001b[1m\u{e0041} שלום 👨‍👩‍👧')).toBe(
      'a\\u{202e}b\\u{001b}[1m\\u{e0041} שלום 👨‍👩‍👧',
    );
  });
});

test('invisible characters are shown to a person and removed for the model', () => {
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: single code points are what is looked for.
  const own = /\u200d|[\n\ufe0e\ufe0f\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u{110bd}\u{110cd}]/u;
  const passing: string[] = [];
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const character = String.fromCodePoint(point);
    if (!/\p{Default_Ignorable_Code_Point}|\p{Cf}|\p{Cc}/u.test(character) || own.test(character)) continue;
    const kept = !/[\t\r]/.test(character) && withoutInvisible(`a${character}b`).removed === 0;
    if (!hidesCharacters(`a${character}b`) || kept) passing.push(point.toString(16));
  }
  expect(passing).toEqual([]);
});

test('in JSON, hidden characters become escapes of the same value', () => {
  const json = '{"a\u200b":"x\u202ey\u{e0041}","a":1}';
  const { text, escaped } = invisibleAsJsonEscapes(json);
  expect(text).toBe('{"a\\u200b":"x\\u202ey\\udb40\\udc41","a":1}');
  expect(escaped).toBe(3);
  expect(JSON.parse(text)).toEqual(JSON.parse(json));
});
