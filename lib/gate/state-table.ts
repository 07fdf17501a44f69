import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { PENDING_INDEX, PENDING_INDEX_KEY } from '../../runtime/core/contracts';
import { addRight } from '../private/inline-role';

/**
 * One table for sessions, requests and decisions, with access limited by partition.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
 * @internal
 */
export class StateTable extends Construct {
  public readonly table: dynamodb.Table;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      encryption: dynamodb.TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: 'ttl',
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: PENDING_INDEX,
      partitionKey: { name: 'pendingKey', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'expiresAt', type: dynamodb.AttributeType.NUMBER },
    });
  }

  /** Allows a role exactly these actions on items of exactly these partitions, such as `SESSION#*`. */
  public grant(role: iam.Role, sid: string, actions: string[], partitions: string[]): void {
    grantPartitions(this.table, role, sid, actions, partitions);
  }
}

/**
 * Allows a role exactly these actions on items of exactly these partitions of a table, such as `SESSION#*`.
 * @internal
 */
export function grantPartitions(
  table: dynamodb.ITable,
  role: iam.Role,
  sid: string,
  actions: string[],
  partitions: string[],
): void {
  addRight(
    role,
    new iam.PolicyStatement({
      sid,
      actions,
      resources: [table.tableArn],
      conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions } },
    }),
  );
  if (!table.encryptionKey) return;
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
      resources: [table.encryptionKey.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(role).region}.amazonaws.com` } },
    }),
  );
}

/**
 * Allows a role to list the requests that wait for a person, and nothing else in the index.
 * @internal
 */
export function grantPendingRequests(table: dynamodb.ITable, role: iam.Role): void {
  addRight(
    role,
    new iam.PolicyStatement({
      sid: 'ListWaiting',
      actions: ['dynamodb:Query'],
      resources: [`${table.tableArn}/index/${PENDING_INDEX}`],
      conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [PENDING_INDEX_KEY] } },
    }),
  );
}
