import { readdirSync } from 'node:fs';
import * as path from 'node:path';
import type { Rule } from '../../../../lib/checks/rule';
import { RULES } from '../../../../lib/checks/rules';

const ROOT = path.join(__dirname, '../../../../lib/checks/rules');

const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && file !== 'index.ts',
);

/** `NetworkNoRouteOut` of `network/no-route-out.ts`. */
function idOf(file: string): string {
  return file
    .replace(/\.ts$/, '')
    .split(/[/\\-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

test.each(files)('%s exports one rule, named after its folder and file, and the index lists it', (file) => {
  const exported = Object.values(jest.requireActual<{ [name: string]: Rule }>(path.join(ROOT, file)));
  expect(exported).toHaveLength(1);
  const [rule] = exported;
  expect(rule).toMatchObject({ id: idOf(file), pillar: path.dirname(file) });
  expect(RULES).toContain(rule);
});

test('the index lists one rule a file, and each once', () => {
  expect(new Set(RULES).size).toBe(RULES.length);
  expect(RULES).toHaveLength(files.length);
});
