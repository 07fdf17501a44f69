import type { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { queryItems } from '../../../runtime/aws/query-items';

/** A table that gives at most two items a page, as DynamoDB does with large ones. Its last page may be empty. */
function pagedTable(names: readonly string[]) {
  const asked: QueryCommand['input'][] = [];
  const send = async ({ input }: QueryCommand) => {
    asked.push(input);
    const from = Number(input.ExclusiveStartKey?.at?.N ?? '0');
    const to = Math.min(from + 2, from + (input.Limit ?? 2));
    return {
      Items: names.slice(from, to).map((S) => ({ name: { S } })),
      ...(to <= names.length ? { LastEvaluatedKey: { at: { N: String(to) } } } : {}),
    };
  };
  return { client: { send } as unknown as DynamoDBClient, asked };
}

const QUERY = { TableName: 'state', KeyConditionExpression: 'pk = :pk' };
const namesOf = (items: Awaited<ReturnType<typeof queryItems>>) => items.map(({ name }) => name?.S);

test.each([0, 1, 2, 3, 4, 7])('finds all of %d items, over all pages', async (count) => {
  const names = Array.from({ length: count }, (_, index) => `item ${index}`);
  const { client, asked } = pagedTable(names);
  expect(namesOf(await queryItems(client, QUERY))).toEqual(names);
  for (const query of asked) expect(query).toMatchObject(QUERY);
  expect(asked.every(({ Limit }) => Limit === undefined)).toBe(true);
});

test('reads no more than it is asked for', async () => {
  const { client, asked } = pagedTable(['a', 'b', 'c', 'd', 'e']);
  expect(namesOf(await queryItems(client, QUERY, 3))).toEqual(['a', 'b', 'c']);
  expect(asked.map(({ Limit }) => Limit)).toEqual([3, 1]);
});
