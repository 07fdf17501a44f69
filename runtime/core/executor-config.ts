import type { EffectName, JsonObject, Sha256Hex } from './contracts';

/** The connector of one executor. Synth writes it into the executor's bundle as `connector.json`. */
export interface ExecutorConfig {
  readonly v: 1;
  readonly connector: string;
  readonly tools: readonly ExecutorTool[];
  readonly credential?: HttpCredential;
  /** Origin and path prefix of the target, for a connector that speaks HTTP. */
  readonly baseUrl?: string;
}

/** How a credential is added to a request. Only the executor reads its value, when a tool runs. */
export interface HttpCredential {
  readonly name: string;
  readonly kind: 'bearer' | 'header' | 'basic';
  readonly headerName?: string;
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
}

export interface HttpOperation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `{name}` is replaced by the argument of that name; the rest goes to the query or the JSON body. */
  readonly path: string;
}

export interface AwsOperation {
  readonly operation: 's3:GetObject' | 's3:GetObjectVersion' | 's3:ListObjects' | 'dynamodb:GetItem';
  /** The environment variable of the executor that holds the bucket's or table's name. */
  readonly resourceVariable: string;
  /** Objects outside this prefix can't be read. */
  readonly keyPrefix?: string;
  /** The argument that holds the key. */
  readonly keyArgument?: string;
  /** The table's partition key attribute. */
  readonly keyAttribute?: string;
}
