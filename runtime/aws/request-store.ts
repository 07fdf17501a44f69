import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  type DecisionItem,
  type DenialCode,
  type EvidenceReference,
  PENDING_INDEX,
  PENDING_INDEX_KEY,
  type ReplyStatus,
  type RequestItem,
  type RequestStatus,
  type Sha256Hex,
  stateKey,
} from '../core/contracts';
import { type Decision, OPEN_STATUSES } from '../core/request-transitions';
import { dynamodb } from './clients';

type AttributeMap = NonNullable<ConditionalCheckFailedException['Item']>;
type Key = { readonly pk: string; readonly sk: string };

/** How long an item outlives its expiry, so that a late poll and a look back still find it. */
const KEEP_AFTER_EXPIRY_SECONDS = 7 * 24 * 3600;

/** How a request ended, as the agent will hear it. */
export interface RequestResult {
  /** The content. */
  readonly resultRef?: EvidenceReference;
  readonly outcomeId?: string;
  readonly replyStatus: ReplyStatus;
  readonly replyCode?: DenialCode;
  readonly replyReason?: string;
}

/**
 * A decision under way: stored in the request before the ledger entry is written, so that a second person can't decide
 * meanwhile, and a repeated attempt writes the same ledger entry instead of another one.
 */
export interface Reservation {
  readonly by: string;
  readonly decision: Decision;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly salt: string;
  /** The ledger sequence number that was taken for the decision. */
  readonly seq: number;
}

/** A request with the decision that is under way or was taken. */
export interface StoredRequest extends RequestItem {
  readonly reserved?: Reservation;
}

/** Requests and the decisions about them. Each step is one conditional write; whoever loses it is told so. */
export class RequestStore {
  constructor(
    private readonly tableName: string,
    private readonly client: DynamoDBClient = dynamodb(),
  ) {}

  /** Stores a new request. `exists`: one of that id is there already, and stays as it is. */
  async create(request: RequestItem): Promise<'created' | 'exists'> {
    const created = await this.succeeds(
      new PutItemCommand({
        TableName: this.tableName,
        Item: fromRequest(request),
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return created ? 'created' : 'exists';
  }

  async get(sessionId: string, requestId: string): Promise<StoredRequest | undefined> {
    const found = await this.read(stateKey.request(sessionId, requestId));
    return found?.status ? toRequest(found) : undefined;
  }

  /** The waiting requests that can still be decided, the most urgent first. `now` is in epoch seconds. */
  async listPending(now: number): Promise<StoredRequest[]> {
    const requests: StoredRequest[] = [];
    let from: AttributeMap | undefined;
    do {
      const page = await this.client.send(
        new QueryCommand({
          TableName: this.tableName,
          IndexName: PENDING_INDEX,
          KeyConditionExpression: 'pendingKey = :pending AND expiresAt > :now',
          ExpressionAttributeValues: { ':pending': { S: PENDING_INDEX_KEY }, ':now': { N: String(now) } },
          ExclusiveStartKey: from,
        }),
      );
      requests.push(...(page.Items ?? []).map(toRequest));
      from = page.LastEvaluatedKey;
    } while (from);
    return requests;
  }

  /**
   * Takes the one claim to run a request: `ALLOWED` or `APPROVED → EXECUTING`, before its expiry. False: it isn't in
   * that status, has expired, or was claimed before, by this same caller too.
   */
  async claim(
    sessionId: string,
    requestId: string,
    from: 'ALLOWED' | 'APPROVED',
    claimedBy: string,
    nowEpoch: number,
  ): Promise<boolean> {
    return this.succeeds(
      new UpdateItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.request(sessionId, requestId)),
        UpdateExpression: 'SET #status = :executing, claimedBy = :claimedBy',
        ConditionExpression: '#status = :from AND expiresAt > :now',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':executing': { S: 'EXECUTING' satisfies RequestStatus },
          ':claimedBy': { S: claimedBy },
          ':from': { S: from },
          ':now': { N: String(nowEpoch) },
        },
      }),
    );
  }

  /**
   * Ends a request with what the agent will hear. False: it had ended already, and stays as it is.
   *
   * @param from statuses that it may end from; give `UNCLAIMED_STATUSES` where the executor refused, so that a run
   * that is under way keeps its own outcome
   */
  async finish(
    sessionId: string,
    requestId: string,
    to: 'DONE' | 'UNKNOWN',
    result: RequestResult,
    from: readonly RequestStatus[] = OPEN_STATUSES,
  ): Promise<boolean> {
    const set: Record<string, string | undefined> = {
      replyStatus: result.replyStatus,
      resultKey: result.resultRef?.s3Key,
      resultSha256: result.resultRef?.sha256,
      outcomeId: result.outcomeId,
      replyCode: result.replyCode,
      replyReason: result.replyReason,
    };
    const present = Object.entries(set).filter((pair): pair is [string, string] => pair[1] !== undefined);
    return this.succeeds(
      new UpdateItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.request(sessionId, requestId)),
        UpdateExpression: `SET #status = :to, ${present.map(([name]) => `${name} = :${name}`).join(', ')}`,
        ConditionExpression: `#status IN (${from.map((_, index) => `:from${index}`).join(', ')})`,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':to': { S: to },
          ...Object.fromEntries(present.map(([name, value]) => [`:${name}`, { S: value }])),
          ...Object.fromEntries(from.map((status, index) => [`:from${index}`, { S: status }])),
        },
      }),
    );
  }

  /**
   * Begins a decision: from now on only the same person can decide this request, and only the same way. The digest is
   * what that person saw. Returns the reservation that stands (of an earlier attempt, where this repeats one), or
   * undefined: not pending, expired, another digest, or somebody else began first.
   */
  async reserve(
    sessionId: string,
    requestId: string,
    digest: Sha256Hex,
    reservation: Reservation,
    now: number,
  ): Promise<Reservation | undefined> {
    const { by, decision, reason, at, salt, seq } = reservation;
    const reserved = await this.succeeds(
      new UpdateItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.request(sessionId, requestId)),
        UpdateExpression:
          'SET decidingBy = :by, decidingAs = :as, decidingReason = :reason, decidingAt = :at, decidingSalt = :salt, decidingSeq = :seq',
        ConditionExpression: `${UNDECIDED} AND digest = :digest AND attribute_not_exists(decidingBy)`,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':pending': { S: 'PENDING' satisfies RequestStatus },
          ':now': { N: String(now) },
          ':digest': { S: digest },
          ':by': { S: by },
          ':as': { S: decision },
          ':reason': { S: reason },
          ':at': { S: at },
          ':salt': { S: salt },
          ':seq': { N: String(seq) },
        },
      }),
    );
    if (reserved) return reservation;
    const stored = await this.get(sessionId, requestId);
    const mine = stored?.reserved?.by === by && stored.reserved.decision === decision;
    const open = stored?.status === 'PENDING' && stored.expiresAt > now && stored.digest === digest;
    return open && mine ? stored.reserved : undefined;
  }

  /**
   * Ends a decision that was reserved: `PENDING → APPROVED | DENIED` before the expiry, the record of who decided, and
   * for a denial the mark that makes the same call fail from then on; all of it or nothing.
   */
  async decide(request: RequestItem, decision: DecisionItem, now: number): Promise<boolean> {
    const ttl = { N: String(request.expiresAt + KEEP_AFTER_EXPIRY_SECONDS) };
    return this.succeeds(
      new TransactWriteItemsCommand({
        TransactItems: [
          {
            Update: {
              TableName: this.tableName,
              Key: keyOf(stateKey.request(request.sessionId, request.requestId)),
              UpdateExpression: 'SET #status = :decision REMOVE pendingKey',
              ConditionExpression: `${UNDECIDED} AND decidingBy = :by AND decidingAs = :decision`,
              ExpressionAttributeNames: { '#status': 'status' },
              ExpressionAttributeValues: {
                ':pending': { S: 'PENDING' satisfies RequestStatus },
                ':now': { N: String(now) },
                ':by': { S: decision.subject },
                ':decision': { S: decision.decision },
              },
            },
          },
          {
            Put: {
              TableName: this.tableName,
              Item: {
                ...keyOf(stateKey.decision(decision.requestId, decision.subject)),
                requestId: { S: decision.requestId },
                subject: { S: decision.subject },
                decision: { S: decision.decision },
                reason: { S: decision.reason },
                at: { S: decision.at },
                digest: { S: decision.digest },
                ttl,
              },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          },
          ...(decision.decision === 'DENIED'
            ? [
                {
                  Put: {
                    TableName: this.tableName,
                    Item: {
                      ...keyOf(stateKey.refused(request.sessionId, request.digest)),
                      at: { S: decision.at },
                      ttl,
                    },
                  },
                },
              ]
            : []),
        ],
      }),
    );
  }

  /** `PENDING → EXPIRED`: nobody waits for a decision any more. False: it was decided or had expired already. */
  async expire(sessionId: string, requestId: string): Promise<boolean> {
    return this.succeeds(
      new UpdateItemCommand({
        TableName: this.tableName,
        Key: keyOf(stateKey.request(sessionId, requestId)),
        UpdateExpression: 'SET #status = :expired REMOVE pendingKey',
        ConditionExpression: '#status = :pending',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':expired': { S: 'EXPIRED' satisfies RequestStatus },
          ':pending': { S: 'PENDING' satisfies RequestStatus },
        },
      }),
    );
  }

  /** Whether a person denied this very call in this session. */
  async isRefused(sessionId: string, digest: Sha256Hex): Promise<boolean> {
    return (await this.read(stateKey.refused(sessionId, digest))) !== undefined;
  }

  /** What one person decided about a request. */
  async decisionOf(requestId: string, subject: string): Promise<DecisionItem | undefined> {
    const found = await this.read(stateKey.decision(requestId, subject));
    if (!found) return undefined;
    return {
      requestId: text(found, 'requestId'),
      subject: text(found, 'subject'),
      decision: text(found, 'decision') as Decision,
      reason: text(found, 'reason'),
      at: text(found, 'at'),
      digest: text(found, 'digest'),
    };
  }

  /**
   * Keeps the workflow's task token, in an item of its own that the deciding function alone can read, and beside it
   * which session the request belongs to. False: the request has another token already.
   */
  async putTaskToken(request: RequestItem, token: string): Promise<boolean> {
    const ttl = { N: String(request.expiresAt + KEEP_AFTER_EXPIRY_SECONDS) };
    return this.succeeds(
      new TransactWriteItemsCommand({
        TransactItems: [
          {
            Put: {
              TableName: this.tableName,
              Item: { ...keyOf(stateKey.taskToken(request.requestId)), token: { S: token }, ttl },
              ConditionExpression: 'attribute_not_exists(pk) OR #token = :token',
              ExpressionAttributeNames: { '#token': 'token' },
              ExpressionAttributeValues: { ':token': { S: token } },
            },
          },
          {
            Put: {
              TableName: this.tableName,
              Item: { ...keyOf(ownerKey(request.requestId)), sessionId: { S: request.sessionId }, ttl },
            },
          },
        ],
      }),
    );
  }

  /** The workflow's task token; it never leaves the deciding function. */
  async getTaskToken(requestId: string): Promise<string | undefined> {
    return (await this.read(stateKey.taskToken(requestId)))?.token?.S;
  }

  /** The session of a request that waits, or waited, for a person. */
  async sessionOf(requestId: string): Promise<string | undefined> {
    return (await this.read(ownerKey(requestId)))?.sessionId?.S;
  }

  private async read(key: Key): Promise<AttributeMap | undefined> {
    const found = await this.client.send(
      new GetItemCommand({ TableName: this.tableName, Key: keyOf(key), ConsistentRead: true }),
    );
    return found.Item;
  }

  /** False where the write's condition didn't hold. */
  private async succeeds(command: PutItemCommand | UpdateItemCommand | TransactWriteItemsCommand): Promise<boolean> {
    try {
      // The overloads of `send` don't take a union.
      await this.client.send(command as UpdateItemCommand);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      if (error instanceof TransactionCanceledException && isRefusedByCondition(error)) return false;
      throw error;
    }
  }
}

const UNDECIDED = '#status = :pending AND expiresAt > :now';

const ownerKey = (requestId: string): Key => ({ pk: `REQ#${requestId}`, sk: 'SESSION' });

/** A transaction that was cancelled only because a condition didn't hold; a conflict or throttling is an error. */
function isRefusedByCondition(error: TransactionCanceledException): boolean {
  const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
  return codes.includes('ConditionalCheckFailed');
}

function keyOf(key: Key): AttributeMap {
  return { pk: { S: key.pk }, sk: { S: key.sk } };
}

function text(attributes: AttributeMap, name: string): string {
  const value = attributes[name]?.S;
  if (value === undefined) throw new Error(`The stored item lacks the attribute ${name}.`);
  return value;
}

function number(attributes: AttributeMap, name: string): number {
  const value = attributes[name]?.N;
  if (value === undefined) throw new Error(`The stored item lacks the attribute ${name}.`);
  return Number(value);
}

function fromRequest(request: RequestItem): AttributeMap {
  const optional = {
    credentialName: request.credentialName,
    claimedBy: request.claimedBy,
    resultKey: request.resultRef?.s3Key,
    resultSha256: request.resultRef?.sha256,
    outcomeId: request.outcomeId,
    replyStatus: request.replyStatus,
    replyCode: request.replyCode,
    replyReason: request.replyReason,
  };
  return {
    ...keyOf(stateKey.request(request.sessionId, request.requestId)),
    sessionId: { S: request.sessionId },
    requestId: { S: request.requestId },
    status: { S: request.status },
    tool: { S: request.tool },
    schemaHash: { S: request.schemaHash },
    policyVersion: { S: request.policyVersion },
    digest: { S: request.digest },
    argsKey: { S: request.argsRef.s3Key },
    argsSha256: { S: request.argsRef.sha256 },
    intentId: { S: request.intentId },
    requestedAt: { S: request.requestedAt },
    expiresAt: { N: String(request.expiresAt) },
    ttl: { N: String(request.expiresAt + KEEP_AFTER_EXPIRY_SECONDS) },
    ...(request.status === 'PENDING' ? { pendingKey: { S: PENDING_INDEX_KEY } } : {}),
    ...Object.fromEntries(
      Object.entries(optional).flatMap(([name, value]) => (value === undefined ? [] : [[name, { S: value }]])),
    ),
  };
}

/** @throws Error when a stored request lacks an attribute: half a request must not be acted on. */
function toRequest(attributes: AttributeMap): StoredRequest {
  const optional = ['credentialName', 'claimedBy', 'outcomeId', 'replyStatus', 'replyCode', 'replyReason'].flatMap(
    (name) => (attributes[name]?.S === undefined ? [] : [[name, attributes[name].S]]),
  );
  return {
    sessionId: text(attributes, 'sessionId'),
    requestId: text(attributes, 'requestId'),
    status: text(attributes, 'status') as RequestStatus,
    tool: text(attributes, 'tool'),
    schemaHash: text(attributes, 'schemaHash'),
    policyVersion: text(attributes, 'policyVersion'),
    digest: text(attributes, 'digest'),
    argsRef: { s3Key: text(attributes, 'argsKey'), sha256: text(attributes, 'argsSha256') },
    intentId: text(attributes, 'intentId'),
    requestedAt: text(attributes, 'requestedAt'),
    expiresAt: number(attributes, 'expiresAt'),
    ...Object.fromEntries(optional),
    ...(attributes.resultKey
      ? { resultRef: { s3Key: text(attributes, 'resultKey'), sha256: text(attributes, 'resultSha256') } }
      : {}),
    ...(attributes.decidingBy
      ? {
          reserved: {
            by: text(attributes, 'decidingBy'),
            decision: text(attributes, 'decidingAs') as Decision,
            reason: text(attributes, 'decidingReason'),
            at: text(attributes, 'decidingAt'),
            salt: text(attributes, 'decidingSalt'),
            seq: number(attributes, 'decidingSeq'),
          },
        }
      : {}),
  };
}
