import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(__dirname, '../../docs/decisions');
const records = readdirSync(FOLDER)
  .filter((file) => file !== 'README.md')
  .sort();
const index = readFileSync(path.join(FOLDER, 'README.md'), 'utf8');

test('the records are numbered without a gap', () => {
  expect(records.map((file) => Number(file.slice(0, 4)))).toEqual(records.map((_, position) => position + 1));
});

test.each(records)('%s has its number and a status, and the index lists it by number, title and status', (file) => {
  const text = readFileSync(path.join(FOLDER, file), 'utf8');
  const [, number = '', title = ''] = /^# (\d+)\. (.+)\n/.exec(text) ?? [];
  expect(Number(number)).toBe(Number(file.slice(0, 4)));
  const [, status = ''] = /^\*\*Status\.\*\* (\w+)/m.exec(text) ?? [];
  expect(status).not.toBe('');
  const row = index.split('\n').find((line) => line.includes(`](${file})`)) ?? '';
  expect(row.startsWith(`| ${number} | [${title}](${file}) | `)).toBe(true);
  expect(row.split(' | ').at(-1)).toMatch(new RegExp(`^${status.toLowerCase()}\\b`));
});

test('the index lists nothing else', () => {
  expect(index.match(/^\| \d+ \|/gm)).toHaveLength(records.length);
});
