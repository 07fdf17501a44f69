import { isObject, listOf, memberOf, parseJsonText, type Value } from '../../template';
import { type Judge, known, optional } from './shape';

/**
 * How each state machine of the runtime goes on: a state, what it does, what it gives and keeps, and where it leads. How long a state
 * waits is judged by a rule. Only a call's closing is tried again: an execution that is could act twice.
 */
const APPROVAL = [
  'AwaitDecision gives Payload (digest.$=$.digest, requestId.$=$.requestId, sessionId.$=$.sessionId, taskToken.$=$$.Task.Token), keeps all at $.decided',
  'CloseRequest gives Payload (requestId.$=$.requestId, sessionId.$=$.sessionId), keeps status.$=$.Payload.status at $.closed, is tried again',
  'Execute gives Payload (requestId.$=$.requestId, sessionId.$=$.sessionId), keeps status.$=$.Payload.status at $.outcome',
  'AwaitDecision waits for a function, then Decided, or CloseRequest where it fails',
  'CloseRequest calls a function, then ends',
  'Decided goes to Execute for $.decided.decision APPROVED, to Denied for $.decided.decision DENIED, else to CloseRequest',
  'Denied succeeds',
  'Execute calls a function, then ends, or CloseRequest where it fails',
  'begins with AwaitDecision',
];
const WATCH = [
  'Look gives ExecutionArn.$=$.executionArn, keeps status.$=$.Status at $.execution, is tried again',
  'Ended goes to StillOpen for $.execution.status RUNNING, else to InTime',
  'InTime succeeds',
  'Look reads an execution, then Ended',
  'StillOpen fails',
  'WaitHalfTheTime waits, then Look',
  'begins with WaitHalfTheTime',
];
/** The time to decide differs, so the watch reads how long it is. */
const WATCH_BY_REQUEST = [
  ...WATCH.filter((each) => !each.startsWith('begins')),
  'ReadRequest gives ExecutionArn.$=$.executionArn, keeps request.$=States.StringToJson($.Input) at $.begun, is tried again',
  'ReadRequest reads an execution, then WaitHalfTheTime',
  'begins with ReadRequest',
];
const FLOWS = [APPROVAL, WATCH, WATCH_BY_REQUEST].map((flow) => [...flow].sort());

/** A state machine that goes on as this library's do: another way to the call would be one without a person. */
export const definition: Judge = optional(known(flowFault));

function flowFault(value: Value): string | undefined {
  const found = flowOf(isObject(value) ? value : parseJsonText(value));
  const differences = FLOWS.map((flow) => found.filter((each) => !flow.includes(each)));
  const isOne = FLOWS.some((flow, i) => differences[i]?.length === 0 && flow.length === found.length);
  if (isOne) return undefined;
  const [nearest = []] = [...differences].sort((a, b) => a.length - b.length);
  return `isn't a state machine of this library: ${nearest.join('; ') || 'a state is missing'}`;
}

function flowOf(machine: Value): string[] {
  if (!isObject(machine) || !isObject(machine.States)) return ['no states are in the template'];
  const states = Object.entries(machine.States).flatMap(([name, state]) => [
    `${name} ${does(state)}${next(state)}`,
    ...(memberOf(state, 'Type') === 'Task' ? [`${name} ${passes(state)}`] : []),
    ...others(state, STATE_MEMBERS).map((member) => `${name} has ${member}`),
  ]);
  return [
    ...states,
    ...others(machine, MACHINE_MEMBERS).map((member) => `it has ${member}`),
    `begins with ${String(machine.StartAt)}`,
  ];
}

const MACHINE_MEMBERS = ['Comment', 'StartAt', 'States', 'TimeoutSeconds', 'Version'];
const STATE_MEMBERS = [
  ...['Comment', 'Type', 'Next', 'End', 'Catch', 'Choices', 'Default', 'Cause', 'CausePath', 'Error'],
  ...['Resource', 'Parameters', 'ResultSelector', 'ResultPath', 'Retry'],
  ...['Seconds', 'SecondsPath', 'TimeoutSeconds', 'TimeoutSecondsPath'],
];

/** Members that none of this library's states has, such as what filters its input, or says in which language it is written. */
function others(value: Value, known: readonly string[]): string[] {
  return isObject(value) ? Object.keys(value).filter((member) => !known.includes(member)) : [];
}

/** What a task is given, what is kept of its answer, and whether it is tried again. */
function passes(state: Value): string {
  const selected = memberOf(state, 'ResultSelector');
  const kept = selected === undefined ? 'all' : pairs(selected);
  const again = listOf(memberOf(state, 'Retry')).length === 0 ? '' : ', is tried again';
  return `gives ${pairs(memberOf(state, 'Parameters'))}, keeps ${kept} at ${String(memberOf(state, 'ResultPath'))}${again}`;
}

/** Which function is called is judged with those that the state machine is for. */
function pairs(value: Value): string {
  if (!isObject(value)) return String(value);
  const given = Object.entries(value).filter(([name]) => name !== 'FunctionName');
  return given
    .map(([name, each]) => (isObject(each) ? `${name} (${pairs(each)})` : `${name}=${String(each)}`))
    .sort()
    .join(', ');
}

function does(state: Value): string {
  const resource = String(memberOf(state, 'Resource') ?? '');
  switch (memberOf(state, 'Type')) {
    case 'Succeed':
      return 'succeeds';
    case 'Fail':
      return 'fails';
    case 'Wait':
      return 'waits';
    case 'Choice':
      return `goes to ${choices(state)}`;
    case 'Task':
      if (resource.endsWith(':states:::lambda:invoke.waitForTaskToken')) return 'waits for a function';
      if (resource.endsWith(':states:::lambda:invoke')) return 'calls a function';
      return resource.endsWith(':states:::aws-sdk:sfn:describeExecution') ? 'reads an execution' : `does ${resource}`;
    default:
      return `is a ${String(memberOf(state, 'Type'))}`;
  }
}

function choices(state: Value): string {
  const ways = listOf(memberOf(state, 'Choices')).map((choice) => {
    const [to, variable, equals] = ['Next', 'Variable', 'StringEquals'].map((each) => String(memberOf(choice, each)));
    const more = isObject(choice) ? Object.keys(choice).length - 3 : 0;
    return `${to} for ${variable} ${equals}${more === 0 ? '' : ' and more'}`;
  });
  return `${ways.join(', to ')}, else to ${String(memberOf(state, 'Default'))}`;
}

function next(state: Value): string {
  const to = memberOf(state, 'Next');
  const handlers = listOf(memberOf(state, 'Catch')).map((handler) => String(memberOf(handler, 'Next')));
  const then = to !== undefined ? `, then ${String(to)}` : memberOf(state, 'End') === true ? ', then ends' : '';
  return `${then}${handlers.length === 0 ? '' : `, or ${handlers.join(', ')} where it fails`}`;
}
