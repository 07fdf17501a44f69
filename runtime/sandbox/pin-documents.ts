import type { GivenDocument } from '../aws/launch-writes';
import type { ObjectVersion } from '../aws/object-versions';
import {
  type DeclaredDocuments,
  type LaunchRequest,
  MAX_DOCUMENT_BYTES,
  type RequestedDocument,
} from '../core/contracts';
import { LaunchRefused } from './launch-refused';

/** The documents that launches may name, and how to find them. */
export interface LaunchDocuments {
  readonly declared: readonly DeclaredDocuments[];
  /**
   * Finds an object without reading it.
   * @param versionId @default - the newest version; none if the object is deleted
   */
  readonly find: (bucketVariable: string, key: string, versionId?: string) => Promise<ObjectVersion | undefined>;
}

/** What S3 calls the version of an object in a bucket without versioning. Such an object can be changed under its session. */
const NO_VERSION = 'null';

/**
 * The versions of objects that a session may read from now on, whatever happens to the objects.
 * @throws LaunchRefused if a document is not below a declared prefix, isn't there, or is empty or too large
 */
export async function pinDocuments(
  { documents, tools }: Pick<LaunchRequest, 'documents' | 'tools'>,
  launch: LaunchDocuments | undefined,
): Promise<readonly GivenDocument[] | undefined> {
  if (documents === undefined) return undefined;
  const sources = documents.map((document, index) => sourceOf(document, index, tools, launch));
  const names = new Set(documents.map(({ name, from }) => `${from}/${name}`));
  if (names.size !== documents.length) {
    throw new LaunchRefused('BAD_REQUEST', 'Two documents have the same name. Give each a name of its own.');
  }
  return Promise.all(documents.map((document, index) => pinned(document, index, sources[index] as Source)));
}

interface Source extends DeclaredDocuments, Pick<LaunchDocuments, 'find'> {}

function sourceOf(
  { from, key }: RequestedDocument,
  index: number,
  tools: LaunchRequest['tools'],
  launch: LaunchDocuments | undefined,
): Source {
  const source = launch?.declared.find(({ connector }) => connector === from);
  if (!launch || !source) {
    const known = launch?.declared.map(({ connector }) => connector).join(', ') || 'none';
    throw new LaunchRefused(
      'BAD_REQUEST',
      `documents[${index}].from names no SessionDocuments. Declared are: ${known}.`,
    );
  }
  if (!isPlainKey(key)) {
    throw new LaunchRefused(
      'BAD_REQUEST',
      `documents[${index}].key must be the key below the prefix, without empty, . or .. segments, backslashes and control characters.`,
    );
  }
  if (tools && !tools.includes(source.tool)) {
    throw new LaunchRefused(
      'BAD_REQUEST',
      `documents[${index}] is read by ${source.tool}, which tools leaves out. Add it.`,
    );
  }
  return { ...source, find: launch.find };
}

/** S3 keys are not paths, but a later reader may treat them as paths. */
function isPlainKey(key: string): boolean {
  const plain = ![...key].some((character) => character < ' ' || character === '\u007f' || character === '\\');
  return plain && key.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}

async function pinned(document: RequestedDocument, index: number, source: Source): Promise<GivenDocument> {
  const { connector, tool, prefix, bucketVariable } = source;
  const key = prefix + document.key;
  const found = await source.find(bucketVariable, key, document.versionId);
  const problem = problemOf(found);
  if (!found || problem !== undefined) {
    throw new LaunchRefused('DOCUMENT_UNAVAILABLE', `documents[${index}] ${problem}`);
  }
  return { name: document.name, connector, tool, key, versionId: found.versionId, etag: found.etag };
}

function problemOf(found: ObjectVersion | undefined): string | undefined {
  if (!found) return 'isn’t there: no object, or no version, of that key below the prefix.';
  if (found.versionId === NO_VERSION) {
    return 'has no version, so it could change while it is read. Turn on versioning for the bucket, and store the object again.';
  }
  if (found.bytes === 0) return 'is empty.';
  return found.bytes > MAX_DOCUMENT_BYTES
    ? `has ${found.bytes} bytes; a document may have ${MAX_DOCUMENT_BYTES}. Store it in parts.`
    : undefined;
}
