import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { shellWord } from '../command-line/command-hint';
import { type AgentRequest, className, moduleName, stackName } from './agent-files';
import { environmentsOf } from './package-source';
import type { WrittenFiles } from './write-files';

/** What the user does after the files were written, with commands and lines to copy. */
export function nextSteps(
  request: AgentRequest,
  files: WrittenFiles,
  { isNewApp, env }: { readonly isNewApp: boolean; readonly env: NodeJS.ProcessEnv },
): string[] {
  const { folder, language } = request;
  const steps = language === 'python' ? pythonSteps(request, files, env) : typescriptSteps(request, files);
  return [
    ...(isNewApp ? [] : [...linesForApp(request), '']),
    'Next:',
    ...(folder === '.' ? [] : [`  cd ${shellWord(folder)}`]),
    ...steps.map((step) => `  ${step}`),
    `Then write your own tools, and the digest of your image, into ${fileOf(request)}.`,
    `Before you deploy, ask AWS what would stop the deployment: ${language === 'python' ? '' : 'npx '}hardened-agent preflight cdk.out`,
    ...pipelineAdvice(request, files),
  ];
}

/** A line for the app, and what shows that the app has it already. Without it, the line is new for each agent. */
interface AppLine {
  readonly line: string;
  readonly unless?: RegExp;
}

/** Lines for the app that is there already. */
function linesForApp(request: AgentRequest): string[] {
  const own = sourceOfApp(request);
  const lines = request.language === 'python' ? pythonLines(request) : typescriptLines(request);
  return [
    request.language === 'python' ? 'Add to your app, before app.synth():' : 'Add to your app in bin/:',
    ...lines.filter(({ unless }) => !unless?.test(own)).map(({ line }) => `  ${line}`),
  ];
}

function pythonLines({ name, language }: AgentRequest): AppLine[] {
  const stack = className(name);
  return [
    { line: 'from aws_cdk import Validations', unless: /\bimport\b.*\bValidations\b/ },
    { line: 'from cdk_hardened_agent import HardenedAgentChecks', unless: /\bimport\b.*\bHardenedAgentChecks\b/ },
    { line: `from ${moduleName(name, language)} import ${stack}` },
    { line: `${stack}(app, "${stackName(name)}")` },
    { line: 'Validations.of(app).add_plugins(HardenedAgentChecks(app))', unless: /\bHardenedAgentChecks\(/ },
  ];
}

function typescriptLines({ name, language }: AgentRequest): AppLine[] {
  const stack = className(name);
  return [
    { line: "import { Validations } from 'aws-cdk-lib';", unless: /\bimport\b[^;]*\bValidations\b[^;]*\bfrom\b/ },
    {
      line: "import { HardenedAgentChecks } from 'cdk-hardened-agent';",
      unless: /\bimport\b[^;]*\bHardenedAgentChecks\b[^;]*\bfrom\b/,
    },
    { line: `import { ${stack} } from '../lib/${moduleName(name, language)}';` },
    { line: `new ${stack}(app, '${stackName(name)}');` },
    {
      line: 'Validations.of(app).addPlugins(new HardenedAgentChecks(app));',
      unless: /\bnew HardenedAgentChecks\(/,
    },
  ];
}

/** The text of the files that may be the app's program. */
function sourceOfApp({ folder, language }: AgentRequest): string {
  const files = globSync(language === 'python' ? '*.py' : 'bin/*.{ts,mts,js,mjs}', { cwd: folder });
  return files
    .filter((file) => !file.endsWith('_agent_stack.py'))
    .map((file) => readFileSync(path.join(folder, file), 'utf8'))
    .join('\n');
}

function typescriptSteps({ folder }: AgentRequest, { kept }: WrittenFiles): string[] {
  const isInstalled = kept.includes('package.json') && existsSync(path.join(folder, 'node_modules/cdk-hardened-agent'));
  return [
    ...(isInstalled ? [] : ['npm install']),
    'npm test',
    'npx cdk synth -q && npx hardened-agent check cdk.out && npx hardened-agent prove cdk.out',
  ];
}

function pythonSteps({ folder }: AgentRequest, { kept }: WrittenFiles, env: NodeJS.ProcessEnv): string[] {
  const install = 'pip install -r requirements-dev.txt';
  const [environment] = environmentsOf(folder, env);
  const activate =
    environment === undefined
      ? ['python3 -m venv .venv', '. .venv/bin/activate']
      : env.VIRTUAL_ENV === environment
        ? []
        : [`. ${path.relative(folder, environment)}/bin/activate`];
  const isInstalled = kept.includes('requirements.txt') && kept.includes('requirements-dev.txt');
  const first = [...activate, ...(isInstalled ? [] : [install])];
  return [
    ...(first.length === 0 ? [] : [first.join(' && ')]),
    'python3 -m pytest',
    'npx aws-cdk@2 synth -q',
    // The wheel brings it. `npx` would fetch a package of this name from the registry.
    'hardened-agent check cdk.out && hardened-agent prove cdk.out',
  ];
}

/** A file outside the app is missing where the pipeline runs. */
function pipelineAdvice({ source, language }: AgentRequest, { written }: WrittenFiles): string[] {
  if (!source.startsWith('../') || !written.some((file) => file.startsWith('.github/'))) return [];
  const place = language === 'python' ? 'requirements.txt' : 'package.json';
  return [`The pipeline needs ${source} too: copy it into the app, commit it, and write its new path into ${place}.`];
}

function fileOf({ name, language }: AgentRequest): string {
  const module = moduleName(name, language);
  return language === 'python' ? `${module}.py` : `lib/${module}.ts`;
}
