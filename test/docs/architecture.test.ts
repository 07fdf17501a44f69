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
const codes = [...section.matchAll(/^\| `([A-Z_]+)` \| (.*) \| `(test\/[^`]+)` \|$/gm)].map(
  ([, code = '', , file = '']) => ({
    code,
    file,
  }),
);

test('the table of denial codes has each code once', () => {
  expect(codes.map(({ code }) => code)).toEqual([...DENIAL_CODES]);
});

test.each(codes)('$code is tested where the page says', ({ code, file }) => {
  expect(readFileSync(path.join(ROOT, file), 'utf8')).toMatch(new RegExp(`\\b${code}\\b`));
});
