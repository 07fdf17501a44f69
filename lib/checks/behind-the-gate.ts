import { type Assembly, type Resource, referencesIn } from '../template';
import { identityPoliciesOf } from '../template/iam/collect';
import { matchAction } from '../template/iam/evaluate';
import { statementsOf } from '../template/iam/policy';
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

/** Resources of the app that a function's own policies name for an action. */
function usedBy(assembly: Assembly, caller: Resource, wanted: string): Resource[] {
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
    )
    .flatMap(({ resource }) => resource?.patterns ?? [])
    .flatMap(referencesIn)
    .flatMap((reference) => assembly.find(reference) ?? []);
}
