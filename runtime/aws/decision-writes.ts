import type { TransactWriteItem, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import {
  agentOf,
  type DecisionItem,
  type RequestItem,
  type RequestStatus,
  type SessionStatus,
  type Sha256Hex,
  stateKey,
} from '../core/contracts';
import { fromDecision } from './decision-item';
import type { Reservation } from './request-item';
import { KEEP_AFTER_EXPIRY_SECONDS, keyOf, textList } from './state-item';

/** A person's decision, and what follows from it. */
export interface TakenDecision {
  readonly decision: DecisionItem;
  /** The request's status from then on. `PENDING`: the call needs further people. */
  readonly status: 'PENDING' | 'APPROVED' | 'DENIED';
  /** A denial: the person refused all calls that are alike. */
  readonly alike: boolean;
  /** A denial: the count of the session's denials before, and the count at which it ends. Absent: it isn't counted. */
  readonly session?: { readonly denials: number; readonly limit: number };
}

const UNDECIDED = '#status = :pending AND expiresAt > :now';
const RESERVATION =
  'decidingBy, decidingAs, decidingReason, decidingAt, decidingSalt, decidingSeq, decidingActor, decidingTaint';

/** The write that begins a decision. */
export function reserveWrite(
  table: string,
  sessionId: string,
  requestId: string,
  digest: Sha256Hex,
  { by, decision, reason, at, salt, seq, actor, taint }: Reservation,
  now: number,
): UpdateItemCommandInput {
  return {
    TableName: table,
    Key: keyOf(stateKey.request(sessionId, requestId)),
    UpdateExpression:
      'SET decidingBy = :by, decidingAs = :as, decidingReason = :reason, decidingAt = :at, decidingSalt = :salt, decidingSeq = :seq, decidingActor = :actor, decidingTaint = :taint',
    ConditionExpression: `${UNDECIDED} AND digest = :digest AND attribute_not_exists(decidingBy) AND NOT contains(approvedBy, :by)`,
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
      ':actor': { S: actor },
      ':taint': { BOOL: taint },
    },
  };
}

/** The write that gives a decision in progress another ledger number, once for all attempts that share it. */
export function renumberWrite(
  table: string,
  { sessionId, requestId }: RequestItem,
  { by, decision, salt, seq }: Reservation,
  next: number,
): UpdateItemCommandInput {
  return {
    TableName: table,
    Key: keyOf(stateKey.request(sessionId, requestId)),
    UpdateExpression: 'SET decidingSeq = :next',
    // The salt is of this one reservation: the person may have begun another one since.
    ConditionExpression:
      '#status = :pending AND decidingBy = :by AND decidingAs = :as AND decidingSalt = :salt AND decidingSeq = :seq',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ':pending': { S: 'PENDING' satisfies RequestStatus },
      ':by': { S: by },
      ':as': { S: decision },
      ':salt': { S: salt },
      ':seq': { N: String(seq) },
      ':next': { N: String(next) },
    },
  };
}

/**
 * The writes that take a reserved decision: the request's status, the record of who decided, and
 * - for a denial, that the same call is refused from then on, what is known of calls alike, and one more denial of the session
 * - for the last approval, that it is the tool's last approved call
 */
export function decisionWrites(
  table: string,
  request: RequestItem,
  taken: TakenDecision,
  now: number,
): TransactWriteItem[] {
  const { decision, status } = taken;
  const ttl = { N: String(request.expiresAt + KEEP_AFTER_EXPIRY_SECONDS) };
  const record: TransactWriteItem = {
    Put: {
      TableName: table,
      Item: { ...keyOf(stateKey.decision(decision.requestId, decision.subject)), ...fromDecision(decision), ttl },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
  const writes = [requestWrite(table, request, taken, now), record];
  if (status === 'APPROVED') return [...writes, ...approvedWrites(table, request, decision)];
  return status === 'DENIED' ? [...writes, ...deniedWrites(table, request, taken, ttl)] : writes;
}

function requestWrite(
  table: string,
  request: RequestItem,
  { decision, status }: TakenDecision,
  now: number,
): TransactWriteItem {
  const { approvedBy = [] } = request;
  const approved = status !== 'DENIED';
  const reason = !approved && decision.reason !== '';
  const sets = [
    '#status = :status',
    ...(approved ? ['approvedBy = :all'] : []),
    ...(reason ? ['deniedReason = :reason'] : []),
  ];
  const asSeen = approvedBy.length > 0 ? 'approvedBy = :seen' : 'attribute_not_exists(approvedBy)';
  return {
    Update: {
      TableName: table,
      Key: keyOf(stateKey.request(request.sessionId, request.requestId)),
      // While the call needs further people, the next one can begin.
      UpdateExpression: `SET ${sets.join(', ')} REMOVE ${status === 'PENDING' ? RESERVATION : 'pendingKey'}`,
      ConditionExpression: `${UNDECIDED} AND decidingBy = :by AND decidingAs = :decision AND ${asSeen}`,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':pending': { S: 'PENDING' satisfies RequestStatus },
        ':now': { N: String(now) },
        ':by': { S: decision.subject },
        ':decision': { S: decision.decision },
        ':status': { S: status },
        ...(approved ? { ':all': textList([...approvedBy, decision.subject]) } : {}),
        ...(reason ? { ':reason': { S: decision.reason } } : {}),
        ...(approvedBy.length > 0 ? { ':seen': textList(approvedBy) } : {}),
      },
    },
  };
}

function approvedWrites(table: string, request: RequestItem, { at }: DecisionItem): TransactWriteItem[] {
  const { sessionId, requestId, tool, argsRef } = request;
  const agentId = agentOf(sessionId);
  if (agentId === undefined) return [];
  const Item = {
    ...keyOf(stateKey.lastApproved(agentId, tool)),
    requestId: { S: requestId },
    argsKey: { S: argsRef.s3Key },
    argsSha256: { S: argsRef.sha256 },
    at: { S: at },
  };
  return [{ Put: { TableName: table, Item } }];
}

function deniedWrites(
  table: string,
  { sessionId, digest, alikeKey, argsRef }: RequestItem,
  { decision, alike, session }: TakenDecision,
  ttl: { readonly N: string },
): TransactWriteItem[] {
  const same: TransactWriteItem = {
    Put: { TableName: table, Item: { ...keyOf(stateKey.refused(sessionId, digest)), at: { S: decision.at }, ttl } },
  };
  const others: TransactWriteItem[] =
    alikeKey === undefined
      ? []
      : [
          {
            Update: {
              TableName: table,
              Key: keyOf(stateKey.alike(sessionId, alikeKey)),
              UpdateExpression: `SET argsKey = :key, argsSha256 = :sha256, #reason = :reason, #at = :at, #ttl = :ttl${alike ? ', refusesAll = :true' : ''} ADD refusals :one`,
              ExpressionAttributeNames: { '#reason': 'reason', '#at': 'at', '#ttl': 'ttl' },
              ExpressionAttributeValues: {
                ':key': { S: argsRef.s3Key },
                ':sha256': { S: argsRef.sha256 },
                ':reason': { S: decision.reason },
                ':at': { S: decision.at },
                ':ttl': ttl,
                ':one': { N: '1' },
                ...(alike ? { ':true': { BOOL: true } } : {}),
              },
            },
          },
        ];
  return [same, ...others, ...(session ? [sessionWrite(table, sessionId, session)] : [])];
}

/** It must stay the last write: `RequestStore.decide` tells by its place that the session changed. */
function sessionWrite(
  table: string,
  sessionId: string,
  { denials, limit }: { readonly denials: number; readonly limit: number },
): TransactWriteItem {
  const ends = denials + 1 >= limit;
  return {
    Update: {
      TableName: table,
      Key: keyOf(stateKey.session(sessionId)),
      UpdateExpression: `SET denials = :next${ends ? ', #status = :ended' : ''}`,
      ConditionExpression: 'denials = :seen',
      ...(ends ? { ExpressionAttributeNames: { '#status': 'status' } } : {}),
      ExpressionAttributeValues: {
        ':next': { N: String(denials + 1) },
        ':seen': { N: String(denials) },
        ...(ends ? { ':ended': { S: 'ENDED' satisfies SessionStatus } } : {}),
      },
    },
  };
}
