import path from 'node:path';
import type { EffectName } from '../../runtime/core/contracts';
import { sha256Hex } from '../../runtime/core/digest';
import type { ApiDocument, ApiOperation, SecurityScheme } from '../../runtime/core/openapi/api-operation';
import { readOpenApi } from '../../runtime/core/openapi/read-document';
import { onlyAddress } from '../../runtime/core/openapi/read-servers';
import { definitionOf } from '../../runtime/core/openapi/tool-definition';
import { CannotImport, type DeclaredCredential } from './declared-server';
import type { ImportRequest } from './import-request';
import type { GivenDocument } from './import-source';
import type { ListedTarget } from './listed-target';
import { identifierOf } from './names';
import { parseDocument } from './parse-document';
import type { ImportTarget } from './targets';

/** The operations of an OpenAPI document as tools. @throws CannotImport when the document can't be read */
export function documentListing(
  { identifier, reviewFile }: ImportTarget,
  { file, text, value }: GivenDocument,
  { dir }: Pick<ImportRequest, 'dir'>,
): ListedTarget {
  const reading = readOpenApi(value ?? parseDocument(text, file));
  if (!reading.ok) throw new CannotImport(reading.problem, 'correct the document, and import it again');
  const { api } = reading;
  const operations = api.operationIds.flatMap((id) => api.operation(id) ?? []);
  const effects = new Map(operations.map(({ id, effect }): [string, EffectName] => [id, effect]));
  const refused = new Map(operations.map(({ id, refused: reasons }): [string, readonly string[]] => [id, reasons]));
  const document = path.posix.relative(path.posix.dirname(reviewFile), documentPlace({ identifier, dir, file }));
  const { credential, notes } = credentialOfApi(identifier, operations);
  const url = onlyAddress(api.servers);
  const about = { document, sha256: sha256Hex(text), name: api.title, version: api.version };
  const source = url === undefined ? about : { url, ...about };
  const listing = { kind: 'openapi', source, tools: operations.map(definitionOf), effects, refused } as const;
  return { listing, notes: [...notes, ...serverNotes(api)], ...(credential ? { credential } : {}) };
}

/** Where the app has the document, relative to its folder: where it is, or beside the review file. */
export function documentPlace({ identifier, dir, file }: DocumentInApp): string {
  const inside = path.relative(path.resolve(dir), path.resolve(file)).replaceAll(path.sep, '/');
  if (!inside.startsWith('..') && !path.isAbsolute(inside)) return inside;
  return `connectors/${identifier}.openapi${path.extname(file).toLowerCase()}`;
}

interface DocumentInApp {
  readonly identifier: string;
  readonly dir: string;
  readonly file: string;
}

/** The scheme that most operations accept alone. */
function credentialOfApi(
  identifier: string,
  operations: readonly ApiOperation[],
): { readonly credential?: DeclaredCredential; readonly notes: readonly string[] } {
  const counts = new Map<string, { readonly scheme: SecurityScheme; readonly count: number }>();
  for (const scheme of operations.flatMap(({ security }) =>
    security.flatMap((each) => (each.length === 1 ? each : [])),
  )) {
    counts.set(scheme.name, { scheme, count: (counts.get(scheme.name)?.count ?? 0) + 1 });
  }
  const usable = [...counts.values()].filter(({ scheme }) => KINDS.has(scheme.kind)).sort((a, b) => b.count - a.count);
  const [first] = usable;
  if (first === undefined) {
    const wants = operations.some(({ security }) => security.length > 0);
    return {
      notes: wants ? ['It wants a credential of a kind that a connector doesn’t send; see docs/openapi.md.'] : [],
    };
  }
  const { kind, parameter, type } = first.scheme;
  const name = `${identifierOf(identifier)}-token`;
  const credential: DeclaredCredential =
    kind === 'header'
      ? { kind: 'header', name, headerName: parameter ?? 'x-api-key' }
      : { kind: kind === 'basic' ? 'basic' : 'bearer', name };
  const signsIn = kind === 'token' ? ` It signs people in (${type}); make a token for the agent alone.` : '';
  return { credential, notes: [`Its requests are authorized by the credential ${name}.${signsIn}`] };
}

const KINDS = new Set<SecurityScheme['kind']>(['bearer', 'basic', 'header', 'token']);

function serverNotes({ servers }: ApiDocument): string[] {
  if (servers.length > 0) return [];
  return ['It names no server. Write its address into the connector: baseUrl.'];
}
