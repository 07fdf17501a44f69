import { CfnResource, Stack } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';

interface Key {
  readonly attributeName?: unknown;
  readonly keyType?: unknown;
}
interface Attribute {
  readonly attributeName?: unknown;
  readonly attributeType?: unknown;
}

/**
 * Why an item of a table can't be read by one string attribute; undefined where it can, or where the app doesn't know the
 * table's keys because the table is imported.
 * @internal
 */
export function tableKeyProblem(table: dynamodb.ITable, keyAttribute: string): string | undefined {
  const known = keysOf(table);
  if (known === undefined) return undefined;
  const { partitionKey, sortKey, type } = known;
  if (sortKey !== undefined) {
    return `the table ${table.node.path} has the sort key "${sortKey}", and this operation finds an item by its partition key alone; use a table without a sort key`;
  }
  if (partitionKey !== keyAttribute) {
    return `the partition key of the table ${table.node.path} is "${partitionKey}"; write keyAttribute: '${partitionKey}'`;
  }
  if (type !== undefined && type !== 'S') {
    return `the partition key "${partitionKey}" of the table ${table.node.path} has the type ${type}, and this operation reads string keys only; use a table whose partition key has the type STRING`;
  }
  return undefined;
}

/** A table's keys, as they will be deployed; undefined where the table or its keys are known only at deployment. */
function keysOf(table: dynamodb.ITable): { partitionKey: string; sortKey?: string; type?: unknown } | undefined {
  // An imported table has no resource.
  const resource = table.node.defaultChild;
  if (!resource || !CfnResource.isCfnResource(resource)) return undefined;
  const { keySchema, attributeDefinitions } = resource as Partial<dynamodb.CfnTable>;
  const keys = listOf<Key>(resource, keySchema);
  const partitionKey = keys.find(({ keyType }) => keyType === 'HASH')?.attributeName;
  const sortKey = keys.find(({ keyType }) => keyType === 'RANGE')?.attributeName;
  if (typeof partitionKey !== 'string') return undefined;
  const attributes = listOf<Attribute>(resource, attributeDefinitions);
  const type = attributes.find(({ attributeName }) => attributeName === partitionKey)?.attributeType;
  return { partitionKey, type, ...(typeof sortKey === 'string' ? { sortKey } : {}) };
}

function listOf<Item>(resource: CfnResource, value: unknown): Item[] {
  const resolved: unknown = Stack.of(resource).resolve(value);
  return Array.isArray(resolved) ? (resolved as Item[]) : [];
}
