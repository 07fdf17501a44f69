import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Assembly } from '../../lib/template';
import { parseTemplate } from '../../lib/template/model/template-text';
import { parseYaml } from '../../lib/template/model/yaml';
import { STANDARD_INPUT } from '../check/shown-file';
import type { CommandIo } from '../command-line/command-io';
import type { ArgumentDefinition } from '../command-line/define-command';
import { linesOf, UsageError } from '../command-line/usage-error';

/** The synthesized apps and templates that a command reads as one. */
export const ASSEMBLY: ArgumentDefinition<Assembly> = {
  name: 'ASSEMBLY',
  description: 'cdk.out folders and CloudFormation templates in JSON or YAML, or - for a template on standard input',
  several: true,
  read: (first, others, io) => {
    const paths = [first, ...others] as const;
    if (paths.includes('-')) return readInput(paths, io);
    const missing = paths.find((path) => !existsSync(path));
    if (missing !== undefined) {
      throw new UsageError(
        /\.(json|ya?ml|template)$/.test(missing)
          ? `${missing} doesn't exist.`
          : `${missing} doesn't exist. Run "npx cdk synth -q" first, and give its output folder: cdk.out`,
      );
    }
    const other = paths.find((path) => statSync(path).isDirectory() && !existsSync(join(path, 'manifest.json')));
    if (other !== undefined) {
      throw new UsageError(
        `${other}: not the output of \`cdk synth\` (it has no manifest.json). Run \`npx cdk synth -q\` first, or name each template in it, such as ${join(other, '*.yaml')}`,
      );
    }
    io.doing(`reading ${paths.join(', ')}`);
    try {
      return Assembly.loadAll(paths, { parseYaml });
    } catch (error) {
      const [first, ...details] = linesOf((error as Error).message);
      throw new UsageError(first, details);
    }
  },
};

function readInput(paths: readonly string[], io: CommandIo): Assembly {
  if (paths.length > 1) throw new UsageError('Standard input is one whole template. Give "-" alone, or files only.');
  const text = io.readInput();
  let read: ReturnType<typeof parseTemplate>;
  try {
    read = parseTemplate(text, parseYaml);
  } catch (error) {
    const [first, ...details] = linesOf((error as Error).message);
    throw new UsageError(`Standard input: not a template. ${first}`, details);
  }
  if (read.body.Resources === undefined) {
    throw new UsageError(
      'Standard input: not a template (it has no Resources). Pipe one JSON or YAML template into it.',
    );
  }
  return Assembly.of({ name: STANDARD_INPUT, text, ...read });
}
