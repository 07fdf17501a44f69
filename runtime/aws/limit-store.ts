import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { MAX_LIMIT_CALLS, type Sha256Hex, stateKey } from '../core/contracts';
import {
  type CountedCall,
  type CountedCalls,
  countedAmount,
  endsAt,
  judgeLimit,
  totalOf,
} from '../core/limits/limit-state';
import type { LimitUse } from '../core/limits/limit-uses';
import { dynamodb } from './clients';
import { type AttributeMap, KEEP_AFTER_EXPIRY_SECONDS, keyOf } from './state-item';

/** A call that is to be counted. */
export interface CallToCount {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** Epoch milliseconds. The latest moment at which it may take effect: unless it is settled or released, it counts from then on. */
  readonly latestMs: number;
  /** A person decided about it, so it also counts beyond the limits that ask. @default false */
  readonly approved?: boolean;
  /** What was read of the items before, by key. @default nothing */
  readonly seen?: ReadonlyMap<Sha256Hex, CountedCalls>;
}

/** Writes after which a call isn't counted: each removes calls that have ended, or finds that another call did. */
const MOST_WRITES = 60;

/**
 * The calls that each limit counts. One item holds the calls of one limit and scope: an attribute for each call, named by its
 * request and with its end and amount, and their number and sum. So a call counts once, however often it is sent, and its
 * end takes back exactly what it took. Every step is one conditional write of one item: unlike transactions, these never
 * cancel each other.
 */
export class LimitStore {
  constructor(
    private readonly tableName: string,
    private readonly client: DynamoDBClient = dynamodb(),
  ) {}

  /** The calls that an item counts. Some may have ended. */
  async read(key: Sha256Hex): Promise<CountedCalls> {
    const found = await this.client.send(
      new GetItemCommand({ TableName: this.tableName, Key: keyOf(stateKey.limit(key)), ConsistentRead: true }),
    );
    return found.Item ? toCalls(found.Item) : [];
  }

  /**
   * Counts a call in all of these limits. Calls of one request count once. The limit that has no room for it, or undefined.
   * Then the caller must release the call in all of them, once nothing else runs for this request.
   * @throws Error if it isn't known whether the call is counted
   */
  async takeAll(uses: readonly LimitUse[], call: CallToCount): Promise<LimitUse | undefined> {
    const results = await Promise.allSettled(uses.map((use) => this.take(use, call)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    return uses.find((_, index) => (results[index] as PromiseFulfilledResult<boolean>).value === false);
  }

  /** Says that a call took effect at this moment or before: its period begins. Rejects if it isn't written: the call then counts longer. */
  async settleAll(uses: readonly LimitUse[], requestId: string, nowMs: number): Promise<void> {
    await allEnded(
      uses.map(({ key, limit, amount }) =>
        this.updateIf({
          Key: keyOf(stateKey.limit(key)),
          UpdateExpression: 'SET #call = :call',
          ConditionExpression: 'attribute_exists(#call)',
          ExpressionAttributeNames: { '#call': requestId },
          ExpressionAttributeValues: { ':call': { S: callText(endsAt(limit, nowMs), countedAmount(limit, amount)) } },
        }),
      ),
    );
  }

  /** Takes a call back that never runs. Rejects if it isn't written: the call then counts until its end. */
  async releaseAll(uses: readonly LimitUse[], requestId: string): Promise<void> {
    await allEnded(
      uses.map(({ key, limit, amount }) =>
        this.updateIf({
          Key: keyOf(stateKey.limit(key)),
          UpdateExpression: 'REMOVE #call ADD usedAmount :back, callCount :minusOne',
          ConditionExpression: 'attribute_exists(#call)',
          ExpressionAttributeNames: { '#call': requestId },
          ExpressionAttributeValues: {
            ':back': { N: String(-countedAmount(limit, amount)) },
            ':minusOne': { N: '-1' },
          },
        }),
      ),
    );
  }

  /** False: the limit has no room. */
  private async take(use: LimitUse, { requestId, nowMs, latestMs, approved, seen }: CallToCount): Promise<boolean> {
    const beyond = approved === true && use.limit.whenReached === 'ask';
    const call: CountedLine = { requestId, endsAt: endsAt(use.limit, latestMs), beyond };
    let calls = seen?.get(use.key) ?? [];
    for (let writes = 0; writes < MOST_WRITES; writes += 1) {
      const verdict = judgeLimit(use, calls, { requestId, nowMs, beyond });
      if (verdict.kind === 'held') return true;
      if (verdict.kind === 'reached') return false;
      const counted = verdict.kind === 'room' ? call : undefined;
      const found = await this.write(use, verdict.ended, counted);
      if (found === undefined && counted) return true;
      const removed = new Set(verdict.ended);
      calls = found ?? calls.filter((each) => !removed.has(each));
    }
    throw new Error('The item of a limit was written by others again and again.');
  }

  /**
   * Removes ended calls and counts a call, by one conditional write. Undefined: it is written. Otherwise the calls that the
   * item counts instead.
   */
  private write(
    { key, limit, amount }: LimitUse,
    ended: CountedCalls,
    call: CountedLine | undefined,
  ): Promise<CountedCalls | undefined> {
    const used = call ? countedAmount(limit, amount) : 0n;
    const back = totalOf(ended);
    // A call whose end has changed in the meantime isn't removed: the whole text must be as it was read.
    const same = ended.map((_, index) => `#e${index} = :e${index}`);
    const room = call ? ['attribute_not_exists(#call)', 'callCount < :mostCalls'] : [];
    if (call && !call.beyond) room.push('usedAmount < :room');
    return this.updateIf({
      Key: keyOf(stateKey.limit(key)),
      UpdateExpression: [
        ...(call ? ['SET #call = :call, #ttl = :ttl'] : []),
        ...(ended.length > 0 ? [`REMOVE ${ended.map((_, index) => `#e${index}`).join(', ')}`] : []),
        'ADD usedAmount :used, callCount :one',
      ].join(' '),
      ConditionExpression: [
        ...(call && ended.length === 0 ? ['attribute_not_exists(pk)'] : []),
        [...room, ...same].join(' AND '),
      ].join(' OR '),
      ExpressionAttributeNames: {
        ...(call ? { '#call': call.requestId, '#ttl': 'ttl' } : {}),
        ...Object.fromEntries(ended.map(({ requestId }, index) => [`#e${index}`, requestId])),
      },
      ExpressionAttributeValues: {
        ':used': { N: String(used - back) },
        ':one': { N: String((call ? 1 : 0) - ended.length) },
        ...(call
          ? {
              ':call': { S: callText(call.endsAt, used) },
              ':ttl': { N: String(Math.ceil(call.endsAt / 1000) + KEEP_AFTER_EXPIRY_SECONDS) },
              ':mostCalls': { N: String(MAX_LIMIT_CALLS + ended.length) },
            }
          : {}),
        ...(call && !call.beyond ? { ':room': { N: String(BigInt(limit.most) - used + back + 1n) } } : {}),
        ...Object.fromEntries(ended.map((each, index) => [`:e${index}`, { S: callText(each.endsAt, each.amount) }])),
      },
    });
  }

  /** Undefined: it is written. Otherwise the condition didn't hold, and these are the calls of the item. */
  private async updateIf(update: Omit<UpdateItemCommandInput, 'TableName'>): Promise<CountedCalls | undefined> {
    try {
      await this.client.send(
        new UpdateItemCommand({
          TableName: this.tableName,
          ...update,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item ? toCalls(error.Item) : [];
    }
  }
}

/** A call as one item counts it. */
interface CountedLine {
  readonly requestId: string;
  readonly endsAt: number;
  readonly beyond: boolean;
}

/** Waits for every write to end. @throws the first error */
async function allEnded(writes: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(writes);
  await Promise.all(writes);
}

function callText(end: number, amount: bigint): string {
  return `${end}:${amount}`;
}

const CALL_TEXT = /^(\d+):(\d+)$/;

/** @throws Error if a call isn't readable: the item can't be judged then */
function toCalls(attributes: AttributeMap): CountedCall[] {
  const calls = Object.entries(attributes).flatMap(([requestId, { S: text = '' }]): CountedCall[] => {
    const [, end, amount] = CALL_TEXT.exec(text) ?? [];
    return end === undefined || amount === undefined
      ? []
      : [{ requestId, endsAt: Number(end), amount: BigInt(amount) }];
  });
  const agree =
    calls.length === Number(attributes.callCount?.N ?? '0') &&
    totalOf(calls) === BigInt(attributes.usedAmount?.N ?? '0');
  if (!agree) throw new Error('The item of a limit doesn’t add up.');
  return calls;
}
