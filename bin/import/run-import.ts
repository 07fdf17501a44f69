import type { ConnectorReview } from '../../runtime/core/review/connector-review';
import type { CommandIo } from '../command-line/command-io';
import { UsageError } from '../command-line/usage-error';
import { askForGrants, askToAccept } from './ask';
import { decidedTools } from './choices';
import { comparedLines } from './compared-lines';
import { CannotImport } from './declared-server';
import { readSource } from './given-source';
import type { ImportRequest } from './import-request';
import type { GivenSource } from './import-source';
import type { ImportedTarget, ImportResult } from './imported';
import { listTarget } from './list-target';
import type { ListedTarget } from './listed-target';
import { mergedTools, type ToolState } from './merged-review';
import { snakeCase } from './names';
import { headLines, numbered, targetLines } from './show-tools';
import { nameOfSkill } from './skill-folders';
import { type ImportTarget, reviewedTargets, takenNames, targetsOf } from './targets';
import { writeImport } from './write-import';

/** Reads what was given, lets a person choose, and writes the review files and declarations. */
export async function runImport(request: ImportRequest, io: CommandIo): Promise<ImportResult> {
  const { given } = request;
  const source = given === undefined ? undefined : readSource(given, request);
  const targets = source === undefined ? reviewedTargets(request) : targetsOf(source, request);
  checkTokens(targets, request);
  if (!request.json) {
    for (const line of headLines(source, targets.length)) io.out(line);
  }
  const imported: ImportedTarget[] = [];
  for (const target of targets) imported.push(await importTarget(target, request, io));
  const outcome = { what: source?.what ?? 'review files', notes: source?.notes ?? [], targets: imported };
  const skills = source?.skills ?? [];
  if (request.compare) return { ...outcome, skills, files: [], steps: [], code: drifted(imported) ? 1 : 0 };
  refuseUnknown(source, imported, request);
  const written = writeImport(imported, skills, request);
  const nothing =
    imported.every(({ review }) => review === undefined) && !skills.some(({ skill }) => skill !== undefined);
  const failed = nothing || imported.some(({ cannotGrant }) => cannotGrant.length > 0);
  return { ...outcome, skills, ...written, code: failed ? 1 : 0 };
}

async function importTarget(target: ImportTarget, request: ImportRequest, io: CommandIo): Promise<ImportedTarget> {
  io.doing(`asking ${target.identifier} for its tools`);
  let listed: ListedTarget;
  try {
    listed = await listTarget(target, request);
  } catch (error) {
    if (!(error instanceof CannotImport)) throw error;
    const notImported = { why: error.why, instead: error.instead };
    const refused = { target, notes: [], states: [], notImported, cannotGrant: [] };
    show(refused, request, io);
    return refused;
  }
  const { listing, credential, notes } = listed;
  const options = {
    prefix: request.prefix ?? `${snakeCase(target.identifier).slice(0, 22)}_`,
    taken: takenNames(request.dir, target.reviewFile),
    choices: request.choices,
  };
  const states = mergedTools(listing, target.before, options);
  const { before } = target;
  const reviewOf = (decided: readonly ToolState[]): ConnectorReview => ({
    v: 1,
    kind: listing.kind,
    source: listing.source,
    prefix: before?.prefix ?? options.prefix,
    tools: decided.map(({ entry }) => entry),
  });
  const shown = { target, notes, states, cannotGrant: [], ...(credential ? { credential } : {}) };
  show(shown, request, io);
  const decided = await decide(states, request, io);
  const cannotGrant = decided.refused;
  return { ...shown, states: decided.states, review: reviewOf(decided.states), cannotGrant };
}

function show(imported: ImportedTarget, { json, compare }: ImportRequest, io: CommandIo): void {
  if (json) return;
  for (const line of compare ? comparedLines(imported) : targetLines(imported)) io.out(line);
}

async function decide(states: readonly ToolState[], request: ImportRequest, io: CommandIo) {
  if (request.compare) return { states, refused: [] };
  const { decisions } = request;
  if (!request.mayAsk) return decidedTools(states, decisions);
  const changed = states.filter(({ accepted }) => accepted !== undefined);
  const accepted = await askToAccept(changed, io);
  const asked = await askForGrants(numbered(states), io);
  return decidedTools(states, { ...asked, accepted: new Set([...decisions.accepted, ...accepted]) });
}

/** A token of one server must never reach another. */
function checkTokens(targets: readonly ImportTarget[], { tokens, listing }: ImportRequest): void {
  const askable = targets.filter(({ server }) => server?.url !== undefined);
  if (askable.length > 1 && listing !== undefined) {
    throw new UsageError('--listing is for one server, and there are several. Choose one with --server NAME.');
  }
  if (askable.length > 1 && tokens.has('')) {
    throw new UsageError(
      `--token-env: there are several servers, and each would get the token. Write NAME=VARIABLE for ${askable.map(({ identifier }) => identifier).join(', ')}.`,
    );
  }
  const unknown = [...tokens.keys()].find(
    (name) => name !== '' && !targets.some((target) => target.name === name || target.identifier === name),
  );
  if (unknown !== undefined) throw new UsageError(`--token-env names the server "${unknown}", which isn't there.`);
}

/** A misspelt name must not pass as a tool that nobody granted. */
function refuseUnknown(
  source: GivenSource | undefined,
  imported: readonly ImportedTarget[],
  { decisions, skills, choices }: ImportRequest,
): void {
  const names = new Set(imported.flatMap(({ states }) => states.flatMap(({ entry }) => [entry.name, entry.original])));
  const asked = [...decisions.grants.keys(), ...decisions.accepted, ...choices.keys()];
  const unknown = asked.find((name) => !names.has(name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no tool "${unknown}" in what was imported. Nothing was written.`);
  }
  const skillNames = new Set((source?.skills ?? []).map(nameOfSkill));
  const noSkill = [...skills].find((name) => name !== 'all' && !skillNames.has(name));
  if (noSkill !== undefined) {
    throw new UsageError(
      `There is no skill "${noSkill}". There is ${[...skillNames].join(', ') || 'none'}. Nothing was written.`,
    );
  }
}

/** Whether a tool that the agent may use isn't as it was reviewed, or a server couldn't be asked. */
function drifted(imported: readonly ImportedTarget[]): boolean {
  return imported.some(
    ({ states, notImported }) =>
      notImported !== undefined ||
      states.some(({ entry, change }) => entry.granted && (change === 'changed' || change === 'gone')),
  );
}
