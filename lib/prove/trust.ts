import type { Part, PartKind } from '../checks/facts/part';
import { type Assembly, describe, Reference, type Resource, unknownIn, type Value } from '../template';
import type { PrincipalPattern, Statement } from '../template/iam/policy';
import { statementsOf } from '../template/iam/policy';
import { trustOf } from '../template/iam/trust';
import type { RuntimeParts } from './runtime-parts';
import { isOfOwnAccount } from './shapes/own-account';

/** Services that assume the roles of parts that aren't functions. */
const SERVICES: { readonly [kind in PartKind]?: string } = {
  'approval workflow': 'states.amazonaws.com',
  'approval watch': 'states.amazonaws.com',
  'watch starter': 'events.amazonaws.com',
  'task starter': 'ecs-tasks.amazonaws.com',
  'flow log': 'vpc-flow-logs.amazonaws.com',
  'API logs': 'apigateway.amazonaws.com',
};

/** Session names that the caller can't choose. Source: IAM User Guide, "sts:RoleSessionName". */
const OWN_NAME = /^(\$\{aws:username\}|\$\{aws:PrincipalTag\/[\w.:/=+@-]+\}|\$\{aws:SourceIdentity\})$/;

/** Of a user. Other names are those of a session, which may have a source identity: it is passed on, and can't be changed. */
const NAME_OF_USER = /^\$\{aws:username\}$/;

/**
 * Principals that may assume a role of the runtime, other than the one service that runs its part. People assume the
 * approver's role, with a session name that they can't choose; where the whole account is trusted, they need a group tag.
 */
export function trustFaults(assembly: Assembly, parts: RuntimeParts): string[] {
  return assembly.ofType('AWS::IAM::Role').flatMap((role) => {
    const part = parts.ofRole(role);
    if (part === undefined) return [];
    const policy = trustOf(role);
    return statementsOf(policy)
      .filter(({ effect }) => effect !== 'Deny')
      .flatMap((statement) => {
        const fault =
          part.kind === 'approver' || part.kind === 'operator'
            ? personFault(parts, assembly, statement, role)
            : serviceFault(part, statement, role);
        return fault === undefined ? [] : [`${role.path} ${statement.sid} trusts ${principalsOf(statement)} ${fault}`];
      });
  });
}

function serviceFault(
  part: Part,
  { principal, action, conditions, unknown }: Statement,
  role: Resource,
): string | undefined {
  const service = serviceThatRuns(part);
  const named = principal?.patterns ?? [];
  const onlyIt =
    named.length > 0 && named.every(({ kind, value }) => kind === 'Service' && describe(value) === service);
  if (!onlyIt || principal?.negated || unknown.length > 0)
    return `as the role of the ${part.label}: only ${service} runs it`;
  if (action.negated || action.patterns.some((pattern) => pattern !== 'sts:AssumeRole')) {
    return `to do more than sts:AssumeRole: ${action.patterns.map(describe).join(', ')}`;
  }
  // Other libraries create a model caller that is a function, and AWS CDK’s own function.
  // For API Gateway's role, AWS documents no condition.
  if (part.kind === 'API logs') return undefined;
  if (part.kind === 'AWS CDK' || (part.kind === 'agent' && part.workload?.type !== 'AWS::ECS::TaskDefinition'))
    return undefined;
  const ofThisAccount = conditions.some(
    ({ operator, key, values }) =>
      operator === 'StringEquals' &&
      key.toLowerCase() === 'aws:sourceaccount' &&
      values.length > 0 &&
      values.every((value) => isOwnAccount(value, role)),
  );
  if (!ofThisAccount) return 'without StringEquals aws:SourceAccount for this account';
  const source = sourceOf(part);
  const isFromSource =
    source === undefined ||
    conditions.some(
      ({ operator, key, values }) =>
        /^Arn(Like|Equals)$/.test(operator) &&
        key.toLowerCase() === 'aws:sourcearn' &&
        values.length > 0 &&
        values.every((value) => isOfOwnAccount(value, role.template)),
    );
  return isFromSource ? undefined : `without ArnLike aws:SourceArn for ${source}`;
}

/** For what a service may take a role, beside the account. */
function sourceOf({ kind, workload }: Part): string | undefined {
  // Other workflows of the account could be given the role that answers calls.
  if (kind === 'approval workflow') return 'its own workflow';
  return kind === 'task starter' || workload?.type === 'AWS::ECS::TaskDefinition' ? 'tasks of this account' : undefined;
}

/** The one service that assumes the role of a part. */
export function serviceThatRuns({ kind, workload }: Part): string {
  const ofFunction = workload?.type !== 'AWS::ECS::TaskDefinition';
  return SERVICES[kind] ?? (ofFunction ? 'lambda.amazonaws.com' : 'ecs-tasks.amazonaws.com');
}

function personFault(
  parts: RuntimeParts,
  assembly: Assembly,
  statement: Statement,
  role: Resource,
): string | undefined {
  const { principal, action, conditions, unknown } = statement;
  const named = principal?.patterns ?? [];
  if (named.length === 0 || principal?.negated || unknown.length > 0) return 'and others that can’t be known';
  const stranger = named.find(({ kind, value }) => kind !== 'AWS' || value === '*' || unknownIn(value) !== undefined);
  if (stranger !== undefined) return 'to decide: not a person of a named account';
  const other = named.map(({ value }) => partNamed(parts, assembly, value)).find((label) => label !== undefined);
  if (other !== undefined) return `to decide: the ${other} would approve its own calls`;
  const service = named.map(({ value }) => serviceTaking(assembly, value)).find((each) => each !== undefined);
  if (service !== undefined) return `to decide: ${service} may take it, so a program would decide`;
  const actions = action.patterns.map(describe);
  const isOfUsers = namesSession(statement, NAME_OF_USER);
  const allowed = isOfUsers ? ['sts:AssumeRole'] : ['sts:AssumeRole', 'sts:SetSourceIdentity'];
  if (action.negated || actions.some((each) => !allowed.includes(each))) {
    return `to do more than assume the role: ${actions.join(', ')}`;
  }
  if (!namesSession(statement, OWN_NAME))
    return 'with a session name that the caller can choose: the ledger can’t say who decided';
  if (!isPinned(statement))
    return 'with a name that a role may be given: the roles that people sign in with are not named';
  const inGroup = conditions.some(
    ({ operator, key, values }) =>
      operator === 'StringEquals' && /^aws:principaltag\//i.test(key) && values.length > 0 && values.every(isPlain),
  );
  if (!inGroup && named.some((each) => isWholeAccount(each, role)))
    return 'without a group: everybody in the account could decide';
  return undefined;
}

function namesSession({ conditions }: Statement, pattern: RegExp): boolean {
  return conditions.some(
    ({ operator, key, values }) =>
      operator === 'StringEquals' &&
      key.toLowerCase() === 'sts:rolesessionname' &&
      values.length > 0 &&
      values.every((value) => pattern.test(describe(value))),
  );
}

/** The service that may take a role of the app, by which a program would act as a person; undefined for other principals. */
function serviceTaking(assembly: Assembly, value: Value): string | undefined {
  const role = value instanceof Reference ? assembly.find(value) : undefined;
  if (role?.type !== 'AWS::IAM::Role') return undefined;
  const trusted = statementsOf(trustOf(role))
    .filter(({ effect }) => effect !== 'Deny')
    .flatMap(({ principal }) => principal?.patterns ?? []);
  const [service] = trusted.filter(({ kind }) => kind === 'Service');
  return service === undefined ? undefined : describe(service.value);
}

/** Names of IAM users are fixed. Tags and source identities can be chosen by whoever may assume some role of the account. */
function isPinned({ principal, conditions }: Statement): boolean {
  const ofUsers = conditions.some(
    ({ key, values }) =>
      key.toLowerCase() === 'sts:rolesessionname' && values.every((value) => /username/.test(describe(value))),
  );
  const byCondition = conditions.some(
    ({ operator, key, values }) =>
      /^arn(like|equals)$/i.test(operator) && key.toLowerCase() === 'aws:principalarn' && values.length > 0,
  );
  const named = principal?.patterns ?? [];
  return (
    ofUsers ||
    byCondition ||
    named.every(
      ({ value }) =>
        (value instanceof Reference && value.logicalId !== 'AWS::AccountId') || /:role\/[^*?]+$/.test(describe(value)),
    )
  );
}

function partNamed(parts: RuntimeParts, assembly: Assembly, value: Value): string | undefined {
  const role = value instanceof Reference ? assembly.find(value) : undefined;
  return role === undefined ? undefined : parts.ofRole(role)?.label;
}

/** The app's own account. Another account was named on purpose: people sign in there. */
function isWholeAccount({ value }: PrincipalPattern, role: Resource): boolean {
  const text = describe(value);
  const own = role.template.source.account;
  return (
    /^(arn:.+:iam::)?\$\{AWS::AccountId\}(:root)?$/.test(text) ||
    (own !== undefined && text.includes(own) && !text.includes('/'))
  );
}

function isOwnAccount(value: Value, role: Resource): boolean {
  return value instanceof Reference ? value.logicalId === 'AWS::AccountId' : value === role.template.source.account;
}

function isPlain(value: Value): boolean {
  return typeof value === 'string' && value !== '' && !/[*?$]/.test(value);
}

function principalsOf({ principal }: Statement): string {
  return principal?.patterns.map(({ value }) => describe(value)).join(', ') ?? 'an unknown principal';
}
