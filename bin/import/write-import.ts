import { existsSync } from 'node:fs';
import path from 'node:path';
import { formatReview } from '../../runtime/core/review/format-review';
import { hasCdkApp } from '../init/agent-files';
import { packageSource } from '../init/package-source';
import { type FileFate, writeOnce, writeOwned } from './app-files';
import {
  connectorFile,
  connectorText,
  type ImportedConnector,
  type ImportedSkill,
  linesForStack,
} from './declarations';
import type { ImportRequest } from './import-request';
import type { ImportedTarget } from './imported';
import { writeNewApp } from './new-app';
import { documentPlace } from './open-api-listing';
import type { FoundSkill } from './skill-folders';
import type { ImportTarget } from './targets';

type WrittenFile = { readonly path: string; readonly fate: FileFate };

/** What was written, and what the user does next. */
export interface WrittenImport {
  readonly files: readonly WrittenFile[];
  readonly steps: readonly string[];
}

/** Writes review files, declarations and skills; in a folder without a CDK app, an app with an agent that has them. */
export function writeImport(
  imported: readonly ImportedTarget[],
  found: readonly FoundSkill[],
  request: ImportRequest,
): WrittenImport {
  const { dir, language, name } = request;
  const files: WrittenFile[] = [];
  const connectors: ImportedConnector[] = [];
  const added: ImportedConnector[] = [];
  for (const one of imported) {
    if (one.review === undefined) continue;
    const { target, review, credential } = one;
    files.push({ path: target.reviewFile, fate: writeOwned(dir, target.reviewFile, formatReview(review)) });
    files.push(...copiedDocument(target, dir));
    if (!review.tools.some(({ granted }) => granted)) continue;
    const connector: ImportedConnector = {
      identifier: target.identifier,
      kind: review.kind,
      reviewFile: target.reviewFile,
      internal: request.internal,
      ...(review.source.document === undefined
        ? {}
        : { documentFile: documentFile(target.reviewFile, review.source.document) }),
      ...(credential ? { credential } : {}),
    };
    connectors.push(connector);
    const file = connectorFile(connector, language);
    // It belongs to the app once it is there, and says nothing about tools.
    if (existsSync(path.join(dir, file))) continue;
    files.push({ path: file, fate: writeOnce(dir, file, connectorText(connector, language)) });
    added.push(connector);
  }
  const skills = chosenSkills(found, request).flatMap((skill) => writeSkill(skill, dir, files));
  if (connectors.length === 0 && skills.length === 0) return { files, steps: nothingGranted(imported) };
  if (hasCdkApp(dir) || connectors.length === 0) {
    return {
      files,
      steps: ['In the stack of your agent:', ...linesForStack(connectors, skills, language).map((line) => `  ${line}`)],
    };
  }
  const source = packageSource({
    folder: dir,
    language,
    given: request.packageSource,
    env: request.env,
    program: __dirname,
  });
  const app = writeNewApp({ folder: dir, language, name, source, connectors, skills }, request.env);
  const fates = [
    ...app.files.written.map((file): WrittenFile => ({ path: file, fate: 'created' })),
    ...app.files.completed.map((file): WrittenFile => ({ path: file, fate: 'updated' })),
    ...app.files.kept.map((file): WrittenFile => ({ path: file, fate: 'kept' })),
  ];
  return { files: [...files, ...fates], steps: app.steps };
}

/** The construct reads the document, so the app needs it. */
function copiedDocument({ identifier, document }: ImportTarget, dir: string): WrittenFile[] {
  if (document === undefined) return [];
  const place = documentPlace({ identifier, dir, file: document.file });
  if (path.resolve(dir, place) === path.resolve(document.file)) return [];
  return [{ path: place, fate: writeOwned(dir, place, document.text) }];
}

function documentFile(reviewFile: string, document: string): string {
  return path.posix.normalize(path.posix.join(path.posix.dirname(reviewFile), document));
}

function nothingGranted(imported: readonly ImportedTarget[]): string[] {
  const reviews = imported.filter(({ review }) => review !== undefined);
  if (reviews.length === 0) return [];
  return [
    'No tool is granted, so no connector was written. Import again with --grant NAME:EFFECT,… or --grant-reads,',
    `or set "granted" to true in ${reviews.map(({ target }) => target.reviewFile).join(', ')} and import again.`,
  ];
}

function chosenSkills(found: readonly FoundSkill[], { skills }: ImportRequest): FoundSkill[] {
  return found.filter(({ skill }) => skill !== undefined && (skills.has('all') || skills.has(skill.name)));
}

/** Copies a skill into the app. What is there already is never changed. */
function writeSkill({ folder, files, skill }: FoundSkill, dir: string, written: WrittenFile[]): ImportedSkill[] {
  if (skill === undefined) return [];
  const place = `skills/${skill.name}`;
  const inPlace = path.resolve(folder) === path.resolve(dir, place);
  if (!inPlace) {
    for (const { path: file, bytes } of files) {
      written.push({ path: `${place}/${file}`, fate: writeOnce(dir, `${place}/${file}`, bytes) });
    }
  }
  return [{ folder: place, pin: skill.pin, withoutTools: skill.namedTools }];
}
