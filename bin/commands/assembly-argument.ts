import { existsSync } from 'node:fs';
import { Assembly } from '../../lib/template';
import { parseYaml } from '../../lib/template/model/yaml';
import type { ArgumentDefinition } from '../command-line/define-command';
import { UsageError } from '../command-line/usage-error';

/** The synthesized app, or the one template, that a command reads. */
export const ASSEMBLY: ArgumentDefinition<Assembly> = {
  name: 'ASSEMBLY',
  description: 'a cdk.out folder, or one CloudFormation template in JSON or YAML',
  read: (path) => {
    if (!existsSync(path)) {
      throw new UsageError(`${path} doesn't exist. Run "cdk synth" first, and give its output folder.`);
    }
    try {
      return Assembly.load(path, { parseYaml });
    } catch (error) {
      throw new UsageError((error as Error).message);
    }
  },
};
