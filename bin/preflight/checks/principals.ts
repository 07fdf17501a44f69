import { isObject, listOf, type Resource, type Value } from '../../../lib/template';
import { shellWord } from '../../command-line/command-hint';
import { blocked, type Finding, note, ready } from '../finding';
import { allPages, unlessAbsent } from '../pages';
import type { PreflightCheck, PreflightClients } from '../preflight-check';
import { GetRoleCommand, GetUserCommand, ListRolesCommand } from '../sdk';
import type { Target } from '../target';

const REFUSED = 'IAM refuses a policy that trusts a role or user that doesn’t exist';
const NO_EFFECT =
  'A condition on aws:PrincipalArn names it, which AWS doesn’t check: the deployment succeeds, and the exception that the policy makes, such as for the breakGlassRole, is for nobody';

/**
 * Roles and users that policies name must exist, such as approvers and the break-glass role: as principals, which AWS refuses
 * otherwise, and in conditions on `aws:PrincipalArn`, of which AWS checks none.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
 */
export const principals: PreflightCheck = {
  title: 'trusted roles and users',
  permissions: ['iam:GetRole', 'iam:GetUser', 'iam:ListRoles'],
  run: async (target, clients) => {
    const { resources } = target.assembly;
    const trusted = new Set(resources.flatMap((resource) => principalsIn(target, resource)));
    const conditions = new Set(resources.flatMap((resource) => conditionsIn(target, resource)));
    const excepted = [...conditions].filter((arn) => !isPattern(arn) && !trusted.has(arn));
    const patterns = [...conditions].filter((arn) => isPattern(arn) && accountOf(arn) === target.environment.account);
    const arns = await Promise.all([
      ...[...trusted].map((arn) => ask(target, clients, arn, REFUSED)),
      ...excepted.map((arn) => ask(target, clients, arn, NO_EFFECT)),
    ]);
    const matches = patterns.length === 0 ? [] : await matching(clients, patterns);
    return [...arns, ...matches];
  },
};

async function ask(target: Target, { iam }: PreflightClients, arn: string, why: string): Promise<Finding> {
  const { kind = 'role', name = '' } = ENTITY.exec(arn)?.groups ?? {};
  const show = `aws iam get-${kind} --${kind}-name ${shellWord(name)} --query ${kind === 'role' ? 'Role' : 'User'}.Arn`;
  const account = accountOf(arn);
  if (account !== target.environment.account) {
    return note(
      `${arn} is in another account, which these credentials can't ask. ${why}`,
      `ask in ${account}: ${show}`,
    );
  }
  const found =
    kind === 'role'
      ? (await unlessAbsent(iam.send(new GetRoleCommand({ RoleName: name })), 'NoSuchEntity'))?.Role?.Arn
      : (await unlessAbsent(iam.send(new GetUserCommand({ UserName: name })), 'NoSuchEntity'))?.User?.Arn;
  if (found === arn) return ready(arn);
  if (found !== undefined) return blocked(`${arn} doesn't exist; there is ${found}. ${why}`, `write ${found}`);
  return blocked(
    `${arn} doesn't exist. ${why}`,
    `write the ARN of one that exists: ${show}, or aws iam list-${kind}s --query '${kind === 'role' ? 'Roles' : 'Users'}[].Arn'`,
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
      `no role matches ${pattern}, with which a policy compares aws:PrincipalArn: it means nobody`,
      "compare with the ARNs that exist: aws iam list-roles --query 'Roles[].Arn'",
    );
  });
}

/** The ARN of one role or user, or a pattern of them. */
const ENTITY = /^arn:[^:]+:iam::(?<account>\d{12}):(?<kind>role|user)\/(?:.*\/)?(?<name>[^/]+)$/;

/** ARNs of roles and users that a policy of a resource names as principals. */
function principalsIn(target: Target, resource: Resource): string[] {
  return valuesOf(resource)
    .flatMap((value) => membersNamed('Principal', value))
    .flatMap((principal) => (isObject(principal) ? listOf(principal.AWS) : []))
    .flatMap((principal) => target.text(principal) ?? [])
    .filter((arn) => ENTITY.test(arn) && !isPattern(arn));
}

/** ARNs, and patterns of them, with which a condition of any policy compares `aws:PrincipalArn`: to allow, or to except. */
function conditionsIn(target: Target, resource: Resource): string[] {
  return valuesOf(resource)
    .flatMap((value) => membersNamed('Condition', value))
    .flatMap((condition) => (isObject(condition) ? Object.values(condition) : []))
    .flatMap((keys) => (isObject(keys) ? Object.entries(keys) : []))
    .flatMap(([key, value]) => (key.toLowerCase() === 'aws:principalarn' ? listOf(value) : []))
    .flatMap((value) => target.text(value) ?? [])
    .filter((arn) => ENTITY.test(arn));
}

function valuesOf(resource: Resource): Value[] {
  return resource.template.resolve(resource.properties, resource.logicalId).map(({ value }) => value);
}

function accountOf(arn: string): string | undefined {
  return ENTITY.exec(arn)?.groups?.account;
}

function isPattern(arn: string): boolean {
  return /[*?]/.test(arn);
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
