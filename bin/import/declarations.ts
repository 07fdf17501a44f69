import type { ReviewKind } from '../../runtime/core/review/connector-review';
import type { Language } from '../init/agent-files';
import type { DeclaredCredential } from './declared-server';
import { camelCase, pascalCase, snakeCase } from './names';

/** A connector that an app gets. All of it is made by this command: no text of a server is written into code. */
export interface ImportedConnector {
  /** Lower case letters, digits and dashes. */
  readonly identifier: string;
  readonly kind: ReviewKind;
  /** Relative to the app's folder, with `/`. */
  readonly reviewFile: string;
  /** Of an OpenAPI document. */
  readonly documentFile?: string;
  readonly credential?: DeclaredCredential;
  /** Its server has a private address. */
  readonly internal: boolean;
}

/** A skill that an app gets. */
export interface ImportedSkill {
  /** Relative to the app's folder, with `/`. */
  readonly folder: string;
  readonly pin: string;
  readonly withoutTools: readonly string[];
}

const CONSTRUCTS: Readonly<Record<ReviewKind, string>> = { mcp: 'McpConnector', openapi: 'OpenApiConnector' };

/** Path of the file that declares a connector, relative to the app's folder. */
export function connectorFile({ identifier }: Pick<ImportedConnector, 'identifier'>, language: Language): string {
  return language === 'python' ? `connectors/${snakeCase(identifier)}.py` : `connectors/${identifier}.ts`;
}

/** The text of that file. */
export function connectorText(connector: ImportedConnector, language: Language): string {
  return language === 'python' ? pythonText(connector) : typescriptText(connector);
}

/** Lines for the stack of an agent that is there already. */
export function linesForStack(
  connectors: readonly ImportedConnector[],
  skills: readonly ImportedSkill[],
  language: Language,
): string[] {
  const python = language === 'python';
  const names = connectors.map(({ identifier }) => (python ? snakeCase : camelCase)(identifier));
  const imports = connectors.map((connector) => importLine(connector, language));
  const makes = connectors.map((connector) => makeLine(connector, language));
  const allows = names.flatMap((name) => allowLines(name, language));
  const created = [
    ...(names.length === 0
      ? []
      : [python ? `connectors=[${names.join(', ')}],` : `connectors: [${names.join(', ')}],`]),
    ...(skills.length === 0 ? [] : skillLines(skills, language)),
  ];
  const skillImport = python ? 'from cdk_hardened_agent import Skill' : "import { Skill } from 'cdk-hardened-agent';";
  return [
    ...imports,
    ...(skills.length === 0 ? [] : [skillImport]),
    ...makes,
    ...(created.length === 0 ? [] : [python ? '# In HardenedAgentRuntime(…):' : '// In new HardenedAgentRuntime(…):']),
    ...created.map((line) => `  ${line}`),
    ...(allows.length === 0 ? [] : [python ? '# After it:' : '// After it:']),
    ...allows,
  ];
}

export function importLine({ identifier }: ImportedConnector, language: Language): string {
  return language === 'python'
    ? `from connectors.${snakeCase(identifier)} import add_${snakeCase(identifier)}`
    : `import { add${pascalCase(identifier)} } from '../connectors/${identifier}';`;
}

export function makeLine({ identifier }: ImportedConnector, language: Language): string {
  return language === 'python'
    ? `${snakeCase(identifier)} = add_${snakeCase(identifier)}(self)`
    : `const ${camelCase(identifier)} = add${pascalCase(identifier)}(this);`;
}

export function allowLines(name: string, language: Language): string[] {
  return language === 'python'
    ? [`for tool in ${name}.tools:`, '    agent.allow(tool)']
    : [`for (const tool of ${name}.tools) agent.allow(tool);`];
}

/** The prop of a runtime that has the skills. */
export function skillLines(skills: readonly ImportedSkill[], language: Language): string[] {
  const python = language === 'python';
  const made = skills.map(({ folder, pin, withoutTools }) => {
    const without = withoutTools.map((name) => literal(name)).join(', ');
    const more =
      withoutTools.length === 0 ? '' : python ? `, without_tools=[${without}]` : `, withoutTools: [${without}]`;
    return python
      ? `Skill.from_directory(${literal(folder)}, pin=${literal(pin)}${more}),`
      : `Skill.fromDirectory(${literal(folder)}, { pin: ${literal(pin)}${more} }),`;
  });
  return [python ? 'skills=[' : 'skills: [', ...made.map((line) => `  ${line}`), '],'];
}

function importedNames({ kind, documentFile, credential }: ImportedConnector): string[] {
  const document = documentFile === undefined ? [] : ['OpenApiDocument'];
  return [CONSTRUCTS[kind], 'ServerReview', ...document, ...(credential ? ['Credential'] : [])].sort();
}

function typescriptText(connector: ImportedConnector): string {
  const { identifier, kind, reviewFile, documentFile, credential, internal } = connector;
  const name = CONSTRUCTS[kind];
  const imported = importedNames(connector);
  const props = [
    ...(documentFile === undefined ? [] : [`document: OpenApiDocument.fromFile(${literal(documentFile)}),`]),
    `review: ServerReview.fromFile(${literal(reviewFile)}),`,
    ...(credential ? [`credential: ${credentialCall(credential)},`] : []),
    ...(internal ? ['internal: true,'] : []),
  ];
  return `${[
    `import { ${imported.join(', ')} } from 'cdk-hardened-agent';`,
    "import type { Construct } from 'constructs';",
    '',
    `/** Imported with hardened-agent import. Its tools, their effects and inputs: ${reviewFile}. */`,
    `export function add${pascalCase(identifier)}(scope: Construct): ${name} {`,
    `  return new ${name}(scope, '${pascalCase(identifier)}', {`,
    ...props.map((line) => `    ${line}`),
    '  });',
    '}',
  ].join('\n')}\n`;
}

function pythonText(connector: ImportedConnector): string {
  const { identifier, kind, reviewFile, documentFile, credential, internal } = connector;
  const name = CONSTRUCTS[kind];
  const imported = importedNames(connector);
  const props = [
    ...(documentFile === undefined ? [] : [`document=OpenApiDocument.from_file(${literal(documentFile)}),`]),
    `review=ServerReview.from_file(${literal(reviewFile)}),`,
    ...(credential ? [`credential=${credentialCall(credential)},`] : []),
    ...(internal ? ['internal=True,'] : []),
  ];
  return `${[
    `from cdk_hardened_agent import ${imported.join(', ')}`,
    'from constructs import Construct',
    '',
    '',
    `def add_${snakeCase(identifier)}(scope: Construct) -> ${name}:`,
    `    """Imported with hardened-agent import. Its tools, their effects and inputs: ${reviewFile}."""`,
    `    return ${name}(`,
    '        scope,',
    `        "${pascalCase(identifier)}",`,
    ...props.map((line) => `        ${line}`),
    '    )',
  ].join('\n')}\n`;
}

function credentialCall({ kind, name, headerName }: DeclaredCredential): string {
  const given = headerName === undefined ? [name] : [name, headerName];
  return `Credential.${kind}(${given.map(literal).join(', ')})`;
}

/** A string in both languages. Everything but plain ASCII is an escape, so that no text leaves its quotes. */
function literal(text: string): string {
  const escaped = text.replace(
    /[^A-Za-z0-9 _./:@-]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `'${escaped}'`;
}
