import { writeFileSync } from 'node:fs';
import path from 'node:path';

const RESOURCES = 3_000;

/** A template, as far as this looks into it. */
export interface TemplateBody {
  readonly Resources: Readonly<Record<string, unknown>>;
}

/** An assembly of as many stacks as the template's resources take to be 3,000: a stack holds 500 at most. */
export function writeAssembly(folder: string, template: TemplateBody): void {
  const stacks = Math.ceil(RESOURCES / Object.keys(template.Resources).length);
  const artifacts: { [id: string]: object } = {};
  for (let i = 0; i < stacks; i += 1) {
    const templateFile = `Stack${i}.template.json`;
    writeFileSync(path.join(folder, templateFile), JSON.stringify(template, null, 1));
    artifacts[`Stack${i}`] = {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/unknown-region',
      // The key's policy of encrypted logs names the stack.
      properties: { templateFile, stackName: 'Quickstart' },
    };
  }
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts }));
}
