import type { Part, PartKind } from '../checks/facts/part';
import { variablesOf } from '../checks/facts/variables';
import { CONNECTOR_ACTIONS } from '../private/connector-actions';
import { NETWORK_INTERFACE_PATTERNS } from '../private/network-interface-actions';
import { type Assembly, describe, type Resource } from '../template';
import { isCertainlyDenied } from '../template/iam/certain-denials';
import { identityPoliciesOf } from '../template/iam/collect';
import { matchAction } from '../template/iam/evaluate';
import { type Policy, readPolicy, type Statement, statementsOf } from '../template/iam/policy';
import { namedAt } from './named-at';
import type { Names } from './names';
import type { RuntimeParts } from './runtime-parts';

/** The boundaries of a role that the templates contain. One of others isn't judged: the construct warns of it. */
function boundariesOf(assembly: Assembly, role: Resource): Resource[] {
  return role
    .items('PermissionsBoundary')
    .flatMap(({ value }) => assembly.find(value) ?? [])
    .filter(({ type }) => type === 'AWS::IAM::ManagedPolicy');
}

function textOf(boundary: Resource): Policy {
  return readPolicy(boundary.logicalId, boundary.path, boundary.property('PolicyDocument'));
}

/** What a connector can never do, whatever its role is given: call functions and start state machines that its configuration doesn't name. */
const CALLS = ['lambda:InvokeFunction', 'states:StartExecution', 'iam:PassRole', 'sts:AssumeRole'];

/** What the boundary of a connector doesn't deny. */
export function looseBoundary(assembly: Assembly, role: Resource, names: Names): string[] {
  return boundariesOf(assembly, role).flatMap((boundary) => {
    const isDenied = (action: string): boolean =>
      isCertainlyDenied(
        [textOf(boundary)],
        (denial) =>
          denial.conditions.length === 0 &&
          !denial.action.negated &&
          denial.action.patterns.some((pattern) => matchAction(pattern, action) === 'true') &&
          sparesOwnOnly(denial, names),
      );
    return CALLS.filter((action) => !isDenied(action)).map(
      (action) => `${boundary.path} doesn’t keep ${role.path} from ${action} on what its connector doesn’t name`,
    );
  });
}

function sparesOwnOnly({ resource }: Statement, names: Names): boolean {
  if (resource === undefined) return false;
  return resource.negated
    ? resource.patterns.every((pattern) => names.of(pattern).includes('{own resource}'))
    : resource.patterns.includes('*');
}

/** What this library leaves to every part with a boundary, whether its role has the right or not. */
const LEFT_TO_ALL: readonly string[] = [
  ...CONNECTOR_ACTIONS,
  'secretsmanager:GetSecretValue',
  ...NETWORK_INTERFACE_PATTERNS,
];

/** Parts whose roles get a boundary from this library. */
const BOUNDED: readonly PartKind[] = ['connector', 'code connector', 'code sandbox', 'webhook notifier'];

/** A web desk without a secret has nothing that another part's role could share with it. */
function isBounded({ kind, workload }: Part): boolean {
  if (kind !== 'web desk') return BOUNDED.includes(kind);
  return workload !== undefined && variablesOf(workload).some(({ name }) => name === 'CLIENT_SECRET_ARN');
}

/** Whether a role of such a part has no boundary, or one under a condition only. */
export function lacksBoundary(part: Part, role: Resource): boolean {
  return isBounded(part) && role.property('PermissionsBoundary').some(({ value }) => value === undefined);
}

/**
 * What the boundary of a part leaves beyond the actions that its roles are given. Such a boundary is there for the day on which a role
 * is given too much, and then it bounds nothing.
 */
export function wideBoundary(assembly: Assembly, parts: RuntimeParts, boundary: Resource): string[] {
  const bounded = assembly
    .ofType('AWS::IAM::Role')
    .filter((role) => {
      const part = parts.ofRole(role);
      return part !== undefined && isBounded(part);
    })
    .filter((role) => namedAt(assembly, role, 'PermissionsBoundary').includes(boundary));
  // A boundary that the app puts around other parts only takes away.
  if (bounded.length === 0) return [];
  const given = bounded
    .flatMap((role) => identityPoliciesOf(assembly).ofResource(role).policies)
    .flatMap(({ policy }) => statementsOf(policy))
    .filter(({ effect, action }) => effect !== 'Deny' && !action.negated)
    .flatMap(({ action }) => action.patterns.map(describe));
  const left = new Set([...LEFT_TO_ALL, ...given].map((action) => action.toLowerCase()));
  return statementsOf(textOf(boundary))
    .filter(({ effect }) => effect !== 'Deny')
    .flatMap(({ sid, action, unknown }) => {
      if (unknown.length > 0 || action.negated) return [`${sid} leaves what can't be proven`];
      const more = action.patterns.map(describe).filter((each) => !left.has(each.toLowerCase()));
      return more.length === 0 ? [] : [`${sid} leaves ${more.join(', ')}, which no role behind it is given`];
    });
}
