import { withoutCredentials } from '../../../../runtime/core/guard/credential-shapes';
import { guardOutput } from '../../../../runtime/core/output-guard';

const check = (content: string) => guardOutput({ content, secrets: [], maxBytes: 2 ** 20 });
const abc = 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY';
const many = (length: number) => abc.repeat(9).slice(0, length);

/** Written in pieces, so that no scanner takes this file for a leak. */
const CREDENTIALS: [string, string][] = [
  ['an AWS access key id', `${'AK'}IAABCDEFGHIJKLMNOP`],
  ['an AWS secret key', 'wJalrXUtnFEMI/K7MDENG+bPxRfiCY3X9zQkLm2T'],
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
];

test.each(CREDENTIALS)('finds %s: %s', (what, credential) => {
  const reason = `The text contains ${what}, so it is withheld.`;
  for (const content of [`x ${credential} y`, JSON.stringify({ a: credential }), `<p>${credential}</p>`]) {
    expect(check(content)).toEqual({ ok: false, reason });
  }
  expect(check(Buffer.from(`the key is ${credential}`).toString('base64'))).toEqual({ ok: false, reason });
});

test.each(CREDENTIALS.filter(([what]) => what !== 'a secret with its name' && what !== 'a private key'))(
  'replaces %s by a note: %s',
  (what, credential) => {
    const plain = withoutCredentials(`Here: ${credential} (thanks)`);
    expect(plain).toContain(what === 'a URL with a password' ? '[withheld: a password]' : `[withheld: ${what}]`);
    expect(check(plain)).toMatchObject({ ok: true });
  },
);

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
