import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { version } from '../../package.json';
import { UsageError } from '../command-line/usage-error';
import type { Language } from './agent-files';

const NAME = 'cdk-hardened-agent';

/** Where to look for this package's origin. */
export interface SourceRequest {
  /** What the user wrote after `--package`. */
  readonly given?: string;
  /** The folder of the app. */
  readonly folder: string;
  readonly language: Language;
  readonly env: NodeJS.ProcessEnv;
  /** A folder inside the package that runs now. */
  readonly program: string;
}

/**
 * Where npm or pip gets this package from, as the app's folder sees it: what was given, or where the app or the running
 * package came from. It is never guessed to be a registry: where the package isn't published, anyone could publish another
 * one under its name.
 *
 * @throws UsageError when it is unknown, or when a given file is missing or is for another language
 */
export function packageSource({ given, folder, language, env, program }: SourceRequest): string {
  if (given !== undefined) return isFile(given) ? relativeTo(folder, existing(given, language)) : given;
  const found =
    language === 'python' ? installedByPip(folder, env) : (entryOf(folder) ?? installedByNpm(folder, program));
  if (found !== undefined) return found;
  const file =
    language === 'python'
      ? `dist/python/cdk_hardened_agent-${version}-py3-none-any.whl`
      : `dist/js/${NAME}@${version}.jsii.tgz`;
  throw new UsageError(
    `Where does the app get ${NAME} from? It is on no registry yet. Give the file that "npm run package" makes in a clone: --package CLONE/${file}`,
  );
}

/** Where pip can't find it: npm's tarball, and the other way round. */
const FILE_OF: Readonly<Record<Language, RegExp>> = { typescript: /\.(?:tgz|tar\.gz)$/, python: /\.(?:whl|zip)$/ };

const ARCHIVE = /\.(?:tgz|tar\.gz|whl|zip)$/;

/** Whether npm and pip would take it for a file or a folder, and not for a version, a repository or an address. */
function isFile(source: string): boolean {
  if (source.startsWith('file:')) return true;
  if (/^[a-z+]+:/i.test(source) && !/^[a-z]:[\\/]/i.test(source)) return false;
  return /^(?:\.|\/|~\/|[a-z]:[\\/])/i.test(source) || ARCHIVE.test(source) || existsSync(source);
}

function existing(source: string, language: Language): string {
  const file = source.startsWith('file://') ? fileURLToPath(source) : source.replace(/^file:/, '');
  if (!existsSync(file))
    throw new UsageError(`--package: there is no file ${file}. "npm run package" makes it in a clone.`);
  if (ARCHIVE.test(file) && !FILE_OF[language].test(file)) {
    const wanted = language === 'python' ? 'the wheel, dist/python/….whl' : 'the tarball, dist/js/….tgz';
    throw new UsageError(`--package: ${file} is not for ${language}. Give ${wanted}.`);
  }
  return file;
}

function relativeTo(folder: string, file: string): string {
  const seen = path.relative(folder, file).replaceAll(path.sep, '/');
  return seen.startsWith('.') ? seen : `./${seen}`;
}

interface Dependencies {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** What a folder's package.json says of this package. */
function entryOf(folder: string): string | undefined {
  const file = path.join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  try {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(file, 'utf8')) as Dependencies;
    return dependencies?.[NAME] ?? devDependencies?.[NAME];
  } catch {
    return undefined;
  }
}

/** What npm installed the running package from. `npx --package FILE` installs it into a folder of its own. */
function installedByNpm(folder: string, program: string): string | undefined {
  const [home, inside] = program.split(`${path.sep}node_modules${path.sep}${NAME}`);
  const entry = home === undefined || inside === undefined ? undefined : entryOf(home);
  if (home === undefined || !entry?.startsWith('file:')) return entry;
  return relativeTo(folder, path.resolve(home, entry.slice('file:'.length)));
}

/** What pip installed the package from, which it records beside it (PEP 610). */
function installedByPip(folder: string, env: NodeJS.ProcessEnv): string | undefined {
  const [info] = environmentsOf(folder, env).flatMap((environment) =>
    globSync('{lib/python*,Lib}/site-packages/cdk_hardened_agent-*.dist-info', { cwd: environment }).map((found) =>
      path.join(environment, found),
    ),
  );
  if (info === undefined) return undefined;
  const record = path.join(info, 'direct_url.json');
  if (!existsSync(record)) return `${NAME}==${version}`;
  const { url = '' } = JSON.parse(readFileSync(record, 'utf8')) as { url?: string };
  return url.startsWith('file:') ? relativeTo(folder, fileURLToPath(url)) : `${NAME} @ ${url}`;
}

/** Virtual environments of an app. */
export function environmentsOf(folder: string, env: NodeJS.ProcessEnv): string[] {
  const places = [env.VIRTUAL_ENV, path.join(folder, '.venv'), path.join(folder, 'venv')];
  return places.filter((place) => place !== undefined && existsSync(place)) as string[];
}
