import type { Random } from './random';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';

/** Credentials as services give them out, by format. */
export const SECRET_FORMATS: Readonly<Record<string, (random: Random) => string>> = {
  base64: (random) =>
    random
      .bytes(24 + random.below(10))
      .toString('base64')
      .replace(/=+$/, ''),
  hex: (random) => random.bytes(random.of([16, 20, 32])).toString('hex'),
  jwt: (random) =>
    [
      Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url'),
      Buffer.from(
        JSON.stringify({ sub: `svc-${random.below(9999)}`, iat: 1_760_000_000 + random.below(10 ** 7) }),
      ).toString('base64url'),
      random.bytes(32).toString('base64url'),
    ].join('.'),
  prefixed: (random) => `${random.of(['sk_live_', 'tk_prod_', 'key-'])}${random.text(24, LETTERS + DIGITS)}`,
  basic: (random) =>
    `${random.of(['support', 'svc-tickets', 'api.user'])}:${random.text(14 + random.below(6), `${LETTERS}${DIGITS}!$%#_-`)}`,
  uuid: (random) =>
    random
      .bytes(16)
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
};
