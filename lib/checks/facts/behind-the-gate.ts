import { identityPoliciesOf } from '../../template/iam/collect';
import { matchAction } from '../../template/iam/evaluate';
import { type Statement, statementsOf } from '../../template/iam/policy';
import { type Assembly, type Resource, resourcesIn } from '../../template/index';
import { functionsBehind, modelCallersApisOf } from './gate-apis';
import { webDesksOf } from './web-desks';

/** Functions behind the API that a model caller invokes: they decide its calls. With the API of each. */
function gateFunctionsOf(assembly: Assembly): ReadonlyMap<Resource, Resource> {
  return functionsBehind(assembly, modelCallersApisOf(assembly));
}

/** Functions that decide or run a model caller's calls, and the role of each in it. */
export function behindTheGate(assembly: Assembly): ReadonlyMap<Resource, string> {
  const found = new Map<Resource, string>();
  const gates = gateFunctionsOf(assembly);
  for (const [gate, api] of gates) found.set(gate, `decides calls of the API ${api.path}`);
  for (const gate of gates.keys()) {
    for (const called of functionsThatMayBeCalledBy(assembly, gate)) {
      if (!found.has(called)) found.set(called, `runs calls that ${gate.path} allowed`);
    }
  }
  return found;
}

/** Functions that another function's role may invoke. */
export function functionsThatMayBeCalledBy(assembly: Assembly, caller: Resource): readonly Resource[] {
  return usedBy(assembly, caller, 'lambda:InvokeFunction').filter(({ type }) => type === 'AWS::Lambda::Function');
}

/** State machines that a function's role may start. */
function machinesStartedBy(assembly: Assembly, caller: Resource): readonly Resource[] {
  return usedBy(assembly, caller, 'states:StartExecution').filter(
    ({ type }) => type === 'AWS::StepFunctions::StateMachine',
  );
}

/** State machines in which a gate waits for a person: those that its role may start, and those that its environment names. */
export function approvalMachinesOf(assembly: Assembly): ReadonlySet<Resource> {
  const started = [...gateFunctionsOf(assembly).keys()].flatMap((gate) => machinesStartedBy(assembly, gate));
  const named = assembly
    .ofType('AWS::Lambda::Function')
    .flatMap((workload) => workload.property('Environment', 'Variables', 'APPROVAL_STATE_MACHINE_ARN'))
    .flatMap(({ value }) => assembly.find(value) ?? []);
  return new Set([...started, ...named]);
}

/** Functions that may resume a waiting approval, with the API in front of each: the approval desk. */
function decidersOf(assembly: Assembly): ReadonlyMap<Resource, Resource> {
  if (approvalMachinesOf(assembly).size === 0) return new Map();
  const apis = new Set(assembly.ofType('AWS::ApiGateway::RestApi'));
  return new Map(
    [...functionsBehind(assembly, apis)].filter(
      ([called]) => statementsFor(assembly, called, 'states:SendTaskSuccess').length > 0,
    ),
  );
}

/** APIs that a model caller invokes, and those at which people decide. */
export function guardedApisOf(assembly: Assembly): ReadonlySet<Resource> {
  return new Set([...modelCallersApisOf(assembly), ...decidersOf(assembly).values()]);
}

/** Functions that decide or run calls, and those that may invoke them, with the role of each. All protections rely on them. */
export function guardingFunctionsOf(assembly: Assembly): ReadonlyMap<Resource, string> {
  const behind = behindTheGate(assembly);
  const found = new Map(behind);
  for (const [decider, api] of decidersOf(assembly))
    found.set(decider, `takes people's decisions from the API ${api.path}`);
  for (const desk of webDesksOf(assembly)) {
    found.set(desk, 'signs people in, and passes their decisions on');
    for (const called of functionsThatMayBeCalledBy(assembly, desk)) {
      if (!found.has(called)) found.set(called, `shows requests or takes decisions for ${desk.path}`);
    }
  }
  for (const workload of assembly.ofType('AWS::Lambda::Function')) {
    const called = functionsThatMayBeCalledBy(assembly, workload).find((next) => behind.has(next));
    if (called !== undefined && !found.has(workload)) found.set(workload, `may call ${called.path}`);
  }
  return found;
}

/** Resources of the app on which a function's own policies may allow an action. */
function usedBy(assembly: Assembly, caller: Resource, wanted: string): Resource[] {
  return statementsFor(assembly, caller, wanted)
    .flatMap(({ resource }) => resource?.patterns ?? [])
    .flatMap((pattern) => resourcesIn(assembly, pattern));
}

/** Statements of a function's own policies that may allow an action. */
function statementsFor(assembly: Assembly, caller: Resource, wanted: string): Statement[] {
  const identities = identityPoliciesOf(assembly);
  return caller
    .property('Role')
    .flatMap(({ value }) => identities.of(value)?.policies ?? [])
    .flatMap(({ policy }) => statementsOf(policy))
    .filter(
      ({ effect, action }) =>
        effect !== 'Deny' &&
        !action.negated &&
        action.patterns.some((pattern) => matchAction(pattern, wanted) !== 'false'),
    );
}
