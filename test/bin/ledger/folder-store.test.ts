import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

test.each([0, 1, MAX_ENTRY_BYTES, MAX_ENTRY_BYTES + 1, MAX_ENTRY_BYTES + 2, 1_000_000])(
  'reads a file of %d bytes',
  (length) => {
    const bytes = Buffer.alloc(length, 'ab');
    writeFileSync(path.join(root, 'entries/s/1'), bytes);
    expect(store.read('entries/s/1')?.equals(bytes)).toBe(true);
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
])('has nothing at %s', (key) => expect(store.read(key)).toBeUndefined());
