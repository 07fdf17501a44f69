import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import {
  type DecisionItem,
  type DenialCode,
  type EvidenceReference,
  type LastApproved,
  PENDING_INDEX,
  PENDING_INDEX_KEY,
  type RefusedAlike,
  type ReplyStatus,
  type RequestItem,
  type RequestStatus,
  type Sha256Hex,
  stateKey,
} from '../core/contracts';
import { OPEN_STATUSES } from '../core/request-transitions';
import { dynamodb } from './clients';
import { argsRefOf, toDecision, toRefusedAlike } from './decision-item';
import { decisionWrites, renumberWrite, reserveWrite, type TakenDecision } from './decision-writes';
import { queryItems } from './query-items';
import { fromRequest, type Reservation, type StoredRequest, toRequest } from './request-item';
import { type AttributeMap, KEEP_AFTER_EXPIRY_SECONDS, keyOf, textOf } from './state-item';

/** How a request ended, as it is reported to the agent. */
export interface RequestResult {
  /** The stored content, if there is some. */
  readonly resultRef?: EvidenceReference;
  readonly outcomeId?: string;
  readonly replyStatus: ReplyStatus;
  readonly replyCode?: DenialCode;
  readonly replyReason?: string;
}

/** How a decision ended. `session_changed`: nothing is taken, because another denial of the session was counted at the same time. */
export type Decided = 'taken' | 'lost' | 'session_changed';

/** Requests and the decisions about them. Each step is one conditional write, and the caller learns if it failed. */
export class RequestStore {
  constructor(
    private readonly tableName: string,
    private readonly client: DynamoDBClient = dynamodb(),
  ) {}

  /** Stores a new request. `exists`: there is a request of that id already, and it isn't changed. */
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

  /**
   * The waiting requests that can still be decided, the most urgent first.
   *
   * @param now in epoch seconds
   * @param most no more are read
   */
  async listPending(now: number, most: number): Promise<StoredRequest[]> {
    const query = {
      TableName: this.tableName,
      IndexName: PENDING_INDEX,
      KeyConditionExpression: 'pendingKey = :pending AND expiresAt > :now',
      ExpressionAttributeValues: { ':pending': { S: PENDING_INDEX_KEY }, ':now': { N: String(now) } },
    };
    return (await queryItems(this.client, query, most)).map(toRequest);
  }

  /**
   * Claims a request, once: `ALLOWED` or `APPROVED → EXECUTING`, before its expiry. False: it isn't in that status, has
   * expired, or was claimed before, even by the same caller.
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
   * Ends a request with its result. False: it isn't in one of the statuses `from`, and it isn't changed.
   *
   * @param from pass `UNCLAIMED_STATUSES` if the executor refused, so that a run in progress keeps its own outcome
   * @default from every status that isn't final
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
   * Begins a decision: until it is taken, only this person can decide the request, and only in this way.
   *
   * @param digest the digest that the person saw
   * @returns the request with the reservation, of the earlier attempt if the person repeats it. Undefined: the request isn't
   * pending, has expired or has another digest, another decision began first, or the person approved it before
   */
  async reserve(
    sessionId: string,
    requestId: string,
    digest: Sha256Hex,
    reservation: Reservation,
    now: number,
  ): Promise<(StoredRequest & { readonly reserved: Reservation }) | undefined> {
    const { by, decision } = reservation;
    const write = reserveWrite(this.tableName, sessionId, requestId, digest, reservation, now);
    const stored = (await this.updated(write)) ?? (await this.get(sessionId, requestId));
    const { reserved } = stored ?? {};
    const open = stored?.status === 'PENDING' && stored.expiresAt > now && stored.digest === digest;
    return open && reserved?.by === by && reserved.decision === decision ? { ...stored, reserved } : undefined;
  }

  /**
   * Gives a decision in progress another ledger number. Attempts that share the decision get the same one, whichever of them
   * comes first.
   *
   * @returns the reservation with its number from now on. Undefined: the decision was taken, or is no longer in progress
   */
  async renumber(request: RequestItem, reservation: Reservation, next: number): Promise<Reservation | undefined> {
    const write = renumberWrite(this.tableName, request, reservation, next);
    const stored = (await this.updated(write)) ?? (await this.get(request.sessionId, request.requestId));
    const { status, reserved } = stored ?? {};
    return status === 'PENDING' && reserved?.salt === reservation.salt ? reserved : undefined;
  }

  /** The request after a write. Undefined: its condition didn't hold. */
  private async updated(write: UpdateItemCommandInput): Promise<StoredRequest | undefined> {
    try {
      const { Attributes } = await this.client.send(new UpdateItemCommand({ ...write, ReturnValues: 'ALL_NEW' }));
      return Attributes && toRequest(Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  /** Takes a reserved decision, with everything that follows from it. Either all of it is written or nothing. */
  async decide(request: RequestItem, taken: TakenDecision, now: number): Promise<Decided> {
    try {
      await this.client.send(
        new TransactWriteItemsCommand({ TransactItems: decisionWrites(this.tableName, request, taken, now) }),
      );
      return 'taken';
    } catch (error) {
      if (!(error instanceof TransactionCanceledException) || !isRefusedByCondition(error)) throw error;
      // The last write is that of the session, if there is one.
      const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
      const elsewhere = codes.slice(0, -1).includes('ConditionalCheckFailed');
      return taken.session && !elsewhere ? 'session_changed' : 'lost';
    }
  }

  /** `PENDING → EXPIRED`. False: the request was decided or has expired already. */
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

  /** Whether a person denied this same call in this session. */
  async isRefused(sessionId: string, digest: Sha256Hex): Promise<boolean> {
    return (await this.read(stateKey.refused(sessionId, digest))) !== undefined;
  }

  /** Whether the ledger has an attempt of this person to approve the own request. */
  async isOwnAttemptMarked(requestId: string, subject: string): Promise<boolean> {
    return (await this.read(stateKey.ownAttempt(requestId, subject))) !== undefined;
  }

  /** Marks that the ledger has an attempt of this person to approve the own request. */
  async markOwnAttempt({ requestId, expiresAt }: RequestItem, subject: string): Promise<void> {
    const ttl = { N: String(expiresAt + KEEP_AFTER_EXPIRY_SECONDS) };
    const Item = { ...keyOf(stateKey.ownAttempt(requestId, subject)), ttl };
    await this.client.send(new PutItemCommand({ TableName: this.tableName, Item }));
  }

  /** What people refused of the calls of a session that are alike. */
  async refusedAlike(sessionId: string, key: Sha256Hex): Promise<RefusedAlike | undefined> {
    const found = await this.read(stateKey.alike(sessionId, key));
    return found && toRefusedAlike(found);
  }

  /** The last call of a tool that people approved. */
  async lastApproved(agentId: string, tool: string): Promise<LastApproved | undefined> {
    const found = await this.read(stateKey.lastApproved(agentId, tool));
    return found && { requestId: textOf(found, 'requestId'), argsRef: argsRefOf(found), at: textOf(found, 'at') };
  }

  /** The decision of one person about a request. */
  async decisionOf(requestId: string, subject: string): Promise<DecisionItem | undefined> {
    const found = await this.read(stateKey.decision(requestId, subject));
    return found && toDecision(found);
  }

  /** The requests of a session, in the order in which they were made. */
  async listOfSession(sessionId: string): Promise<StoredRequest[]> {
    const { pk, sk } = stateKey.request(sessionId, '');
    const found = await queryItems(this.client, {
      TableName: this.tableName,
      KeyConditionExpression: 'pk = :session AND begins_with(sk, :requests)',
      ExpressionAttributeValues: { ':session': { S: pk }, ':requests': { S: sk } },
      ConsistentRead: true,
    });
    return found.map(toRequest).sort((one, other) => (one.requestedAt < other.requestedAt ? -1 : 1));
  }

  /**
   * Stores the workflow's task token in an item that only the deciding function can read, and the session of the request
   * in another. False: the request has another token already.
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

  private async read(key: { readonly pk: string; readonly sk: string }): Promise<AttributeMap | undefined> {
    const found = await this.client.send(
      new GetItemCommand({ TableName: this.tableName, Key: keyOf(key), ConsistentRead: true }),
    );
    return found.Item;
  }

  /** False: the write's condition didn't hold. */
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

const ownerKey = (requestId: string) => ({ pk: `REQ#${requestId}`, sk: 'SESSION' });

/** Whether a transaction was cancelled because a condition didn't hold. A conflict or throttling is an error instead. */
function isRefusedByCondition(error: TransactionCanceledException): boolean {
  const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
  return codes.includes('ConditionalCheckFailed');
}
