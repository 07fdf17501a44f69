import { identityPoliciesOf } from '../../template/iam/collect';
import { type Policy, type Statement, statementsOf } from '../../template/iam/policy';
import type { Assembly, Resource, Value } from '../../template/index';
import { statementPath } from '../judge/statement-width';
import { policyOfPermission, resourcePoliciesOf } from './placed-resource-policies';
import { type AgentWorkload, agentsOf } from './workloads';

/** A statement on a resource's own side that allows something to an agent's role. */
export interface ResourceGrant {
  readonly agent: AgentWorkload;
  readonly policy: Policy;
  readonly statement: Statement;
  readonly holder: Resource;
  /** Path of the statement below the holder; of a function's permission, its properties. */
  readonly property: string;
}

/**
 * What resources allow an agent's role themselves. In one account that is enough: no policy of the role needs to allow it.
 *
 * Source: IAM User Guide, "Policy evaluation for requests within a single account".
 */
export function resourceGrantsOf(assembly: Assembly): readonly ResourceGrant[] {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    known = readGrants(assembly);
    KNOWN.set(assembly, known);
  }
  return known;
}

const KNOWN = new WeakMap<Assembly, readonly ResourceGrant[]>();

function readGrants(assembly: Assembly): ResourceGrant[] {
  const agents = agentsByRole(assembly);
  if (agents.size === 0) return [];
  // A role's own policy only says who takes the role.
  const placed = resourcePoliciesOf(assembly)
    .filter(({ holder }) => holder.type !== 'AWS::IAM::Role')
    .flatMap(({ policy, holder, property }) =>
      statementsOf(policy).map((statement) => ({
        policy,
        statement,
        holder,
        property: statementPath(property, statement),
      })),
    );
  const permissions = assembly.ofType('AWS::Lambda::Permission').flatMap((holder) => {
    const policy = policyOfPermission(holder);
    return statementsOf(policy).map((statement) => ({ policy, statement, holder, property: 'Properties' }));
  });
  return [...placed, ...permissions].flatMap((grant) => {
    if (grant.statement.effect === 'Deny') return [];
    const [agent] = rolesIn(assembly, grant.statement).flatMap((role) => agents.get(role) ?? []);
    return agent === undefined ? [] : [{ ...grant, agent }];
  });
}

function agentsByRole(assembly: Assembly): ReadonlyMap<Resource, AgentWorkload> {
  const identities = identityPoliciesOf(assembly);
  return new Map(
    agentsOf(assembly).flatMap((agent) => {
      const role = identities.roleOf(agent.role);
      return role === undefined ? [] : [[role, agent] as const];
    }),
  );
}

/** Roles of the app that a statement names: as its principals, or by a condition on everybody. */
function rolesIn(assembly: Assembly, { principal, conditions }: Statement): Resource[] {
  if (principal === undefined || principal.negated) return [];
  const isEverybody = principal.patterns.some(({ kind, value }) => kind === '*' || value === '*');
  const named: readonly Value[] = isEverybody
    ? conditions.filter(({ key }) => /^aws:PrincipalArn$/i.test(key)).flatMap(({ values }) => values)
    : principal.patterns.filter(({ kind }) => kind === 'AWS').map(({ value }) => value);
  const identities = identityPoliciesOf(assembly);
  return named.flatMap((value) => identities.roleOf(value) ?? []);
}
