import { dirname, join, relative } from 'node:path';
import { ensureVirtualEnvironment } from '../../../test/emulator/runner/virtual-environment';
import { byFile, type Peer } from './peer';
import { jsonOf, versionOf } from './run-tool';

interface Match {
  readonly Filename: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

/** Errors and warnings: both fail its run. */
export async function cfnLint(): Promise<Peer> {
  const program = join(dirname(await ensureVirtualEnvironment(() => {})), 'cfn-lint');
  return {
    name: 'cfn-lint',
    version: await versionOf(program),
    async judge(folder, files) {
      const paths = files.map((file) => join(folder, file));
      const matches = (await jsonOf(program, ['--format', 'json', '--', ...paths], folder)) as Match[];
      return byFile(
        files,
        matches.map(({ Filename: file, Rule: { Id: rule }, Location: { Path: at } }) => ({
          file: relative(folder, file),
          rule,
          resource: at?.[0] === 'Resources' ? String(at[1] ?? '') : '',
        })),
      );
    },
  };
}
