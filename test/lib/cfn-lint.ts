import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { VENV_PYTHON } from '../emulator/runner/paths';
import { ensureVirtualEnvironment } from '../emulator/runner/virtual-environment';

/** Makes sure that cfn-lint is installed; call it in beforeAll. */
export async function installCfnLint(): Promise<void> {
  await ensureVirtualEnvironment(() => {});
}

/** What cfn-lint finds in templates for regions; empty: nothing. Warnings aside, which are about style. */
export function cfnLint(regions: readonly string[], templates: readonly object[]): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'cfn-lint-'));
  try {
    const files = templates.map((template, at) => {
      const file = path.join(folder, `${at}.json`);
      writeFileSync(file, JSON.stringify(template));
      return file;
    });
    const command = path.join(path.dirname(VENV_PYTHON), 'cfn-lint');
    const { stdout, stderr, error } = spawnSync(command, ['--ignore-checks', 'W', '-r', ...regions, '--', ...files], {
      encoding: 'utf8',
    });
    if (error) throw error;
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The regions of public partitions that cfn-lint has data on, with the given resource types that each of them lacks. */
export function missingTypes(types: Iterable<string>): Record<string, string[]> {
  const script = [
    'import cfnlint, json, pathlib, re, sys',
    'folder = pathlib.Path(cfnlint.__file__).parent / "data" / "schemas" / "providers"',
    'types = json.load(sys.stdin)',
    'public = re.compile(r"(cn|us-gov|[a-z]{2})-[a-z]+-[0-9]$")',
    'found = {f.stem: json.loads(f.read_text()) for f in folder.glob("*.json") if public.match(f.stem)}',
    'print(json.dumps({r: [t for t in types if t not in known] for r, known in found.items()}))',
  ].join('\n');
  const answer = execFileSync(VENV_PYTHON, ['-c', script], { encoding: 'utf8', input: JSON.stringify([...types]) });
  return JSON.parse(answer) as Record<string, string[]>;
}
