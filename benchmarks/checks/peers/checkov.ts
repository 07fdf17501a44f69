import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Assembly } from '../../../lib/template';
import { parseYaml } from '../../../lib/template/model/yaml';
import { pinnedVenv } from '../../pinned-venv';
import { byFile, type Peer } from './peer';
import { jsonOf } from './run-tool';

interface Report {
  readonly check_type: string;
  readonly results: { readonly failed_checks: readonly FailedCheck[] };
}

interface FailedCheck {
  readonly check_id: string;
  readonly file_path: string;
  readonly file_line_range: readonly [number, number];
  readonly resource: string;
}

const REQUIREMENTS = join(__dirname, 'checkov-requirements.txt');

/** Its checks of templates and of secrets, in one run over the folder. */
export function checkov(): Peer {
  const program = join(pinnedVenv('checkov', REQUIREMENTS), 'checkov');
  return {
    name: 'checkov',
    version: /==(\S+)/.exec(readFileSync(REQUIREMENTS, 'utf8'))?.[1] ?? '',
    async judge(folder, files) {
      const args = ['-d', folder, '--framework', 'cloudformation', 'secrets', '-o', 'json', '--compact', '--quiet'];
      const printed = await jsonOf(program, [...args, '--skip-download'], folder);
      const reports = (Array.isArray(printed) ? printed : [printed]) as Partial<Report>[];
      return byFile(
        files,
        reports.flatMap(({ check_type: type, results }) =>
          (results?.failed_checks ?? []).map((check) => {
            const file = check.file_path.replace(/^\//, '');
            const resource = type === 'secrets' ? resourceAt(join(folder, file), check) : logicalIdOf(check);
            return { file, rule: check.check_id, resource };
          }),
        ),
      );
    },
  };
}

/** `AWS::IAM::Role.Role` */
function logicalIdOf({ resource }: FailedCheck): string {
  return resource.slice(resource.indexOf('.') + 1);
}

/** Of a secret it tells the line only. */
function resourceAt(file: string, { file_line_range: [line] }: FailedCheck): string {
  const name = file.slice(file.lastIndexOf('/') + 1);
  const template = Assembly.loadAll([file], { parseYaml }).templates.find((each) => each.name === name);
  const before = (template?.resources ?? []).filter((resource) => (resource.line ?? Infinity) <= line);
  return before.sort((a, b) => (b.line ?? 0) - (a.line ?? 0))[0]?.logicalId ?? '';
}
