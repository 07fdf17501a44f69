import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { stateKey } from '../core/contracts';
import { dynamodb } from './clients';
import { queryItems } from './query-items';
import { type AttributeMap, KEEP_AFTER_EXPIRY_SECONDS, keyOf, numberOf, textOf } from './state-item';

/** A session that holds one of its agent's numbers: its task runs, or may run. */
export interface SessionSlot {
  readonly slot: number;
  readonly sessionId: string;
  /** Epoch seconds. */
  readonly takenAt: number;
}

/**
 * The sessions at once of one agent. Each holds a number below the limit until its task has stopped, so that the count
 * can't drift: it is the items themselves, and each is taken by one conditional write.
 */
export class SessionSlots {
  constructor(
    private readonly tableName: string,
    private readonly agentId: string,
    private readonly client: DynamoDBClient = dynamodb(),
  ) {}

  /**
   * Takes a free number for a session. False: all are taken.
   *
   * @param now in epoch seconds
   * @param expiresAt when the session ends at the latest, in epoch seconds
   * @param most how many sessions there may be at once
   */
  async take(sessionId: string, now: number, expiresAt: number, most: number): Promise<boolean> {
    const taken = new Set((await this.list()).map(({ slot }) => slot));
    // Sessions from before the limit was lowered may hold higher numbers.
    if (taken.size >= most) return false;
    const free = Array.from({ length: most }, (_, slot) => slot).filter((slot) => !taken.has(slot));
    // Launches at the same moment begin at different numbers, so that they seldom meet. An id ends in random digits.
    const start = Number.parseInt(sessionId.slice(-6), 16) % free.length || 0;
    for (const slot of [...free.slice(start), ...free.slice(0, start)]) {
      if (await this.put(slot, sessionId, now, expiresAt)) return true;
    }
    return false;
  }

  /** Every session that holds a number, the oldest first. */
  async list(): Promise<SessionSlot[]> {
    const found = await queryItems(this.client, {
      TableName: this.tableName,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :slots',
      ExpressionAttributeValues: { ':slots': { S: stateKey.slot(this.agentId, 0).pk } },
    });
    return found.map(toSlot).sort((a, b) => a.takenAt - b.takenAt);
  }

  /** Frees the number of a session whose task has stopped. Another session that took it since keeps it. */
  async free({ slot, sessionId }: Pick<SessionSlot, 'slot' | 'sessionId'>): Promise<void> {
    await this.succeeds(
      new DeleteItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.slot(this.agentId, slot)),
        ConditionExpression: 'sessionId = :session',
        ExpressionAttributeValues: { ':session': { S: sessionId } },
      }),
    );
  }

  private put(slot: number, sessionId: string, now: number, expiresAt: number): Promise<boolean> {
    return this.succeeds(
      new PutItemCommand({
        TableName: this.tableName,
        Item: {
          ...keyOf(stateKey.slot(this.agentId, slot)),
          slot: { N: String(slot) },
          sessionId: { S: sessionId },
          takenAt: { N: String(now) },
          ttl: { N: String(expiresAt + KEEP_AFTER_EXPIRY_SECONDS) },
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  }

  /** False: the write's condition didn't hold. */
  private async succeeds(command: PutItemCommand | DeleteItemCommand): Promise<boolean> {
    try {
      // The overloads of `send` don't take a union.
      await this.client.send(command as PutItemCommand);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

function toSlot(attributes: AttributeMap): SessionSlot {
  return {
    slot: numberOf(attributes, 'slot'),
    sessionId: textOf(attributes, 'sessionId'),
    takenAt: numberOf(attributes, 'takenAt'),
  };
}
