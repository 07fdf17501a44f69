import { UsageError } from '../command-line/usage-error';

/** The parts of a package.json that are completed. */
interface PackageJson {
  readonly type?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/**
 * An app's own package.json with the scripts and packages of a template that it lacks. What is there stays, also its order
 * and its indentation.
 *
 * @throws UsageError when the file is no JSON object
 */
export function completePackageJson(own: string, template: string): string {
  const before = parsed(own);
  const wanted = JSON.parse(template) as PackageJson;
  const has = (name: string) => before.dependencies?.[name] ?? before.devDependencies?.[name];
  const lacking = (packages: PackageJson['dependencies'] = {}) =>
    Object.fromEntries(Object.entries(packages).filter(([name]) => has(name) === undefined));
  const after = {
    ...before,
    ...merged('scripts', before.scripts, scriptsFor(before, wanted)),
    ...merged('dependencies', before.dependencies, lacking(wanted.dependencies)),
    ...merged('devDependencies', before.devDependencies, lacking(wanted.devDependencies)),
  };
  if (JSON.stringify(after) === JSON.stringify(before)) return own;
  return `${JSON.stringify(after, null, /^([ \t]+)"/m.exec(own)?.[1] ?? 2)}\n`;
}

function parsed(text: string): PackageJson {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Refused below.
  }
  throw new UsageError('package.json is no JSON object. Correct it first; nothing was written.');
}

function merged(key: string, before: Readonly<Record<string, string>> = {}, added: Readonly<Record<string, string>>) {
  return Object.keys(added).length === 0 ? {} : { [key]: { ...before, ...added } };
}

/** The scripts that are missing. `npm init` writes a test script that always fails. */
function scriptsFor(before: PackageJson, { scripts = {} }: PackageJson): Record<string, string> {
  const own = (name: string) => before.scripts?.[name];
  const lacking = Object.entries(scripts).filter(
    ([name]) => own(name) === undefined || /no test specified/.test(own(name) ?? ''),
  );
  return Object.fromEntries(
    lacking.map(([name, script]) => [name, name === 'test' ? testScript(before, script) : script]),
  );
}

/** The app's own test runner. In a package of ECMAScript modules, the compiler wants other imports than the templates have. */
function testScript({ type, dependencies, devDependencies }: PackageJson, script: string): string {
  const packages = { ...dependencies, ...devDependencies };
  if ('jest' in packages || 'ts-jest' in packages) return 'jest';
  if ('vitest' in packages) return 'vitest run';
  return type === 'module' ? script.replace('tsc && ', '') : script;
}

/** An app's own requirements with the lines of a template that it lacks. A package that is named already stays as it is. */
export function completeRequirements(own: string, template: string): string {
  const named = new Set(linesIn(own).map(requirementName));
  const lacking = linesIn(template).filter((line) => !named.has(requirementName(line)));
  return lacking.length === 0 ? own : [own.trimEnd(), ...lacking, ''].filter((line, i) => i > 0 || line).join('\n');
}

function linesIn(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.trim().startsWith('#'));
}

/** The package of a line, also of one that names a wheel. */
function requirementName(line: string): string {
  if (/cdk[_-]hardened[_-]agent/.test(line)) return 'cdk-hardened-agent';
  const name = /^[A-Za-z0-9._-]+/.exec(line.trim())?.[0] ?? line;
  return name.startsWith('-') ? line.trim() : name.toLowerCase().replaceAll(/[._]/g, '-');
}
