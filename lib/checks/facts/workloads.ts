import { identityPoliciesOf, type RolePolicies } from '../../template/iam/collect';
import { statementsOf } from '../../template/iam/policy';
import { type Assembly, memberOf, type Resource, type Value } from '../../template/index';

/** A function, task or state machine, and the property with its role. */
export interface Workload {
  readonly resource: Resource;
  readonly roleProperty: 'Role' | 'TaskRoleArn' | 'RoleArn';
}

/** Every function, task and state machine. */
export function workloadsOf(assembly: Assembly): readonly Workload[] {
  return [
    ...assembly.ofType('AWS::Lambda::Function').map((resource) => ({ resource, roleProperty: 'Role' as const })),
    ...assembly
      .ofType('AWS::ECS::TaskDefinition')
      .map((resource) => ({ resource, roleProperty: 'TaskRoleArn' as const })),
    ...assembly
      .ofType('AWS::StepFunctions::StateMachine')
      .map((resource) => ({ resource, roleProperty: 'RoleArn' as const })),
  ];
}

/** A model caller: a workload that may call a model. It acts on text that others wrote, so the rules treat it as fooled. */
export interface AgentWorkload extends Workload {
  readonly role: Value;
  readonly policies: RolePolicies;
}

/** Functions and tasks whose role may use Bedrock. */
export function agentsOf(assembly: Assembly): readonly AgentWorkload[] {
  const identities = identityPoliciesOf(assembly);
  return workloadsOf(assembly)
    .filter(({ roleProperty }) => roleProperty !== 'RoleArn')
    .flatMap((workload): AgentWorkload[] =>
      workload.resource.property(workload.roleProperty).flatMap(({ value: role }) => {
        const policies = identities.of(role);
        return policies !== undefined && mayCallModel(policies) ? [{ ...workload, role, policies }] : [];
      }),
    );
}

/** Log groups of the app to which a task or function writes. */
export function logGroupsOf(assembly: Assembly, workload: Resource): Resource[] {
  const named = [
    ...workload
      .items('ContainerDefinitions')
      .map(({ value }) => memberOf(value, 'LogConfiguration', 'Options', 'awslogs-group')),
    ...workload.property('LoggingConfig', 'LogGroup').map(({ value }) => value),
  ];
  return named.flatMap((value) => assembly.find(value) ?? []);
}

function mayCallModel({ policies, foreign }: RolePolicies): boolean {
  const byText = policies.some(({ policy }) =>
    statementsOf(policy).some(
      (statement) =>
        statement.effect !== 'Deny' &&
        !statement.action.negated &&
        statement.action.patterns.some((a) => typeof a === 'string' && /^(bedrock[a-z-]*:|\*)/i.test(a)),
    ),
  );
  return byText || foreign.some(({ arn }) => /Bedrock|Administrator|PowerUser/.test(String(arn)));
}
