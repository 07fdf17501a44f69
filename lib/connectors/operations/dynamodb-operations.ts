import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { KeyPart, QueryOperation } from '../../../runtime/core/aws-operation';
import { EndpointService } from '../../network/endpoint-service';
import type { DynamoDbItemOptions, DynamoDbPutOptions, DynamoDbQueryOptions } from '../aws-operation-options';
import { tableKeyProblem } from '../table-key';
import {
  keyRight,
  type MadeOperation,
  type OperationAccess,
  type OperationArgument,
  textArgument,
} from './made-operation';

const DEFAULT_ITEMS = 25;
const MOST_ITEMS = 100;

/** @internal */
export function getItem(table: dynamodb.ITable, options: DynamoDbItemOptions): MadeOperation {
  const key = checkedKey(table, options);
  return {
    config: { operation: 'dynamodb:GetItem', key },
    resourceName: table.tableName,
    arguments: key.map(keyArgument),
    leastEffect: 'read',
    access: accessTo(table, 'ReadItems', 'dynamodb:GetItem', table.tableArn),
  };
}

/** @internal */
export function putItem(table: dynamodb.ITable, options: DynamoDbPutOptions): MadeOperation {
  const key = checkedKey(table, options);
  const { attributes, overwrite = false } = options;
  const twice = attributes.find(
    (name, index) => attributes.indexOf(name) !== index || key.some(({ attribute }) => attribute === name),
  );
  if (twice !== undefined) {
    throw new Error(`the attribute "${twice}" is written twice; name each once, and the key in keyAttribute only`);
  }
  return {
    config: { operation: 'dynamodb:PutItem', key, attributes, overwrite },
    resourceName: table.tableName,
    arguments: [...key.map(keyArgument), ...attributes.map((name) => ({ name, required: false }))],
    leastEffect: 'write',
    access: accessTo(table, 'WriteItems', 'dynamodb:PutItem', table.tableArn),
  };
}

/** @internal */
export function query(table: dynamodb.ITable, options: DynamoDbQueryOptions): MadeOperation {
  const { indexName: index, limit = DEFAULT_ITEMS, pageArgument } = options;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ITEMS) {
    throw new Error(`limit is ${limit}; write a whole number from 1 to ${MOST_ITEMS}`);
  }
  const sort = sortOf(options);
  const partition: KeyPart = {
    attribute: options.keyAttribute,
    argument: options.keyArgument ?? 'key',
    type: typeOf(options.keyType),
  };
  const problem = index === undefined ? tableKeyProblem(table, { partition, sort }, 'query') : indexProblem(index);
  if (problem !== undefined) throw new Error(problem);
  return {
    config: {
      operation: 'dynamodb:Query',
      partition,
      ...(sort ? { sort } : {}),
      ...(index === undefined ? {} : { index }),
      descending: options.newestFirst ?? false,
      limit,
      ...(pageArgument === undefined ? {} : { pageArgument }),
    },
    resourceName: table.tableName,
    arguments: [
      keyArgument(partition),
      ...limitsOf(options).map(([, name]) => ({
        ...keyArgument({ argument: name, type: sort?.type ?? 'S' }),
        required: false,
      })),
      ...(pageArgument === undefined ? [] : [textArgument(pageArgument, false)]),
    ],
    leastEffect: 'read',
    access: accessTo(
      table,
      'QueryItems',
      'dynamodb:Query',
      index === undefined ? table.tableArn : `${table.tableArn}/index/${index}`,
    ),
  };
}

function indexProblem(index: string): string | undefined {
  return /^[A-Za-z0-9_.-]{3,255}$/.test(index)
    ? undefined
    : `the index "${index}" is refused; write the name of one index`;
}

/** The options that limit the sort key, with the argument of each. */
function limitsOf({
  fromArgument,
  toArgument,
  prefixArgument,
}: DynamoDbQueryOptions): [option: string, name: string][] {
  return Object.entries({ fromArgument, toArgument, prefixArgument }).flatMap(([option, name]): [string, string][] =>
    name === undefined ? [] : [[option, name]],
  );
}

function sortOf(options: DynamoDbQueryOptions): QueryOperation['sort'] {
  const { sortKeyAttribute, prefixArgument } = options;
  const limits = limitsOf(options);
  if (sortKeyAttribute === undefined) {
    const [first] = limits;
    if (first === undefined) return undefined;
    throw new Error(`${first[0]} limits the sort key, so write sortKeyAttribute too`);
  }
  if (prefixArgument !== undefined && limits.length > 1) {
    throw new Error('a query takes a prefix or a range of the sort key; write prefixArgument alone, or leave it out');
  }
  const type = typeOf(options.sortKeyType);
  if (prefixArgument !== undefined && type === 'N') {
    throw new Error('a number has no prefix; write fromArgument and toArgument instead of prefixArgument');
  }
  return { attribute: sortKeyAttribute, type, ...Object.fromEntries(limits) };
}

function checkedKey(table: dynamodb.ITable, options: DynamoDbItemOptions): KeyPart[] {
  const { keyAttribute, keyArgument: name = 'key', sortKeyAttribute, sortKeyArgument = 'sortKey' } = options;
  const partition: KeyPart = { attribute: keyAttribute, argument: name, type: typeOf(options.keyType) };
  const sort: KeyPart | undefined =
    sortKeyAttribute === undefined
      ? undefined
      : { attribute: sortKeyAttribute, argument: sortKeyArgument, type: typeOf(options.sortKeyType) };
  const problem = tableKeyProblem(table, { partition, sort }, 'item');
  if (problem !== undefined) throw new Error(problem);
  if (sort?.argument === partition.argument) {
    throw new Error(`the argument "${name}" can't hold both keys; write sortKeyArgument: 'sortKey'`);
  }
  return sort === undefined ? [partition] : [partition, sort];
}

function typeOf(type: dynamodb.AttributeType | undefined): 'S' | 'N' {
  if (type === dynamodb.AttributeType.BINARY) {
    throw new Error('a key of bytes is refused, because no argument holds bytes; use AttributeType.STRING or NUMBER');
  }
  return type === dynamodb.AttributeType.NUMBER ? 'N' : 'S';
}

function keyArgument({ argument: name, type }: Pick<KeyPart, 'argument' | 'type'>): OperationArgument {
  return { name, required: true, types: type === 'N' ? ['integer', 'number'] : ['string'] };
}

function accessTo(table: dynamodb.ITable, sid: string, action: string, resource: string): OperationAccess {
  const { node, env } = table;
  return {
    place: { name: node.path, region: env.region, account: env.account },
    service: EndpointService.DYNAMODB,
    right: { sid, actions: [action], resources: [resource] },
    // To write, DynamoDB decrypts the table's key too. Source: DynamoDB Developer Guide, "DynamoDB encryption at rest: How it works".
    ...keyRight('DecryptItems', table.encryptionKey, {
      actions: ['kms:Decrypt'],
      service: 'dynamodb',
      region: env.region,
      context: 'aws:dynamodb:tableName',
      values: [table.tableName],
    }),
  };
}
