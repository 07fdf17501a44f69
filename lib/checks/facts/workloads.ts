import type { RolePolicies } from '../../template/iam/collect';
import { type Assembly, memberOf, type Resource } from '../../template/index';
import { type Compute, type ComputeKind, computeOf } from './compute';
import { modelStateOf } from './model-calls';
import { foreignModelSign } from './model-providers';
import { modelRightsOf } from './model-rights';

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

/** What runs an agent. */
export type AgentKind = ComputeKind;

/**
 * A workload that may call a model, or that acts for one. It acts on text that others wrote, so the rules treat it as fooled. A
 * resource with several possible roles is several workloads.
 */
export interface AgentWorkload extends Compute {
  readonly kind: AgentKind;
  readonly policies: RolePolicies;
  /** How the template shows it. */
  readonly by: 'kind' | 'role' | 'definition' | 'provider';
  /** The same for people: `Stack/Role allows bedrock:InvokeModel`. */
  readonly because: string;
  /** Why it isn't known whether it calls a model. `agentsOf` has none of these. */
  readonly unproven?: string;
}

/** Everything that may call a model, or acts for one. */
export function agentsOf(assembly: Assembly): readonly AgentWorkload[] {
  return possibleAgentsOf(assembly).filter(({ unproven }) => unproven === undefined);
}

/** The agents that are functions or tasks, as those of this library are. */
export function tasksAndFunctionsOf(agents: readonly AgentWorkload[]): readonly AgentWorkload[] {
  return agents.filter(({ kind }) => kind === 'Lambda function' || kind === 'ECS task');
}

/** The agents, and each workload of which the template doesn't tell whether it may call a model: those have `unproven`. */
export function possibleAgentsOf(assembly: Assembly): readonly AgentWorkload[] {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    known = computeOf(assembly).flatMap((compute) => agentIn(assembly, compute) ?? []);
    KNOWN.set(assembly, known);
  }
  return known;
}

const KNOWN = new WeakMap<Assembly, readonly AgentWorkload[]>();

/** What calls models, or runs what a model wrote, whatever its role may do. */
const BY_NATURE: ReadonlySet<ComputeKind> = new Set([
  'Bedrock agent',
  'Bedrock flow',
  'AgentCore runtime',
  'AgentCore harness',
  'AgentCore gateway',
  'AgentCore browser',
  'AgentCore code interpreter',
  'AgentCore memory',
]);

function agentIn(assembly: Assembly, compute: Compute): AgentWorkload | undefined {
  const { resource, kind, role } = compute;
  const rights = role === undefined ? undefined : modelRightsOf(assembly, role);
  const found = { ...compute, policies: rights?.policies ?? { policies: [], foreign: [] } };
  if (BY_NATURE.has(kind)) return { ...found, by: 'kind', because: `of its kind: ${kind}` };
  if (rights?.may === 'yes') return { ...found, by: 'role', because: rights.because };
  const state = modelStateOf(resource);
  if (state !== undefined) return { ...found, by: 'definition', because: `its state ${state} calls a model` };
  const sign = foreignModelSign(assembly, compute);
  if (sign !== undefined) return { ...found, by: 'provider', because: sign };
  if (rights?.may !== 'unproven') return undefined;
  return { ...found, by: 'role', because: rights.because, unproven: rights.because };
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
