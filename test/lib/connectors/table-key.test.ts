import { App, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import { tableKeyProblem } from '../../../lib/connectors/table-key';

const STRING = dynamodb.AttributeType.STRING;
const id = { name: 'id', type: STRING };
const at = { name: 'at', type: dynamodb.AttributeType.NUMBER };

describe.each([
  ['Table', dynamodb.Table],
  ['TableV2', dynamodb.TableV2],
])('an item of a %s', (_, kind) => {
  const problem = (props: dynamodb.TableProps & dynamodb.TablePropsV2, keyAttribute = 'id') =>
    tableKeyProblem(new kind(new Stack(new App(), 'Stack'), 'Orders', props), keyAttribute);

  test('can be read by the partition key', () => expect(problem({ partitionKey: id })).toBeUndefined());

  test('can’t be read where the table has a sort key', () => {
    expect(problem({ partitionKey: id, sortKey: at })).toBe(
      'the table Stack/Orders has the sort key "at", and this operation finds an item by its partition key alone; use a table without a sort key',
    );
  });

  test('can’t be read by another attribute', () => {
    expect(problem({ partitionKey: id }, 'Id')).toBe(
      `the partition key of the table Stack/Orders is "id"; write keyAttribute: 'id'`,
    );
  });

  test('can’t be read by a number', () => {
    expect(problem({ partitionKey: at }, 'at')).toContain('"at" of the table Stack/Orders has the type N, and');
  });
});

describe('a table whose keys the app doesn’t know', () => {
  const stack = new Stack(new App(), 'Stack');
  test('is taken as its owner describes it', () => {
    expect(tableKeyProblem(dynamodb.Table.fromTableName(stack, 'Imported', 'orders'), 'id')).toBeUndefined();
    expect(tableKeyProblem(dynamodb.TableV2.fromTableName(stack, 'ImportedV2', 'orders'), 'id')).toBeUndefined();
  });
});
