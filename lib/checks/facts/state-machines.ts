import {
  type Assembly,
  asNumber,
  isObject,
  listOf,
  memberOf,
  parseJsonText,
  piecesOf,
  type Resource,
  resourcesIn,
  Text,
  type TextPiece,
  textOf,
  Unresolved,
  type Value,
} from '../../template/index';

/** One possible definition of a state machine. */
export interface Definition {
  /** The definition as an object; another value where it can't be read. */
  readonly value: Value;
  readonly property: string;
  readonly assuming: readonly string[];
}

/** The definition of a state machine, given as text or as an object. Where there may be none, one entry is undefined. */
export function definitionsOf(machine: Resource): readonly Definition[] {
  const substitutions = machine.property('DefinitionSubstitutions');
  const given = (member: string, read: (value: Value) => Value): Definition[] =>
    machine
      .property(member)
      .filter(({ value }) => value !== undefined)
      .flatMap(({ value, assuming }) =>
        substitutions.map((substitution) => ({
          value: read(substituted(value, substitution.value)),
          property: `Properties.${member}`,
          assuming: [...assuming, ...substitution.assuming],
        })),
      );
  const all = [
    ...given('DefinitionString', (text) => (text instanceof Unresolved ? text : parseJsonText(text))),
    ...given('Definition', (value) => value),
  ];
  const [text, object] = ['DefinitionString', 'Definition'].map((member) =>
    machine.property(member).find(({ value }) => value === undefined),
  );
  // Two that each may lack are taken for the sides of one condition.
  const areBoth = machine.properties.DefinitionString !== undefined && machine.properties.Definition !== undefined;
  if (text === undefined || object === undefined || areBoth) return all;
  const { assuming } = machine.properties.Definition === undefined ? text : object;
  return [...all, { value: undefined, property: 'Properties.DefinitionString', assuming }];
}

/**
 * The definition with the values of its placeholders, `${name}`. A name without a value stays.
 *
 * Source: CloudFormation Template Reference, "AWS::StepFunctions::StateMachine: DefinitionSubstitutions".
 */
function substituted(value: Value, substitutions: Value): Value {
  if (substitutions === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => substituted(item, substitutions));
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substituted(item, substitutions)]));
  }
  if (typeof value !== 'string' && !(value instanceof Text)) return value;
  return textOf(
    (piecesOf(value) ?? []).flatMap((piece) =>
      typeof piece === 'string'
        ? piece.split(/\$\{([^}]+)\}/).flatMap((part, i) => (i % 2 === 0 ? [part] : placeholder(part, substitutions)))
        : [piece],
    ),
  );
}

function placeholder(name: string, substitutions: Value): readonly TextPiece[] {
  const value = memberOf(substitutions, name);
  if (value === undefined) return [`\${${name}}`];
  return piecesOf(value) ?? [new Unresolved(`\${${name}}`, name, 'its substitution is not a text')];
}

/** A state of a state machine. */
export interface State {
  readonly name: string;
  readonly members: { readonly [member: string]: Value };
}

/** Every state, including those inside Map and Parallel. */
export function* statesOf(definition: Value): Generator<State> {
  for (const state of statesIn(definition)) {
    yield state;
    for (const inner of innerMachinesOf(state.members)) yield* statesOf(inner);
  }
}

/** The states of the machine itself, without those inside Map and Parallel. */
function statesIn(definition: Value): State[] {
  if (!isObject(definition) || !isObject(definition.States)) return [];
  return Object.entries(definition.States).flatMap(([name, members]) => (isObject(members) ? [{ name, members }] : []));
}

/** True for a state that waits for a callback with a task token. */
export function isWait({ members }: State): boolean {
  return String(members.Resource ?? '').endsWith('.waitForTaskToken');
}

/** True for a state that waits for whoever polls an activity. */
export function isActivity(assembly: Assembly, { members: { Resource: resource } }: State): boolean {
  return (
    assembly.find(resource)?.type === 'AWS::StepFunctions::Activity' ||
    /:states:.*:activity:/.test(String(resource ?? ''))
  );
}

/**
 * States that run a second time what `waits` holds for: those that can be reached from their own Catch, and those with a Retry
 * around such a state. With the member that repeats it.
 */
export function* repeatedStates(
  definition: Value,
  waits: (state: State) => boolean,
): Generator<{ state: State; by: 'Retry' | 'Catch' }> {
  for (const state of statesIn(definition)) {
    const machines = innerMachinesOf(state.members);
    const isAround = machines.some((inner) => [...statesOf(inner)].some(waits));
    if (isAround && retries(state.members.Retry)) yield { state, by: 'Retry' };
    if ((isAround || waits(state)) && leadsBack(definition, state)) yield { state, by: 'Catch' };
    for (const inner of machines) yield* repeatedStates(inner, waits);
  }
}

function leadsBack(definition: Value, { members }: State): boolean {
  if (!isObject(definition)) return false;
  return reachable(definition, handlersOf(members), () => true).some((after) => after.members === members);
}

/** Whether a Retry tries at least once more. Source: Step Functions Developer Guide, "Handling errors": MaxAttempts 0 is no retry. */
export function retries(retry: Value): boolean {
  return listOf(retry).some((retrier) => asNumber(memberOf(retrier, 'MaxAttempts')) !== 0);
}

/** States that can be reached from the start, or after a failed wait, without a wait that succeeded before. */
export function statesBeforeWait(definition: Value): readonly State[] {
  if (!isObject(definition)) return [];
  return reachable(definition, [definition.StartAt], (state) => !isWait(state));
}

/** States that can be reached when a wait fails or times out. */
export function statesAfterFailedWait(definition: Value): readonly State[] {
  if (!isObject(definition)) return [];
  const handlers = [...statesOf(definition)].filter(isWait).flatMap(({ members }) => handlersOf(members));
  return reachable(definition, handlers, () => true);
}

/** What a Task calls: the function's ARN, as `Resource` or as a parameter of it. */
export function calledBy({ members: { Resource: resource, Parameters: parameters, Arguments: args } }: State): Value {
  if (resource instanceof Unresolved || !/:states:::lambda:invoke/.test(String(resource ?? ''))) return resource;
  return memberOf(parameters, 'FunctionName') ?? memberOf(args, 'FunctionName');
}

/** Functions of the app that a Task calls. */
export function functionsCalledBy(assembly: Assembly, state: State): Resource[] {
  return resourcesIn(assembly, calledBy(state));
}

/** States that can be reached from the given ones, including those inside Map and Parallel. */
function reachable(
  definition: { readonly States?: Value },
  from: readonly Value[],
  goesOn: (state: State) => boolean,
): State[] {
  const states = isObject(definition.States) ? definition.States : {};
  const found = new Map<string, State>();
  const open = [...from];
  while (open.length > 0) {
    const name = open.pop();
    if (typeof name !== 'string' || found.has(name)) continue;
    const members = states[name];
    if (!isObject(members)) continue;
    const state = { name, members };
    found.set(name, state);
    open.push(...handlersOf(members));
    if (!goesOn(state)) continue;
    open.push(members.Next, members.Default, ...listOf(members.Choices).map((choice) => memberOf(choice, 'Next')));
  }
  const inner = [...found.values()]
    .flatMap(({ members }) => innerMachinesOf(members))
    .flatMap((machine) => (isObject(machine) ? reachable(machine, [machine.StartAt], goesOn) : []));
  return [...found.values(), ...inner];
}

function handlersOf(members: State['members']): Value[] {
  return listOf(members.Catch).map((handler) => memberOf(handler, 'Next'));
}

function innerMachinesOf(members: State['members']): Value[] {
  return [...listOf(members.Branches), members.Iterator, members.ItemProcessor];
}
