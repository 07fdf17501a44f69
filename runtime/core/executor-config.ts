import type { AwsOperation } from './aws-operation';
import type { CodeLanguage, EffectName, JsonObject, PinnedScript, RunLimits, Sha256Hex } from './contracts';

/** The connector of one executor. Synth writes it into the executor's bundle as `connector.json`. */
export interface ExecutorConfig {
  readonly v: 1;
  readonly connector: string;
  readonly tools: readonly ExecutorTool[];
  readonly credential?: HttpCredential;
  /** Origin and path prefix of the target, for a connector that speaks HTTP. */
  readonly baseUrl?: string;
  /** The target has a private address. @default its addresses must be on the internet */
  readonly internal?: boolean;
  /**
   * Each tool of the agent with its output schema, or null if its results are shown whole: code that reads an earlier result sees no
   * more of it than the agent. Only a connector that runs code has it.
   */
  readonly results?: Readonly<Record<string, JsonObject | null>>;
}

/** How a credential is added to a request. Only the executor reads its value, when a tool runs. */
export interface HttpCredential {
  readonly name: string;
  readonly kind: 'bearer' | 'header' | 'basic' | 'query';
  readonly headerName?: string;
  readonly parameterName?: string;
  /** The member of a JSON object in the secret that holds the value. @default the whole text of the secret */
  readonly field?: string;
}

export interface ExecutorTool {
  readonly name: string;
  readonly effect: EffectName;
  readonly schema: JsonObject;
  readonly schemaHash: Sha256Hex;
  readonly policyVersion: Sha256Hex;
  readonly credentialName?: string;
  readonly maxResultBytes: number;
  readonly timeoutMs: number;
  readonly http?: HttpOperation;
  readonly aws?: AwsOperation;
  readonly mcp?: McpOperation;
  readonly code?: CodeOperation;
}

export type HttpMethodName = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** How a request carries its body: as JSON, as a form (`application/x-www-form-urlencoded`), or not at all. */
export type HttpBody = 'json' | 'form' | 'none';

/**
 * How a list or an object is written in a query or a form. `brackets` is `a[]=1&a[]=2`, `nested` is `a[k]=1` and, for lists in it,
 * `a[0]=1`. A text is written as it is, whatever the style.
 */
export type ListStyle = 'json' | 'repeat' | 'comma' | 'space' | 'pipe' | 'brackets' | 'nested';

/** Where an argument goes. */
export interface HttpArgument {
  readonly argument: string;
  /** `body`: a member of the body; `whole-body`: it is the body. */
  readonly in: 'path' | 'query' | 'header' | 'body' | 'whole-body';
  /** As the target knows it. */
  readonly name: string;
  /** @default json */
  readonly style?: ListStyle;
}

/** A value that every request has, whatever the arguments. */
export interface HttpConstant {
  readonly in: 'path' | 'query' | 'header' | 'body';
  readonly name: string;
  readonly value: string;
}

/** How a target says that there are more results. */
export interface HttpPages {
  /** `link`: the `Link` header names the next page (RFC 8288); `url`: a member of the answer does; `cursor`: it holds a value for the next call. */
  readonly kind: 'link' | 'url' | 'cursor';
  /** JSON pointer into the answer. Of `url` and `cursor`. */
  readonly at?: string;
  /** Where a cursor goes. */
  readonly cursor?: Pick<HttpArgument, 'in' | 'name'>;
  /** The argument that holds the reference to a page. */
  readonly argument: string;
}

export interface HttpOperation {
  readonly method: HttpMethodName;
  /** `{name}` is replaced by the argument of that name; the rest goes to the query or the JSON body. */
  readonly path: string;
  /** @default each argument goes into its placeholder, else into the query or the body */
  readonly arguments?: readonly HttpArgument[];
  /** @default json, except for GET, HEAD and DELETE: they have none */
  readonly body?: HttpBody;
  /** Of a JSON body, such as `application/merge-patch+json`. @default application/json */
  readonly mediaType?: string;
  /** @default none */
  readonly constants?: readonly HttpConstant[];
  /** @default the target's answers are whole */
  readonly pages?: HttpPages;
}

/** A tool of an MCP server, as a person reviewed it. The server's address is the connector's `baseUrl`. */
export interface McpOperation {
  /** As the server calls it. */
  readonly original: string;
  /** Hash over `listed`. */
  readonly pin: Sha256Hex;
  /** The reviewed definition, normalized. */
  readonly listed: JsonObject;
}

/** Code that runs in the connector's sandbox. */
export interface CodeOperation {
  readonly language: CodeLanguage;
  readonly limits: RunLimits;
  /** The runs of a session share a working directory, and a microVM. */
  readonly shareWorkingDirectory: boolean;
  /** A script of the app, instead of the agent's code. Its hash is compared before each run. */
  readonly script?: PinnedScript & { readonly text: string };
  /** Files that a script hands back. @default - those that the arguments name */
  readonly outputs?: readonly string[];
}
