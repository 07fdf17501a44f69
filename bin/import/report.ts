import type { CommandIo } from '../command-line/command-io';
import type { ImportedTarget, ImportResult } from './imported';
import { foreign } from './show-tools';

/** Lines of the summary. */
const MOST_GRANTED = 40;

/** Prints what was written and what follows. The tools were shown before the choice. */
export function printResult({ targets, files, steps }: ImportResult, io: CommandIo): void {
  const written = files.filter(({ fate }) => fate !== 'unchanged');
  const lines = [
    '',
    ...targets.flatMap(grantedLines),
    ...written.map(({ path, fate }) => `${FATES[fate]} ${path}`),
    ...(files.length > 0 && written.length === 0 ? ['No file changed.'] : []),
    ...steps,
  ];
  for (const line of lines) io.out(line);
}

function grantedLines({ target, states, review, cannotGrant }: ImportedTarget): string[] {
  const granted = states.filter(({ entry }) => entry.granted);
  const more =
    granted.length > MOST_GRANTED ? [`  … and ${granted.length - MOST_GRANTED} more, in ${target.reviewFile}`] : [];
  const none = review === undefined || granted.length === 0;
  return [
    ...(none ? [] : [`${target.identifier}: ${granted.length} of ${states.length} tools granted`]),
    ...(none ? [] : granted.slice(0, MOST_GRANTED).map(({ entry }) => `  ${foreign(entry.name, 64)}: ${entry.effect}`)),
    ...(none ? [] : more),
    ...cannotGrant.map((name) => `not granted: ${foreign(name, 64)} can’t be used as it is; see above`),
  ];
}

const FATES = { created: 'created', updated: 'updated', kept: 'kept your', unchanged: 'unchanged' } as const;

/** Everything, for programs. */
export function resultJson({ what, notes, targets, skills, files, steps }: ImportResult): object {
  return {
    what,
    notes,
    servers: targets.map(serverJson),
    skills: skills.map(({ folder, skill, problem }) => ({
      folder,
      name: skill?.name,
      description: skill?.description,
      pin: skill?.pin,
      namesTools: skill?.namedTools,
      scripts: skill?.scripts.map(({ path, sha256 }) => ({ path, sha256, run: false })),
      problem,
    })),
    files,
    steps,
  };
}

function serverJson({ target, notes, states, credential, notImported, review, cannotGrant }: ImportedTarget) {
  return {
    name: target.name,
    identifier: target.identifier,
    url: target.server?.url,
    document: target.document?.file,
    reviewFile: review === undefined ? undefined : target.reviewFile,
    credential,
    notes,
    notImported,
    cannotGrant,
    tools: states.map(({ entry, change, differences, suggested }) => ({
      name: entry.name,
      original: entry.original,
      granted: entry.granted,
      effect: entry.effect,
      suggested,
      change,
      differences,
      changes: entry.changes,
      refused: entry.refused,
      possible: entry.possible,
      pin: entry.pin,
    })),
  };
}
