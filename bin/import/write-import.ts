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
  const { dir } = request;
  const connectors = imported.flatMap((one) => connectorOf(one, request));
  const chosen = chosenSkills(found, request);
  const skills = chosen.flatMap(skillOf);
  const isNewApp = !hasCdkApp(dir) && connectors.length > 0;
  // First, because it refuses what it can't make before anything is written.
  const app = isNewApp ? newApp(connectors, skills, request) : undefined;
  const reviews = imported.flatMap((one) => writeReview(one, dir));
  const written = connectors.flatMap((connector) => writeConnector(connector, request));
  const copies = chosen.flatMap((skill) => copySkill(skill, dir));
  return {
    files: [...reviews, ...written.map(({ file }) => file), ...copies, ...(app?.files ?? [])],
    steps:
      app?.steps ??
      stepsFor(
        imported,
        written.map(({ connector }) => connector),
        skills,
        request,
      ),
  };
}

/** What an existing app does next. Connectors that it has already need no line. */
function stepsFor(
  imported: readonly ImportedTarget[],
  added: readonly ImportedConnector[],
  skills: readonly ImportedSkill[],
  { language }: ImportRequest,
): string[] {
  const isGranted = imported.some(({ review }) => review?.tools.some(({ granted }) => granted));
  if (!isGranted && skills.length === 0) return nothingGranted(imported);
  const lines = linesForStack(added, skills, language).map((line) => `  ${line}`);
  return lines.length === 0 ? [] : ['In the stack of your agent:', ...lines];
}

function connectorOf({ review, target, credential }: ImportedTarget, { internal }: ImportRequest): ImportedConnector[] {
  if (!review?.tools.some(({ granted }) => granted)) return [];
  const { document } = review.source;
  return [
    {
      identifier: target.identifier,
      kind: review.kind,
      reviewFile: target.reviewFile,
      internal,
      ...(document === undefined ? {} : { documentFile: documentFile(target.reviewFile, document) }),
      ...(credential ? { credential } : {}),
    },
  ];
}

function newApp(
  connectors: readonly ImportedConnector[],
  skills: readonly ImportedSkill[],
  { dir, language, name, packageSource: given, env }: ImportRequest,
): WrittenImport {
  const source = packageSource({ folder: dir, language, given, env, program: __dirname });
  const { files, steps } = writeNewApp({ folder: dir, language, name, source, connectors, skills }, env);
  const withFate = (paths: readonly string[], fate: FileFate) =>
    paths.map((file): WrittenFile => ({ path: file, fate }));
  return {
    files: [
      ...withFate(files.written, 'created'),
      ...withFate(files.completed, 'updated'),
      ...withFate(files.kept, 'kept'),
    ],
    steps,
  };
}

function writeReview({ review, target }: ImportedTarget, dir: string): WrittenFile[] {
  if (review === undefined) return [];
  const fate = writeOwned(dir, target.reviewFile, formatReview(review));
  return [{ path: target.reviewFile, fate }, ...copiedDocument(target, dir)];
}

/** It belongs to the app once it is there, and says nothing about tools. */
function writeConnector(
  connector: ImportedConnector,
  { dir, language }: ImportRequest,
): { readonly connector: ImportedConnector; readonly file: WrittenFile }[] {
  const file = connectorFile(connector, language);
  if (existsSync(path.join(dir, file))) return [];
  return [{ connector, file: { path: file, fate: writeOnce(dir, file, connectorText(connector, language)) } }];
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

function skillOf({ skill }: FoundSkill): ImportedSkill[] {
  return skill === undefined
    ? []
    : [{ folder: `skills/${skill.name}`, pin: skill.pin, withoutTools: skill.namedTools }];
}

/** Copies a skill into the app. What is there already is never changed. */
function copySkill({ folder, files, skill }: FoundSkill, dir: string): WrittenFile[] {
  const place = `skills/${skill?.name}`;
  if (skill === undefined || path.resolve(folder) === path.resolve(dir, place)) return [];
  return files.map(({ path: file, bytes }) => {
    const copy = `${place}/${file}`;
    return { path: copy, fate: writeOnce(dir, copy, bytes) };
  });
}
