import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import {
  type EndCause,
  type NamedDocument,
  type PinnedDocument,
  type SessionItem,
  type SessionStatus,
  type SessionUser,
  stateKey,
  unboundStream,
} from '../core/contracts';
import { dynamodb } from './clients';
import { type Begun, beginWrites, bindWrites, type LaunchOnce, type NewSession, SESSION_WRITE } from './launch-writes';
import { type AttributeMap, KEEP_AFTER_EXPIRY_SECONDS, keyOf, textOf } from './state-item';

/** The session of a task, as far as the state table has it. */
export type TaskBinding =
  | { readonly kind: 'bound'; readonly sessionId: string }
  | { readonly kind: 'launching' }
  | { readonly kind: 'unknown' };

/** A session that was opened for one call, or the reason why it wasn't. */
export type OpenedSession =
  | { readonly kind: 'open'; readonly session: SessionItem }
  | { readonly kind: 'not_ready' }
  /** The session is open, but its calls are used up. */
  | { readonly kind: 'spent' }
  | { readonly kind: 'ended' };

/** Sessions and the tasks bound to them. Every step is one conditional write. */
export class SessionStore {
  /** A binding never changes, so a warm function can keep it. */
  private readonly bindings = new Map<string, string>();

  constructor(
    private readonly tableName: string,
    /** The agent whose tasks it finds and binds. Undefined in parts that serve all agents of a platform and see no task. */
    private readonly agentId?: string,
    private readonly client: DynamoDBClient = dynamodb(),
  ) {}

  /** The session of a task. `now` is in epoch seconds. */
  async resolveTask(taskId: string, now: number): Promise<TaskBinding> {
    const known = this.bindings.get(taskId);
    if (known !== undefined) return { kind: 'bound', sessionId: known };
    const found = await this.client.send(
      new GetItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.task(this.agent, taskId)),
        ConsistentRead: true,
      }),
    );
    const sessionId = found.Item?.sessionId?.S;
    if (sessionId !== undefined) {
      this.bindings.set(taskId, sessionId);
      return { kind: 'bound', sessionId };
    }
    const launches = await this.client.send(
      new QueryCommand({
        TableName: this.tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :launches',
        FilterExpression: 'launchEndsAt > :now',
        ExpressionAttributeValues: {
          ':launches': { S: stateKey.launch(this.agent, '').pk },
          ':now': { N: String(now) },
        },
      }),
    );
    return { kind: (launches.Items ?? []).length > 0 ? 'launching' : 'unknown' };
  }

  /**
   * Counts one call or one look and returns the session after that. A call takes the next ledger sequence number.
   *
   * @param most how many of this kind the session may make. The next one is `spent`: it isn't counted and takes no number
   */
  async open(sessionId: string, now: number, what: 'call' | 'look', most: number): Promise<OpenedSession> {
    const counter = what === 'call' ? 'calls' : 'looks';
    const updated = await this.updateIf({
      Key: keyOf(stateKey.session(sessionId)),
      UpdateExpression: what === 'call' ? 'ADD seq :one, calls :one' : 'ADD looks :one',
      ConditionExpression: `#status = :active AND expiresAt > :now AND ${counter} < :most`,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':one': { N: '1' },
        ':active': { S: 'ACTIVE' },
        ':now': { N: String(now) },
        ':most': { N: String(most) },
      },
      ReturnValues: 'ALL_NEW',
    });
    if (updated) return { kind: 'open', session: toSession(updated) };
    const found = await this.get(sessionId);
    if (found?.status === 'LAUNCHING') return { kind: 'not_ready' };
    return { kind: found?.status === 'ACTIVE' && found.expiresAt > now ? 'spent' : 'ended' };
  }

  /** The next ledger sequence number for a late call. Undefined: late calls have taken `most` numbers already. */
  async nextLateSeq(sessionId: string, most: number): Promise<number | undefined> {
    const updated = await this.updateIf({
      Key: keyOf(stateKey.session(sessionId)),
      UpdateExpression: 'ADD seq :one, lateEntries :one',
      ConditionExpression: 'lateEntries < :most',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':most': { N: String(most) } },
      ReturnValues: 'UPDATED_NEW',
    });
    return updated && Number(updated.seq?.N);
  }

  /**
   * The next number of the stream of tasks without a session. Undefined: this task has taken `most` numbers already. The
   * count is kept as long as a session's state.
   */
  async nextUnboundSeq(taskId: string, now: number, most: number): Promise<number | undefined> {
    const updated = await this.updateIf({
      Key: keyOf({ pk: stateKey.session(unboundStream(this.agent)).pk, sk: `TASK#${taskId}` }),
      UpdateExpression: 'SET #ttl = if_not_exists(#ttl, :ttl) ADD entries :one',
      ConditionExpression: 'attribute_not_exists(entries) OR entries < :most',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':one': { N: '1' },
        ':most': { N: String(most) },
        ':ttl': { N: String(now + KEEP_AFTER_EXPIRY_SECONDS) },
      },
    });
    return updated && this.nextSeq(unboundStream(this.agent));
  }

  async get(sessionId: string): Promise<SessionItem | undefined> {
    const found = await this.client.send(
      new GetItemCommand({ TableName: this.tableName, Key: keyOf(stateKey.session(sessionId)), ConsistentRead: true }),
    );
    return found.Item?.status ? toSession(found.Item) : undefined;
  }

  /** The next ledger sequence number of a stream. A new stream gets a counter. */
  async nextSeq(sessionId: string): Promise<number> {
    const updated = await this.client.send(
      new UpdateItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.session(sessionId)),
        UpdateExpression: 'ADD seq :one',
        ExpressionAttributeValues: { ':one': { N: '1' } },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return Number(updated.Attributes?.seq?.N);
  }

  /** Marks that the session has read content that an attacker may have written. */
  async taint(sessionId: string): Promise<void> {
    await this.client.send(
      new UpdateItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.session(sessionId)),
        UpdateExpression: 'SET taint = :true',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':true': { BOOL: true } },
      }),
    );
  }

  /** Keeps ids that a read returned in declared fields. A session that has `most` or more keeps no further ones. */
  async keepIds(sessionId: string, ids: readonly string[], most: number): Promise<void> {
    await this.updateIf({
      Key: keyOf(stateKey.session(sessionId)),
      UpdateExpression: 'ADD ids :ids',
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(ids) OR size(ids) < :most',
      ExpressionAttributeValues: { ':ids': { SS: [...ids] }, ':most': { N: String(most) } },
    });
  }

  /** Counts one denial and returns the count. At `limit` the session ends. */
  async countDenial(sessionId: string, limit: number): Promise<number> {
    const updated = await this.client.send(
      new UpdateItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.session(sessionId)),
        UpdateExpression: 'ADD denials :one',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':one': { N: '1' } },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    const denials = Number(updated.Attributes?.denials?.N);
    if (denials >= limit) await this.end(sessionId, 'TOO_MANY_DENIALS');
    return denials;
  }

  /** Counts bytes that the session sends out. False: it would send more than `most`, and nothing is counted. */
  async countSent(sessionId: string, bytes: number, most: number): Promise<boolean> {
    if (bytes > most) return false;
    const updated = await this.updateIf({
      Key: keyOf(stateKey.session(sessionId)),
      UpdateExpression: 'ADD sentBytes :bytes',
      // A session that has sent out nothing yet has no such attribute.
      ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(sentBytes) OR sentBytes < :room',
      ExpressionAttributeValues: { ':bytes': { N: String(bytes) }, ':room': { N: String(most - bytes + 1) } },
    });
    return updated !== undefined;
  }

  private get agent(): string {
    if (this.agentId === undefined) throw new Error('This part serves no single agent, so it has no tasks.');
    return this.agentId;
  }

  /** The attributes that the update returns. Undefined: its condition didn't hold, and nothing was written. */
  private async updateIf(update: Omit<UpdateItemCommandInput, 'TableName'>): Promise<AttributeMap | undefined> {
    try {
      const { Attributes = {} } = await this.client.send(
        new UpdateItemCommand({ TableName: this.tableName, ...update }),
      );
      return Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  /**
   * Stores a session before its task exists, so that an early call is told to try again. A token or a key that was used
   * already stores nothing.
   */
  async begin(session: NewSession, now: number, once: LaunchOnce = {}): Promise<Begun> {
    const writes = beginWrites(this.tableName, this.agent, session, once, now);
    try {
      await this.client.send(new TransactWriteItemsCommand({ TransactItems: writes.map(({ write }) => write) }));
      return 'begun';
    } catch (error) {
      const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      const existing = new Set(
        writes.flatMap(({ what }, index) => (reasons[index]?.Code === 'ConditionalCheckFailed' ? [what] : [])),
      );
      // The key first: the same request again has used its token, of course.
      if (existing.has('key')) return 'key taken';
      if (existing.has('token')) return 'token used';
      throw error;
    }
  }

  /**
   * Binds a task to its session and opens the session. A task is bound once. The binding is kept as long as the session's
   * item: without it, each late call would be one of an unknown task.
   * @param expiresAt of the session, in epoch seconds
   * @throws Error if the session was ended in the meantime
   */
  async bind(sessionId: string, taskId: string, expiresAt: number, once: LaunchOnce = {}): Promise<void> {
    const binding = { sessionId, taskId, expiresAt };
    const writes = bindWrites(this.tableName, this.agent, binding, once);
    try {
      await this.client.send(new TransactWriteItemsCommand({ TransactItems: writes }));
    } catch (error) {
      const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      if (reasons[SESSION_WRITE]?.Code !== 'ConditionalCheckFailed') throw error;
      throw new Error('The session was stopped while it was launched. Its task is stopped within a minute.');
    }
  }

  /** Content of others that the session was launched with. @throws Error if there is none */
  async inputOf(sessionId: string): Promise<string> {
    const { Item = {} } = await this.client.send(
      new GetItemCommand({ TableName: this.tableName, Key: keyOf(stateKey.input(sessionId)), ConsistentRead: true }),
    );
    return textOf(Item, 'text');
  }

  /** The documents that a session may read. A session without any has none. */
  async documentsOf(sessionId: string): Promise<readonly PinnedDocument[]> {
    const { Item } = await this.client.send(
      new GetItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.documents(sessionId)),
        ConsistentRead: true,
      }),
    );
    return Item === undefined ? [] : (JSON.parse(textOf(Item, 'documents')) as readonly PinnedDocument[]);
  }

  /** Ends a session. A session that has ended stays ended, for the cause that came first. */
  async end(sessionId: string, cause: EndCause): Promise<void> {
    await this.client.send(
      new UpdateItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.session(sessionId)),
        UpdateExpression: 'SET #status = :ended, endCause = if_not_exists(endCause, :cause)',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':ended': { S: 'ENDED' satisfies SessionStatus }, ':cause': { S: cause } },
      }),
    );
  }

  /**
   * Stores the agent's answer to its user, for the application that launched the session. A request has one answer.
   * False: the request has another answer already.
   */
  async putResponse(
    sessionId: string,
    requestId: string,
    response: { resultRef: string; textSha256: string; at: string },
  ): Promise<boolean> {
    const { resultRef, textSha256, at } = response;
    try {
      await this.client.send(
        new PutItemCommand({
          TableName: this.tableName,
          Item: {
            ...keyOf(responseKey(sessionId, requestId)),
            resultRef: { S: resultRef },
            textSha256: { S: textSha256 },
            at: { S: at },
            ttl: { N: String(Math.floor(Date.parse(at) / 1000) + KEEP_AFTER_EXPIRY_SECONDS) },
          },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return (await this.responseHash(sessionId, requestId)) === textSha256;
    }
  }

  /** The hash of a request's answer. Undefined: it has none yet. */
  async responseHash(sessionId: string, requestId: string): Promise<string | undefined> {
    const found = await this.client.send(
      new GetItemCommand({
        TableName: this.tableName,
        Key: keyOf(responseKey(sessionId, requestId)),
        ConsistentRead: true,
      }),
    );
    return found.Item?.textSha256?.S;
  }
}

function responseKey(sessionId: string, requestId: string): { pk: string; sk: string } {
  return { pk: stateKey.session(sessionId).pk, sk: `RESPONSE#${requestId}` };
}

function toSession(attributes: AttributeMap): SessionItem {
  const tools = attributes.tools?.L?.map((name) => name.S ?? '');
  return {
    sessionId: attributes.sessionId?.S ?? '',
    status: (attributes.status?.S ?? 'ENDED') as SessionStatus,
    // Without the mark the session counts as tainted.
    taint: attributes.taint?.BOOL ?? true,
    seq: Number(attributes.seq?.N ?? '0'),
    calls: Number(attributes.calls?.N ?? '0'),
    denials: Number(attributes.denials?.N ?? '0'),
    user: attributes.user?.S ?? '',
    ...userOf(attributes, 'runsFor'),
    ...userOf(attributes, 'taskAuthor'),
    taskText: attributes.taskText?.S ?? '',
    taskTextHash: attributes.taskTextHash?.S ?? '',
    ...(attributes.hasInput?.BOOL ? { hasInput: true } : {}),
    ...documentsIn(attributes),
    ...(tools ? { tools } : {}),
    ...(attributes.own?.SS ? { own: attributes.own.SS } : {}),
    ...(attributes.ids?.SS ? { ids: attributes.ids.SS } : {}),
    expiresAt: Number(attributes.expiresAt?.N ?? '0'),
  };
}

function documentsIn({ documents }: AttributeMap): Pick<SessionItem, 'documents'> {
  return documents?.S === undefined ? {} : { documents: JSON.parse(documents.S) as readonly NamedDocument[] };
}

/** A session from before users were verified has none. */
function userOf<Name extends 'runsFor' | 'taskAuthor'>(
  attributes: AttributeMap,
  name: Name,
): { readonly [name in Name]?: SessionUser } {
  const text = attributes[name]?.S;
  return (text === undefined ? {} : { [name]: JSON.parse(text) }) as { readonly [name in Name]?: SessionUser };
}
