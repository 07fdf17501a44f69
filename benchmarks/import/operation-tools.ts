import type { JsonObject, JsonValue } from '../../runtime/core/contracts';
import { isObject } from '../../runtime/core/json/is-object';
import { valuesAt } from '../../runtime/core/json/values-at';
import type { ToolDefinition } from '../../runtime/core/mcp/tool-definition';

const METHODS = ['get', 'put', 'post', 'delete', 'patch'];

/** Each operation of an OpenAPI 3 document as a tool: its parameters, and its body as one argument. */
export function operationTools(document: JsonObject): ToolDefinition[] {
  const paths = isObject(document.paths) ? document.paths : {};
  return Object.entries(paths).flatMap(([path, item]) =>
    isObject(item)
      ? METHODS.filter((method) => isObject(item[method])).map((method) => toolOf(document, path, method, item))
      : [],
  );
}

function toolOf(document: JsonObject, path: string, method: string, item: JsonObject): ToolDefinition {
  const operation = item[method] as JsonObject;
  const properties: [string, JsonValue][] = [];
  const required: string[] = [];
  for (const parameter of [...listOf(item.parameters), ...listOf(operation.parameters)]) {
    const { name, in: where, required: needed, schema } = resolved(document, parameter);
    if (typeof name !== 'string' || where === 'header' || where === 'cookie') continue;
    properties.push([name, schema ?? {}]);
    if (needed === true) required.push(name);
  }
  const body = bodyOf(document, operation);
  if (body !== undefined) {
    properties.push(['body', body.schema]);
    // Without it the operation would do nothing, whether the document says so or not.
    required.push('body');
  }
  return {
    name: String(operation.operationId ?? `${method.toUpperCase()} ${path}`),
    description: operation.summary ?? operation.description ?? '',
    // References stay as they are: their targets are beside the schema.
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries(properties),
      required,
      components: document.components ?? {},
    },
  };
}

function bodyOf(document: JsonObject, operation: JsonObject): { readonly schema: JsonValue } | undefined {
  if (operation.requestBody === undefined) return undefined;
  const body = resolved(document, operation.requestBody);
  const content = isObject(body.content) ? body.content : {};
  const media =
    Object.entries(content).find(([type]) => /json|form-urlencoded/.test(type))?.[1] ?? Object.values(content)[0];
  return { schema: (isObject(media) ? media.schema : undefined) ?? {} };
}

function resolved(document: JsonObject, value: JsonValue): JsonObject {
  let here: JsonValue | undefined = value;
  for (let times = 0; times < 5 && isObject(here) && typeof here.$ref === 'string'; times += 1) {
    here = valuesAt(document, here.$ref.slice(1))[0];
  }
  return isObject(here) ? here : {};
}

function listOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}
