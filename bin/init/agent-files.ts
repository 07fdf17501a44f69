import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { devDependencies, peerDependencies } from '../../package.json';
import { completePackageJson, completeRequirements } from './complete-file';

export const LANGUAGES = ['typescript', 'python'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What is to be generated. */
export interface AgentRequest {
  /** The folder of the app. It need not exist. */
  readonly folder: string;
  readonly language: Language;
  /** Such as `support`: lower case letters, digits and dashes. */
  readonly name: string;
  /** Where npm or pip gets this package from, as the folder sees it. */
  readonly source: string;
  /** What stands for the further placeholders of a stack with imported connectors. @default - a stack with an example */
  readonly imported?: ReadonlyMap<string, string>;
}

/** A file to be written. */
export interface AgentFile {
  /** Relative to the app's folder. */
  readonly path: string;
  readonly text: string;
  /** What becomes of the app's own file of this name: it is refused, kept, or completed with what it lacks. */
  readonly existing: 'refused' | 'kept' | ((own: string) => string);
}

/** Templates by their file's name, and the path that each gets in the app. */
type Layout = { readonly [template: string]: string };

/** What every app gets. */
const AGENT: Readonly<Record<Language, Layout>> = {
  typescript: {
    'stack.ts': 'lib/%name%-agent-stack.ts',
    'stack.test.ts': 'test/%name%-agent-stack.test.ts',
  },
  python: {
    'stack.py': '%module%_agent_stack.py',
    'test_stack.py': 'tests/test_%module%_agent_stack.py',
  },
};

/** The same for an agent with imported connectors. */
const IMPORTED_AGENT: Readonly<Record<Language, Layout>> = {
  typescript: {
    'imported-stack.ts': 'lib/%name%-agent-stack.ts',
    'imported-stack.test.ts': 'test/%name%-agent-stack.test.ts',
  },
  python: {
    'imported-stack.py': '%module%_agent_stack.py',
    'test_imported_stack.py': 'tests/test_%module%_agent_stack.py',
  },
};

/** What a new app gets besides. */
const APP: Readonly<Record<Language, Layout>> = {
  typescript: { 'app.ts': 'bin/app.ts', 'cdk.json': 'cdk.json' },
  python: { 'app.py': 'app.py', 'cdk.json': 'cdk.json' },
};

/** What a new app gets, unless such a file is there. */
const SURROUNDINGS: Readonly<Record<Language, Layout>> = {
  typescript: { 'tsconfig.json': 'tsconfig.json', gitignore: '.gitignore' },
  python: { 'pytest.ini': 'pytest.ini', gitignore: '.gitignore' },
};

/** What the test and the pipeline step of every app need. An own file is completed. */
const PACKAGES: Readonly<Record<Language, Layout>> = {
  typescript: { 'package.json': 'package.json' },
  python: { 'requirements.txt': 'requirements.txt', 'requirements-dev.txt': 'requirements-dev.txt' },
};

const COMPLETE = { typescript: completePackageJson, python: completeRequirements } as const;

/** The pipeline step, which checks the whole app: once for all agents. */
const PIPELINE: Layout = { 'workflow.yml': '.github/workflows/%name%-agent.yml' };

/** Whether a CDK app is in the folder. */
export function hasCdkApp(folder: string): boolean {
  return existsSync(path.join(folder, 'cdk.json'));
}

/** The language of the app in the folder. TypeScript when nothing tells it. */
export function languageOf(folder: string): Language {
  const has = (name: string) => existsSync(path.join(folder, name));
  if (has('tsconfig.json') || has('package.json')) return 'typescript';
  const signs = ['app.py', 'requirements.txt', 'pyproject.toml', '.venv'];
  return signs.some(has) ? 'python' : 'typescript';
}

/** The files of a working agent for a new or an existing CDK app. */
export function agentFiles(request: AgentRequest): AgentFile[] {
  const { folder, language, imported } = request;
  const values = new Map([...valuesOf(request), ...(imported ?? [])]);
  const filesOf = (layout: Layout, existing: 'refused' | 'kept'): AgentFile[] =>
    Object.entries(layout).map(([template, target]) => ({
      path: filledIn(target, values),
      text: filledIn(templateText(language, template), values),
      existing,
    }));
  const packages = filesOf(PACKAGES[language], 'kept').map(({ path: file, text }): AgentFile => {
    const lines = hasOwnCompiler(folder) ? text.replace('tsc && ', '') : text;
    return { path: file, text: lines, existing: (own) => COMPLETE[language](own, lines) };
  });
  return [
    ...filesOf((imported ? IMPORTED_AGENT : AGENT)[language], 'refused'),
    ...(hasPipelineStep(folder) ? [] : filesOf(PIPELINE, 'refused')),
    ...packages,
    ...(hasCdkApp(folder) ? [] : [...filesOf(APP[language], 'refused'), ...filesOf(SURROUNDINGS[language], 'kept')]),
  ];
}

/** Settings of an own compiler may refuse the templates' imports, or write files beside the sources. */
function hasOwnCompiler(folder: string): boolean {
  return hasCdkApp(folder) || existsSync(path.join(folder, 'tsconfig.json'));
}

function hasPipelineStep(folder: string): boolean {
  const workflows = path.join(folder, '.github/workflows');
  if (!existsSync(workflows)) return false;
  return readdirSync(workflows)
    .filter((name) => /\.ya?ml$/.test(name))
    .some((name) => readFileSync(path.join(workflows, name), 'utf8').includes('hardened-agent check'));
}

/** The name of the stack's class: `SupportAgentStack`. */
export function className(name: string): string {
  return `${pascalCase(name)}AgentStack`;
}

/** The name of the stack: `SupportAgent`. */
export function stackName(name: string): string {
  return `${pascalCase(name)}Agent`;
}

/** The name of the stack's file without its ending: `support-agent-stack`, in Python `support_agent_stack`. */
export function moduleName(name: string, language: Language): string {
  return language === 'python' ? `${name.replaceAll('-', '_')}_agent_stack` : `${name}-agent-stack`;
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** What stands for the placeholders `%…%` of the templates. */
function valuesOf({ folder, language, name, source }: AgentRequest): ReadonlyMap<string, string> {
  const versions = { ...devDependencies, ...peerDependencies };
  return new Map([
    ['name', name],
    ['Name', pascalCase(name)],
    ['module', name.replaceAll('-', '_')],
    // In package.json it is inside a JSON string.
    ['package', language === 'python' ? source : JSON.stringify(source).slice(1, -1)],
    ['import-test', importOfTest(folder)],
    ...Object.entries(versions).map(([of, range]): [string, string] => [
      `version:${of}`,
      /^\d/.test(range) ? `^${range}` : range,
    ]),
    ...Object.entries(peerDependencies).map(([of, range]): [string, string] => [
      `lowest:${of}`,
      range.replace(/^\D+/, ''),
    ]),
  ]);
}

/** How a test of the app gets `test`: Jest gives it without an import. */
function importOfTest(folder: string): string {
  const file = path.join(folder, 'package.json');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (/"(ts-)?jest"/.test(text)) return '';
  return `import { test } from '${text.includes('"vitest"') ? 'vitest' : 'node:test'}';\n`;
}

/** @throws Error for a placeholder that has no value */
function filledIn(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/%([A-Za-z][A-Za-z:@/-]*)%/g, (_, placeholder: string) => {
    const value = values.get(placeholder);
    if (value === undefined) throw new Error(`The placeholder %${placeholder}% has no value.`);
    return value;
  });
}

function templateText(language: Language, template: string): string {
  return readFileSync(path.join(templateFolder(__dirname), language, `${template}.template`), 'utf8');
}

/** The command line runs from `bin` in a clone, and as one file in `build/bin` in the published package. */
function templateFolder(from: string): string {
  const folder = path.join(from, 'bin/init/templates');
  if (existsSync(folder) && readdirSync(folder).length > 0) return folder;
  const parent = path.dirname(from);
  if (parent === from) throw new Error('The templates of init are missing. Install the package again.');
  return templateFolder(parent);
}
