import { isObject, parseJsonText, type Resource, Unresolved, type Value } from '../../../template';
import { assumed, listOf, offencesAt, unproven } from '../../branches';
import type { Offence, Rule } from '../../rule';

/** An approval is asked once, ends by itself, and its arguments don't land in an execution log. */
export const approvalWaitsOnce: Rule = {
  id: 'GateApprovalWaitsOnce',
  pillar: 'gate',
  severity: 'fatal',
  holds:
    'A state that waits for a person has a timeout and no Retry, in a standard state machine that logs no execution data.',
  source:
    'Step Functions Developer Guide, "Wait for a callback with the task token" and "Best practices: Use timeouts to avoid stuck executions"; NIST SP 800-53 AC-3(2)',
  fix: 'Give the waitForTaskToken state TimeoutSeconds, take its Retry away (LambdaInvoke: retryOnServiceExceptions: false), and set StateMachineType: STANDARD and LoggingConfiguration.IncludeExecutionData: false.',
  *check(assembly) {
    for (const machine of assembly.ofType('AWS::StepFunctions::StateMachine')) {
      let waits = false;
      for (const { value, property, assuming } of definitionsOf(machine)) {
        if (!isObject(value)) {
          const message =
            value instanceof Unresolved ? unproven(value) : "can't be proven: the definition isn't in the template";
          yield { resource: machine, property, message: assumed(message, assuming) };
          continue;
        }
        for (const { name, state } of statesOf(value)) {
          const resource = state.Resource;
          if (resource instanceof Unresolved) {
            yield { resource: machine, property, message: `${name}: ${unproven(resource)}` };
            continue;
          }
          if (!String(resource ?? '').endsWith('.waitForTaskToken')) continue;
          waits = true;
          for (const message of faultsOf(name, state)) {
            yield { resource: machine, property, message: assumed(message, assuming) };
          }
        }
      }
      if (waits) yield* machineOffences(machine);
    }
  },
};

function* machineOffences(machine: Resource): Generator<Offence> {
  yield* offencesAt(machine, ['StateMachineType'], (type) =>
    type === undefined || type === 'STANDARD' ? undefined : 'an express state machine may run a step twice',
  );
  yield* offencesAt(machine, ['LoggingConfiguration', 'IncludeExecutionData'], (included) =>
    included === undefined || included === false || included === 'false'
      ? undefined
      : 'execution data is logged: task tokens and inputs can be read there',
  );
}

interface Definition {
  readonly value: Value;
  readonly property: string;
  readonly assuming: readonly string[];
}

function definitionsOf(machine: Resource): Definition[] {
  const asText = machine
    .property('DefinitionString')
    .filter(({ value }) => value !== undefined)
    .map(({ value, assuming }) => ({
      value: value instanceof Unresolved ? value : parseJsonText(value),
      property: 'Properties.DefinitionString',
      assuming,
    }));
  const asObject = machine
    .property('Definition')
    .filter(({ value }) => value !== undefined)
    .map(({ value, assuming }) => ({ value, property: 'Properties.Definition', assuming }));
  const all = [...asText, ...asObject];
  return all.length > 0 ? all : [{ value: undefined, property: 'Properties.DefinitionString', assuming: [] }];
}

interface NamedState {
  readonly name: string;
  readonly state: { readonly [member: string]: Value };
}

/** Every state, those inside Map and Parallel included. */
function* statesOf(definition: Value): Generator<NamedState> {
  if (!isObject(definition) || !isObject(definition.States)) return;
  for (const [name, state] of Object.entries(definition.States)) {
    if (!isObject(state)) continue;
    yield { name, state };
    for (const inner of [...listOf(state.Branches), state.Iterator, state.ItemProcessor]) yield* statesOf(inner);
  }
}

function* faultsOf(name: string, state: NamedState['state']): Generator<string> {
  const seconds = state.TimeoutSeconds;
  if (seconds === undefined && state.TimeoutSecondsPath === undefined) {
    yield `${name} waits without a timeout: up to a year`;
  } else if (seconds instanceof Unresolved) yield `${name}: ${unproven(seconds)}`;
  else if (seconds !== undefined && !(Number(seconds) > 0 && Number(seconds) <= LONGEST_WAIT)) {
    yield `${name} has a timeout that isn't between 1 and ${LONGEST_WAIT} seconds`;
  }
  if (state.Retry instanceof Unresolved) yield `${name}: ${unproven(state.Retry)}`;
  else if (listOf(state.Retry).length > 0) yield `${name} has a Retry: a person could be asked twice`;
}

/** Thirty days, in seconds. */
const LONGEST_WAIT = 30 * 24 * 3600;
