import { isObject, listOf, type Resource, type Value } from '../../../lib/template';
import { readPolicy, statementsOf } from '../../../lib/template/iam/policy';
import { blocked, type Finding, ready, unknown } from '../finding';
import { allPages, unlessAbsent } from '../pages';
import type { PreflightCheck, PreflightClients } from '../preflight-check';
import { GetRoleCommand, GetUserCommand, ListRolesCommand } from '../sdk';
import type { Target } from '../target';

const WHY = 'IAM refuses a policy that trusts a role or user that doesn’t exist';

/**
 * Roles and users that policies trust must exist, such as the approvers.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export const principals: PreflightCheck = {
  title: 'trusted roles and users',
  permissions: ['iam:GetRole', 'iam:GetUser', 'iam:ListRoles'],
  run: async (target, clients) => {
    const named = [...new Set(target.assembly.resources.flatMap((resource) => principalsIn(target, resource)))];
    const patterns = [...new Set(target.assembly.ofType('AWS::IAM::Role').flatMap((role) => patternsIn(target, role)))];
    const arns = await Promise.all(named.map((arn) => ask(target, clients, arn)));
    const matches = patterns.length === 0 ? [] : await matching(clients, patterns);
    return [...arns, ...matches];
  },
};

async function ask(target: Target, { iam }: PreflightClients, arn: string): Promise<Finding> {
  const [, account, kind, name = ''] = /^arn:[^:]+:iam::(\d{12}):(role|user)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  if (account !== target.environment.account) return unknown(`${arn} is in another account. ${WHY}`);
  const found =
    kind === 'role'
      ? (await unlessAbsent(iam.send(new GetRoleCommand({ RoleName: name })), 'NoSuchEntity'))?.Role?.Arn
      : (await unlessAbsent(iam.send(new GetUserCommand({ UserName: name })), 'NoSuchEntity'))?.User?.Arn;
  if (found === arn) return ready(arn);
  const instead = found === undefined ? '' : `; there is ${found}`;
  return blocked(
    `${arn} doesn't exist${instead}. ${WHY}`,
    `write the ARN of one that exists: aws iam list-${kind}s --query '${kind === 'role' ? 'Roles' : 'Users'}[].Arn'`,
  );
}

async function matching({ iam }: PreflightClients, patterns: readonly string[]): Promise<Finding[]> {
  const roles = await allPages(
    async (Marker) => {
      const answer = await iam.send(new ListRolesCommand({ Marker }));
      return { ...answer, NextToken: answer.IsTruncated ? answer.Marker : undefined };
    },
    ({ Roles }) => Roles,
  );
  return patterns.map((pattern) => {
    const found = roles.filter(({ Arn = '' }) => matcherOf(pattern).test(Arn)).length;
    if (found > 0) return ready(`roles that match ${pattern}: ${found}`);
    return blocked(
      `no role matches ${pattern}: nobody could assume the role that demands it`,
      "compare with the ARNs that exist: aws iam list-roles --query 'Roles[].Arn'",
    );
  });
}

/** ARNs of roles and users in any policy of a resource. */
function principalsIn(target: Target, resource: Resource): string[] {
  const values = resource.template.resolve(resource.properties, resource.logicalId).map(({ value }) => value);
  return values
    .flatMap((value) => membersNamed('Principal', value))
    .flatMap((principal) => (isObject(principal) ? listOf(principal.AWS) : []))
    .flatMap((principal) => target.text(principal) ?? [])
    .filter((arn) => /^arn:[^:]+:iam::\d{12}:(role|user)\/[^*?]+$/.test(arn));
}

/** Patterns of `aws:PrincipalArn` in the conditions of a trust policy. */
function patternsIn(target: Target, role: Resource): string[] {
  const trust = readPolicy('trust', role.path, role.property('AssumeRolePolicyDocument'));
  return statementsOf(trust)
    .filter(({ effect }) => effect !== 'Deny')
    .flatMap(({ conditions }) => conditions)
    .filter(
      ({ operator, key }) => /^(Arn|String)(Like|Equals)$/.test(operator) && key.toLowerCase() === 'aws:principalarn',
    )
    .flatMap(({ values }) => values)
    .flatMap((value) => target.text(value) ?? [])
    .filter((arn) => arn.includes(`::${target.environment.account}:role/`));
}

function membersNamed(name: string, value: Value): Value[] {
  if (Array.isArray(value)) return value.flatMap((item) => membersNamed(name, item));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => (key === name ? [member] : membersNamed(name, member)));
}

function matcherOf(pattern: string): RegExp {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`);
}
