import { toolName } from './schema-parts';

/** Documents of one session. */
export const MAX_DOCUMENTS = 10;

/** A document's size, in bytes. The executor reads all of it for each part. */
export const MAX_DOCUMENT_BYTES = 1024 * 1024;

/** By such a name the agent asks for a document. It is shown to the model, so it holds nothing but a word. */
export const DOCUMENT_NAME_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';

/** A document that an application gives a session to read. */
export interface RequestedDocument {
  readonly name: string;
  /** The id of the `SessionDocuments` that it is in. */
  readonly from: string;
  /** The object's key below the prefix. */
  readonly key: string;
  /** @default - the newest version at the launch */
  readonly versionId?: string;
}

/** A document as the session has it, for good: one version of one object. */
export interface PinnedDocument {
  readonly name: string;
  /** The connector that reads it. */
  readonly connector: string;
  /** The object's key, prefix included. */
  readonly key: string;
  readonly versionId: string;
  readonly etag: string;
}

/** What the gate knows of a document: who may ask for what by which tool. */
export interface NamedDocument {
  readonly name: string;
  /** The tool that reads it. */
  readonly tool: string;
}

/** Where documents of sessions are, as the launcher knows it. */
export interface DeclaredDocuments {
  readonly connector: string;
  readonly tool: string;
  readonly prefix: string;
  /** The environment variable of the launcher that holds the bucket's name. */
  readonly bucketVariable: string;
}

/** The input of each tool that reads documents. */
export const documentInputSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { type: 'string', pattern: DOCUMENT_NAME_PATTERN, maxLength: 64 },
    part: { type: 'integer', minimum: 1, maximum: 1000 },
  },
} as const;

export const requestedDocumentsSchema = {
  type: 'array',
  minItems: 1,
  maxItems: MAX_DOCUMENTS,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'from', 'key'],
    properties: {
      name: { type: 'string', pattern: DOCUMENT_NAME_PATTERN, maxLength: 64 },
      from: toolName,
      key: { type: 'string', minLength: 1, maxLength: 900 },
      versionId: { type: 'string', minLength: 1, maxLength: 1024 },
    },
  },
} as const;
