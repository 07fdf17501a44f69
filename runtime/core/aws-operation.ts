import type { BundledAction } from './bundled-actions';
import type { JsonValue } from './contracts';

/** One AWS operation of a tool, as synth writes it into the executor's configuration. */
export type AwsOperation =
  | ObjectOperation
  | PutObjectOperation
  | ItemOperation
  | PutItemOperation
  | QueryOperation
  | CommandOperation
  | InvokeOperation;

interface OnResource {
  /** The environment variable of the executor that names the resource: a bucket's or table's name, otherwise an ARN. */
  readonly resourceVariable: string;
}

export interface ObjectOperation extends OnResource {
  readonly operation: 's3:GetObject' | 's3:GetObjectVersion' | 's3:ListObjects';
  /** Objects outside this prefix can't be read. */
  readonly keyPrefix?: string;
  /** The argument that holds the key. */
  readonly keyArgument?: string;
  /** The argument that says where a list goes on: the last key that an earlier list returned. @default - a list has one page */
  readonly pageArgument?: string;
}

export interface PutObjectOperation extends OnResource {
  readonly operation: 's3:PutObject';
  readonly keyPrefix?: string;
  readonly keyArgument: string;
  /** The argument that holds the object's text. */
  readonly contentArgument: string;
  readonly contentType: string;
  readonly maxBytes: number;
  /** Whether an object of the same key is replaced. */
  readonly overwrite: boolean;
}

/** One attribute of a key, and the argument that holds its value. */
export interface KeyPart {
  readonly attribute: string;
  readonly argument: string;
  readonly type: 'S' | 'N';
}

export interface ItemOperation extends OnResource {
  readonly operation: 'dynamodb:GetItem';
  /** The partition key, and the sort key where the table has one. */
  readonly key: readonly KeyPart[];
}

export interface PutItemOperation extends OnResource {
  readonly operation: 'dynamodb:PutItem';
  readonly key: readonly KeyPart[];
  /** Arguments that become attributes of the same name. One that is left out is no attribute. */
  readonly attributes: readonly string[];
  readonly overwrite: boolean;
}

export interface QueryOperation extends OnResource {
  readonly operation: 'dynamodb:Query';
  readonly partition: KeyPart;
  /** The sort key, and the arguments that limit it. */
  readonly sort?: {
    readonly attribute: string;
    readonly type: 'S' | 'N';
    readonly fromArgument?: string;
    readonly toArgument?: string;
    readonly prefixArgument?: string;
  };
  readonly index?: string;
  readonly descending: boolean;
  readonly limit: number;
  readonly pageArgument?: string;
}

/** A command of a bundled client, whose input is filled as declared. */
export interface CommandOperation extends OnResource {
  readonly operation: 'command';
  readonly action: BundledAction;
  readonly input: { readonly [member: string]: InputValue };
  /** The members of the answer that are the result. @default - all */
  readonly result?: readonly string[];
}

/** A function of the team, called with the tool's name, its arguments and the ids of the call. */
export interface InvokeOperation extends OnResource {
  readonly operation: 'lambda:InvokeFunction';
}

/** What fills a member of a command's input. A member without a value is left out. */
export type InputValue =
  | { readonly is: 'constant'; readonly value: JsonValue }
  /** An argument as it is. */
  | { readonly is: 'argument'; readonly name: string }
  /** An argument as text: a number for DynamoDB, otherwise its canonical JSON. */
  | { readonly is: 'text'; readonly name: string }
  /** The call as canonical JSON: tool, arguments, ids. */
  | { readonly is: 'call' }
  | { readonly is: 'requestId' }
  | { readonly is: 'sessionId' }
  /** The ARN or name in the resource variable. */
  | { readonly is: 'resource' }
  /** The name at the end of that ARN. Of an object in S3: its bucket. */
  | { readonly is: 'resourceName' }
  /** The key of the object that the ARN names. */
  | { readonly is: 'objectKey' }
  /** The address of the queue in the resource variable. */
  | { readonly is: 'queueUrl' }
  | { readonly is: 'object'; readonly members: { readonly [name: string]: InputValue } }
  | { readonly is: 'list'; readonly items: readonly InputValue[] };
