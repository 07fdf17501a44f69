import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { S3ServiceException } from '@aws-sdk/client-s3';
import { readCopyFacts } from '../../../bin/ledger/copy-facts';
import { downloadLedger } from '../../../bin/ledger/download-ledger';
import { formatCheckpoint } from '../../../runtime/core/merkle/checkpoint';
import { treeHash, treeSize } from '../../../runtime/core/merkle/hash';
import { formatNote } from '../../../runtime/core/merkle/note';
import { MemoryStore } from '../../runtime/ledger/memory-store';
import { AT, AuditedCopy, audit, type Buckets, storesOf, verify } from '../commands/audit/audited-copy';

let audited: AuditedCopy;
beforeAll(async () => {
  audited = await AuditedCopy.make();
});
afterAll(() => audited.remove());

const scratch = mkdtempSync(path.join(tmpdir(), 'download-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('the copy has the tiles of the tree that is shown, and nothing of the sealer’s state', () => {
  const published = readdirSync(path.join(audited.folder, 'publication'), { recursive: true }).map(String);
  expect(published).toContain('tile/0/000.p/7');
  expect(published).not.toContain('tile/0/000.p/5');
  expect(existsSync(path.join(audited.folder, 'publication', 'state'))).toBe(false);
});

/** A download of the honest buckets with some more objects in one of them. */
async function downloaded(planted: Readonly<Record<string, string>>, bucket: keyof Buckets = 'ledger') {
  const { ledger, publication, witness } = audited.world;
  const buckets: Buckets = { ledger, publication, witness };
  const spoiled = new MemoryStore();
  for (const [key, object] of buckets[bucket].objects) spoiled.objects.set(key, object);
  for (const [key, text] of Object.entries(planted)) spoiled.objects.set(key, { text: Buffer.from(text), modified: 0 });
  const folder = path.join(mkdtempSync(path.join(scratch, 'x-')), 'copy');
  const result = await downloadLedger(storesOf({ ...buckets, [bucket]: spoiled }), folder, audited.world.now);
  return { folder, ...result, passedOver: result.notCopied.map(({ key }) => key) };
}

/** Files of a copy, without its facts. */
function objectsIn(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length - 1;
}

describe('a key that can’t be a file name is passed over, and all others are copied', () => {
  test.each([
    'entries/../../../outside',
    'entries/s-1/..',
    'entries/s-1/.',
    'entries/',
    'entries/s-1/',
    'entries//000000000001',
    'entries/s-1',
    'entries/s-1/000000000001/x',
    'entries/s-1/nul\0',
    'entries/s-1/a\nb',
    'entries/s-1/a\\b',
    'entries/s-1/c:d',
    'entries/s-1/con',
    'entries/s-1/LPT1.txt',
    'entries/s-1/dot.',
    'entries/s-1/.DS_Store',
    'entries/S-1/000000000001',
    `entries/${'a'.repeat(256)}/000000000001`,
    `entries/s-1/${'é'.repeat(128)}`,
    'checkpoints/',
    'batches/..',
  ])('%j', async (key) => {
    const { folder, passedOver, copied } = await downloaded({ [key]: '{}' });
    expect(passedOver).toEqual([key]);
    expect([copied, objectsIn(folder)]).toEqual([objectsIn(audited.folder), objectsIn(audited.folder)]);
    expect(readCopyFacts(folder).notCopied?.map((one) => one.key)).toEqual([key]);
    expect(readFileSync(path.join(folder, 'ledger/entries/s-1/000000000001'), 'utf8')).toContain('session_start');
    const { code, out } = await verify('--dir', folder, '--key', audited.key, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out).findings.map((one: { code: string; where: string }) => `${one.code} ${one.where}`)).toEqual([
      `NOT_COPIED ${key}`,
    ]);
  });

  test('of names that differ only by case or composition, one is copied, and an honest one before others', async () => {
    const { folder, passedOver } = await downloaded({
      'entries/s-1/ABC': '1',
      'entries/s-1/abc': '2',
      'entries/s-1/caf\u00e9': '3',
      'entries/s-1/cafe\u0301': '4',
      'entries/S-1/000000000009': '5',
      'entries/Unique/000000000001': '6',
    });
    expect(passedOver).toEqual(['entries/S-1/000000000009', 'entries/s-1/abc', 'entries/s-1/caf\u00e9']);
    expect(readFileSync(path.join(folder, 'ledger/entries/s-1/ABC'), 'utf8')).toBe('1');
    expect(readFileSync(path.join(folder, 'ledger/entries/Unique/000000000001'), 'utf8')).toBe('6');
  });

  test('of the witness too', async () => {
    expect((await downloaded({ 'checkpoints/../x': '{}' }, 'witness')).passedOver).toEqual([
      'witness: checkpoints/../x',
    ]);
  });

  test('an odd key that is a file name is copied, so that the audit finds it', async () => {
    const { folder, passedOver } = await downloaded({ 'entries/s-1/odd name': '{}' });
    expect(passedOver).toEqual([]);
    expect((await verify('--dir', folder, '--key', audited.key)).out).toContain('ENTRY_INSERTED  entries/s-1/odd name');
  });
});

test.each(['entries/s-1/000000000099', 'checkpoints/000000000099', 'batches/000000000099'])(
  'an object at %s that is larger than a writer makes it is passed over without being read',
  async (key) => {
    const { notCopied } = await downloaded({ [key]: 'x'.repeat(1_000_000) });
    expect(notCopied).toEqual([{ key, why: expect.stringMatching(/more than \d+ bytes/) }]);
  },
);

test('a published checkpoint of any size doesn’t keep the download busy', async () => {
  const { signing } = audited.world;
  const text = formatCheckpoint({ origin: signing.key.name, size: treeSize(9e15), root: treeHash(Buffer.alloc(32)) });
  const { folder } = await downloaded({ checkpoint: formatNote(text, signing.key, Buffer.alloc(64)) }, 'publication');
  expect(existsSync(path.join(folder, 'publication/checkpoint'))).toBe(true);
});

describe('an object that S3 doesn’t give', () => {
  const denied = (name: string) =>
    new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode: 403 }, message: 'no' });
  const download = async (fails: (key: string) => boolean, name: string) => {
    const stores = storesOf(audited.world);
    const getBytes = async (key: string) => {
      if (fails(key)) throw denied(name);
      return stores.ledger.getBytes(key);
    };
    const folder = path.join(mkdtempSync(path.join(scratch, 'x-')), 'copy');
    return downloadLedger({ ...stores, ledger: { ...stores.ledger, getBytes } }, folder, audited.world.now);
  };

  test.each(['AccessDenied', 'InvalidRequest', 'KMS.DisabledException'])('with %s is passed over', async (name) => {
    const { notCopied } = await download((key) => key.endsWith('3'), name);
    expect(notCopied).toEqual([{ key: 'entries/s-1/000000000003', why: expect.stringContaining(name) }]);
  });

  test.each([
    ['AccessDenied', () => true],
    ['ExpiredToken', (key: string) => key.endsWith('3')],
    ['SlowDown', (key: string) => key.endsWith('3')],
  ])('ends the download with %s where it is not about one object', async (name, fails) => {
    await expect(download(fails, name)).rejects.toMatchObject({ name });
  });
});

test('the facts of a copy are checked, and a byte order mark before them is ignored', async () => {
  for (const [text, code] of [
    ['{', 1],
    ['null', 1],
    ['{"v":1,"at":"x","history":[]}', 1],
    [`{"v":1,"at":"${AT}","history":[{"key":"a","what":"b"}]}`, 1],
    [`{"v":1,"at":"${AT}","history":[],"notCopied":[{}]}`, 1],
    [`\ufeff{"v":1,"at":"${AT}","history":[]}`, 0],
  ] as const) {
    const folder = audited.tampered((it) => rmSync(path.join(it, 'copy.json')));
    writeFileSync(path.join(folder, 'copy.json'), text);
    const result = await audit('verify', '--dir', folder, '--key', audited.key, '--at', AT);
    expect({ text, code: result.code }).toEqual({ text, code });
    if (code === 1) expect(result.err).toMatch(/was not written by this version/);
  }
});
