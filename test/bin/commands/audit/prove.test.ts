import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ledgerKey } from '../../../../runtime/core/contracts';
import { formatVerifierKey } from '../../../../runtime/core/merkle/note';
import { signingKey } from '../../../runtime/ledger/sealed-ledger';
import { hardenedAgent } from '../../hardened-agent-call';
import { AuditedCopy, audit } from './audited-copy';

let audited: AuditedCopy;
beforeAll(async () => {
  audited = await AuditedCopy.make();
});
afterAll(() => audited.remove());

const name = ledgerKey.entry('s-1', 5);
let proof: string;
beforeAll(async () => {
  const { out, code } = await audit('prove', name, '--dir', audited.folder, '--key', audited.key);
  expect(code).toBe(0);
  proof = path.join(audited.scratch, 'entry.tlog-proof');
  writeFileSync(proof, out);
});

test('writes a proof file that contains one entry only', async () => {
  const text = readFileSync(proof, 'utf8');
  expect(text).toMatch(/^c2sp\.org\/tlog-proof@v1\nextra /);
  expect(Buffer.from(text.split('\n')[1].slice(6), 'base64').toString()).toContain('"DENIED"');
  expect(text).not.toContain(Buffer.from('tickets_read').toString('base64').slice(0, 12));
});

test('the file is checked with the public key alone', async () => {
  const { code, out } = await audit('check-proof', proof, '--key', audited.key);
  expect(code).toBe(0);
  expect(out).toContain(`Proven: ${name} is leaf 5 of the 7 that were signed.`);
  expect(out).toContain('DENIED by maria');
});

test('and which can come from standard input', async () => {
  const call = ['audit', 'check-proof', '-', '--key', audited.key];
  const { code, out } = await hardenedAgent(call, {}, undefined, readFileSync(proof, 'utf8'));
  expect({ code, first: out[0] }).toEqual({ code: 0, first: expect.stringContaining(`Proven: ${name} is leaf 5`) });
});

const PLAIN = (text: string) => Buffer.from(text);
test.each([
  ['CRLF line ends', (text: string) => PLAIN(text.replaceAll('\n', '\r\n'))],
  ['a byte order mark', (text: string) => PLAIN(`\ufeff${text}`)],
  ['no last line end', (text: string) => PLAIN(text.trimEnd())],
  [
    'UTF-16, as Windows PowerShell writes it',
    (text: string) => Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`, 'utf16le'),
  ],
])('a proof file with %s proves the same', async (_, change) => {
  const file = path.join(audited.scratch, 'converted');
  writeFileSync(file, change(readFileSync(proof, 'utf8')));
  const { code, out } = await audit('check-proof', file, '--key', audited.key);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(`Proven: ${name} is leaf 5`) });
  const piped = await hardenedAgent(
    ['audit', 'check-proof', '-', '--key', audited.key],
    {},
    undefined,
    readFileSync(file, 'utf8'),
  );
  if (!_.startsWith('UTF-16')) expect(piped.code).toBe(0);
});

test('a key file in UTF-16 is read too', async () => {
  const file = path.join(audited.scratch, 'key16');
  writeFileSync(file, Buffer.from(`\ufeff${audited.key}\r\n`, 'utf16le'));
  expect((await audit('check-proof', proof, '--key', file)).code).toBe(0);
});

test.each([
  [
    'another entry',
    (text: string) => text.replace(/^extra .*/m, `extra ${Buffer.from('{"v":1}').toString('base64')}`),
    /another entry at leaf 5/,
  ],
  ['another place', (text: string) => text.replace('index 5', 'index 4'), /another entry at leaf 4/],
  ['another tree', (text: string) => text.replace('\n7\n', '\n8\n'), /signature.*doesn’t hold/],
  ['no proof', () => 'hello\n', /This is not a proof/],
  ['a lone carriage return', (text: string) => text.replace('\n7\n', '\r7\n'), /not a signed note/],
])('%s proves nothing', async (_, change, reason) => {
  const file = path.join(audited.scratch, 'forged');
  writeFileSync(file, change(readFileSync(proof, 'utf8')));
  const { code, out } = await audit('check-proof', file, '--key', audited.key);
  expect(code).toBe(1);
  expect(out).toMatch(reason);
});

test('needs the right key, and an entry that exists', async () => {
  const other = formatVerifierKey(signingKey(audited.world.signing.key.name).key);
  expect((await audit('check-proof', proof, '--key', other)).code).toBe(1);
  const missing = await audit('prove', ledgerKey.entry('s-1', 99), '--dir', audited.folder, '--key', audited.key);
  expect(missing).toMatchObject({ code: 1, err: 'The ledger has no object entries/s-1/000000000099.' });
});

test.each([
  [['prove', 'entries/s-1/5', '--key', 'k'], /12 digits/],
  [['check-proof', '/nowhere', '--key', 'k'], /no file/],
])('%j is wrong usage', async (args, message) => {
  const { code, err } = await audit(...args);
  expect(code).toBe(2);
  expect(err).toMatch(message);
  expect(err).toContain('Usage: hardened-agent audit');
});
