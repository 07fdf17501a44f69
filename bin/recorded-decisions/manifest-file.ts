import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { namedPolicies, parsePolicies } from '../../runtime/core/cedar/policies-by-id';
import { POLICY_SETS, type PolicySetName, readWrittenPolicies } from '../../runtime/core/cedar/written-policies';
import { type JsonObject, type Manifest, manifestSchema } from '../../runtime/core/contracts';
import { compileSchema } from '../../runtime/core/schema/compile-schema';
import { readGivenFile } from '../command-line/given-file';
import { DetailedError, linesOf, UsageError } from '../command-line/usage-error';

const ADVICE = 'Run "npx cdk synth -q" first, and give its output folder: cdk.out';

/**
 * Reads the manifest of a gate: a manifest file, or the only one in a synthesized app.
 *
 * @throws Error when there is no manifest, when there are several, or when it or its Cedar policies are invalid; UsageError when
 * the place is neither a synthesized app nor a file
 */
export function readManifest(place: string): Manifest {
  const found = statSync(place, { throwIfNoEntry: false });
  if (found === undefined) throw new UsageError(`--manifest: there is no ${place}. ${ADVICE}`);
  const text = found.isDirectory() ? onlyManifestOf(place) : readGivenFile(place, '--manifest');
  const manifest = parseManifest(place, text);
  const valid = compileSchema(manifestSchema as unknown as JsonObject)(manifest);
  if (!valid.ok) throw new Error(`${place} is not a manifest of this version: ${valid.reason}.`);
  const { cedar } = manifest as unknown as Manifest;
  // A gate parses a policy at the first call of its tool and then denies the call. Here the user can still correct it.
  for (const set of POLICY_SETS) {
    try {
      namedPolicies(cedar[set]);
    } catch (error) {
      throw new Error(`${place}, its ${set} set: ${(error as Error).message}`);
    }
  }
  return manifest as unknown as Manifest;
}

function parseManifest(place: string, text: string): JsonObject {
  try {
    return JSON.parse(text) as JsonObject;
  } catch (error) {
    throw new Error(`${place} contains no JSON: ${(error as Error).message}`);
  }
}

function onlyManifestOf(app: string): string {
  const files = assetsOf(app)
    .map((asset) => path.join(asset, 'manifest.json'))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
  // The approval functions contain the same manifest as their gate.
  const texts = new Map(files.map((file) => [readFileSync(file, 'utf8'), file]));
  const [text] = texts.keys();
  if (text === undefined) throw new Error(`${app} holds no gate's manifest.json in its assets. ${ADVICE}`);
  if (texts.size > 1) {
    throw new Error(`${app} has ${texts.size} runtimes; give one manifest: ${[...texts.values()].join(', ')}`);
  }
  return text;
}

/** The parts of a cloud assembly's manifest that are needed here. */
interface AssemblyArtifact {
  readonly type: string;
  readonly properties?: { readonly file?: string; readonly directoryName?: string };
}

/** Folders of the assets that the app's stacks use. Assets of earlier syntheses, in the same folder, are left out. */
function assetsOf(app: string): string[] {
  const read = (file: string) => JSON.parse(readFileSync(path.join(app, file), 'utf8')) as unknown;
  if (!statSync(path.join(app, 'manifest.json'), { throwIfNoEntry: false })?.isFile()) {
    throw new UsageError(`--manifest: ${app} is no synthesized app: it has no manifest.json. ${ADVICE}`);
  }
  const { artifacts = {} } = read('manifest.json') as { artifacts?: Readonly<Record<string, AssemblyArtifact>> };
  return Object.values(artifacts).flatMap(({ type, properties: { file, directoryName } = {} }) => {
    if (type === 'cdk:cloud-assembly' && directoryName) return assetsOf(path.join(app, directoryName));
    if (type !== 'cdk:asset-manifest' || !file) return [];
    const { files = {} } = read(file) as { files?: Readonly<Record<string, { source?: { path?: string } }>> };
    return Object.values(files).flatMap(({ source }) => (source?.path ? [path.join(app, source.path)] : []));
  });
}

/**
 * Adds the policies of a file to a manifest. They replace policies with the same `@id`.
 *
 * @throws Error when synthesis would refuse the file
 */
export function withPolicies(manifest: Manifest, file: string, given?: PolicySetName): Manifest {
  const text = readGivenFile(file, given === undefined ? '--policy' : '--ask');
  const set = given ?? setOf(file, text);
  const { policies, problems } = readWrittenPolicies(text, set, manifest.tools, manifest.cedar.schema);
  const [first, ...details] = linesOf(problems.map((problem) => `${file}: ${problem}`).join('\n'));
  if (problems.length > 0) throw new DetailedError(first, details);
  const replaced = new Set(policies.map(({ id }) => id));
  const kept = parsePolicies(manifest.cedar[set]).filter(({ id }) => id === undefined || !replaced.has(id));
  const cedar = { ...manifest.cedar, [set]: [...kept, ...policies].map((policy) => policy.text).join('\n') };
  return { ...manifest, cedar };
}

/** @throws Error when the policies belong to different sets */
function setOf(file: string, text: string): PolicySetName {
  let effects: Set<string>;
  try {
    effects = new Set(parsePolicies(text).map(({ scope }) => scope.effect));
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
  if (effects.size > 1) {
    throw new Error(
      `${file} has permit and forbid. Write one file for each set, or use --ask if the file belongs to the ask set.`,
    );
  }
  return effects.has('permit') ? 'allow' : 'deny';
}
