import { shellWord } from '../command-line/command-hint';
import { type AgentRequest, className, moduleName, stackName } from './agent-files';
import type { WrittenFiles } from './write-files';

/** What the user does after the files were written, with commands and lines to copy. */
export function nextSteps(request: AgentRequest, { kept }: WrittenFiles, isNewApp: boolean): string[] {
  const { folder, language } = request;
  const steps = language === 'python' ? pythonSteps(request, kept, isNewApp) : typescriptSteps(request, kept, isNewApp);
  return [
    ...(isNewApp ? [] : [...linesForApp(request), '']),
    'Next:',
    ...(folder === '.' ? [] : [`  cd ${shellWord(folder)}`]),
    ...steps.map((step) => `  ${step}`),
    `Then write your own tools, and the digest of your image, into ${fileOf(request)}.`,
    `Before you deploy, ask AWS what would stop the deployment: ${commandOf(language)} preflight cdk.out`,
  ];
}

/** Lines for the app that is there already. */
function linesForApp({ name, language }: AgentRequest): string[] {
  const [stack, id, module] = [className(name), stackName(name), moduleName(name, language)];
  if (language === 'python') {
    return [
      'Add to your app, before app.synth():',
      '  from aws_cdk import Validations',
      '  from cdk_hardened_agent import HardenedAgentChecks',
      `  from ${module} import ${stack}`,
      `  ${stack}(app, "${id}")`,
      '  Validations.of(app).add_plugins(HardenedAgentChecks(app))',
    ];
  }
  return [
    'Add to your app in bin/:',
    "  import { Validations } from 'aws-cdk-lib';",
    "  import { HardenedAgentChecks } from 'cdk-hardened-agent';",
    `  import { ${stack} } from '../lib/${module}';`,
    `  new ${stack}(app, '${id}');`,
    '  Validations.of(app).addPlugins(new HardenedAgentChecks(app));',
  ];
}

function typescriptSteps({ source }: AgentRequest, kept: readonly string[], isNewApp: boolean): string[] {
  const own = shellWord(source ?? 'cdk-hardened-agent');
  const install = !isNewApp
    ? [`npm install ${own} cdk-nag`]
    : kept.includes('package.json')
      ? [
          `npm install ${own} aws-cdk-lib cdk-nag constructs`,
          'npm install --save-dev aws-cdk tsx typescript @types/node',
        ]
      : ['npm install'];
  const test = isNewApp && kept.includes('package.json') ? 'npx tsx --test test/*.test.ts' : 'npm test';
  return [...install, test, 'npx cdk synth -q && npx hardened-agent check cdk.out && npx hardened-agent prove cdk.out'];
}

function pythonSteps({ source }: AgentRequest, kept: readonly string[], isNewApp: boolean): string[] {
  const own = shellWord(source ?? 'cdk-hardened-agent');
  const install =
    !isNewApp || kept.includes('requirements.txt')
      ? `pip install ${own} pytest   # and add it to requirements.txt`
      : 'python3 -m venv .venv && . .venv/bin/activate && pip install -r requirements-dev.txt';
  return [install, 'python3 -m pytest', 'npx aws-cdk@2 synth -q', `${commandOf('python')} check cdk.out`];
}

/** A Python app doesn't install the npm package. */
function commandOf(language: AgentRequest['language']): string {
  return language === 'python' ? 'npx --package cdk-hardened-agent hardened-agent' : 'npx hardened-agent';
}

function fileOf({ name, language }: AgentRequest): string {
  const module = moduleName(name, language);
  return language === 'python' ? `${module}.py` : `lib/${module}.ts`;
}
