import { demarcate } from '../../../runtime/core/demarcate';
import { escapeForDisplay, hidesCharacters, withoutInvisible } from '../../../runtime/core/display';
import { guardOutput } from '../../../runtime/core/output-guard';
import { targetProvenance } from '../../../runtime/core/target-provenance';

const secret = 'tk-9f8e7d6c5b4a/+x';
const guard = (content: string) => guardOutput({ content, secrets: [secret], maxBytes: 1000 });

describe('guardOutput', () => {
  const base64 = (prefix: string) => Buffer.from(`${prefix}${secret} tail`).toString('base64');
  test.each([
    ['as it is', `token=${secret}`],
    ['in hexadecimal', Buffer.from(secret).toString('hex').toUpperCase()],
    ['URL-encoded', encodeURIComponent(secret)],
    ['reversed', [...secret].reverse().join('')],
    ['in base64 at offset 0', base64('')],
    ['in base64 at offset 1', base64('a')],
    ['in base64 at offset 2', base64('ab')],
    ['with PHP’s escaped slash', secret.replace(/\//g, '\\/')],
    ['with .NET’s escaped plus', secret.replace(/\+/g, '\\u002B')],
    ['in JSON inside JSON', JSON.stringify(JSON.stringify({ token: `${secret}"` }))],
    ['URL-encoded in lower case', encodeURIComponent(secret).toLowerCase()],
    ['with every byte URL-encoded', Buffer.from(secret).toString('hex').replace(/../g, '%$&')],
    ['in HTML, with entities', secret.replace(/\//g, '&#47;').replace(/\+/g, '&#x2b;')],
    ['in capitals', secret.toUpperCase()],
    ['in base64 of 76 columns', base64('x'.repeat(50)).replace(/.{76}/g, '$&\r\n')],
    ['in base64 with escaped slashes', Buffer.from(`user:??>${secret}`).toString('base64').replace(/\//g, '\\/')],
    ['in full-width letters', [...secret].map((c) => String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0)).join('')],
    ['split by zero-width characters', [...secret].join('\u200b')],
  ])('withholds the credential %s', (_, content) => {
    expect(guard(content).ok).toBe(false);
  });

  test('withholds a password with letters beyond ASCII, however JSON writes them', () => {
    const password = 'pässwörd1';
    const escaped = JSON.stringify(password).replace(/[^ -~]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`);
    expect(guardOutput({ content: escaped, secrets: [password], maxBytes: 1000 }).ok).toBe(false);
  });

  test('reads a large hostile result in linear time', () => {
    const content = `${'%2525+'.repeat(40_000)}${'\\\\u005c'.repeat(20_000)}${'&amp;'.repeat(20_000)}`;
    const started = process.cpuUsage();
    guardOutput({ content, secrets: [secret], maxBytes: 2 ** 20 });
    const { user } = process.cpuUsage(started);
    expect(user / 1e6).toBeLessThan(10);
  });

  test('withholds a foreign access key', () => {
    expect(guard(`key ${'AKIA'}ABCDEFGHIJKLMNOP`).ok).toBe(false);
  });

  test('withholds what is too large, counted in bytes', () => {
    expect(guard('é'.repeat(501)).ok).toBe(false);
    expect(guard('é'.repeat(500)).ok).toBe(true);
  });

  test('takes out tag and direction characters with a notice, and keeps readable text', () => {
    expect(guard('ok\u{e0064}\u202e שלום 👨‍👩‍👧')).toEqual({
      ok: true,
      content: 'ok שלום 👨‍👩‍👧',
      notices: ['2 invisible or direction-changing characters were removed.'],
    });
  });
});

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

describe('targetProvenance', () => {
  const of = (account: string) =>
    targetProvenance({ account }, ['/account'], 'Refund T-1 to AC-12.', new Set(['AC-77']));
  test('finds a whole token only', () => {
    expect([of('AC-12'), of('AC-1'), of('AC-77'), of('AC-9')]).toEqual(['task', 'unknown', 'directory', 'unknown']);
  });
});

describe('demarcate', () => {
  test('marks untrusted content and leaves trusted content alone', () => {
    const marked = (trust: 'trusted' | 'untrusted') =>
      demarcate({ content: 'x', provenance: { connector: 'C', tool: 't', trust }, nonce: 'n1' });
    expect(marked('trusted')).toBe('x');
    expect(marked('untrusted')).toMatch(/^<<data n1 from C\/t: untrusted.*>>\nx\n<<end of data n1>>$/);
  });
});
