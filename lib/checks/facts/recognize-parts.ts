import { CODE_SANDBOX_ARN } from '../../private/code-sandbox-variables';
import { type Assembly, memberOf, type Resource, resourcesIn } from '../../template';
import { codeSandboxesOf } from './code-sandboxes';
import { functionsCalledBy as functionsOfMethod } from './gate-apis';
import type { Part, PartKind } from './part';
import {
  definitionsOf,
  functionsCalledBy as functionsOfState,
  isWait,
  statesAfterFailedWait,
  statesOf,
} from './state-machines';
import { variablesOf } from './variables';

/** A part and the function or state machine that runs it. */
export type RecognizedPart = Part & { readonly workload: Resource };

/** Resources of each kind. A resource is the first kind that lists it. */
type Kinds = readonly (readonly [kind: PartKind, workloads: readonly Resource[]])[];

/**
 * The functions and state machines of the runtime, recognized by their wiring: their environment variables, and the API
 * methods, event rules and state machines that call them. The runtime can't work without this wiring. `prove` reads neither
 * descriptions, which are free text, nor permissions, which it judges. A copied wiring allows no more than its part may do.
 *
 * @returns parts in the order of the templates
 */
export function recognizeParts(assembly: Assembly): readonly RecognizedPart[] {
  const functions = assembly.ofType('AWS::Lambda::Function');
  const having = (variable: string): Resource[] =>
    functions.filter((each) => variablesOf(each).some(({ name }) => name === variable));
  const gates = having('AGENT_ROLE_NAME');
  const executors = executorsOf(assembly, gates);
  const desk = having('APPROVER_ROLE_NAME');
  const webDesks = having('DECIDE_FUNCTION');
  const workflows = namedBy(assembly, gates, 'APPROVAL_STATE_MACHINE_ARN');
  const kinds: Kinds = [
    ['code sandbox', codeSandboxesOf(assembly).map(({ code }) => code)],
    ['code connector', having(CODE_SANDBOX_ARN)],
    ['gate', gates],
    ['connector', [...executors.keys(), ...having('CREDENTIAL_SECRET_ARN')]],
    ['sealer', having('SIGNING_KEY_ARN')],
    ['session launcher', having('TASK_DEFINITION_ARN')],
    ['web desk', webDesks],
    [
      'decision',
      [...desk.filter((each) => isPostedTo(assembly, each)), ...namedBy(assembly, webDesks, 'DECIDE_FUNCTION')],
    ],
    ['request viewer', [...desk, ...namedBy(assembly, webDesks, 'SHOW_FUNCTION')]],
    ['operator desk', having('OPERATOR_ROLE_NAME')],
    ['session sweep', having('MAX_CALLS')],
    ['approval workflow', workflows],
    ...workflows.flatMap((workflow) => stepsOf(assembly, workflow)),
    ['session end', sessionEndsOf(assembly, gates)],
    ['approval watch', watchesOf(assembly, workflows)],
    ['webhook notifier', having('WEBHOOK_SECRET_ARN')],
    ['AWS CDK', providersOf(assembly, 'Custom::VpcRestrictDefaultSG')],
  ];
  const kindOf = new Map<Resource, PartKind>();
  for (const [kind, workloads] of kinds) {
    for (const workload of workloads) if (!kindOf.has(workload)) kindOf.set(workload, kind);
  }
  return [...functions, ...assembly.ofType('AWS::StepFunctions::StateMachine')].flatMap(
    (workload): RecognizedPart[] => {
      const kind = kindOf.get(workload);
      if (kind === undefined) return [];
      const label =
        kind === 'connector' || kind === 'code connector'
          ? `connector ${connectorName(workload, executors.get(workload))}`
          : kind;
      return [{ kind, label, workload }];
    },
  );
}

/** Resources of the app that functions name in a variable. */
function namedBy(assembly: Assembly, functions: readonly Resource[], variable: string): Resource[] {
  return functions
    .flatMap(variablesOf)
    .filter(({ name }) => name === variable)
    .flatMap(({ value }) => resourcesIn(assembly, value));
}

const EXECUTOR = 'EXECUTOR_ARN_';

/** The connectors' functions that a gate names, with the name of each: `TICKETS` of `EXECUTOR_ARN_TICKETS`. */
function executorsOf(assembly: Assembly, gates: readonly Resource[]): ReadonlyMap<Resource, string> {
  return new Map(
    gates
      .flatMap(variablesOf)
      .filter(({ name }) => name.startsWith(EXECUTOR))
      .flatMap(({ name, value }) =>
        resourcesIn(assembly, value).map((executor) => [executor, name.slice(EXECUTOR.length)] as const),
      ),
  );
}

/** The id of the connector's construct, as far as the path or the logical id still contains it. */
function connectorName({ path, logicalId }: Resource, variable = ''): string {
  const [, withOwn, credential] = /([^/]+)\/Credentials\/([^/]+)\/Executor\/Function\/Resource$/.exec(path) ?? [];
  if (withOwn !== undefined) return `${withOwn} with ${credential}`;
  const [, inPath] = /([^/]+)\/Executor\/Function\/Resource$/.exec(path) ?? [];
  if (inPath !== undefined) return inPath;
  const [, inId = ''] = /^(.+)ExecutorFunction[0-9A-F]{8}$/.exec(logicalId) ?? [];
  const length = variable.replaceAll('_', '').length;
  const isSame = length > 0 && inId.slice(-length).toUpperCase() === variable.replaceAll('_', '');
  return isSame ? inId.slice(-length) : variable || logicalId;
}

/** Whether a POST method of an API calls a function. */
function isPostedTo(assembly: Assembly, called: Resource): boolean {
  return assembly
    .ofType('AWS::ApiGateway::Method')
    .filter((method) => method.property('HttpMethod').some(({ value }) => value === 'POST'))
    .some((method) => functionsOfMethod(assembly, method).includes(called));
}

/** The functions that an approval workflow calls: to wait, after a failed wait, and after an approval. */
function stepsOf(assembly: Assembly, workflow: Resource): Kinds {
  return definitionsOf(workflow).flatMap(({ value }): Kinds => {
    const states = [...statesOf(value)];
    return [
      ['token keeper', states.filter(isWait).flatMap((state) => functionsOfState(assembly, state))],
      ['request closer', statesAfterFailedWait(value).flatMap((state) => functionsOfState(assembly, state))],
      ['approved call', states.flatMap((state) => functionsOfState(assembly, state))],
    ];
  });
}

/** Functions that an event rule starts and that have a gate's state and ledger. */
function sessionEndsOf(assembly: Assembly, gates: readonly Resource[]): Resource[] {
  return ruleTargetsOf(assembly)
    .map(({ target }) => target)
    .filter((target) =>
      ['STATE_TABLE', 'LEDGER_BUCKET'].every((variable) => {
        const stores = namedBy(assembly, gates, variable);
        return namedBy(assembly, [target], variable).some((store) => stores.includes(store));
      }),
    );
}

/** State machines that an event rule starts with each approval, and that only look at executions. */
function watchesOf(assembly: Assembly, workflows: readonly Resource[]): Resource[] {
  return ruleTargetsOf(assembly)
    .filter(({ rule }) =>
      rule
        .property('EventPattern')
        .flatMap(({ value }) => resourcesIn(assembly, value))
        .some((named) => workflows.includes(named)),
    )
    .map(({ target }) => target)
    .filter((target) => target.type === 'AWS::StepFunctions::StateMachine' && onlyLooksAtExecutions(target));
}

function onlyLooksAtExecutions(machine: Resource): boolean {
  return definitionsOf(machine).every(({ value }) => {
    const tasks = [...statesOf(value)].filter(({ members }) => members.Type === 'Task');
    const looks = ({ members }: (typeof tasks)[number]): boolean =>
      String(members.Resource).endsWith(':aws-sdk:sfn:describeExecution');
    return tasks.length > 0 && tasks.every(looks);
  });
}

/** Resources of the app that event rules start. */
function ruleTargetsOf(assembly: Assembly): { rule: Resource; target: Resource }[] {
  return assembly.ofType('AWS::Events::Rule').flatMap((rule) =>
    rule
      .items('Targets')
      .flatMap(({ value }) => assembly.find(memberOf(value, 'Arn')) ?? [])
      .map((target) => ({ rule, target })),
  );
}

/** Functions that answer for custom resources of a type. */
function providersOf(assembly: Assembly, type: string): Resource[] {
  return assembly
    .ofType(type)
    .flatMap((resource) => resource.property('ServiceToken'))
    .flatMap(({ value }) => resourcesIn(assembly, value));
}
