import { searchForSecret, searchLine } from '../../../examples/quickstart/demo/secret-search';

const SECRET = 'tk_live_0123456789abcdef?>';

const encoded: [string, string][] = [
  ['plain', SECRET],
  ['backwards', [...SECRET].reverse().join('')],
  ['hex', Buffer.from(SECRET).toString('hex').toUpperCase()],
  ['percent-encoded', Buffer.from(SECRET).toString('hex').replace(/../g, '%$&')],
  ...[0, 1, 2].flatMap((before): [string, string][] => {
    const bytes = Buffer.from(`${'x'.repeat(before)}${SECRET}, and more`);
    return [
      [`base64 after ${before} bytes`, bytes.toString('base64')],
      [`base64url after ${before} bytes`, bytes.toString('base64url')],
    ];
  }),
];

test.each(encoded)('finds the secret: %s', (_, text) => {
  expect(searchForSecret(SECRET, ['nothing', `{"text":"a ${text} b"}`]).hits).toBe(1);
});

test('says how much was searched', () => {
  const search = searchForSecret(SECRET, ['ä'.repeat(500), 'b'.repeat(234)]);
  expect(search).toMatchObject({ texts: 2, bytes: 1234, hits: 0 });
  expect(searchLine(search)).toBe(
    '0 hits in 2 replies (1,234 bytes), searched as plain, backwards, hex, base64, percent-encoded',
  );
});
