import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Cognitive complexity that a function may have, as Biome counts it. The lint holds the same. */
export const LIMIT = 15;

const RULE = 'noExcessiveCognitiveComplexity';
const HERE = path.join(__dirname, '../..');

/** A function over the limit. */
export interface Complex {
  readonly place: string;
  readonly complexity: number;
}

/** Functions over the limit without a suppression. It uses these settings, not those of the checkout. */
export function complexFunctions(root: string, folders: readonly string[]): Complex[] {
  const settings = mkdtempSync(path.join(tmpdir(), 'house-'));
  try {
    const rule = { level: 'error', options: { maxAllowedComplexity: LIMIT } };
    writeFileSync(
      path.join(settings, 'biome.json'),
      JSON.stringify({
        files: { includes: ['**/*.ts', '**/*.mjs', '**/*.cjs'] },
        linter: { rules: { preset: 'none', complexity: { [RULE]: rule } } },
      }),
    );
    const args = ['lint', `--config-path=${settings}`, '--max-diagnostics=none', '--reporter=github', ...folders];
    const { stdout, stderr, status } = spawnSync(path.join(HERE, 'node_modules/.bin/biome'), args, {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    const found = [...stdout.matchAll(/,file=(.+?),line=(\d+),.*?::.*? (\d+) /g)];
    if (status !== 0 && found.length === 0) throw new Error(`Biome failed: ${stderr}`);
    return found
      .map(([, file = '', line, complexity]) => ({
        place: `${path.relative(root, path.resolve(root, file))}:${line}`,
        complexity: Number(complexity),
      }))
      .sort((a, b) => b.complexity - a.complexity);
  } finally {
    rmSync(settings, { recursive: true, force: true });
  }
}

/** Functions over the limit that a comment excuses. Biome takes none without a reason. */
export function excused(root: string, folders: readonly string[]): number {
  const pattern = new RegExp(`biome-ignore lint/complexity/${RULE}: \\S`, 'g');
  return globSync(`{${folders.join(',')}}/**/*.{ts,mjs,cjs}`, { cwd: root })
    .map((file) => readFileSync(path.join(root, file), 'utf8').match(pattern)?.length ?? 0)
    .reduce((sum, count) => sum + count, 0);
}
