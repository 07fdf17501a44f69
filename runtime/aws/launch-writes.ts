import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import {
  type NamedDocument,
  type PinnedDocument,
  type SessionStatus,
  type SessionUser,
  type Sha256Hex,
  stateKey,
} from '../core/contracts';
import { KEEP_AFTER_EXPIRY_SECONDS, keyOf } from './state-item';

export interface NewSession {
  readonly sessionId: string;
  readonly user: string;
  readonly runsFor?: SessionUser;
  readonly taskAuthor?: SessionUser;
  readonly taskText: string;
  readonly taskTextHash: string;
  readonly tools?: readonly string[];
  /** The user's own addresses and accounts. */
  readonly own?: readonly string[];
  /** Content of others. The session is tainted by it from the start. */
  readonly untrustedInput?: string;
  /** Documents that it may read. */
  readonly documents?: readonly GivenDocument[];
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** A document of a new session, and the tool that reads it. */
export type GivenDocument = PinnedDocument & NamedDocument;

/** What a launch uses up: it happens once for each token and each idempotency key. */
export interface LaunchOnce {
  /** The user's token. Epoch seconds. */
  readonly token?: { readonly id: Sha256Hex; readonly expiresAt: number };
  /** Hash of the idempotency key, and of the request that it stands for. */
  readonly key?: { readonly id: Sha256Hex; readonly requestHash: Sha256Hex };
}

/** What came of storing a session. */
export type Begun = 'begun' | 'token used' | 'key taken';

/** A launch that takes longer has failed. */
export const LAUNCH_SECONDS = 180;

/** The items of a session that is about to be launched. `what` says what exists already if the item's condition fails. */
export function beginWrites(
  tableName: string,
  agentId: string,
  session: NewSession,
  { token, key }: LaunchOnce,
  now: number,
): { readonly what: 'session' | 'token' | 'key'; readonly write: TransactWriteItem }[] {
  const { sessionId, untrustedInput, documents } = session;
  const ttl = { N: String(session.expiresAt + KEEP_AFTER_EXPIRY_SECONDS) };
  const launchEndsAt = { N: String(now + LAUNCH_SECONDS) };
  const put = (at: { pk: string; sk: string }, attributes: NonNullable<TransactWriteItem['Put']>['Item']) => ({
    Put: {
      TableName: tableName,
      Item: { ...keyOf(at), ...attributes },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  });
  return [
    { what: 'session', write: put(stateKey.session(sessionId), { ...sessionAttributes(session), ttl }) },
    { what: 'session', write: put(stateKey.launch(agentId, sessionId), { launchEndsAt, ttl: launchEndsAt }) },
    ...(untrustedInput === undefined
      ? []
      : [{ what: 'session', write: put(stateKey.input(sessionId), { text: { S: untrustedInput }, ttl }) } as const]),
    ...(documents === undefined
      ? []
      : [
          {
            what: 'session',
            write: put(stateKey.documents(sessionId), { ...pinnedAttributes(documents), ttl }),
          } as const,
        ]),
    ...(token === undefined
      ? []
      : [
          {
            what: 'token',
            write: put(stateKey.usedToken(agentId, token.id), {
              sessionId: { S: sessionId },
              ttl: { N: String(token.expiresAt) },
            }),
          } as const,
        ]),
    ...(key === undefined
      ? []
      : [
          {
            what: 'key',
            write: put(stateKey.launchKey(agentId, key.id), {
              requestHash: { S: key.requestHash },
              sessionId: { S: sessionId },
              launchEndsAt,
              ttl,
            }),
          } as const,
        ]),
  ];
}

function sessionAttributes(session: NewSession): NonNullable<TransactWriteItem['Put']>['Item'] {
  const { runsFor, taskAuthor, tools, own, untrustedInput, documents } = session;
  return {
    sessionId: { S: session.sessionId },
    status: { S: 'LAUNCHING' satisfies SessionStatus },
    taint: { BOOL: untrustedInput !== undefined },
    seq: { N: '0' },
    calls: { N: '0' },
    looks: { N: '0' },
    lateEntries: { N: '0' },
    denials: { N: '0' },
    user: { S: session.user },
    // As JSON: the shape is the contract's, and nothing is asked about a part of it.
    ...(runsFor ? { runsFor: { S: JSON.stringify(runsFor) } } : {}),
    ...(taskAuthor ? { taskAuthor: { S: JSON.stringify(taskAuthor) } } : {}),
    taskText: { S: session.taskText },
    taskTextHash: { S: session.taskTextHash },
    ...(untrustedInput === undefined ? {} : { hasInput: { BOOL: true } }),
    ...(documents ? { documents: { S: JSON.stringify(documents.map(({ name, tool }) => ({ name, tool }))) } } : {}),
    ...(tools ? { tools: { L: tools.map((name) => ({ S: name })) } } : {}),
    ...(own?.length ? { own: { SS: [...new Set(own)] } } : {}),
    expiresAt: { N: String(session.expiresAt) },
  };
}

/** As JSON: a session's documents are read together, and never changed. */
function pinnedAttributes(documents: readonly GivenDocument[]): NonNullable<TransactWriteItem['Put']>['Item'] {
  const pinned: readonly PinnedDocument[] = documents.map(({ name, connector, key, versionId, etag }) => ({
    name,
    connector,
    key,
    versionId,
    etag,
  }));
  return { documents: { S: JSON.stringify(pinned) } };
}

/** Which of {@link bindWrites} opens the session. */
export const SESSION_WRITE = 1;

/** The items that bind a task to its session and open the session. */
export function bindWrites(
  tableName: string,
  agentId: string,
  { sessionId, taskId, expiresAt }: { readonly sessionId: string; readonly taskId: string; readonly expiresAt: number },
  { key }: LaunchOnce,
): TransactWriteItem[] {
  const ttl = { N: String(expiresAt + KEEP_AFTER_EXPIRY_SECONDS) };
  return [
    {
      Put: {
        TableName: tableName,
        Item: { ...keyOf(stateKey.task(agentId, taskId)), sessionId: { S: sessionId }, ttl },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    {
      Update: {
        TableName: tableName,
        Key: keyOf(stateKey.session(sessionId)),
        UpdateExpression: 'SET #status = :active, taskId = :task',
        ConditionExpression: '#status IN (:launching, :active)',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':active': { S: 'ACTIVE' },
          ':launching': { S: 'LAUNCHING' },
          ':task': { S: taskId },
        },
      },
    },
    { Delete: { TableName: tableName, Key: keyOf(stateKey.launch(agentId, sessionId)) } },
    ...(key === undefined
      ? []
      : [
          {
            Update: {
              TableName: tableName,
              Key: keyOf(stateKey.launchKey(agentId, key.id)),
              UpdateExpression: 'SET taskId = :task',
              ConditionExpression: 'sessionId = :session',
              ExpressionAttributeValues: { ':task': { S: taskId }, ':session': { S: sessionId } },
            },
          },
        ]),
  ];
}

/** Takes back what a failed launch used up, so that the same request can be sent again. */
export function releaseWrites(
  tableName: string,
  agentId: string,
  sessionId: string,
  { token, key }: LaunchOnce,
): TransactWriteItem[] {
  return [
    ...(token ? [stateKey.usedToken(agentId, token.id)] : []),
    ...(key ? [stateKey.launchKey(agentId, key.id)] : []),
  ].map((at) => ({
    Delete: {
      TableName: tableName,
      Key: keyOf(at),
      ConditionExpression: 'sessionId = :session',
      ExpressionAttributeValues: { ':session': { S: sessionId } },
    },
  }));
}
