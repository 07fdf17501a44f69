import type { APIGatewayProxyEvent } from 'aws-lambda';

/** A person who may decide. */
export interface Approver {
  /** The role session name, which the role's trust policy ties to the person. */
  readonly subject: string;
  /** The verified ARN of the caller, for the ledger. */
  readonly arn: string;
}

/**
 * The person behind a call. API Gateway verifies the signature and gives the caller as
 * `arn:<partition>:sts::<account>:assumed-role/<role>/<session name>`; only the approver role counts, whatever else the
 * API's policy may admit one day. Nothing that the caller writes into the request is asked.
 *
 * An event of another shape names nobody. One of this shape proves nothing by itself: that API Gateway sent it, the
 * function's own policy sees to.
 */
export function approverOf(event: APIGatewayProxyEvent, approverRoleName: string): Approver | undefined {
  const userArn: unknown = event?.requestContext?.identity?.userArn;
  if (typeof userArn !== 'string') return undefined;
  const match = /^arn:[a-z0-9-]+:sts::\d{12}:assumed-role\/([^/]+)\/([A-Za-z0-9_=,.@+-]{2,64})$/.exec(userArn);
  return match && match[1] === approverRoleName ? { subject: match[2], arn: match[0] } : undefined;
}
