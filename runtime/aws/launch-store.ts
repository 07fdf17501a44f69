import { type DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { type Sha256Hex, stateKey } from '../core/contracts';
import { dynamodb } from './clients';
import { type LaunchOnce, releaseWrites } from './launch-writes';
import { keyOf, numberOf, textOf } from './state-item';

/** The launch of an idempotency key. */
export interface KnownLaunch {
  readonly requestHash: Sha256Hex;
  readonly sessionId: string;
  /** Absent: the launch runs, or has failed. */
  readonly taskId?: string;
  /** Epoch seconds after which a launch without a task has failed. */
  readonly launchEndsAt: number;
}

/** What launches have used up: idempotency keys and tokens. */
export class LaunchStore {
  constructor(
    private readonly tableName: string,
    private readonly agent: string,
    private readonly client: DynamoDBClient = dynamodb(),
  ) {}

  /** The launch of an idempotency key. Undefined: there was none. */
  async find(keyId: Sha256Hex): Promise<KnownLaunch | undefined> {
    const { Item } = await this.client.send(
      new GetItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.launchKey(this.agent, keyId)),
        ConsistentRead: true,
      }),
    );
    if (!Item) return undefined;
    const taskId = Item.taskId?.S;
    return {
      requestHash: textOf(Item, 'requestHash'),
      sessionId: textOf(Item, 'sessionId'),
      ...(taskId === undefined ? {} : { taskId }),
      launchEndsAt: numberOf(Item, 'launchEndsAt'),
    };
  }

  /** Takes back what the launch of an ended session used up. */
  async release(sessionId: string, once: LaunchOnce): Promise<void> {
    const writes = releaseWrites(this.tableName, this.agent, sessionId, once);
    if (writes.length > 0) await this.client.send(new TransactWriteItemsCommand({ TransactItems: writes }));
  }
}
