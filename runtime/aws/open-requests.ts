import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type RequestStatus, stateKey } from '../core/contracts';
import { dynamodb } from './clients';
import { queryItems } from './query-items';
import { type StoredRequest, toRequest } from './request-item';

/** Finds the requests of one session that no executor has claimed. It reads the session's own items, not the index of all agents. */
export class OpenRequests {
  constructor(
    private readonly tableName: string,
    private readonly client: DynamoDBClient = dynamodb(),
  ) {}

  async of(sessionId: string): Promise<StoredRequest[]> {
    const found = await queryItems(this.client, {
      TableName: this.tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :session AND begins_with(sk, :requests)',
      FilterExpression: '#status IN (:pending, :approved, :allowed)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':session': { S: stateKey.session(sessionId).pk },
        ':requests': { S: stateKey.request(sessionId, '').sk },
        ':pending': { S: 'PENDING' satisfies RequestStatus },
        ':approved': { S: 'APPROVED' satisfies RequestStatus },
        ':allowed': { S: 'ALLOWED' satisfies RequestStatus },
      },
    });
    return found.map(toRequest);
  }
}
