import { withoutCredentials, withoutCredentialsOf } from '../../../../runtime/core/guard/credential-shapes';
import { guardOutput } from '../../../../runtime/core/output-guard';

const check = (content: string) => guardOutput({ content, secrets: [], maxBytes: 2 ** 20 });
const abc = 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY';
const many = (length: number) => abc.repeat(9).slice(0, length);

/** Written in pieces, so that no scanner takes this file for a leak. */
const CREDENTIALS: [string, string][] = [
  ['an AWS access key id', `${'AK'}IAABCDEFGHIJKLMNOP`],
  ['an AWS secret key', 'the AWS secret key is wJalrXUtnFEMI/K7MDENG+bPxRfiCY3X9zQkLm2T'],
  ['an AWS session token', `${'IQoJ'}b3JpZ2luX2VjE${many(120)}`],
  ['a JSON web token', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.${many(43)}`],
  ['a GitHub token', `${'gh'}p_${many(36)}`],
  ['a GitHub token', `${'github'}_pat_${many(22)}_${many(59)}`],
  ['a GitLab token', `${'glp'}at-${many(20)}`],
  ['a Slack token', `${'xo'}xb-1234567890-${many(24)}`],
  ['a Stripe key', `${'sk'}_live_${many(24)}`],
  ['a Stripe key', `${'wh'}sec_${many(32)}`],
  ['a Google API key', `${'AI'}za${many(35)}`],
  ['an Anthropic key', `${'sk'}-ant-api03-${many(90)}`],
  ['an OpenAI key', `${'sk'}-proj-${many(60)}`],
  ['an npm token', `${'np'}m_${many(36)}`],
  ['a SendGrid key', `${'S'}G.${many(22)}.${many(43)}`],
  ['a private key', `${'-----BEGIN'} RSA PRIVATE KEY-----`],
  ['a private key', `${'-----BEGIN'} OPENSSH PRIVATE KEY-----`],
  ['a URL with a password', 'postgres://app:Zk39xq7T@db.internal:5432/orders'],
  ['a secret with its name', `client_secret = "${many(32)}"`],
  ['a secret with its name', 'password: Zk39xq7T'],
  ['a secret with its name', "export API_KEY='a8F3kLm9Qz2Xv7Bn4Tt6'"],
  ['a secret with its name', 'DB_PASSWORD=Zk39xq7T'],
  ['a secret with its name', 'NPM_TOKEN=a8F3kLm9Qz2Xv7Bn4Tt6'],
  ['a bearer token', 'authorization: Bearer 5f2b9c03a7de41886b0c9d2e7f315a64'],
  ['a bearer token', 'Bearer 3f2a9c1e-7b4d-4e8a-9c1f-2b7d5e9a0c34'],
  ['a basic authorization', `Authorization: Basic ${Buffer.from('svc:Zk39xq7T').toString('base64')}`],
  ['an Azure shared access signature', `?sv=2022-11-02&sr=b&sig=${many(43)}%3D&se=2026-01-01`],
  [
    'a connection string with a password',
    'Server=tcp:db.internal,1433;Initial Catalog=orders;User ID=app;Password=winter;',
  ],
  ['a connection string with a password', 'host=db.internal port=5432 dbname=orders user=app password=winter'],
  ['a connection string with a password', 'jdbc:mysql://db.internal/orders?user=app&password=winter1'],
  ['a connection string with a password', 'Driver={ODBC 17};Server=db.internal;UID=app;PWD=winter;'],
  ['a connection string with a password', 'app:winter1@tcp(db.internal:3306)/orders'],
  ['a connection string with a password', 'jdbc:oracle:thin:scott/tiger1@//db.internal:1521/svc'],
  ['a URL with a password', 'redis://:winter1@cache.internal:6379'],
];

/** What the note says, if it isn't what was found. */
const NOTES: Readonly<Record<string, string>> = {
  'a URL with a password': 'a password',
  'a connection string with a password': 'a password',
  'a basic authorization': 'a password',
  'a secret with its name': 'a secret',
};

test.each(CREDENTIALS)('finds %s: %s', (what, credential) => {
  const reason = `The text contains ${what}, so it is withheld.`;
  for (const content of [`x ${credential} y`, JSON.stringify({ a: credential }), `<p>${credential}</p>`]) {
    expect(check(content)).toEqual({ ok: false, reason });
  }
  expect(check(Buffer.from(`the key is ${credential}`).toString('base64'))).toEqual({ ok: false, reason });
});

test.each(CREDENTIALS.filter(([what]) => what !== 'a private key'))('replaces %s by a note: %s', (what, credential) => {
  const plain = withoutCredentials(`Here: ${credential} (thanks)`);
  expect(plain).toContain(`[withheld: ${NOTES[what] ?? what}]`);
  expect(check(plain)).toMatchObject({ ok: true });
});

test.each([
  'postgres://user:password@localhost/db, mysql://app:$DB_PASSWORD@db/x, redis://:<password>@host, amqp://u:****@h',
  `commit 3488fa4c0de1b2a3948576aabbccddeeff001122 and sha512-${Buffer.alloc(64, 7).toString('base64')}`,
  '/srv/app/node_modules/Components/Foo1/Bar2',
  'password: ********, api_key: YOUR_API_KEY_HERE, secret: {{ secrets.NPM_TOKEN }}, token=<redacted>',
  'const secretName = this.node.tryGetContext("secretName") ?? defaultSecretName2;',
  'The sk_live_ prefix and ghp_ are prefixes of keys. See AKIA… in the docs.',
  '{"nextToken":"AAMA-EFRSURBSGhsS0FBQUFBQUFBQUFBQUFBQUFBQUE5TjJ3"}',
])('finds nothing in %s', (text) => {
  expect(check(text)).toMatchObject({ ok: true });
});

test.each([
  [
    'a PEM key',
    `before -----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA7bq1\n-----END RSA PRIVATE KEY----- after`,
    'before [withheld: a private key] after',
  ],
  ['a PEM key without its end', `x -----BEGIN PRIVATE KEY-----\nMIIEowIBAAKCAQEA7bq1`, 'x [withheld: a private key]'],
  ['a PuTTY key', `PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 1\nAAAAgQDu`, '[withheld: a private key]'],
])('redacts %s as a whole, not its first line only', (_, text, redacted) => {
  expect(withoutCredentials(text)).toBe(redacted);
});

describe('finds the form of a credential', () => {
  const id = `${'AK'}IAABCDEFGH2JKLMNOP`;
  const token = `${'gh'}p_${many(36)}`;
  const pieces = (text: string, length: number) => text.match(new RegExp(`.{1,${length}}`, 'g')) ?? [];
  test.each([
    ['beside underscores', `old_${id}_x`],
    ['with zero-width characters', [...token].join('\u200b')],
    ['with a soft hyphen', `${token.slice(0, 9)}\u00ad${token.slice(9)}`],
    ['in full-width letters', token.replace(/./g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))],
    ['with look-alikes', id.replace(/A/g, 'А').replace(/K/g, 'К')],
    ['in groups', pieces(id, 4).join('-')],
    ['with a space after each character', [...token].join(' ')],
    ['over lines', pieces(token, 8).join('\n')],
    ['over the fields of an object', JSON.stringify({ a: id.slice(0, 10), b: id.slice(10) })],
    ['over the items of a list', JSON.stringify(pieces(token, 12))],
    ['over objects of a list', JSON.stringify(pieces(token, 15).map((value) => ({ value })))],
  ])('%s', (_, content) => {
    expect(check(content)).toMatchObject({ ok: false, reason: expect.stringMatching(/access key id|GitHub token/) });
  });
});

test('replaces named secrets, and keeps their names', () => {
  expect(
    withoutCredentials('client_secret = "a8F3kLm9Qz2Xv7Bn4Tt6", "password": "Zk39xq7T"\nDB_PASSWORD=Zk39xq7T'),
  ).toBe(
    'client_secret = "[withheld: a secret]", "password": "[withheld: a secret]"\nDB_PASSWORD=[withheld: a secret]',
  );
});

test('replaces an AWS secret key beside its id', () => {
  expect(withoutCredentials(`${'AK'}IAABCDEFGH2JKLMNOP wJalrXUtnFEMI/K7MDENG+bPxRfiCY3X9zQkLm2T`)).toBe(
    '[withheld: an AWS access key id] [withheld: an AWS secret key]',
  );
});

test('replaces the value of a field that is named like a secret', () => {
  expect(withoutCredentialsOf('password', 'Zk39xq7T')).toBe('[withheld: a secret]');
  expect(withoutCredentialsOf('clientSecret', 'a8F3kLm9Qz2Xv7Bn4Tt6')).toBe('[withheld: a secret]');
  expect(withoutCredentialsOf('subject', 'a8F3kLm9Qz2Xv7Bn4Tt6')).toBe('a8F3kLm9Qz2Xv7Bn4Tt6');
});

test('finds and replaces a credential again after it was found', () => {
  const text = `${'gh'}p_${many(36)} and ${'gh'}p_${many(36)}`;
  for (let i = 0; i < 3; i += 1) {
    expect(check(text).ok).toBe(false);
    expect(withoutCredentials(text)).toBe('[withheld: a GitHub token] and [withheld: a GitHub token]');
  }
});
