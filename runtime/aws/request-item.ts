import {
  type NeededApproval,
  PENDING_INDEX_KEY,
  type RequestItem,
  type RequestStatus,
  stateKey,
} from '../core/contracts';
import type { Decision } from '../core/request-transitions';
import { type AttributeMap, KEEP_AFTER_EXPIRY_SECONDS, keyOf, numberOf, textList, textOf, textsOf } from './state-item';

/**
 * A decision in progress. It is stored in the request before the ledger entry is written, so that a second person can't
 * decide in the meantime, and a repeated attempt writes the same ledger entry.
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
  /** The person in the ledger. */
  readonly actor: string;
  /** Whether the session was tainted when the decision began. */
  readonly taint: boolean;
}

/** A request with the decision that is in progress or was taken. */
export interface StoredRequest extends RequestItem {
  readonly reserved?: Reservation;
}

/** The item of a request. */
export function fromRequest(request: RequestItem): AttributeMap {
  const optional = {
    credentialName: request.credentialName,
    claimedBy: request.claimedBy,
    resultKey: request.resultRef?.s3Key,
    resultSha256: request.resultRef?.sha256,
    outcomeId: request.outcomeId,
    replyStatus: request.replyStatus,
    replyCode: request.replyCode,
    replyReason: request.replyReason,
    approval: request.approval && JSON.stringify(request.approval),
    alikeKey: request.alikeKey,
    deniedReason: request.deniedReason,
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
    ...(request.reachedLimits ? { reachedLimits: textList(request.reachedLimits) } : {}),
    ...(request.remindAt === undefined ? {} : { remindAt: { N: String(request.remindAt) } }),
    ...(request.maxDenials === undefined ? {} : { maxDenials: { N: String(request.maxDenials) } }),
    ...(request.approvedBy ? { approvedBy: textList(request.approvedBy) } : {}),
    ...(request.status === 'PENDING' ? { pendingKey: { S: PENDING_INDEX_KEY } } : {}),
    ...Object.fromEntries(
      Object.entries(optional).flatMap(([name, value]) => (value === undefined ? [] : [[name, { S: value }]])),
    ),
  };
}

const OPTIONAL_TEXTS = [
  'credentialName',
  'claimedBy',
  'outcomeId',
  'replyStatus',
  'replyCode',
  'replyReason',
  'alikeKey',
  'deniedReason',
];

/** Reads the item of a request. @throws Error if an attribute is missing: an incomplete request must not be used */
export function toRequest(attributes: AttributeMap): StoredRequest {
  const optional = OPTIONAL_TEXTS.flatMap((name) => {
    const value = attributes[name]?.S;
    return value === undefined ? [] : [[name, value]];
  });
  return {
    sessionId: textOf(attributes, 'sessionId'),
    requestId: textOf(attributes, 'requestId'),
    status: textOf(attributes, 'status') as RequestStatus,
    tool: textOf(attributes, 'tool'),
    schemaHash: textOf(attributes, 'schemaHash'),
    policyVersion: textOf(attributes, 'policyVersion'),
    digest: textOf(attributes, 'digest'),
    argsRef: { s3Key: textOf(attributes, 'argsKey'), sha256: textOf(attributes, 'argsSha256') },
    intentId: textOf(attributes, 'intentId'),
    requestedAt: textOf(attributes, 'requestedAt'),
    expiresAt: numberOf(attributes, 'expiresAt'),
    ...Object.fromEntries(optional),
    ...(attributes.reachedLimits?.L ? { reachedLimits: textsOf(attributes, 'reachedLimits') } : {}),
    ...(attributes.approval?.S ? { approval: JSON.parse(attributes.approval.S) as NeededApproval } : {}),
    ...(attributes.remindAt ? { remindAt: numberOf(attributes, 'remindAt') } : {}),
    ...(attributes.maxDenials ? { maxDenials: numberOf(attributes, 'maxDenials') } : {}),
    ...(attributes.approvedBy?.L ? { approvedBy: textsOf(attributes, 'approvedBy') } : {}),
    ...(attributes.resultKey
      ? { resultRef: { s3Key: textOf(attributes, 'resultKey'), sha256: textOf(attributes, 'resultSha256') } }
      : {}),
    ...(attributes.decidingBy
      ? {
          reserved: {
            by: textOf(attributes, 'decidingBy'),
            decision: textOf(attributes, 'decidingAs') as Decision,
            reason: textOf(attributes, 'decidingReason'),
            at: textOf(attributes, 'decidingAt'),
            salt: textOf(attributes, 'decidingSalt'),
            seq: numberOf(attributes, 'decidingSeq'),
            // An earlier version stored neither of these, and its decisions stay readable.
            actor: attributes.decidingActor?.S ?? textOf(attributes, 'decidingBy'),
            taint: attributes.decidingTaint?.BOOL ?? true,
          },
        }
      : {}),
  };
}
