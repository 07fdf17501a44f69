import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { JsonObject, JsonValue } from '../../runtime/core/contracts';
import { isObject } from '../../runtime/core/json/is-object';
import { UsageError } from '../command-line/usage-error';
import { serverMapOf, serversOf } from './client-config';
import type { DeclaredServer } from './declared-server';
import type { GivenSource } from './import-source';
import { INSTEAD_OF_A_PROGRAM } from './local-command';
import { parseJsonc } from './parse-jsonc';
import { isBelow, readBelow } from './read-below';
import type { AddressOptions } from './server-address';
import { type FoundSkill, foundSkill } from './skill-folders';

const MANIFEST = '.claude-plugin/plugin.json';

/** What a plugin brings that has no place in a hardened agent. */
const NOT_IMPORTED: readonly (readonly [field: string, folder: string, why: string])[] = [
  ['hooks', 'hooks', 'Its hooks aren’t imported: they run programs on the machine of whoever uses the plugin.'],
  [
    'commands',
    'commands',
    'Its commands aren’t imported: they are prompts of a person. Write what the agent needs into a skill.',
  ],
  ['agents', 'agents', 'Its agents aren’t imported: here an agent is a HardenedAgentRuntime with rights of its own.'],
  ['lspServers', '.lsp.json', 'Its language servers aren’t imported: they are local programs.'],
];

/** A plugin of Claude; undefined if the folder is none. @throws UsageError when its files can't be read */
export function readPlugin(folder: string, options: AddressOptions): GivenSource | undefined {
  if (!existsSync(path.join(folder, MANIFEST))) return undefined;
  const manifest = objectIn(folder, MANIFEST);
  const notes = NOT_IMPORTED.filter(
    ([field, place]) => manifest[field] !== undefined || existsSync(path.join(folder, place)),
  ).map(([, , why]) => why);
  return {
    what: 'a plugin of Claude',
    servers: [...serversOfFile(folder, options), ...serversOfField(folder, manifest.mcpServers, options)],
    skills: skillsOf(folder, manifest.skills),
    notes,
  };
}

function serversOfFile(folder: string, options: AddressOptions): DeclaredServer[] {
  return existsSync(path.join(folder, '.mcp.json')) ? serversIn(folder, '.mcp.json', options) : [];
}

/** A map of servers, or paths of files that have one. */
function serversOfField(folder: string, field: JsonValue | undefined, options: AddressOptions): DeclaredServer[] {
  if (isObject(field)) return serversOf(field, options);
  const files = (Array.isArray(field) ? field : [field]).filter((file) => typeof file === 'string');
  return files
    .filter((file) => path.normalize(file) !== '.mcp.json')
    .flatMap((file) => (/\.(?:mcpb|dxt)$/.test(file) ? [bundled(file)] : serversIn(folder, file, options)));
}

function bundled(file: string): DeclaredServer {
  return {
    name: path.basename(file),
    notes: [],
    notImported: {
      why: 'it is a bundle (.mcpb) of a program that runs on the machine of whoever installs it',
      instead: INSTEAD_OF_A_PROGRAM,
    },
  };
}

function serversIn(folder: string, file: string, options: AddressOptions): DeclaredServer[] {
  const map = serverMapOf(objectIn(folder, file));
  return map === undefined ? [] : serversOf(map, options);
}

function objectIn(folder: string, file: string): JsonObject {
  let value: JsonValue;
  try {
    value = parseJsonc(readBelow(folder, file));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${path.join(folder, file)} can't be read: ${(error as Error).message}`);
  }
  if (!isObject(value)) throw new UsageError(`${path.join(folder, file)} is no JSON object.`);
  return value;
}

function skillsOf(folder: string, field: JsonValue | undefined): FoundSkill[] {
  const named = (Array.isArray(field) ? field : [field]).filter((place) => typeof place === 'string');
  const places = ['skills', ...named.map((place) => path.normalize(place))];
  const roots = [...new Set(places)].map((place) => path.join(folder, place));
  return roots
    .filter(isFolder)
    .flatMap((root) => (isBelow(folder, root) ? skillsBelow(root) : [{ folder: root, files: [], problem: OUTSIDE }]));
}

const OUTSIDE = 'it leads out of the plugin’s folder; copy what it points to into the plugin';

function skillsBelow(root: string): FoundSkill[] {
  if (existsSync(path.join(root, 'SKILL.md'))) return [foundSkill(root)];
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(root, entry.name, 'SKILL.md')))
    .map((entry) => foundSkill(path.join(root, entry.name)));
}

function isFolder(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
}
