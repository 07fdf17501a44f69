import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { JsonObject } from '../../runtime/core/contracts';
import type { ToolDefinition } from '../../runtime/core/mcp/tool-definition';
import { operationTools } from './operation-tools';

const FOLDER = path.join(__dirname, '..', '..', 'test', 'corpus', 'import');

/** A public MCP server or OpenAPI document, and what it lists. */
export interface ImportSource {
  readonly kind: 'mcp' | 'openapi';
  readonly name: string;
  readonly tools: readonly ToolDefinition[];
}

/** Everything that was recorded: see test/corpus/import/README.md. */
export function importSources(): ImportSource[] {
  return [
    ...recorded('mcp').map(
      ({ name, tools }): ImportSource => ({
        kind: 'mcp',
        name: String(name),
        tools: tools as unknown as ToolDefinition[],
      }),
    ),
    ...recorded('openapi').map(
      ({ source, document }): ImportSource => ({
        kind: 'openapi',
        name: String(source),
        tools: operationTools(document as JsonObject),
      }),
    ),
  ];
}

/** How many servers and documents the list names. */
export function listedSources(): number {
  const list = JSON.parse(readFileSync(path.join(FOLDER, 'list.json'), 'utf8')) as Record<string, unknown[]>;
  return Object.values(list).reduce((sum, names) => sum + names.length, 0);
}

function recorded(folder: string): JsonObject[] {
  const files = readdirSync(path.join(FOLDER, folder)).sort();
  return files.map(
    (file) => JSON.parse(gunzipSync(readFileSync(path.join(FOLDER, folder, file))).toString('utf8')) as JsonObject,
  );
}
