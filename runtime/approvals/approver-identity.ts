import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type Person, userKey } from '../core/contracts';

/** A person who may decide. */
export interface Approver {
  /** Tells people apart: the role session name in lower case, which the role's trust policy ties to the person, or `userKey` of a person who signed in. */
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

/** The approver roles of a desk, and the groups whose members alone may assume each of them. */
export type ApproverRoles = ReadonlyMap<string, readonly string[]>;

/**
 * The person behind a call. API Gateway verifies the signature and gives the caller as
 * `arn:<partition>:sts::<account>:assumed-role/<role>/<session name>`. Only the approver roles count, even if the API's
 * policy admits others. Nothing that the caller writes into the request is used.
 *
 * IAM takes a name in any case for the same user, so the subject is in lower case: nobody counts as two people.
 *
 * Undefined: the event has another shape or another role. The shape alone proves nothing: the function's own policy makes
 * sure that API Gateway sent the event.
 */
export function approverOf(event: APIGatewayProxyEvent, roles: ApproverRoles): Approver | undefined {
  const userArn: unknown = event?.requestContext?.identity?.userArn;
  if (typeof userArn !== 'string') return undefined;
  const match = /^arn:[a-z0-9-]+:sts::\d{12}:assumed-role\/([^/]+)\/([A-Za-z0-9_=,.@+-]{2,64})$/.exec(userArn);
  const [arn, roleName = '', name] = match ?? [];
  const groups = roles.get(roleName);
  if (arn === undefined || name === undefined || groups === undefined) return undefined;
  return { subject: name.toLowerCase(), actor: arn, name, groups };
}

/** A person who signed in at the web desk, if one of their groups may approve. Undefined: none may. */
export function approverOfPerson(person: Person, approverGroups: readonly string[]): Approver | undefined {
  const groups = person.groups.filter((group) => approverGroups.includes(group));
  if (groups.length === 0) return undefined;
  const subject = userKey(person);
  return { subject, actor: `person/${subject}`, name: person.name, groups, person };
}
