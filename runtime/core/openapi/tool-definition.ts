import type { JsonObject } from '../contracts';
import type { ApiOperation } from './api-operation';

/**
 * An operation as the definition of a tool, for its review and its pin. Where each argument goes is in the annotations: a document that
 * moves one, or changes the path, describes another tool.
 */
export function definitionOf(operation: ApiOperation): {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  readonly annotations: JsonObject;
} {
  const { id, method, path, description, inputSchema, body, mediaType } = operation;
  const places = operation.arguments.map(({ argument, in: place, name, style }) => [
    argument,
    [place, name, style ?? ''].join(' '),
  ]);
  return {
    name: id,
    title: `${method} ${path}`,
    description,
    inputSchema,
    annotations: {
      http: { method, path, body, ...(mediaType ? { mediaType } : {}), arguments: Object.fromEntries(places) },
    },
  };
}
