import type { EffectName, JsonObject } from '../contracts';
import type { HttpArgument, HttpBody, HttpMethodName } from '../executor-config';

/** An operation as the document describes it, before a person chose anything. */
export interface ApiOperation {
  /** Its `operationId`, or its method and path, such as `POST /orders/{id}`. Unique in the document. */
  readonly id: string;
  readonly method: HttpMethodName;
  readonly path: string;
  /** What it does, in the document's words. */
  readonly description: string;
  /** A closed flat object: one property for each argument. References point to its own `$defs`. */
  readonly inputSchema: JsonObject;
  /** Where each argument goes. */
  readonly arguments: readonly HttpArgument[];
  readonly body: HttpBody;
  /** Of a JSON body. @default application/json */
  readonly mediaType?: string;
  /** By the method alone: a person may know better. */
  readonly effect: EffectName;
  /** What may authorize it: one of these. Empty: it needs no credential. */
  readonly security: readonly SecurityAlternative[];
  /** Its own servers. Empty: those of the document. */
  readonly servers: readonly ApiServer[];
  readonly deprecated: boolean;
  /** Optional parts that no argument stands for, each with its reason. */
  readonly leftOut: readonly string[];
  /** Why it can't be a tool. Empty: it can. */
  readonly refused: readonly string[];
}

/** Schemes that a request needs together. Empty: none. */
export type SecurityAlternative = readonly SecurityScheme[];

/** How a request is authorized. Source: OpenAPI 3.1.1, "Security Scheme Object". */
export interface SecurityScheme {
  readonly name: string;
  readonly kind: 'bearer' | 'basic' | 'header' | 'query' | 'token' | 'other';
  /** Of a header or a query parameter. */
  readonly parameter?: string;
  /** What the document calls it, such as `oauth2`. */
  readonly type: string;
}

export interface ApiServer {
  /** It may have `{variables}`. */
  readonly url: string;
  readonly variables: ReadonlyMap<string, ServerVariable>;
}

export interface ServerVariable {
  readonly default: string;
  /** @default any value */
  readonly values?: readonly string[];
}

/** An OpenAPI document whose operations can be read one by one. */
export interface ApiDocument {
  readonly title: string;
  readonly version: string;
  readonly servers: readonly ApiServer[];
  /** In the document's order. */
  readonly operationIds: readonly string[];
  /** @returns undefined if the document has no operation of that id */
  operation(id: string): ApiOperation | undefined;
}

export type ApiReading =
  | { readonly ok: true; readonly api: ApiDocument }
  | { readonly ok: false; readonly problem: string };

/** A part of a document can't be read. The message is for the person who imports it; it names a place, and what to write. */
export class UnreadableApi extends Error {}
