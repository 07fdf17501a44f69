import { demarcate } from '../../../runtime/core/demarcate';
import { escapeForDisplay } from '../../../runtime/core/display';
import { guardOutput } from '../../../runtime/core/output-guard';
import { targetProvenance } from '../../../runtime/core/risk';

const secret = 'tk-9f8e7d6c5b4a/+x';
const guard = (content: string) => guardOutput({ content, secrets: [secret], maxBytes: 1000 });

describe('guardOutput', () => {
  const base64 = (prefix: string) => Buffer.from(`${prefix}${secret} tail`).toString('base64');
  it.each([
    ['as it is', `token=${secret}`],
    ['in hexadecimal', Buffer.from(secret).toString('hex').toUpperCase()],
    ['URL-encoded', encodeURIComponent(secret)],
    ['reversed', [...secret].reverse().join('')],
    ['in base64 at offset 0', base64('')],
    ['in base64 at offset 1', base64('a')],
    ['in base64 at offset 2', base64('ab')],
    ['split by zero-width characters', [...secret].join('\u200b')],
  ])('withholds the credential %s', (_, content) => {
    expect(guard(content).ok).toBe(false);
  });

  it('withholds a foreign access key', () => {
    expect(guard(`key ${'AKIA'}ABCDEFGHIJKLMNOP`).ok).toBe(false);
  });

  it('withholds what is too large, counted in bytes', () => {
    expect(guard('é'.repeat(501)).ok).toBe(false);
    expect(guard('é'.repeat(500)).ok).toBe(true);
  });

  it('takes out tag and direction characters with a notice, and keeps readable text', () => {
    expect(guard('ok\u{e0064}\u202e שלום 👨‍👩‍👧')).toEqual({
      ok: true,
      content: 'ok שלום 👨‍👩‍👧',
      notices: ['2 invisible or direction-changing characters were removed.'],
    });
  });
});

describe('escapeForDisplay', () => {
  it('shows what hides, and leaves right-to-left letters and joined emoji', () => {
    expect(escapeForDisplay('a\u202eb\u001b[1m\u{e0041} שלום 👨‍👩‍👧')).toBe(
      'a\\u{202e}b\\u{001b}[1m\\u{e0041} שלום 👨‍👩‍👧',
    );
  });
});

describe('targetProvenance', () => {
  const of = (account: string) =>
    targetProvenance({ account }, ['/account'], 'Refund T-1 to AC-12.', new Set(['AC-77']));
  it('finds a whole token only', () => {
    expect([of('AC-12'), of('AC-1'), of('AC-77'), of('AC-9')]).toEqual(['task', 'unknown', 'directory', 'unknown']);
  });
});

describe('demarcate', () => {
  it('marks untrusted content and leaves trusted content alone', () => {
    const marked = (trust: 'trusted' | 'untrusted') =>
      demarcate({ content: 'x', provenance: { connector: 'C', tool: 't', trust }, nonce: 'n1' });
    expect(marked('trusted')).toBe('x');
    expect(marked('untrusted')).toMatch(/^<<data n1 from C\/t: untrusted.*>>\nx\n<<end of data n1>>$/);
  });
});
