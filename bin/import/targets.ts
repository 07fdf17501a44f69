import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isObject } from '../../runtime/core/json/is-object';
import type { ConnectorReview } from '../../runtime/core/review/connector-review';
import { parseReview } from '../../runtime/core/review/parse-review';
import { UsageError } from '../command-line/usage-error';
import type { DeclaredServer } from './declared-server';
import type { ImportRequest } from './import-request';
import type { GivenDocument, GivenSource } from './import-source';
import { identifiersOf, isIdentifier } from './names';

/** One thing that becomes a connector. */
export interface ImportTarget {
  /** As a person names it: a text of a file, to be escaped. */
  readonly name: string;
  /** Lower case letters, digits and dashes. */
  readonly identifier: string;
  readonly server?: DeclaredServer;
  readonly document?: GivenDocument;
  /** Relative to the app's folder. */
  readonly reviewFile: string;
  /** What was reviewed before. */
  readonly before?: ConnectorReview;
}

const FOLDER = 'connectors';
const ENDING = '.review.json';

/** What a source's servers and document become, without those that the user didn't ask for. @throws UsageError */
export function targetsOf(source: GivenSource, request: ImportRequest): ImportTarget[] {
  if (source.review !== undefined) return [againTarget(request, request.given ?? '', source.review)];
  const found = source.document === undefined ? source.servers : [documentServer(source.document)];
  const identifiers = identifiersOf(found.map(({ name }) => name));
  const targets = found.map((server, i): ImportTarget => {
    const identifier = identifiers[i] ?? '';
    const reviewFile = `${FOLDER}/${identifier}${ENDING}`;
    const before = reviewIn(request.dir, reviewFile);
    const kind = source.document === undefined ? { server } : { document: source.document };
    return { name: server.name, identifier, ...kind, reviewFile, ...(before ? { before } : {}) };
  });
  return chosenTargets(targets, request.servers);
}

/** Every review file of the app. @throws UsageError when there is none */
export function reviewedTargets(request: ImportRequest): ImportTarget[] {
  const files = globSync(`${FOLDER}/*${ENDING}`, { cwd: request.dir }).sort();
  if (files.length === 0) {
    throw new UsageError(
      `There is no review file in ${path.join(request.dir, FOLDER)}. Give what to import: a folder, a file or an address.`,
    );
  }
  const targets = files.map((file): ImportTarget => {
    const review = reviewIn(request.dir, file);
    if (review === undefined) throw new UsageError(`${file} can't be read.`);
    return againTarget(request, path.join(request.dir, file), review);
  });
  return chosenTargets(targets, request.servers);
}

/** A review file is read again from where it says that it comes from. */
function againTarget({ dir, compare }: ImportRequest, file: string, before: ConnectorReview): ImportTarget {
  const identifier = path.basename(file, ENDING);
  if (!compare) refuseName(file, identifier);
  const reviewFile = path.relative(dir, file).replaceAll(path.sep, '/');
  if (!compare && !PLAIN_PATH.test(reviewFile)) {
    throw new UsageError(
      `${file} isn't below the app's folder, or its path has other characters than letters, digits, dots, _ and -. Give the folder with --dir.`,
    );
  }
  const { url, document } = before.source;
  const common = { name: identifier, identifier, reviewFile, before };
  if (url !== undefined && before.kind === 'mcp') return { ...common, server: { name: identifier, url, notes: [] } };
  const place = path.join(path.dirname(file), document ?? '');
  if (document === undefined || !existsSync(place)) {
    throw new UsageError(`${file} comes from ${document ?? 'a document'}, which isn't there. Give the document.`);
  }
  return { ...common, document: { file: place, text: readFileSync(place, 'utf8'), value: null } };
}

/** Below the app's folder. It is written into code. */
const PLAIN_PATH = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/;

/** The name of a review file becomes names in code. @throws UsageError for one that no import writes */
function refuseName(file: string, identifier: string): void {
  if (file.endsWith(ENDING) && isIdentifier(identifier)) return;
  throw new UsageError(
    `${file} is a review file of another name than NAME${ENDING}, where NAME is lower case letters, digits and single dashes. Rename it.`,
  );
}

/** Named by its file, or by its title where the file's name says nothing. */
function documentServer({ file, value }: GivenDocument): DeclaredServer {
  const name = path.basename(file).replace(/(?:\.openapi)?\.(?:json|ya?ml)$/i, '');
  const info = isObject(value) ? value.info : undefined;
  const title = isObject(info) && typeof info.title === 'string' ? info.title : name;
  return { name: /^(?:openapi|api|swagger|spec|index)$/i.test(name) ? title : name, notes: [] };
}

function chosenTargets(targets: readonly ImportTarget[], wanted: readonly string[]): ImportTarget[] {
  const missing = wanted.find((name) => !targets.some((target) => isNamed(target, name)));
  if (missing !== undefined) {
    throw new UsageError(
      `--server is "${missing}". There is ${targets.map(({ identifier }) => identifier).join(', ') || 'none'}.`,
    );
  }
  return targets.filter((target) => wanted.length === 0 || wanted.some((name) => isNamed(target, name)));
}

function isNamed({ name, identifier }: ImportTarget, wanted: string): boolean {
  return name === wanted || identifier === wanted;
}

/** @throws UsageError for a file that a person made unusable: it isn't overwritten */
function reviewIn(dir: string, file: string): ConnectorReview | undefined {
  const place = path.join(dir, file);
  if (!existsSync(place)) return undefined;
  const parsed = parseReview(readFileSync(place, 'utf8'));
  if (parsed.ok) return parsed.review;
  throw new UsageError(
    `${place} can’t be used, so it isn’t overwritten. Correct it, or remove it to begin anew.`,
    parsed.problems.slice(0, 20),
  );
}

/** Names of tools in the app's other review files. */
export function takenNames(dir: string, except: string): string[] {
  return globSync(`${FOLDER}/*${ENDING}`, { cwd: dir })
    .filter((file) => path.normalize(file) !== path.normalize(except))
    .flatMap((file) => reviewIn(dir, file)?.tools.map(({ name }) => name) ?? []);
}
