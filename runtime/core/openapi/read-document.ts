import type { JsonObject, JsonValue } from '../contracts';
import type { HttpMethodName } from '../executor-config';
import { isObject } from '../json/is-object';
import { type ApiDocument, type ApiOperation, type ApiReading, UnreadableApi } from './api-operation';
import { objectAt, own, shown, textAt } from './document-places';
import { FlatArguments } from './flat-arguments';
import { placeholdersOf } from './path-template';
import { addBody } from './read-body';
import { addParameters } from './read-parameters';
import { readSecurity } from './read-security';
import { readServers } from './read-servers';
import { SelfContained } from './self-contained';

const METHODS: readonly HttpMethodName[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
const MOST_OPERATIONS = 20_000;

interface Entry {
  readonly id: string;
  readonly method: HttpMethodName;
  readonly path: string;
  readonly item: JsonObject;
  readonly operation: JsonObject;
}

/**
 * Reads an OpenAPI 3.0 or 3.1 document. It never throws, and takes bounded time for any value.
 * @param document untrusted
 */
export function readOpenApi(document: JsonValue): ApiReading {
  try {
    return { ok: true, api: apiOf(document) };
  } catch (error) {
    if (error instanceof UnreadableApi) return { ok: false, problem: error.message };
    throw error;
  }
}

function apiOf(document: JsonValue): ApiDocument {
  if (!isObject(document)) throw new UnreadableApi('it is no JSON object; give an OpenAPI document');
  const is30 = versionOf(document).startsWith('3.0.');
  const entries = entriesOf(document);
  const info = own(document, 'info');
  return {
    title: shown(textAt(info, 'title') ?? 'an API without a title'),
    version: shown(textAt(info, 'version') ?? ''),
    servers: readServers(document),
    operationIds: [...new Set(entries.values())].map(({ id }) => id),
    operation: (id) => {
      const entry = entries.get(id);
      return entry && operationOf(document, entry, is30);
    },
  };
}

function versionOf(document: JsonObject): string {
  const swagger = own(document, 'swagger');
  if (swagger !== undefined) {
    throw new UnreadableApi(
      `it is Swagger ${shown(swagger)}, and OpenAPI 3.0 and 3.1 are read; convert it first, for example with "npx swagger2openapi FILE -o openapi.json"`,
    );
  }
  const version = textAt(document, 'openapi') ?? '';
  if (!/^3\.[01]\.\d+$/.test(version)) {
    throw new UnreadableApi(
      version === ''
        ? 'it has no "openapi" with its version, such as "3.1.0"'
        : `it is OpenAPI ${shown(version)}; versions 3.0 and 3.1 are read`,
    );
  }
  return version;
}

/** By id, and by method and path. An `operationId` that two operations have names neither. */
function entriesOf(document: JsonObject): Map<string, Entry> {
  const found = describedIn(document);
  const times = new Map<string, number>();
  for (const { id } of found) times.set(id, (times.get(id) ?? 0) + 1);
  const entries = new Map<string, Entry>();
  for (const entry of found) {
    const address = `${entry.method} ${entry.path}`;
    const named = { ...entry, id: times.get(entry.id) === 1 && isPlainId(entry.id) ? entry.id : address };
    entries.set(named.id, named);
    if (!entries.has(address)) entries.set(address, named);
  }
  return entries;
}

function isPlainId(id: string): boolean {
  return id.trim() !== '' && id.length <= 200 && /^[\x20-\x7e]+$/.test(id);
}

function describedIn(document: JsonObject): Entry[] {
  const paths = own(document, 'paths');
  if (!isObject(paths)) throw new UnreadableApi('it has no "paths"');
  const found: Entry[] = [];
  for (const [path, given] of Object.entries(paths)) {
    // A path that can't be read is refused when somebody asks for it: another one may be all that is needed.
    const item = itemAt(document, given);
    for (const method of METHODS) {
      const operation = own(item, method.toLowerCase());
      if (!isObject(operation)) continue;
      found.push({ id: textAt(operation, 'operationId') ?? '', method, path, item, operation });
      if (found.length > MOST_OPERATIONS) throw new UnreadableApi(`it has over ${MOST_OPERATIONS} operations`);
    }
  }
  return found;
}

function itemAt(document: JsonObject, given: JsonValue): JsonObject {
  try {
    return objectAt(document, given, 'a path');
  } catch {
    return {};
  }
}

function operationOf(document: JsonObject, entry: Entry, is30: boolean): ApiOperation {
  const { id, method, path, item, operation } = entry;
  const head = {
    id,
    method,
    path,
    description: descriptionOf(entry),
    effect: method === 'GET' || method === 'HEAD' ? 'read' : 'destructive',
    deprecated: own(operation, 'deprecated') === true,
  } as const;
  const flat = new FlatArguments();
  const schemas = new SelfContained(document, is30);
  try {
    const security = readSecurity(document, operation);
    const ownServers = readServers(operation);
    const servers = ownServers.length > 0 ? ownServers : readServers(item);
    const placeholders = placeholdersOf(path);
    addParameters(document, [own(item, 'parameters'), own(operation, 'parameters')], placeholders, flat, schemas);
    const body = addBodyOf(method, document, own(operation, 'requestBody'), flat, schemas);
    return {
      ...head,
      inputSchema: flat.schema(schemas.definitions),
      arguments: flat.arguments,
      ...body,
      security,
      servers,
      leftOut: flat.leftOut,
      refused: flat.refused,
    };
  } catch (error) {
    if (!(error instanceof UnreadableApi)) throw error;
    return { ...head, ...NOTHING, refused: [error.message] };
  }
}

const NOTHING = {
  inputSchema: { type: 'object', additionalProperties: false, properties: {} },
  arguments: [],
  body: 'none',
  security: [],
  servers: [],
  leftOut: [],
} as const satisfies Partial<ApiOperation>;

/** Source: RFC 9110, 9.3.1: content of a GET has no meaning, and servers may refuse it. */
function addBodyOf(
  method: HttpMethodName,
  document: JsonObject,
  requestBody: JsonValue | undefined,
  flat: FlatArguments,
  schemas: SelfContained,
): ReturnType<typeof addBody> {
  if (method !== 'GET' && method !== 'HEAD') return addBody(document, requestBody, flat, schemas);
  if (requestBody !== undefined) {
    const described = objectAt(document, requestBody, 'its request body');
    flat.cannot(own(described, 'required') === true, `it is a ${method} with a body, which servers may refuse`);
  }
  return { body: 'none' };
}

function descriptionOf({ operation, method, path }: Entry): string {
  const parts = [textAt(operation, 'summary'), textAt(operation, 'description')].filter((text) => text?.trim());
  return parts.length > 0 ? parts.join('\n\n') : `${method} ${shown(path)}`;
}
