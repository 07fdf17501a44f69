import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { removeOldLogs } from './kept-logs';

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kept-logs-'));
});

afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const write = (name: string, bytes = 1) => fs.writeFileSync(path.join(folder, name), 'x'.repeat(bytes));

test('keeps the newest logs of each kind, and other files', () => {
  for (const kind of ['cdk', 'ministack']) for (const day of [1, 2, 3]) write(`${kind}-2026-01-0${day}.log`);
  write('notes.txt');
  removeOldLogs(folder, ['cdk', 'ministack'], { files: 2, bytes: 100 });
  expect(fs.readdirSync(folder).sort()).toEqual([
    'cdk-2026-01-02.log',
    'cdk-2026-01-03.log',
    'ministack-2026-01-02.log',
    'ministack-2026-01-03.log',
    'notes.txt',
  ]);
});

test('removes the oldest until the rest fits', () => {
  write('cdk-2026-01-01.log', 10);
  write('ministack-2026-01-02.log', 60);
  write('cdk-2026-01-03.log', 60);
  removeOldLogs(folder, ['cdk', 'ministack'], { files: 5, bytes: 100 });
  expect(fs.readdirSync(folder)).toEqual(['cdk-2026-01-03.log']);
});

test('makes the folder', () => {
  removeOldLogs(path.join(folder, 'logs'), ['cdk']);
  expect(fs.readdirSync(folder)).toEqual(['logs']);
});
