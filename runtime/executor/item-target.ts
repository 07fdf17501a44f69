import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { ItemOperation, KeyPart, PutItemOperation, QueryOperation } from '../core/aws-operation';
import type { JsonObject, JsonValue } from '../core/contracts';
import { isObject } from '../core/json/is-object';
import { parseStrict } from '../core/json/parse-strict';
import type { AwsCall } from './aws-call';
import { NotSentError, type TargetAnswer } from './target-answer';

type Item = Record<string, AttributeValue>;

export async function getItem(client: DynamoDBClient, { key }: ItemOperation, call: AwsCall): Promise<TargetAnswer> {
  const found = await client.send(
    new GetItemCommand({ TableName: call.resource, Key: keyOf(key, call.args) }),
    call.within,
  );
  return found.Item
    ? { ok: true, content: itemText(found.Item), targetStatus: 200 }
    : { ok: false, content: '', targetStatus: 404, reason: 'No such item.' };
}

/** Writes one item. Unless the operation overwrites, DynamoDB refuses the write where the key is taken. */
export async function putItem(
  client: DynamoDBClient,
  operation: PutItemOperation,
  call: AwsCall,
): Promise<TargetAnswer> {
  const attributes = operation.attributes.flatMap((name): [string, AttributeValue][] => {
    const value = call.args[name];
    return value === undefined ? [] : [[name, attributeOf(value)]];
  });
  const [partition] = operation.key;
  await client.send(
    new PutItemCommand({
      TableName: call.resource,
      Item: { ...Object.fromEntries(attributes), ...keyOf(operation.key, call.args) },
      ...(operation.overwrite || partition === undefined
        ? {}
        : {
            ConditionExpression: 'attribute_not_exists(#key)',
            ExpressionAttributeNames: { '#key': partition.attribute },
          }),
    }),
    call.within,
  );
  return { ok: true, content: '{"written":true}', targetStatus: 200 };
}

/** Reads one page of the items with one partition key, in the order of their sort key. */
export async function queryItems(
  client: DynamoDBClient,
  operation: QueryOperation,
  call: AwsCall,
): Promise<TargetAnswer> {
  const found = await client.send(
    new QueryCommand({
      TableName: call.resource,
      ...(operation.index === undefined ? {} : { IndexName: operation.index }),
      ...conditionOf(operation, call.args),
      Limit: operation.limit,
      ScanIndexForward: !operation.descending,
      ...startOf(operation, call.args),
    }),
    call.within,
  );
  const last = found.LastEvaluatedKey;
  const next = last && operation.pageArgument !== undefined ? { page: cursorOf(last) } : {};
  const content = itemText({ items: found.Items ?? [], more: last !== undefined, ...next });
  return { ok: true, content, targetStatus: 200 };
}

function keyOf(parts: readonly KeyPart[], args: JsonObject): Item {
  return Object.fromEntries(parts.map(({ attribute, argument, type }) => [attribute, keyValue(args[argument], type)]));
}

function keyValue(value: JsonValue | undefined, type: 'S' | 'N'): AttributeValue {
  if (type === 'S' && typeof value === 'string' && value !== '') return { S: value };
  if (type === 'N' && typeof value === 'number') return { N: String(value) };
  throw new NotSentError(`The operation needs a key: a ${type === 'S' ? 'text that is not empty' : 'number'}.`);
}

/** A JSON value as an attribute, with the type of its own. */
function attributeOf(value: JsonValue): AttributeValue {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  if (typeof value === 'number') return { N: String(value) };
  if (Array.isArray(value)) return { L: value.map(attributeOf) };
  return { M: Object.fromEntries(Object.entries(value).map(([name, member]) => [name, attributeOf(member)])) };
}

function conditionOf({ partition, sort }: QueryOperation, args: JsonObject): Partial<QueryCommandInput> {
  const { limit, values } = sort === undefined ? { values: {} } : sortLimit(sort, args);
  return {
    KeyConditionExpression: limit === undefined ? '#p = :p' : `#p = :p AND ${limit}`,
    ExpressionAttributeNames: {
      '#p': partition.attribute,
      ...(sort === undefined || limit === undefined ? {} : { '#s': sort.attribute }),
    },
    ExpressionAttributeValues: { ':p': keyValue(args[partition.argument], partition.type), ...values },
  };
}

/** DynamoDB takes one condition on the sort key. Synthesis refuses an operation with a prefix and a range. */
function sortLimit(
  { type, fromArgument, toArgument, prefixArgument }: NonNullable<QueryOperation['sort']>,
  args: JsonObject,
): { readonly limit?: string; readonly values: Item } {
  const valueIn = (name: string, argument: string | undefined): Item =>
    argument === undefined || args[argument] === undefined ? {} : { [name]: keyValue(args[argument], type) };
  const values = {
    ...valueIn(':from', fromArgument),
    ...valueIn(':to', toArgument),
    ...valueIn(':prefix', prefixArgument),
  };
  const limits: { readonly [given: string]: string } = {
    ':from': '#s >= :from',
    ':to': '#s <= :to',
    ':from :to': '#s BETWEEN :from AND :to',
    ':prefix': 'begins_with(#s, :prefix)',
  };
  const limit = limits[Object.keys(values).join(' ')];
  return limit === undefined ? { values } : { limit, values };
}

/** Where a page begins: a key that an earlier answer gave. DynamoDB refuses one outside the query's partition. */
function startOf({ pageArgument }: QueryOperation, args: JsonObject): Partial<QueryCommandInput> {
  const page = pageArgument === undefined ? undefined : args[pageArgument];
  if (page === undefined) return {};
  const key = typeof page === 'string' ? readCursor(page) : undefined;
  if (!key) throw new NotSentError('The page isn’t one that an earlier answer gave.');
  return { ExclusiveStartKey: key };
}

function cursorOf(key: Item): string {
  return Buffer.from(itemText(key)).toString('base64url');
}

/** At most the keys of a table and of an index: four values, each a text or a number. */
function readCursor(cursor: string): Item | undefined {
  const read = parseStrict(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (!read.ok || !isObject(read.value)) return undefined;
  const entries = Object.entries(read.value);
  const isValue = (value: JsonValue): boolean =>
    isObject(value) &&
    Object.keys(value).length === 1 &&
    [value.S, value.N].some((each) => typeof each === 'string' && each !== '');
  return entries.length > 0 && entries.length <= 4 && entries.every(([, value]) => isValue(value))
    ? (read.value as unknown as Item)
    : undefined;
}

/** Items as DynamoDB writes them; bytes in base64. */
function itemText(value: object): string {
  return JSON.stringify(value, (_, member: unknown) =>
    member instanceof Uint8Array ? Buffer.from(member).toString('base64') : member,
  );
}
