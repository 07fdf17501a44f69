import { about, boundaryOf, contextOf, spelled } from '../../template/iam/access';
import { accountOf, arnOf, Spelling } from '../../template/iam/arn';
import type { RolePolicies } from '../../template/iam/collect';
import { type Decision, evaluateRequest } from '../../template/iam/evaluate';
import { type Policy, readPolicy } from '../../template/iam/policy';
import { type Assembly, type Resource, textOf, Unresolved, type Value } from '../../template/index';

/**
 * Whether the policies of a role allow an action on a resource, under its denials and its boundary.
 *
 * @param others policies that count beside those of the template
 * @param resource @default - any resource of the action's service
 */
export function decisionOf(
  assembly: Assembly,
  role: Resource | undefined,
  { policies }: RolePolicies,
  action: string,
  { others = [], resource = anyResourceOf(action) }: { others?: readonly Policy[]; resource?: Value } = {},
): Decision {
  const spelling = new Spelling(assembly);
  const account = role === undefined ? unknown('account') : accountOf(role);
  const roleArn = role === undefined ? unknown('role') : spelling.of(arnOf(role));
  const decision = evaluateRequest(
    {
      principal: { kind: 'role', roleArn, account },
      action,
      resource: spelling.of(resource),
      resourceAccount: account,
      context: contextOf(roleArn, account, account),
    },
    {
      identity: [...policies.map(({ policy }) => spelled(about(policy, action), spelling)), ...others],
      boundary: role === undefined ? undefined : boundaryOf(assembly, role, spelling),
      resource: handsOverTo(account),
    },
  );
  return { ...decision, allows: decision.allows.filter(({ policy }) => policy !== HANDING_OVER) };
}

const HANDING_OVER = 'the account';

/** A key and a role hand over to the policies of their account, as CDK writes them. Without that, nobody could use them. */
function handsOverTo(account: Value): Policy {
  const Statement = { Effect: 'Allow', Principal: { AWS: account }, Action: '*', Resource: '*' };
  return readPolicy(HANDING_OVER, HANDING_OVER, [{ value: { Statement }, assuming: [] }]);
}

function anyResourceOf(action: string): Value {
  const [service = ''] = action.split(':');
  return textOf([`arn:aws:${service}:`, unknown('region'), ':', unknown('account'), ':', unknown('resource')]);
}

function unknown(what: string): Unresolved {
  return new Unresolved(what, what, 'any');
}
