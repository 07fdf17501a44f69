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

/** What an operation says of a table's keys. @internal */
export interface NamedKeys {
  readonly partition: { readonly attribute: string; readonly type: 'S' | 'N' };
  readonly sort?: { readonly attribute: string; readonly type: 'S' | 'N' };
}

/**
 * Why the keys that an operation names aren't those of a table; undefined where they are, or where the app doesn't know the
 * table's keys because the table is imported.
 * @param use an item needs its whole key; a query needs the partition key alone
 * @internal
 */
export function tableKeyProblem(table: dynamodb.ITable, named: NamedKeys, use: 'item' | 'query'): string | undefined {
  const known = keysOf(table);
  if (known === undefined) return undefined;
  const { partitionKey, sortKey } = known;
  const { path } = table.node;
  if (sortKey !== undefined && named.sort === undefined && use === 'item') {
    return `the table ${path} has the sort key "${sortKey.name}", so one item needs both keys; write sortKeyAttribute: '${sortKey.name}'`;
  }
  if (partitionKey.name !== named.partition.attribute) {
    return `the partition key of the table ${path} is "${partitionKey.name}"; write keyAttribute: '${partitionKey.name}'`;
  }
  if (named.sort !== undefined && named.sort.attribute !== sortKey?.name) {
    return sortKey === undefined
      ? `the table ${path} has no sort key; leave sortKeyAttribute out`
      : `the sort key of the table ${path} is "${sortKey.name}"; write sortKeyAttribute: '${sortKey.name}'`;
  }
  return (
    typeProblem(path, 'partition', partitionKey, named.partition.type) ??
    (named.sort && sortKey ? typeProblem(path, 'sort', sortKey, named.sort.type) : undefined)
  );
}

const TYPES: { readonly [type: string]: string } = { S: 'STRING', N: 'NUMBER' };

function typeProblem(path: string, which: 'partition' | 'sort', key: KnownKey, type: 'S' | 'N'): string | undefined {
  if (key.type === undefined || key.type === type) return undefined;
  const option = which === 'partition' ? 'keyType' : 'sortKeyType';
  const write = TYPES[String(key.type)];
  return `the ${which} key "${key.name}" of the table ${path} has the type ${key.type}; ${
    write === undefined
      ? 'use a table whose key has the type STRING or NUMBER'
      : `write ${option}: AttributeType.${write}`
  }`;
}

interface KnownKey {
  readonly name: string;
  readonly type?: unknown;
}

/** A table's keys, as they will be deployed; undefined where the table or its keys are known only at deployment. */
function keysOf(table: dynamodb.ITable): { partitionKey: KnownKey; sortKey?: KnownKey } | undefined {
  // An imported table has no resource.
  const resource = table.node.defaultChild;
  if (!resource || !CfnResource.isCfnResource(resource)) return undefined;
  const { keySchema, attributeDefinitions } = resource as Partial<dynamodb.CfnTable>;
  const keys = listOf<Key>(resource, keySchema);
  const attributes = listOf<Attribute>(resource, attributeDefinitions);
  const named = (wanted: string): KnownKey | undefined => {
    const name = keys.find(({ keyType }) => keyType === wanted)?.attributeName;
    if (typeof name !== 'string') return undefined;
    return { name, type: attributes.find(({ attributeName }) => attributeName === name)?.attributeType };
  };
  const [partitionKey, sortKey] = [named('HASH'), named('RANGE')];
  if (partitionKey === undefined) return undefined;
  return { partitionKey, ...(sortKey ? { sortKey } : {}) };
}

function listOf<Item>(resource: CfnResource, value: unknown): Item[] {
  const resolved: unknown = Stack.of(resource).resolve(value);
  return Array.isArray(resolved) ? (resolved as Item[]) : [];
}
