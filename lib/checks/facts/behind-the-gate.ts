import { identityPoliciesOf } from '../../template/iam/collect';
import { matchAction } from '../../template/iam/evaluate';
import { type Statement, statementsOf } from '../../template/iam/policy';
import { type Assembly, type Resource, referencesIn } from '../../template/index';
import { functionsBehind, modelCallersApisOf } from './gate-apis';

/** Functions that decide what a model caller asks for: its API calls them. With the API of each. */
export function gateFunctionsOf(assembly: Assembly): ReadonlyMap<Resource, Resource> {
  return functionsBehind(assembly, modelCallersApisOf(assembly));
}

/** Functions that an agent's call passes through, and where each stands. */
export function behindTheGate(assembly: Assembly): ReadonlyMap<Resource, string> {
  const found = new Map<Resource, string>();
  const gates = gateFunctionsOf(assembly);
  for (const [gate, api] of gates) found.set(gate, `decides calls of the API ${api.path}`);
  for (const gate of gates.keys()) {
    for (const called of functionsThatMayBeCalledBy(assembly, gate)) {
      if (!found.has(called)) found.set(called, `acts on calls that ${gate.path} let through`);
    }
  }
  return found;
}

/** Functions that another function's role may invoke. */
export function functionsThatMayBeCalledBy(assembly: Assembly, caller: Resource): readonly Resource[] {
  return usedBy(assembly, caller, 'lambda:InvokeFunction').filter(({ type }) => type === 'AWS::Lambda::Function');
}

/** State machines that a function's role may start. */
export function machinesStartedBy(assembly: Assembly, caller: Resource): readonly Resource[] {
  return usedBy(assembly, caller, 'states:StartExecution').filter(
    ({ type }) => type === 'AWS::StepFunctions::StateMachine',
  );
}

/** Machines that a gate starts to ask a person: those that its role may start, and the one that its environment names. */
export function approvalMachinesOf(assembly: Assembly): ReadonlySet<Resource> {
  const started = [...gateFunctionsOf(assembly).keys()].flatMap((gate) => machinesStartedBy(assembly, gate));
  const named = assembly
    .ofType('AWS::Lambda::Function')
    .flatMap((workload) => workload.property('Environment', 'Variables', 'APPROVAL_STATE_MACHINE_ARN'))
    .flatMap(({ value }) => assembly.find(value) ?? []);
  return new Set([...started, ...named]);
}

/** Functions behind an API that may answer for a person, and the API of each: the desk at which people decide. */
export function decidersOf(assembly: Assembly): ReadonlyMap<Resource, Resource> {
  if (approvalMachinesOf(assembly).size === 0) return new Map();
  const apis = new Set(assembly.ofType('AWS::ApiGateway::RestApi'));
  return new Map(
    [...functionsBehind(assembly, apis)].filter(
      ([called]) => statementsFor(assembly, called, 'states:SendTaskSuccess').length > 0,
    ),
  );
}

/** APIs that an agent calls or people decide at. */
export function guardedApisOf(assembly: Assembly): ReadonlySet<Resource> {
  return new Set([...modelCallersApisOf(assembly), ...decidersOf(assembly).values()]);
}

/** Functions that decide on calls or act on them, and where each stands: what they believe and run, everything else relies on. */
export function guardingFunctionsOf(assembly: Assembly): ReadonlyMap<Resource, string> {
  const behind = behindTheGate(assembly);
  const found = new Map(behind);
  for (const [decider, api] of decidersOf(assembly))
    found.set(decider, `takes people's decisions from the API ${api.path}`);
  for (const workload of assembly.ofType('AWS::Lambda::Function')) {
    const called = functionsThatMayBeCalledBy(assembly, workload).find((next) => behind.has(next));
    if (called !== undefined && !found.has(workload)) found.set(workload, `may call ${called.path}`);
  }
  return found;
}

/** Resources of the app that a function's own policies name for an action. */
function usedBy(assembly: Assembly, caller: Resource, wanted: string): Resource[] {
  return statementsFor(assembly, caller, wanted)
    .flatMap(({ resource }) => resource?.patterns ?? [])
    .flatMap(referencesIn)
    .flatMap((reference) => assembly.find(reference) ?? []);
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
