import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type EndCause, type SessionStatus, stateKey } from '../core/contracts';
import { dynamodb } from './clients';
import { type AttributeMap, keyOf, numberOf, textOf } from './state-item';

/** Who ended a session, and why. */
export interface SessionEnd {
  readonly cause: EndCause;
  /** A person's ARN, or the part that ended it. */
  readonly by: string;
  /** Key of the reason in the evidence bucket, and its text. Absent: the cause says it all. */
  readonly reason?: { readonly key: string; readonly text: string };
}

/** What is needed of a session to judge whether it is over, and to stop it. */
export interface RunningSession {
  readonly sessionId: string;
  readonly status: SessionStatus;
  readonly user: string;
  /** Absent: the task isn't bound yet. */
  readonly taskId?: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
  readonly calls: number;
  readonly denials: number;
  readonly taint: boolean;
  /** Ledger entries about calls after the end of the session or of its calls. */
  readonly lateEntries: number;
  readonly endCause?: EndCause;
  /** Absent: the gate or the launcher ended it, as the cause says. */
  readonly endedBy?: string;
  readonly endReason?: { readonly key: string; readonly text: string };
  /** Whether the ledger has the end. */
  readonly endRecorded: boolean;
}

/** No writer of an end runs longer, and the sweep comes again after a minute. */
const RECORDING_SECONDS = 58;

/** Why and by whom sessions end. Each step is one conditional write, and can be repeated. */
export class SessionEnds {
  constructor(
    private readonly tableName: string,
    private readonly client: DynamoDBClient = dynamodb(),
  ) {}

  async read(sessionId: string): Promise<RunningSession | undefined> {
    const found = await this.client.send(
      new GetItemCommand({ TableName: this.tableName, Key: keyOf(stateKey.session(sessionId)), ConsistentRead: true }),
    );
    return found.Item?.status ? toRunning(found.Item) : undefined;
  }

  /**
   * Ends a session: from this write on, the gate denies its calls. The first end stays, whoever comes second.
   * False: there is no such session, or it had ended before.
   */
  async end(sessionId: string, { cause, by, reason }: SessionEnd): Promise<boolean> {
    return this.update(sessionId, {
      UpdateExpression: `SET #status = :ended, endCause = :cause, endedBy = :by${reason ? ', endReasonKey = :key, endReasonText = :text' : ''}`,
      ConditionExpression: '#status IN (:launching, :active)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':ended': { S: 'ENDED' satisfies SessionStatus },
        ':active': { S: 'ACTIVE' satisfies SessionStatus },
        ':launching': { S: 'LAUNCHING' satisfies SessionStatus },
        ':cause': { S: cause },
        ':by': { S: by },
        ...(reason ? { ':key': { S: reason.key }, ':text': { S: reason.text } } : {}),
      },
    });
  }

  /**
   * Takes the writing of the end to the ledger for one writer, until it is given back or its time is over. Several parts may notice
   * the same end at the same moment. False: another writes it, or has just written it.
   *
   * @param now in epoch seconds
   */
  async takeRecording(sessionId: string, now: number): Promise<boolean> {
    return this.update(sessionId, {
      UpdateExpression: 'SET endWriterUntil = :until',
      ConditionExpression: 'attribute_not_exists(endWriterUntil) OR endWriterUntil < :now',
      ExpressionAttributeValues: { ':now': { N: String(now) }, ':until': { N: String(now + RECORDING_SECONDS) } },
    });
  }

  /** Gives the writing back, so that the next writer needn't wait. */
  async giveBackRecording(sessionId: string): Promise<void> {
    await this.update(sessionId, {
      UpdateExpression: 'REMOVE endWriterUntil',
      ConditionExpression: 'attribute_exists(pk)',
    });
  }

  /** Marks that the ledger has the end. */
  async markRecorded(sessionId: string): Promise<void> {
    await this.update(sessionId, {
      UpdateExpression: 'SET endRecorded = :true',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':true': { BOOL: true } },
    });
  }

  private async update(
    sessionId: string,
    update: Omit<UpdateItemCommand['input'], 'TableName' | 'Key'>,
  ): Promise<boolean> {
    try {
      await this.client.send(
        new UpdateItemCommand({ TableName: this.tableName, Key: keyOf(stateKey.session(sessionId)), ...update }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

function toRunning(attributes: AttributeMap): RunningSession {
  const { taskId, endCause, endedBy, endReasonKey, endReasonText } = attributes;
  return {
    sessionId: textOf(attributes, 'sessionId'),
    status: textOf(attributes, 'status') as SessionStatus,
    user: attributes.user?.S ?? '',
    ...(taskId?.S ? { taskId: taskId.S } : {}),
    expiresAt: numberOf(attributes, 'expiresAt'),
    calls: Number(attributes.calls?.N ?? '0'),
    denials: Number(attributes.denials?.N ?? '0'),
    // Without the mark the session counts as tainted.
    taint: attributes.taint?.BOOL ?? true,
    lateEntries: Number(attributes.lateEntries?.N ?? '0'),
    ...(endCause?.S ? { endCause: endCause.S as EndCause } : {}),
    ...(endedBy?.S ? { endedBy: endedBy.S } : {}),
    ...(endReasonKey?.S && endReasonText?.S ? { endReason: { key: endReasonKey.S, text: endReasonText.S } } : {}),
    endRecorded: attributes.endRecorded?.BOOL ?? false,
  };
}
