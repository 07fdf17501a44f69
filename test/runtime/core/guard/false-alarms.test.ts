import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { guardOutput } from '../../../../runtime/core/output-guard';
import { randomFrom } from '../../../seed';

const ROOT = path.join(__dirname, '../../../..');
const secret = 'Zq7Lm2Xw9Rt4Bv6Nk8Pj3Hs5';
const check = (content: string, secrets = [secret]) => guardOutput({ content, secrets, maxBytes: 2 ** 20 });
const passes = (content: string, secrets?: string[]) => expect(check(content, secrets)).toMatchObject({ ok: true });
const randomBytes = (length: number) => {
  const random = randomFrom(1);
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
};

describe('texts without a credential pass', () => {
  test('a real lock file, plain and in JSON, also in parts', () => {
    const lock = readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8');
    passes(lock.slice(0, 200_000));
    for (let start = 0; start < 200_000; start += 20_000) {
      passes(lock.slice(start, start + 20_000));
      passes(JSON.stringify({ body: lock.slice(start, start + 20_000) }));
    }
  });

  test.each(['nextToken', 'NextToken', 'etag', 'sha256', 'cursor', 'nonce'])(
    '40 characters of base64 named %s',
    (name) => {
      const random = randomFrom(1);
      for (let i = 0; i < 20; i += 1) {
        const value = Buffer.from(Array.from({ length: 30 }, () => Math.floor(random() * 256))).toString('base64');
        passes(JSON.stringify({ items: [1], [name]: value }));
        passes(`${name}: ${value}\n`);
        passes(
          JSON.stringify({ SecretList: [{ Name: 'prod/db', Description: 'the database secret' }], [name]: value }),
        );
      }
    },
  );

  test('many small packed items', () => {
    const items = Array.from({ length: 400 }, (_, i) =>
      gzipSync(`item ${i} of a queue, state open`).toString('base64'),
    );
    passes(JSON.stringify(items));
  });

  const bytes = [...randomBytes(20_000)];
  test.each([
    ['as decimal numbers', JSON.stringify(bytes)],
    ['as signed numbers', JSON.stringify(bytes.map((byte) => byte - 128))],
    ['as hexadecimal numbers', bytes.map((byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ')],
    ['as Node writes a Buffer', JSON.stringify(Buffer.from(bytes))],
    ['one on each line', JSON.stringify(bytes, null, 2)],
    ['in base64', Buffer.from(bytes).toString('base64')],
    ['in wrapped base64', Buffer.from(bytes).toString('base64').replace(/.{76}/g, '$&\r\n')],
    ['in hexadecimal', Buffer.from(bytes).toString('hex')],
  ])('a large array of bytes %s', (_, content) => passes(content));

  test.each([
    'account_key: 2024-Q3-EMEA-00123-A-7-final',
    '"account_key": "ACC-2024-000123-EU-WEST-1-B2C"',
    'session_token: 2026-09-01T12-00-00Z-eu-west-1',
    'signing_key: projects/p1/locations/global/keyRings/r1',
    'access_key: shift+ctrl+alt+F5-then-F6-2x',
    'Secret: prod/db/tickets-2024-v2-main-x1',
    'api_key=REPLACE_ME_WITH_YOUR_KEY_123',
    'api_key: 0123456789abcdef0123456789abcdef',
    'the secret: three-2-one-go-4-launch-5-times',
    'password: Password123',
    "password: 'Pa$$w0rd'",
    `password=${'$'}{DB_PASSWORD}`,
    'DB_PASSWORD=changeme',
    'password: xxxxxxxxxxxx',
    'Server=localhost;Database=x;User Id=sa;Password=<password>;',
    'host=localhost user=postgres password=postgres dbname=x',
    'Authorization: Bearer YOUR_ACCESS_TOKEN_1234567890',
    'postgres://postgres:postgres@localhost:5432/db',
    'postgres://app:app@db:5432/x',
    'mysql://root:root@127.0.0.1/x, amqp://guest:guest@rabbitmq:5672',
    `aws_access_key_id = ${'AKIA'}IOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY`,
    `sk_${'test'}_4eC39HqLyjWDarjtT1zdp7dc`,
  ])('an example or a name: %s', (text) => {
    passes(text);
    passes(JSON.stringify({ text }));
  });

  test.each(['order-service-production', 'ledger-session-approval-desk', 'incident-response-team'])(
    'text with the words of the credential %s, but not the whole',
    (phrase) => {
      const text = ['operations', 'tools', 'ledger', 'architecture']
        .map((page) => readFileSync(path.join(ROOT, `docs/${page}.md`), 'utf8'))
        .join('\n');
      passes(text, [phrase]);
      expect(check(`password ${phrase} refused`, [phrase]).ok).toBe(false);
      expect(check(Buffer.from(phrase).toString('base64'), [phrase]).ok).toBe(false);
      expect(check([...phrase].join('\n'), [phrase]).ok).toBe(false);
    },
  );
});
