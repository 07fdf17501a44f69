import { type AgentRequest, agentFiles } from '../init/agent-files';
import { nextSteps } from '../init/next-steps';
import { type WrittenFiles, writeFiles } from '../init/write-files';
import {
  allowLines,
  type ImportedConnector,
  type ImportedSkill,
  importLine,
  makeLine,
  skillLines,
} from './declarations';
import { camelCase, pascalCase, snakeCase } from './names';

/** What an app is made of. */
export interface NewApp extends Omit<AgentRequest, 'imported'> {
  readonly connectors: readonly ImportedConnector[];
  readonly skills: readonly ImportedSkill[];
}

/** Makes an app with an agent that has the imported connectors, as `init` does with an example. */
export function writeNewApp(
  app: NewApp,
  env: NodeJS.ProcessEnv,
): { readonly files: WrittenFiles; readonly steps: string[] } {
  const request: AgentRequest = { ...app, imported: placeholders(app) };
  const files = writeFiles(app.folder, agentFiles(request));
  return { files, steps: nextSteps(request, files, { isNewApp: true, env }) };
}

function placeholders({ language, connectors, skills }: NewApp): ReadonlyMap<string, string> {
  const python = language === 'python';
  const indent = python ? '        ' : '    ';
  const names = connectors.map(({ identifier }) => (python ? snakeCase : camelCase)(identifier));
  const indented = (lines: readonly string[], by: string) => lines.map((line) => `${by}${line}`).join('\n');
  const withSecret = connectors.filter(({ credential }) => credential !== undefined);
  const runtimeProps = skills.length === 0 ? [] : skillLines(skills, language);
  return new Map([
    ['imports', connectors.map((connector) => importLine(connector, language)).join('\n')],
    [
      'make',
      indented(
        connectors.map((connector) => makeLine(connector, language)),
        indent,
      ),
    ],
    ['connectors', names.join(', ')],
    ['skills', runtimeProps.map((line) => `${indent}${python ? '    ' : '  '}${line}\n`).join('')],
    ['skill-import', skills.length === 0 ? '' : python ? '    Skill,\n' : ', Skill'],
    [
      'allow',
      indented(
        names.flatMap((name) => allowLines(name, language)),
        indent,
      ),
    ],
    ['outputs', withSecret.map((connector) => outputLine(connector, python)).join('')],
  ]);
}

function outputLine({ identifier }: ImportedConnector, python: boolean): string {
  const name = `${pascalCase(identifier)}SecretArn`;
  return python
    ? `            "${name}": ${snakeCase(identifier)}.secret_arn,\n`
    : `      ${name}: ${camelCase(identifier)}.secretArn ?? '',\n`;
}
