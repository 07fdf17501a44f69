import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { stateKey } from '../core/contracts';
import { dynamodb } from './clients';
import { keyOf } from './state-item';

/**
 * The places of a session for requests that wait for a person. A place is the request's id, a blank and the epoch second at which it was taken.
 * Places aren't given back when a request ends: whoever finds no free one looks which have ended.
 */
export class WaitingStore {
  constructor(
    private readonly tableName: string,
    private readonly client: DynamoDBClient = dynamodb(),
  ) {}

  /** Takes a place. False: `most` are taken. */
  async take(sessionId: string, place: string, most: number): Promise<boolean> {
    try {
      await this.client.send(
        new UpdateItemCommand({
          TableName: this.tableName,
          Key: keyOf(stateKey.session(sessionId)),
          UpdateExpression: 'ADD waiting :place',
          ConditionExpression: 'attribute_not_exists(waiting) OR size(waiting) < :most',
          ExpressionAttributeValues: { ':place': { SS: [place] }, ':most': { N: String(most) } },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** The places that are taken. */
  async list(sessionId: string): Promise<string[]> {
    const found = await this.client.send(
      new GetItemCommand({ TableName: this.tableName, Key: keyOf(stateKey.session(sessionId)), ConsistentRead: true }),
    );
    return found.Item?.waiting?.SS ?? [];
  }

  /** Gives places back. */
  async free(sessionId: string, places: readonly string[]): Promise<void> {
    await this.client.send(
      new UpdateItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.session(sessionId)),
        UpdateExpression: 'DELETE waiting :places',
        ExpressionAttributeValues: { ':places': { SS: [...places] } },
      }),
    );
  }
}
