import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readRegularFile, unreadable } from '../../../bin/ledger/regular-file';

const scratch = mkdtempSync(path.join(tmpdir(), 'regular-file-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const file = path.join(scratch, 'file');

test.each([
  [0, 0, 0],
  [10, 0, 1],
  [10, 9, 10],
  [10, 10, 10],
  [100_000, 16_384, 16_385],
  [100_000, 99_999, 100_000],
  [100_000, 100_000, 100_000],
  [100_001, 100_000, 100_001],
  [5_000_000, 100_000, 100_001],
])('of a file of %d bytes with a limit of %d, reads %d', (size, limit, expected) => {
  writeFileSync(file, Buffer.alloc(size, 'ab'));
  expect(readRegularFile(file, limit)).toHaveLength(expected);
});

test('what was read stays as it is when the next file is read', () => {
  writeFileSync(file, 'one');
  const first = readRegularFile(file, 100);
  writeFileSync(file, 'two');
  readRegularFile(file, 100);
  appendFileSync(file, 'more');
  expect(first?.toString()).toBe('one');
});

// A file system may give a size of 0, as this one does.
const SIZELESS = '/proc/self/status';
const hasProc = statSync(SIZELESS, { throwIfNoEntry: false })?.size === 0;
(hasProc ? test : test.skip)('doesn’t believe the size that a file system gives', () => {
  expect(readRegularFile(SIZELESS, 16_384)?.toString()).toMatch(/^Name:.*\n(?:.*\n)+$/);
  expect(readRegularFile(SIZELESS, 1_000_000)?.toString()).toMatch(/^Name:.*\n(?:.*\n)+$/);
});

test.each([
  ['EACCES', /can't be read \(EACCES\)\. Get read access/],
  ['EIO', /can't be read \(EIO\)/],
  ['ENOENT', /vanished while the copy was read/],
])('%s becomes an error that says what to do', (code, message) => {
  expect(unreadable('x', Object.assign(new Error(), { code })).message).toMatch(message);
});
