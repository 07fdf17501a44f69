import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type Sha256Hex, stateKey } from '../core/contracts';
import { dynamodb } from './clients';
import { keyOf } from './state-item';

/** The next page of a result, which the agent has only a reference to. */
export interface StoredPage {
  readonly tool: string;
  /** Of the call's arguments without the reference: another call can't use it. */
  readonly argsHash: Sha256Hex;
  readonly kind: 'query' | 'cursor';
  readonly place: string;
}

/** A reference is of no use once its session is over; sessions last a day at most. */
const KEPT_SECONDS = 24 * 3600;

/** References to pages, each in its session's own partition. */
export class PageStore {
  constructor(
    private readonly tableName: string,
    private readonly client: Pick<DynamoDBClient, 'send'> = dynamodb(),
  ) {}

  /** @param now epoch seconds */
  async put(
    sessionId: string,
    reference: string,
    { tool, argsHash, kind, place }: StoredPage,
    now: number,
  ): Promise<void> {
    await this.client.send(
      new UpdateItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.page(sessionId, reference)),
        UpdateExpression: 'SET tool = :tool, argsHash = :hash, kind = :kind, place = :place, #ttl = :ttl',
        ConditionExpression: 'attribute_not_exists(pk)',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: {
          ':tool': { S: tool },
          ':hash': { S: argsHash },
          ':kind': { S: kind },
          ':place': { S: place },
          ':ttl': { N: String(now + KEPT_SECONDS) },
        },
      }),
    );
  }

  async get(sessionId: string, reference: string): Promise<StoredPage | undefined> {
    const { Item: item } = await this.client.send(
      new GetItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.page(sessionId, reference)),
        ConsistentRead: true,
      }),
    );
    const [tool, argsHash, kind, place] = [item?.tool?.S, item?.argsHash?.S, item?.kind?.S, item?.place?.S];
    if (tool === undefined || argsHash === undefined || place === undefined) return undefined;
    return kind === 'query' || kind === 'cursor' ? { tool, argsHash, kind, place } : undefined;
  }
}
