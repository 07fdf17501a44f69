import { App, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { type NamedKeys, tableKeyProblem } from '../../../lib/connectors/table-key';

const STRING = dynamodb.AttributeType.STRING;
const id = { name: 'id', type: STRING };
const at = { name: 'at', type: dynamodb.AttributeType.NUMBER };

const named = (attribute: string, type: 'S' | 'N' = 'S') => ({ attribute, type });

describe.each([
  ['Table', dynamodb.Table],
  ['TableV2', dynamodb.TableV2],
])('an item of a %s', (_, kind) => {
  const problem = (
    props: dynamodb.TableProps & dynamodb.TablePropsV2,
    keys: NamedKeys = { partition: named('id') },
    use: 'item' | 'query' = 'item',
  ) => tableKeyProblem(new kind(new Stack(new App(), 'Stack'), 'Orders', props), keys, use);

  test('can be found by the partition key', () => expect(problem({ partitionKey: id })).toBeUndefined());

  test('can’t be found by the partition key alone where the table has a sort key, but several can be', () => {
    const table = { partitionKey: id, sortKey: at };
    expect(problem(table)).toBe(
      `the table Stack/Orders has the sort key "at", so one item needs both keys; write sortKeyAttribute: 'at'`,
    );
    expect(problem(table, { partition: named('id'), sort: named('at', 'N') })).toBeUndefined();
    expect(problem(table, { partition: named('id') }, 'query')).toBeUndefined();
  });

  test('can’t be found by other attributes', () => {
    expect(problem({ partitionKey: id }, { partition: named('Id') })).toBe(
      `the partition key of the table Stack/Orders is "id"; write keyAttribute: 'id'`,
    );
    const sorted = { partition: named('id'), sort: named('when', 'N') };
    expect(problem({ partitionKey: id, sortKey: at }, sorted)).toBe(
      `the sort key of the table Stack/Orders is "at"; write sortKeyAttribute: 'at'`,
    );
    expect(problem({ partitionKey: id }, sorted)).toBe(
      'the table Stack/Orders has no sort key; leave sortKeyAttribute out',
    );
  });

  test('can’t be found by a key of another type', () => {
    expect(problem({ partitionKey: at }, { partition: named('at') })).toBe(
      'the partition key "at" of the table Stack/Orders has the type N; write keyType: AttributeType.NUMBER',
    );
    expect(problem({ partitionKey: id, sortKey: at }, { partition: named('id'), sort: named('at') })).toBe(
      'the sort key "at" of the table Stack/Orders has the type N; write sortKeyType: AttributeType.NUMBER',
    );
    expect(
      problem({ partitionKey: { name: 'b', type: dynamodb.AttributeType.BINARY } }, { partition: named('b') }),
    ).toBe(
      'the partition key "b" of the table Stack/Orders has the type B; use a table whose key has the type STRING or NUMBER',
    );
  });
});

describe('a table whose keys the app doesn’t know', () => {
  const stack = new Stack(new App(), 'Stack');
  const keys = { partition: named('id') };
  test('is taken as its owner describes it', () => {
    expect(tableKeyProblem(dynamodb.Table.fromTableName(stack, 'Imported', 'orders'), keys, 'item')).toBeUndefined();
    expect(
      tableKeyProblem(dynamodb.TableV2.fromTableName(stack, 'ImportedV2', 'orders'), keys, 'item'),
    ).toBeUndefined();
  });
});
