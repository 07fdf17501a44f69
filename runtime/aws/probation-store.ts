import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type Probation, stateKey } from '../core/contracts';
import { dynamodb } from './clients';
import { keyOf } from './state-item';

/** The progress of probations. If an item is lost, its probation starts again. */
export class ProbationStore {
  /** A probation that is over stays over, so a warm function can keep that. */
  private readonly over = new Set<string>();

  constructor(
    private readonly tableName: string,
    private readonly agentId: string,
    private readonly client: DynamoDBClient = dynamodb(),
  ) {}

  /** Whether the probation is over. Its time starts with the tool's first call. `now` is in epoch seconds. */
  async isOver(probation: Probation, now: number): Promise<boolean> {
    if (this.over.has(probation.key)) return true;
    const updated = await this.client.send(
      new UpdateItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.probation(this.agentId, probation.key)),
        UpdateExpression: 'SET since = if_not_exists(since, :now)',
        ExpressionAttributeValues: { ':now': { N: String(now) } },
        ReturnValues: 'ALL_NEW',
      }),
    );
    const since = Number(updated.Attributes?.since?.N ?? now);
    const runs = updated.Attributes?.runs?.SS?.length ?? 0;
    const { calls = 0, seconds = 0 } = probation;
    const over = runs >= calls && since + seconds <= now;
    if (over) this.over.add(probation.key);
    return over;
  }

  /** Counts a call that a person approved and that succeeded. A request counts once. */
  async countRun(probation: Probation, requestId: string): Promise<void> {
    if (probation.calls === undefined || this.over.has(probation.key)) return;
    try {
      await this.client.send(
        new UpdateItemCommand({
          TableName: this.tableName,
          Key: keyOf(stateKey.probation(this.agentId, probation.key)),
          UpdateExpression: 'ADD runs :run',
          ConditionExpression: 'attribute_not_exists(runs) OR size(runs) < :calls',
          ExpressionAttributeValues: {
            ':run': { SS: [requestId] },
            ':calls': { N: String(probation.calls) },
          },
        }),
      );
    } catch (error) {
      // The probation has all its calls.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
