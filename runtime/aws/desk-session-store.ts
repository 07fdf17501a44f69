import { DeleteItemCommand, type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type Person, stateKey } from '../core/contracts';
import { dynamodb } from './clients';
import { keyOf, numberOf, textOf } from './state-item';

interface StoredSession {
  readonly person: Person;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** Sessions of the web desk, each in a partition of its own that no other part reads. */
export class DeskSessionStore {
  constructor(
    private readonly tableName: string,
    private readonly client: DynamoDBClient = dynamodb(),
  ) {}

  async put(idHash: string, { person, expiresAt }: StoredSession): Promise<void> {
    await this.client.send(
      new PutItemCommand({
        TableName: this.tableName,
        Item: {
          ...keyOf(stateKey.deskSession(idHash)),
          person: { S: JSON.stringify(person) },
          expiresAt: { N: String(expiresAt) },
          ttl: { N: String(expiresAt) },
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  }

  async get(idHash: string): Promise<StoredSession | undefined> {
    const { Item: item } = await this.client.send(
      new GetItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.deskSession(idHash)),
        ConsistentRead: true,
      }),
    );
    if (!item) return undefined;
    return { person: JSON.parse(textOf(item, 'person')) as Person, expiresAt: numberOf(item, 'expiresAt') };
  }

  async remove(idHash: string): Promise<void> {
    await this.client.send(
      new DeleteItemCommand({ TableName: this.tableName, Key: keyOf(stateKey.deskSession(idHash)) }),
    );
  }
}
