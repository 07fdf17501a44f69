import { type IResource, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { AwsOperation as OperationConfig } from '../../runtime/core/executor-config';
import { EndpointService } from '../network/endpoint-service';
import { BUCKET, TABLE } from '../private/props/cdk-shapes';
import { fromFactory } from '../private/props/from-factory';
import { optional, struct, text } from '../private/props/shape';
import { tableKeyProblem } from './table-key';

/** Which objects an operation can use. */
export interface S3OperationOptions {
  /**
   * The executor's role allows only objects under this prefix. Ends with `/`.
   * @default - the whole bucket
   */
  readonly prefix?: string;
}

/** Which argument names the object. */
export interface S3ObjectOptions extends S3OperationOptions {
  /**
   * The argument that holds the key below the prefix.
   * @default 'key'
   */
  readonly keyArgument?: string;
}

/** How an item is found. */
export interface DynamoDbItemOptions {
  /** The table's partition key attribute, of type string. */
  readonly keyAttribute: string;
  /**
   * The argument that holds the partition key's value.
   * @default 'key'
   */
  readonly keyArgument?: string;
}

const KEY_ARGUMENT = optional(text('key'));
const LIST_OPTIONS = struct<S3OperationOptions>({ prefix: optional(text('support/')) }, "{ prefix: 'support/' }");
const OBJECT_OPTIONS = struct<S3ObjectOptions>(
  { prefix: optional(text('support/')), keyArgument: KEY_ARGUMENT },
  "{ prefix: 'support/' }",
);
const ITEM_OPTIONS = struct<DynamoDbItemOptions>(
  { keyAttribute: text('id'), keyArgument: KEY_ARGUMENT },
  "{ keyAttribute: 'id' }",
);

/** What a role needs for an operation, on the network and in its policy. */
interface OperationAccess {
  readonly resource: IResource;
  readonly service: EndpointService;
  readonly actions: string[];
  readonly resourceArn: string;
  readonly grant: (role: iam.Role) => void;
}

/** One AWS operation on one named resource, with exactly the permissions that it needs. */
export class AwsOperation {
  /**
   * Reads one object as UTF-8 text. `addTool` refuses the operation when the prefix holds a wildcard, begins with `/` or
   * doesn't end with `/`.
   */
  public static s3GetObject(bucket: s3.IBucket, options: S3ObjectOptions = {}): AwsOperation {
    const given = { bucket: [BUCKET, bucket], options: [OBJECT_OPTIONS, options] } as const;
    return fromFactory(AwsOperation, 'AwsOperation.s3GetObject', given, () => AwsOperation.getObject(bucket, options));
  }

  private static getObject(bucket: s3.IBucket, options: S3ObjectOptions): AwsOperation {
    const prefix = validPrefix(options.prefix);
    const objects = bucket.arnForObjects(`${prefix}*`);
    return new AwsOperation(
      {
        operation: 's3:GetObject',
        resourceVariable: '',
        ...(prefix ? { keyPrefix: prefix } : {}),
        keyArgument: options.keyArgument ?? 'key',
      },
      bucket.bucketName,
      {
        resource: bucket,
        service: EndpointService.S3,
        actions: ['s3:GetObject'],
        resourceArn: objects,
        grant: (role) => {
          role.addToPolicy(
            new iam.PolicyStatement({ sid: 'ReadObjects', actions: ['s3:GetObject'], resources: [objects] }),
          );
          bucket.encryptionKey?.grantDecrypt(role);
        },
      },
    );
  }

  /**
   * Lists up to 100 objects by key and size. `addTool` refuses the operation when the prefix holds a wildcard, begins with
   * `/` or doesn't end with `/`.
   */
  public static s3ListObjects(bucket: s3.IBucket, options: S3OperationOptions = {}): AwsOperation {
    const given = { bucket: [BUCKET, bucket], options: [LIST_OPTIONS, options] } as const;
    return fromFactory(AwsOperation, 'AwsOperation.s3ListObjects', given, () =>
      AwsOperation.listObjects(bucket, options),
    );
  }

  private static listObjects(bucket: s3.IBucket, options: S3OperationOptions): AwsOperation {
    const prefix = validPrefix(options.prefix);
    return new AwsOperation(
      { operation: 's3:ListObjects', resourceVariable: '', ...(prefix ? { keyPrefix: prefix } : {}) },
      bucket.bucketName,
      {
        resource: bucket,
        service: EndpointService.S3,
        actions: ['s3:ListBucket'],
        resourceArn: bucket.bucketArn,
        grant: (role) => {
          role.addToPolicy(
            new iam.PolicyStatement({
              sid: 'ListObjects',
              actions: ['s3:ListBucket'],
              resources: [bucket.bucketArn],
              ...(prefix ? { conditions: { StringEquals: { 's3:prefix': prefix } } } : {}),
            }),
          );
          bucket.encryptionKey?.grantDecrypt(role);
        },
      },
    );
  }

  /**
   * Reads one item by its partition key. `addTool` refuses the operation when the table has a sort key, or another partition
   * key than `keyAttribute`. The keys of an imported table aren't known, so make sure that it has no sort key.
   */
  public static dynamoDbGetItem(table: dynamodb.ITable, options: DynamoDbItemOptions): AwsOperation {
    const given = { table: [TABLE, table], options: [ITEM_OPTIONS, options] } as const;
    return fromFactory(AwsOperation, 'AwsOperation.dynamoDbGetItem', given, () => AwsOperation.getItem(table, options));
  }

  private static getItem(table: dynamodb.ITable, options: DynamoDbItemOptions): AwsOperation {
    const problem = tableKeyProblem(table, options.keyAttribute);
    if (problem !== undefined) throw new Error(problem);
    return new AwsOperation(
      {
        operation: 'dynamodb:GetItem',
        resourceVariable: '',
        keyAttribute: options.keyAttribute,
        keyArgument: options.keyArgument ?? 'key',
      },
      table.tableName,
      {
        resource: table,
        service: EndpointService.DYNAMODB,
        actions: ['dynamodb:GetItem'],
        resourceArn: table.tableArn,
        grant: (role) => grantReadItem(table, role),
      },
    );
  }

  /** @internal */
  private constructor(
    /** @internal */
    public readonly _config: OperationConfig,
    /** @internal */
    public readonly _resourceName: string,
    /** @internal */
    public readonly _access: OperationAccess,
  ) {}

  /**
   * Why a connector can't use the resource; undefined when it can. What isn't known counts as the same.
   *
   * Source: AWS PrivateLink Guide, "Gateway endpoints for Amazon S3" and "… for Amazon DynamoDB": same region only.
   * @internal
   */
  public _placeProblem(connector: Construct): string | undefined {
    const { resource } = this._access;
    const here = Stack.of(connector);
    const differs = (a: string, b: string) => Token.compareStrings(a, b) === TokenComparison.DIFFERENT;
    const { region, account } = resource.env;
    if (differs(region, here.region)) {
      return `${resource.node.path} is in ${region}, and the endpoint of its service reaches ${here.region} only; create it in a stack of ${here.region}, or replicate it there`;
    }
    if (differs(account, here.account)) {
      return `${resource.node.path} is in the account ${account}, and an AwsConnector uses resources of its own account, ${here.account}; create it in a stack of ${here.account}, or replicate it there`;
    }
    return undefined;
  }
}

function grantReadItem(table: dynamodb.ITable, role: iam.Role): void {
  role.addToPolicy(
    new iam.PolicyStatement({ sid: 'ReadItems', actions: ['dynamodb:GetItem'], resources: [table.tableArn] }),
  );
  if (!table.encryptionKey) return;
  role.addToPolicy(
    new iam.PolicyStatement({
      sid: 'DecryptItems',
      actions: ['kms:Decrypt'],
      resources: [table.encryptionKey.keyArn],
      conditions: {
        StringEquals: {
          'kms:ViaService': `dynamodb.${table.env.region}.amazonaws.com`,
          'kms:EncryptionContext:aws:dynamodb:tableName': table.tableName,
        },
      },
    }),
  );
}

function validPrefix(prefix: string | undefined): string {
  return prefix === undefined ? '' : checkedPrefix(prefix);
}

/** @throws Error when the prefix is more than one folder could be @internal */
export function checkedPrefix(prefix: string): string {
  if (!/^[^/*?][^*?]*\/$/.test(prefix)) {
    throw new Error(
      `the prefix "${prefix}" is refused; write it without * and ?, without / at its start and with / at its end`,
    );
  }
  return prefix;
}
