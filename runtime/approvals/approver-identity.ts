import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Person } from '../core/contracts';

/** A person who may decide. */
export interface Approver {
  /** Tells people apart: the role session name, which the role's trust policy ties to the person, or `userKey` of a person who signed in. */
  readonly subject: string;
  /** The person in the ledger: the verified ARN of the caller, or `person/` and `userKey`. */
  readonly actor: string;
  /** For people to read. */
  readonly name: string;
  /** The approver groups that the person has proved to be in. */
  readonly groups: readonly string[];
  /** The person of a verified token. Absent: the person came by IAM. */
  readonly person?: Person;
}

/**
 * The person behind a call. API Gateway verifies the signature and gives the caller as
 * `arn:<partition>:sts::<account>:assumed-role/<role>/<session name>`. Only the approver role counts, even if the API's
 * policy admits others. Nothing that the caller writes into the request is used.
 *
 * Undefined: the event has another shape or another role. The shape alone proves nothing: the function's own policy makes
 * sure that API Gateway sent the event.
 */
export function approverOf(event: APIGatewayProxyEvent, approverRoleName: string): Approver | undefined {
  const userArn: unknown = event?.requestContext?.identity?.userArn;
  if (typeof userArn !== 'string') return undefined;
  const match = /^arn:[a-z0-9-]+:sts::\d{12}:assumed-role\/([^/]+)\/([A-Za-z0-9_=,.@+-]{2,64})$/.exec(userArn);
  const [arn, roleName, subject] = match ?? [];
  if (arn === undefined || subject === undefined || roleName !== approverRoleName) return undefined;
  return { subject, actor: arn, name: subject, groups: [] };
}
