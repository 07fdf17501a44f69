import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FolderStore } from '../../../bin/ledger/folder-store';
import { MAX_ENTRY_BYTES } from '../../../runtime/core/ledger/entry';

const scratch = mkdtempSync(path.join(tmpdir(), 'folder-store-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const root = path.join(scratch, 'copy');
const store = new FolderStore(root);
beforeAll(() => {
  mkdirSync(path.join(root, 'entries/s'), { recursive: true });
  writeFileSync(path.join(scratch, 'secret'), 'not of the copy');
});

/** A new copy with one stream. */
function freshCopy(): { folder: string; fresh: FolderStore } {
  const folder = mkdtempSync(path.join(scratch, 'fresh-'));
  mkdirSync(path.join(folder, 'entries/s'), { recursive: true });
  return { folder, fresh: new FolderStore(folder) };
}

async function listed(fresh: FolderStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of fresh.list('entries/')) keys.push(key);
  return keys;
}

test.each([0, 1, MAX_ENTRY_BYTES])('reads a file of %d bytes', (length) => {
  const bytes = Buffer.alloc(length, 'ab');
  writeFileSync(path.join(root, 'entries/s/1'), bytes);
  expect(store.read('entries/s/1')?.equals(bytes)).toBe(true);
});

test.each([MAX_ENTRY_BYTES + 1, MAX_ENTRY_BYTES + 2, 10_000_000])(
  'cuts a file of %d bytes after one byte too many for an entry',
  (length) => {
    writeFileSync(path.join(root, 'entries/s/1'), Buffer.alloc(length, 'ab'));
    expect(store.read('entries/s/1')).toHaveLength(MAX_ENTRY_BYTES + 1);
  },
);

test('reads every file that it lists, also names with two dots', async () => {
  for (const name of ['junk..1', '..x', 'x..', 'a...b']) writeFileSync(path.join(root, 'entries/s', name), name);
  for await (const { key } of store.list('entries/')) expect(store.read(key)).toBeDefined();
  expect(store.read('entries/s/junk..1')?.toString()).toBe('junk..1');
});

test.each([
  '../secret',
  'entries/../../secret',
  'entries/s/../../../secret',
  '..\\secret',
  'entries',
  'none',
  '/etc/passwd',
  '..',
  'entries/s/1\0',
  `entries/${'a/'.repeat(400_000)}1`,
  `entries/${'a'.repeat(300)}/1`,
])('has nothing at %.40s', (key) => expect(store.read(key)).toBeUndefined());

describe('opens nothing but regular files', () => {
  const LINKS = [
    ['to a device without end', '/dev/zero'],
    ['to a file of the same copy', '2'],
    ['to a file outside', '../../../secret'],
    ['to nothing', 'nowhere'],
    ['to itself', '1'],
  ];
  test.each(LINKS)('a link %s', async (_, target) => {
    const { folder, fresh } = freshCopy();
    writeFileSync(path.join(folder, 'entries/s/2'), 'two');
    symlinkSync(target, path.join(folder, 'entries/s/1'));
    expect(fresh.read('entries/s/1')).toBeUndefined();
    expect(await listed(fresh)).toEqual(['entries/s/2']);
    expect([...fresh.oddities('entries/')]).toEqual([{ key: 'entries/s/1', kind: 'symbolic link' }]);
  });

  test.each(['entries', 'entries/s'])('a link to a folder, at %s', async (at) => {
    const { folder, fresh } = freshCopy();
    const other = freshCopy().folder;
    writeFileSync(path.join(other, 'entries/s/1'), 'one');
    rmSync(path.join(folder, at), { recursive: true });
    symlinkSync(path.join(other, at), path.join(folder, at));
    expect(fresh.read('entries/s/1')).toBeUndefined();
    expect(await listed(fresh)).toEqual([]);
    expect([...fresh.oddities('entries/')]).toEqual([{ key: at, kind: 'symbolic link' }]);
    // Also where the folder is named directly.
    expect([...fresh.oddities('entries/s/')].map(({ kind }) => kind)).toEqual(
      at === 'entries' ? [] : ['symbolic link'],
    );
  });

  test('a FIFO, for which a reader would wait without end', async () => {
    const { folder, fresh } = freshCopy();
    execFileSync('mkfifo', [path.join(folder, 'entries/s/1')]);
    expect(fresh.read('entries/s/1')).toBeUndefined();
    expect([...fresh.oddities('entries/')]).toEqual([{ key: 'entries/s/1', kind: 'FIFO' }]);
  });

  test('a socket', async () => {
    const { folder, fresh } = freshCopy();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path.join(folder, 'entries/s/1'), resolve));
    expect(fresh.read('entries/s/1')).toBeUndefined();
    expect([...fresh.oddities('entries/')]).toEqual([{ key: 'entries/s/1', kind: 'socket' }]);
    await new Promise((resolve) => server.close(resolve));
  });

  test('a folder in the place of an entry', async () => {
    const { folder, fresh } = freshCopy();
    mkdirSync(path.join(folder, 'entries/s/000000000001'));
    expect(fresh.read('entries/s/000000000001')).toBeUndefined();
    expect([...fresh.oddities('entries/')]).toEqual([{ key: 'entries/s/000000000001', kind: 'folder' }]);
  });
});

test('names files of operating systems and editors, and lists none of them', async () => {
  const { folder, fresh } = freshCopy();
  for (const name of ['.DS_Store', '._000000000001', '000000000001~', '000000000001']) {
    writeFileSync(path.join(folder, 'entries/s', name), 'x');
  }
  mkdirSync(path.join(folder, 'entries/__MACOSX/s'), { recursive: true });
  writeFileSync(path.join(folder, 'entries/__MACOSX/s/000000000002'), 'x');
  expect(await listed(fresh)).toEqual(['entries/s/000000000001']);
  expect([...fresh.oddities('entries/')].map(({ key, kind }) => `${kind} ${key}`)).toEqual([
    'stray file entries/__MACOSX',
    'stray file entries/s/.DS_Store',
    'stray file entries/s/._000000000001',
    'stray file entries/s/000000000001~',
  ]);
});

test('goes through many and deep folders', async () => {
  const { folder, fresh } = freshCopy();
  for (let i = 0; i < 3000; i += 1) mkdirSync(path.join(folder, `entries/empty-${i}`));
  const deep = `entries/s/${'d/'.repeat(500)}`;
  mkdirSync(path.join(folder, deep), { recursive: true });
  writeFileSync(path.join(folder, `${deep}x`), 'x');
  writeFileSync(path.join(folder, 'entries/s/1'), 'x');
  expect(await listed(fresh)).toEqual(['entries/s/1']);
  expect([...fresh.oddities('entries/')]).toEqual([
    { key: expect.stringMatching(/^entries\/s(\/d)+$/), kind: 'folder below too many others' },
  ]);
});

test('lists a file whose name is not UTF-8, though it can’t be read', async () => {
  const { folder, fresh } = freshCopy();
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/entries/s/`), Buffer.from([0xff])]), 'x');
  expect(await listed(fresh)).toEqual(['entries/s/\ufffd']);
  expect(fresh.read('entries/s/\ufffd')).toBeUndefined();
});

test('says that a file vanished while the copy was read', async () => {
  const { folder, fresh } = freshCopy();
  writeFileSync(path.join(folder, 'entries/s/1'), 'x');
  for await (const one of fresh.list('entries/')) {
    rmSync(path.join(folder, 'entries/s/1'));
    expect(() => one.modified).toThrow(/entries\/s\/1 vanished while the copy was read/);
  }
  expect(fresh.read('entries/s/1')).toBeUndefined();
});
