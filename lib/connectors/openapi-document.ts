import * as fs from 'node:fs';
import { Token } from 'aws-cdk-lib';
import { readYaml } from '#document-yaml';
import type { JsonValue } from '../../runtime/core/contracts';
import { sha256Hex } from '../../runtime/core/digest';
import { doubledKeysOf } from '../../runtime/core/json/doubled-keys';
import type { ApiDocument } from '../../runtime/core/openapi/api-operation';
import { readOpenApi } from '../../runtime/core/openapi/read-document';
import { fromFactory } from '../private/props/from-factory';
import { shape, text } from '../private/props/shape';

/** UTF-8 bytes. GitHub's document in JSON has 13 million. */
const MOST_JSON_BYTES = 64 * 1024 * 1024;
/** YAML takes a hundred times as long to read. */
const MOST_YAML_BYTES = 6 * 1024 * 1024;

const DOCUMENT_TEXT = shape<string>(
  'JSON or YAML as a string',
  (value) => typeof value === 'string' && !Token.isUnresolved(value),
);

/**
 * An OpenAPI 3.0 or 3.1 document, as JSON or YAML. It is read at synthesis; what it says is untrusted.
 *
 * A connector refuses a document that can't be read, refers to other documents, has a key twice, or is Swagger 2. See docs/openapi.md.
 */
export class OpenApiDocument {
  /** Reads a document from a file, relative to the working directory of the app. */
  public static fromFile(path: string): OpenApiDocument {
    const given = { path: [text('apis/notion.json'), path] } as const;
    return fromFactory(
      OpenApiDocument,
      'OpenApiDocument.fromFile',
      given,
      () => new OpenApiDocument(fileText(path), path),
    );
  }

  /** Takes a document as text. */
  public static fromString(document: string): OpenApiDocument {
    const given = { document: [DOCUMENT_TEXT, document] } as const;
    return fromFactory(OpenApiDocument, 'OpenApiDocument.fromString', given, () => new OpenApiDocument(document));
  }

  /** @internal */
  public readonly _api: ApiDocument;
  /** @internal */
  public readonly _sha256: string;
  /** As it was given, for messages and the review. @internal */
  public readonly _source: string;

  private constructor(content: string, path?: string) {
    const source = path ?? 'the document';
    const reading = readOpenApi(parsed(content, source));
    if (!reading.ok) throw new Error(`${source} can't be used: ${reading.problem}`);
    this._api = reading.api;
    this._sha256 = sha256Hex(content);
    this._source = path ?? 'document';
  }
}

function fileText(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    throw new Error(`${path} can't be read; write a path relative to where the app runs`);
  }
}

function parsed(content: string, source: string): JsonValue {
  const body = content.replace(/^\uFEFF/, '');
  const isJson = /^\s*[{[]/.test(body);
  const most = isJson ? MOST_JSON_BYTES : MOST_YAML_BYTES;
  if (Buffer.byteLength(body) > most) {
    throw new Error(
      `${source} has over ${most} bytes; take out what you don't use${isJson ? '' : ', or convert it to JSON, which may be larger'}`,
    );
  }
  return isJson ? fromJson(body, source) : fromYaml(body, source);
}

function fromJson(body: string, source: string): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(body) as JsonValue;
  } catch (error) {
    throw new Error(`${source} isn't JSON: ${withoutControls((error as Error).message)}`);
  }
  const [doubled] = doubledIn(body, value, source);
  if (doubled) {
    throw new Error(
      `${source} has the key "${withoutControls(doubled.key)}" twice in one object, in line ${doubled.line}; readers differ in which one counts, so remove one`,
    );
  }
  return value;
}

function doubledIn(body: string, value: JsonValue, source: string): ReturnType<typeof doubledKeysOf> {
  try {
    return doubledKeysOf(body, value, 1);
  } catch {
    throw new Error(`${source} is nested too deeply`);
  }
}

function fromYaml(body: string, source: string): JsonValue {
  const reading = readYaml(body);
  if ('problem' in reading) throw new Error(`${source} can't be read as YAML: ${withoutControls(reading.problem)}`);
  return (reading.value ?? null) as JsonValue;
}

function withoutControls(message: string): string {
  return message.slice(0, 200).replace(/[^\x20-\x7e]/g, '?');
}
