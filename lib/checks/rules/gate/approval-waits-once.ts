import { type Assembly, isObject, type Resource, Unresolved, unknownIn, type Value } from '../../../template';
import { approvalMachinesOf, behindTheGate, functionsThatMayBeCalledBy } from '../../facts/behind-the-gate';
import { hasOwnRuntime } from '../../facts/own-runtime';
import {
  calledBy,
  definitionsOf,
  functionsCalledBy,
  isActivity,
  isWait,
  repeatedStates,
  retries,
  type State,
  statesBeforeWait,
  statesOf,
} from '../../facts/state-machines';
import { assumed, isOff, offencesAt, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** A person is asked once, the wait ends by itself, and no execution log contains the arguments. */
export const approvalWaitsOnce: Rule = {
  id: 'GateApprovalWaitsOnce',
  pillar: 'gate',
  severity: 'fatal',
  holds:
    'A state that waits for a person has a timeout, and no Retry or Catch repeats it, in a standard state machine that logs no execution data. In a state machine that the gate starts, nothing runs the call before such a state succeeded. In an app without our gate, a wait that breaks this is a warning.',
  source:
    'Step Functions Developer Guide, "Wait for a callback with the task token" and "Best practices: Use timeouts to avoid stuck executions"; NIST SP 800-53 AC-3(2)',
  fix: 'Give the waitForTaskToken state TimeoutSeconds, or the state machine if the input sets the state’s, and remove its Retry (LambdaInvoke: retryOnServiceExceptions: false). Set StateMachineType: STANDARD and LoggingConfiguration.IncludeExecutionData: false. Put the state before every state that runs the call, and let its Catch lead to another one.',
  lists: ['ASI09', 'LLM06:2025', 'NIST SP 800-53 AC-3(2)'],
  insecure: template(''),
  secure: template(`            TimeoutSeconds: 3600
`),
  *check(assembly) {
    if (hasOwnRuntime(assembly)) {
      const approving = approvalMachinesOf(assembly);
      for (const machine of assembly.ofType('AWS::StepFunctions::StateMachine')) {
        yield* machineOffences(assembly, machine, approving.has(machine));
      }
      return;
    }
    // Most state machines of others wait for nobody, and where one does, nothing is known of what it is about.
    for (const machine of assembly.ofType('AWS::StepFunctions::StateMachine').filter(waitsForSomebody)) {
      for (const offence of machineOffences(assembly, machine, false)) yield { ...offence, severity: 'warning' };
    }
  },
};

function waitsForSomebody(machine: Resource): boolean {
  return definitionsOf(machine).some(({ value }) => [...statesOf(value)].some(isWait));
}

function* machineOffences(assembly: Assembly, machine: Resource, isApproving: boolean): Generator<Offence> {
  for (const { value, property, assuming } of definitionsOf(machine)) {
    const faults = [...definitionFaults(assembly, value), ...(isApproving ? bypassFaults(assembly, value) : [])];
    for (const fault of faults) yield { resource: machine, property, message: assumed(fault, assuming) };
  }
  if (isApproving || waitsForSomebody(machine)) yield* settingOffences(machine);
}

function* definitionFaults(assembly: Assembly, definition: Value): Generator<string> {
  if (!isObject(definition)) {
    yield definition instanceof Unresolved
      ? unproven(definition)
      : "can't be proven: the definition isn't in the template";
    return;
  }
  const waits = (state: State): boolean => isWait(state) || isActivity(assembly, state);
  for (const state of statesOf(definition)) {
    const unknown = unknownIn(state.members.Resource);
    if (unknown !== undefined) yield `${state.name}: ${unproven(unknown)}`;
    else if (waits(state)) yield* waitFaults(state, hasBound(definition.TimeoutSeconds));
  }
  for (const { state, by } of repeatedStates(definition, waits)) {
    yield by === 'Retry'
      ? `${state.name} has a Retry around a state that waits: a person could be asked twice`
      : `the Catch of ${state.name} leads back to it: a person could be asked twice`;
  }
}

/** Thirty days, in seconds. */
const LONGEST_WAIT = 30 * 24 * 3600;

/** @param isBounded whether the whole execution ends by itself */
function* waitFaults({ name, members }: State, isBounded: boolean): Generator<string> {
  const { TimeoutSeconds: seconds, TimeoutSecondsPath: path, Retry: retry } = members;
  if (seconds === undefined && path === undefined) yield `${name} waits without a timeout: up to a year`;
  else if (seconds instanceof Unresolved) yield `${name}: ${unproven(seconds)}`;
  else if (path !== undefined || isExpression(seconds)) {
    if (!isBounded) {
      yield `${name}: can't be proven: its input sets the timeout, and the state machine's own TimeoutSeconds doesn't bound it`;
    }
  } else if (seconds !== undefined && !hasBound(seconds)) {
    yield `${name} has a timeout that isn't between 1 and ${LONGEST_WAIT} seconds`;
  }
  if (retry instanceof Unresolved) yield `${name}: ${unproven(retry)}`;
  else if (retries(retry)) yield `${name} has a Retry: a person could be asked twice`;
}

function hasBound(seconds: Value | undefined): boolean {
  return !(seconds instanceof Unresolved) && Number(seconds) > 0 && Number(seconds) <= LONGEST_WAIT;
}

/** A JSONata expression. */
function isExpression(value: Value): boolean {
  return typeof value === 'string' && value.trim().startsWith('{%');
}

/** States that run the call although no person approved it. */
function* bypassFaults(assembly: Assembly, definition: Value): Generator<string> {
  const behind = behindTheGate(assembly);
  const runsCalls = (called: Resource): boolean =>
    behind.has(called) || functionsThatMayBeCalledBy(assembly, called).some((next) => behind.has(next));
  for (const state of statesBeforeWait(definition)) {
    if (state.members.Type !== 'Task' || isWait(state)) continue;
    const target = calledBy(state);
    if (target === undefined || target instanceof Unresolved) {
      yield `${state.name}: can't be proven: which function it calls without an approval`;
    } else if (functionsCalledBy(assembly, state).some(runsCalls)) {
      yield `${state.name} runs the call without an approval: no waiting state comes before it`;
    }
  }
}

function* settingOffences(machine: Resource): Generator<Offence> {
  yield* offencesAt(machine, ['StateMachineType'], (type) =>
    type === undefined || type === 'STANDARD' ? undefined : 'an express state machine may run a step twice',
  );
  yield* offencesAt(machine, ['LoggingConfiguration', 'IncludeExecutionData'], (included) =>
    isOff(included) ? undefined : 'execution data is logged: the log contains task tokens and inputs',
  );
}

/** The smallest app that the rule speaks of. */
function template(differing: string): string {
  return `Resources:
  Approval:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      Definition:
        StartAt: Ask
        States:
          Ask:
            Type: Task
            Resource: arn:aws:states:::lambda:invoke.waitForTaskToken
            Parameters: { FunctionName: ask, Payload: { token.$: $$.Task.Token } }
${differing}            End: true
`;
}
