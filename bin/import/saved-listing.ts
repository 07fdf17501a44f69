import type { JsonValue } from '../../runtime/core/contracts';
import { isObject } from '../../runtime/core/json/is-object';
import type { ToolDefinition } from '../../runtime/core/mcp/tool-definition';
import { readGivenFile } from '../command-line/given-file';
import { UsageError } from '../command-line/usage-error';
import { parseJsonc } from './parse-jsonc';

/** The tools of a saved answer to `tools/list`: the whole message, its result, or the list alone. @throws UsageError */
export function savedListing(file: string, option: string): readonly ToolDefinition[] {
  let value: JsonValue;
  try {
    value = parseJsonc(readGivenFile(file, option));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${option}: ${file} can't be read: ${(error as Error).message}`);
  }
  const result = isObject(value) && isObject(value.result) ? value.result : value;
  const tools = Array.isArray(result) ? result : isObject(result) ? result.tools : undefined;
  if (!Array.isArray(tools) || !tools.every((tool) => isObject(tool) && typeof tool.name === 'string')) {
    throw new UsageError(`${option}: ${file} is no answer to tools/list: it has no list of tools with names.`);
  }
  return tools as unknown as readonly ToolDefinition[];
}
