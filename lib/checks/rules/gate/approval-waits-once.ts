import {
  type Assembly,
  isObject,
  parseJsonText,
  type Resource,
  referencesIn,
  Unresolved,
  type Value,
} from '../../../template';
import { approvalMachinesOf, behindTheGate, functionsThatMayBeCalledBy } from '../../facts/behind-the-gate';
import { assumed, listOf, memberOf, offencesAt, unproven } from '../../judge/branches';
import type { Offence, Rule } from '../../rule';

/** An approval is asked once, ends by itself, and its arguments don't land in an execution log. */
export const approvalWaitsOnce: Rule = {
  id: 'GateApprovalWaitsOnce',
  pillar: 'gate',
  severity: 'fatal',
  holds:
    'A state that waits for a person has a timeout and no Retry, in a standard state machine that logs no execution data; in one that the gate starts, nothing acts before such a state ended well.',
  source:
    'Step Functions Developer Guide, "Wait for a callback with the task token" and "Best practices: Use timeouts to avoid stuck executions"; NIST SP 800-53 AC-3(2)',
  fix: 'Give the waitForTaskToken state TimeoutSeconds, take its Retry away (LambdaInvoke: retryOnServiceExceptions: false), and set StateMachineType: STANDARD and LoggingConfiguration.IncludeExecutionData: false. Put it before every state that calls what acts, and lead its Catch elsewhere.',
  *check(assembly) {
    const asked = approvalMachinesOf(assembly);
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
          if (!isWait(state)) continue;
          waits = true;
          for (const message of faultsOf(name, state)) {
            yield { resource: machine, property, message: assumed(message, assuming) };
          }
        }
        for (const message of asked.has(machine) ? bypassesOf(assembly, value) : []) {
          yield { resource: machine, property, message: assumed(message, assuming) };
        }
      }
      if (waits || asked.has(machine)) yield* machineOffences(machine);
    }
  },
};

function isWait(state: NamedState['state']): boolean {
  return String(state.Resource ?? '').endsWith('.waitForTaskToken');
}

/** States that call what acts, and are reached although nobody said yes. */
function* bypassesOf(assembly: Assembly, definition: Value): Generator<string> {
  const behind = behindTheGate(assembly);
  const acts = (called: Resource): boolean =>
    behind.has(called) || functionsThatMayBeCalledBy(assembly, called).some((next) => behind.has(next));
  for (const { name, state } of unaskedStatesOf(definition)) {
    if (state.Type !== 'Task' || isWait(state)) continue;
    const target = targetOf(state);
    if (target === undefined || target instanceof Unresolved) {
      yield `${name}: can't be proven: which function it calls without a person's yes`;
      continue;
    }
    const called = referencesIn(target).flatMap((reference) => assembly.find(reference) ?? []);
    if (called.some(acts)) yield `${name} runs the call without a person's yes: no waiting state comes before it`;
  }
}

/** What a Task calls: the function's ARN, as `Resource` or as a parameter of it. */
function targetOf({ Resource: resource, Parameters: parameters, Arguments: args }: NamedState['state']): Value {
  if (resource instanceof Unresolved || !/:states:::lambda:invoke/.test(String(resource ?? ''))) return resource;
  return memberOf(parameters, 'FunctionName') ?? memberOf(args, 'FunctionName');
}

/** States that are reached from the start, or because a wait failed, without a wait that ended well on the way. */
function unaskedStatesOf(definition: Value): NamedState[] {
  if (!isObject(definition) || !isObject(definition.States)) return [];
  const found = new Map<string, NamedState>();
  const open: Value[] = [definition.StartAt];
  while (open.length > 0) {
    const name = open.pop();
    if (typeof name !== 'string' || found.has(name)) continue;
    const state = definition.States[name];
    if (!isObject(state)) continue;
    found.set(name, { name, state });
    open.push(...listOf(state.Catch).map((handler) => memberOf(handler, 'Next')));
    if (isWait(state)) continue;
    open.push(state.Next, state.Default, ...listOf(state.Choices).map((choice) => memberOf(choice, 'Next')));
  }
  const inner = [...found.values()].flatMap(({ state }) =>
    [...listOf(state.Branches), state.Iterator, state.ItemProcessor].flatMap(unaskedStatesOf),
  );
  return [...found.values(), ...inner];
}

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
