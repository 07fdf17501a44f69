import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { JsonValue } from '../../runtime/core/contracts';
import { isObject } from '../../runtime/core/json/is-object';
import { parseReview } from '../../runtime/core/review/parse-review';
import { readGivenFile } from '../command-line/given-file';
import { UsageError } from '../command-line/usage-error';
import { serverMapOf, serversOf } from './client-config';
import type { DeclaredServer } from './declared-server';
import type { GivenSource } from './import-source';
import { explainTyped } from './local-command';
import { parseDocument } from './parse-document';
import { readPlugin } from './plugin-folder';
import { readBelow } from './read-below';
import { type AddressOptions, serverAddress } from './server-address';
import { foundSkill } from './skill-folders';

/** Finds out what was given. @throws UsageError when it is nothing that can be imported */
export function readSource(given: string, options: AddressOptions): GivenSource {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(given)) return addressSource(given, options);
  const found = statSync(given, { throwIfNoEntry: false });
  if (found === undefined) {
    const program = explainTyped(given);
    if (program !== undefined) throw new UsageError(`Not imported: ${program.why}. Instead, ${program.instead}.`);
    throw new UsageError(`There is no file or folder ${given}. Give one, or an address that begins with https://.`);
  }
  return found.isDirectory() ? folderSource(given, options) : fileSource(given, options);
}

function addressSource(given: string, options: AddressOptions): GivenSource {
  if (URL.canParse(given) && (new URL(given).username !== '' || new URL(given).password !== '')) {
    throw new UsageError(
      'The address holds a login. Others see the arguments of a program, so take it out, put the token into a variable, and give its name: --token-env NAME.',
    );
  }
  const [server] = serversOf({ server: { url: given } }, options);
  if (server?.notImported !== undefined) {
    throw new UsageError(`The address is refused: ${server.notImported.why}. Instead, ${server.notImported.instead}.`);
  }
  if (/\.(?:json|ya?ml)(?:[?#]|$)/i.test(given)) {
    throw new UsageError(
      'That looks like a document. Download it and give the file, so that it stays as it was reviewed.',
    );
  }
  const { url } = serverAddress(given, options);
  return { ...EMPTY, what: 'an MCP server', servers: [{ name: nameOf(new URL(url)), url, notes: [] }] };
}

const EMPTY = { servers: [], skills: [], notes: [] } as const;

/** `mcp.linear.app` is `linear`, `api.githubcopilot.com` is `githubcopilot`. */
function nameOf({ hostname }: URL): string {
  const parts = hostname.split('.').filter((part) => !/^(?:www|api|mcp|app)$/.test(part));
  return parts.length > 1 ? (parts.at(-2) ?? hostname) : (parts[0] ?? hostname);
}

function folderSource(folder: string, options: AddressOptions): GivenSource {
  if (existsSync(path.join(folder, '.claude-plugin/marketplace.json'))) {
    if (!existsSync(path.join(folder, '.claude-plugin/plugin.json'))) {
      throw new UsageError(`${folder} is a marketplace: a list of plugins. Give the folder of one plugin.`);
    }
  }
  if (existsSync(path.join(folder, 'SKILL.md'))) {
    return { ...EMPTY, what: 'a skill', skills: [foundSkill(folder)] };
  }
  const plugin = readPlugin(folder, options);
  if (plugin !== undefined) return plugin;
  const files = CONFIGS.filter((file) => existsSync(path.join(folder, file)));
  if (files.length === 0) {
    throw new UsageError(
      `${folder} has no plugin (.claude-plugin/plugin.json), no configuration of a client (${CONFIGS.join(', ')}) and no SKILL.md.`,
    );
  }
  const servers = files.flatMap((file) => serversIn(folder, file, options));
  return { ...EMPTY, what: `the configuration of a client (${files.join(', ')})`, servers: withoutTwins(servers) };
}

/** Where clients keep their configurations, below a project's folder. */
const CONFIGS = [
  '.mcp.json',
  'mcp.json',
  '.cursor/mcp.json',
  '.vscode/mcp.json',
  'claude_desktop_config.json',
  'gemini-extension.json',
  '.gemini/settings.json',
];

/** Two clients of one project often have the same servers. */
function withoutTwins(servers: readonly DeclaredServer[]): DeclaredServer[] {
  const seen = new Set<string>();
  return servers.filter(({ name, url }) => {
    const key = JSON.stringify([name, url]);
    return !seen.has(key) && seen.add(key);
  });
}

function fileSource(file: string, options: AddressOptions): GivenSource {
  const text = readGivenFile(file, 'The file');
  const value = documentOf(text, file);
  if (isObject(value) && value.v === 1 && value.kind !== undefined && value.tools !== undefined) {
    const parsed = parseReview(text);
    if (!parsed.ok) throw new UsageError(`${file} is a review file that can't be used.`, parsed.problems.slice(0, 20));
    return { ...EMPTY, what: 'a review file', review: parsed.review };
  }
  if (isObject(value) && value.openapi !== undefined) {
    return { ...EMPTY, what: 'an OpenAPI document', document: { file, text, value } };
  }
  if (isObject(value) && value.swagger !== undefined) {
    throw new UsageError(
      `${file} is a Swagger 2 document. Convert it to OpenAPI 3 first, for example with: npx swagger2openapi ${path.basename(file)}`,
    );
  }
  const map = serverMapOf(value);
  if (map === undefined) {
    throw new UsageError(
      `${file} is no configuration of servers ("mcpServers", "servers", or a map of servers), no OpenAPI 3 document and no review file.`,
    );
  }
  return { ...EMPTY, what: 'the configuration of a client', servers: serversOf(map, options) };
}

function serversIn(folder: string, file: string, options: AddressOptions): DeclaredServer[] {
  const map = serverMapOf(documentOf(readBelow(folder, file), path.join(folder, file)));
  return map === undefined ? [] : serversOf(map, options);
}

function documentOf(text: string, file: string): JsonValue {
  try {
    return parseDocument(text, file);
  } catch (error) {
    throw new UsageError(`${file} can't be read: ${(error as Error).message}`);
  }
}
