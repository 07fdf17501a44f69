import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { stateKey } from '../core/contracts';
import { dynamodb } from './clients';
import { keyOf, textOf } from './state-item';

/** A connector that a person stopped. */
export interface StoppedConnector {
  readonly connector: string;
  /** The person's ARN. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** The connectors of one agent that a person stopped. */
export class ConnectorStops {
  constructor(
    private readonly tableName: string,
    private readonly agentId: string,
    private readonly client: DynamoDBClient = dynamodb(),
  ) {}

  async isStopped(connector: string): Promise<boolean> {
    const found = await this.client.send(
      new GetItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.stop(this.agentId, connector)),
        ConsistentRead: true,
      }),
    );
    return found.Item !== undefined;
  }

  async list(): Promise<StoppedConnector[]> {
    const found = await this.client.send(
      new QueryCommand({
        TableName: this.tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :stops',
        ExpressionAttributeValues: { ':stops': { S: stateKey.stop(this.agentId, '').pk } },
      }),
    );
    return (found.Items ?? []).map((item) => ({
      connector: textOf(item, 'connector'),
      by: textOf(item, 'by'),
      at: textOf(item, 'at'),
    }));
  }

  /** From this write on, the gate and the executor refuse the connector's calls. */
  async stop({ connector, by, at }: StoppedConnector): Promise<void> {
    await this.client.send(
      new PutItemCommand({
        TableName: this.tableName,
        Item: {
          ...keyOf(stateKey.stop(this.agentId, connector)),
          connector: { S: connector },
          by: { S: by },
          at: { S: at },
        },
      }),
    );
  }

  async resume(connector: string): Promise<void> {
    await this.client.send(
      new DeleteItemCommand({ TableName: this.tableName, Key: keyOf(stateKey.stop(this.agentId, connector)) }),
    );
  }
}
