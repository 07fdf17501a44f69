import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DENIAL_CODES } from '../../runtime/core/contracts';

const ROOT = path.join(__dirname, '../..');
const page = readFileSync(path.join(ROOT, 'docs/architecture.md'), 'utf8');

/** Paths in code spans. Of one with a placeholder, such as `runtime/<pillar>/<name>.lambda.ts`, the part before it. */
const named = [...page.matchAll(/`((?:benchmarks|bin|docs|examples|lib|runtime|scripts|test)(?:\/[^`]*)?)`/g)]
  .map(([, found = '']) => found)
  .filter((found) => !found.includes('*'))
  .map((found) => found.replace(/\/[^/]*<.*$/, ''));

test.each([...new Set(named)].sort())('%s exists', (found) => {
  expect(existsSync(path.join(ROOT, found))).toBe(true);
});

test('the page names many paths', () => expect(named.length).toBeGreaterThan(80));

const [, section = ''] = /^## Denial codes\n([\s\S]*?)^## /m.exec(page) ?? [];
const pathsIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, found = '']) => found);
const rows = [...section.matchAll(/^\| `([A-Z_]+)` \| (.*) \| (.*) \|$/gm)].map(
  ([, code = '', givenIn = '', testedIn = '']) => ({ code, givenIn: pathsIn(givenIn), testedIn: pathsIn(testedIn) }),
);

test('the table of denial codes has each code once', () => {
  expect(rows.map(({ code }) => code)).toEqual([...DENIAL_CODES]);
});

const names = (file: string, code: string) =>
  new RegExp(`\\b${code}\\b`).test(readFileSync(path.join(ROOT, file), 'utf8'));

test.each(rows)('$code is given where the page says', ({ code, givenIn }) => {
  expect(givenIn.length).toBeGreaterThan(0);
  expect(givenIn.filter((file) => !file.startsWith('runtime/') || !names(file, code))).toEqual([]);
});

test.each(rows)('$code is tested where the page says', ({ code, testedIn }) => {
  expect(testedIn.length).toBeGreaterThan(0);
  expect(testedIn.filter((file) => !file.endsWith('.test.ts') || !names(file, code))).toEqual([]);
});
