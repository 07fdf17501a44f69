import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { ExecutorConfig, AwsOperation as OperationConfig } from '../../runtime/core/executor-config';
import type { EndpointAllowlist } from '../network/endpoint-allowlist';
import { EndpointService } from '../network/endpoint-service';
import type { PrivateFunction } from '../private/private-function';
import { Connector, type ConnectorOptions } from './connector';
import type { Tool, ToolOptions } from './tool';

/** Properties of `AwsConnector`. */
export interface AwsConnectorProps extends ConnectorOptions {}

/** Which objects an operation reaches. */
export interface S3OperationOptions {
  /**
   * Objects outside this prefix are out of reach, by the role's own policy. Ends with `/`.
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
   * The argument that holds its value.
   * @default 'key'
   */
  readonly keyArgument?: string;
}

/** One AWS operation on one named resource, with exactly the rights that it needs. */
export class AwsOperation {
  /** Reads one object as UTF-8 text. */
  public static s3GetObject(bucket: s3.IBucket, options: S3ObjectOptions = {}): AwsOperation {
    const prefix = validPrefix(options.prefix);
    return new AwsOperation(
      {
        operation: 's3:GetObject',
        resourceVariable: '',
        ...(prefix ? { keyPrefix: prefix } : {}),
        keyArgument: options.keyArgument ?? 'key',
      },
      bucket.bucketName,
      bucket.arnForObjects(`${prefix}*`),
      (role) => role.addToPolicy(statement('ReadObjects', 's3:GetObject', bucket.arnForObjects(`${prefix}*`))),
      ['s3:GetObject'],
      bucket,
    );
  }

  /** Lists up to 100 objects by key and size. */
  public static s3ListObjects(bucket: s3.IBucket, options: S3OperationOptions = {}): AwsOperation {
    const prefix = validPrefix(options.prefix);
    return new AwsOperation(
      { operation: 's3:ListObjects', resourceVariable: '', ...(prefix ? { keyPrefix: prefix } : {}) },
      bucket.bucketName,
      bucket.bucketArn,
      (role) =>
        role.addToPolicy(
          new iam.PolicyStatement({
            sid: 'ListObjects',
            actions: ['s3:ListBucket'],
            resources: [bucket.bucketArn],
            ...(prefix ? { conditions: { StringEquals: { 's3:prefix': prefix } } } : {}),
          }),
        ),
      ['s3:ListBucket'],
      bucket,
    );
  }

  /** Reads one item by its partition key. */
  public static dynamoDbGetItem(table: dynamodb.ITable, options: DynamoDbItemOptions): AwsOperation {
    return new AwsOperation(
      {
        operation: 'dynamodb:GetItem',
        resourceVariable: '',
        keyAttribute: options.keyAttribute,
        keyArgument: options.keyArgument ?? 'key',
      },
      table.tableName,
      table.tableArn,
      (role) => {
        role.addToPolicy(statement('ReadItems', 'dynamodb:GetItem', table.tableArn));
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
      },
      ['dynamodb:GetItem'],
    );
  }

  /** @internal */
  private constructor(
    /** @internal */
    public readonly _config: OperationConfig,
    /** @internal */
    public readonly _resourceName: string,
    /** @internal */
    public readonly _resourceArn: string,
    /** @internal */
    public readonly _grant: (role: iam.Role) => void,
    /** @internal */
    public readonly _actions: string[],
    /** @internal */
    public readonly _bucket?: s3.IBucket,
  ) {}
}

/** A tool that stands for one AWS operation. */
export interface AwsToolOptions extends ToolOptions {
  readonly operation: AwsOperation;
}

/** AWS resources of the same account, used through the connector's own role. There is no secret at all. */
export class AwsConnector extends Connector {
  private readonly operations: BoundOperation[] = [];
  private readonly permitted: ((bound: BoundOperation) => void)[] = [];

  constructor(scope: Construct, id: string, props: AwsConnectorProps = {}) {
    super(scope, id, props, 'executor-aws');
  }

  /**
   * Adds a tool.
   * @throws Error when the name or the schema is unsafe; the message says what to write instead
   */
  public addTool(name: string, options: AwsToolOptions): Tool {
    const variable = `RESOURCE_${this.operations.length + 1}`;
    const argument = options.operation._config.keyArgument;
    const required = (options.input._document.required as string[] | undefined) ?? [];
    if (argument && !required.includes(argument)) {
      throw new Error(
        `${this.node.path}: tool "${name}": the operation needs the argument "${argument}", which its schema doesn't require; add it to "required"`,
      );
    }
    const tool = this._addTool(name, options, {
      aws: { ...options.operation._config, resourceVariable: variable },
    });
    const bound = { variable, operation: options.operation };
    this.operations.push(bound);
    // A runtime that uses the connector already has permitted only what was there.
    for (const permit of this.permitted) permit(bound);
    return tool;
  }

  /** @internal */
  public get _credentialName(): string | undefined {
    return undefined;
  }

  /** @internal */
  public get _internetHosts(): string[] {
    return [];
  }

  /** @internal */
  public _settings(): Pick<ExecutorConfig, 'baseUrl' | 'credential'> {
    return {};
  }

  /** @internal */
  public _openEndpoints(endpoints: EndpointAllowlist, caller: ec2.ISecurityGroup): void {
    this.permit(({ operation }) => {
      const service = operation._bucket ? EndpointService.S3 : EndpointService.DYNAMODB;
      endpoints.allow(service, {
        caller,
        principal: this.role,
        actions: operation._actions,
        resources: [operation._resourceArn],
      });
    });
  }

  /** @internal */
  protected _authorize(executor: PrivateFunction): void {
    this.permit(({ variable, operation }) => {
      executor.function.addEnvironment(variable, operation._resourceName);
      operation._grant(executor.role);
      operation._bucket?.encryptionKey?.grantDecrypt(executor.role);
      this._raiseBoundary(operation._actions);
    });
  }

  /** For the operations of now, and for those of tools that are added later. */
  private permit(step: (bound: BoundOperation) => void): void {
    this.operations.forEach(step);
    this.permitted.push(step);
  }
}

interface BoundOperation {
  /** The environment variable that names the resource. */
  readonly variable: string;
  readonly operation: AwsOperation;
}

function statement(sid: string, action: string, resource: string): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, actions: [action], resources: [resource] });
}

function validPrefix(prefix: string | undefined): string {
  if (prefix === undefined) return '';
  if (!/^[^/*?][^*?]*\/$/.test(prefix)) {
    throw new Error(
      `AwsOperation: the prefix "${prefix}" is refused; write it without * and ?, and with / at its end only`,
    );
  }
  return prefix;
}
