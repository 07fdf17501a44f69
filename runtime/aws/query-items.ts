import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { AttributeMap } from './state-item';

/**
 * The items that a query finds, over all of its pages.
 *
 * @param most no more are read. @default - all
 */
export async function queryItems(
  client: DynamoDBClient,
  query: QueryCommandInput,
  most = Number.POSITIVE_INFINITY,
): Promise<AttributeMap[]> {
  const items: AttributeMap[] = [];
  let from: AttributeMap | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        ...query,
        ...(Number.isFinite(most) ? { Limit: most - items.length } : {}),
        ExclusiveStartKey: from,
      }),
    );
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from && items.length < most);
  return items;
}
