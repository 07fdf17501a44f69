import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { JsonObject, JsonValue } from '../../runtime/core/contracts';
import type { ToolDefinition } from '../../runtime/core/mcp/tool-definition';
import { readOpenApi } from '../../runtime/core/openapi/read-document';
import { definitionOf } from '../../runtime/core/openapi/tool-definition';

const FOLDER = path.join(__dirname, '..', '..', 'test', 'corpus', 'import');

/** A public MCP server or OpenAPI document, and what it lists. */
export interface ImportSource {
  readonly kind: 'mcp' | 'openapi';
  readonly name: string;
  readonly tools: readonly ListedTool[];
}

/** A tool, or why an operation can't be one. */
export interface ListedTool extends ToolDefinition {
  readonly refused?: readonly string[];
  /** Optional parts of an operation that no argument stands for. */
  readonly leftOut?: readonly string[];
}

/** Everything that was recorded: see test/corpus/import/README.md. */
export function importSources(): ImportSource[] {
  return [
    ...recorded('mcp').map(
      ({ name, tools }): ImportSource => ({
        kind: 'mcp',
        name: String(name),
        tools: tools as unknown as ListedTool[],
      }),
    ),
    ...recorded('openapi').map(
      ({ source, document }): ImportSource => ({
        kind: 'openapi',
        name: String(source),
        tools: operationTools(document),
      }),
    ),
  ];
}

function operationTools(document: JsonValue | undefined): ListedTool[] {
  const reading = readOpenApi(document ?? null);
  if (!reading.ok) throw new Error(reading.problem);
  return reading.api.operationIds.flatMap((id) => {
    const operation = reading.api.operation(id);
    return operation ? [{ ...definitionOf(operation), refused: operation.refused, leftOut: operation.leftOut }] : [];
  });
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
