import type { Part, PartKind } from '../checks/facts/part';
import {
  type Assembly,
  describe,
  isTextual,
  memberOf,
  piecesOf,
  type Resource,
  referencesIn,
  textOf,
  type Value,
} from '../template';
import { arnOf, nameOf, type Spelling } from '../template/iam/arn';
import { matchesEvent } from './event-pattern';
import { busFault, offFault } from './event-rules';
import type { RuntimeParts } from './runtime-parts';

/**
 * Parts that nothing certainly starts: the sealer and the sweep of sessions by their schedules, the session end by each stopped
 * task, the approval watch and webhook notifiers by each waiting request. Also rules of the runtime that are off, and functions that may not run at all.
 *
 * Source: CloudFormation Template Reference, "AWS::Events::Rule"; Amazon ECS Developer Guide, "Amazon ECS task state change
 * events"; EventBridge User Guide, "AWS Step Functions events"; Lambda Developer Guide, "Configuring reserved concurrency".
 */
export function lackingTriggers(assembly: Assembly, parts: RuntimeParts, spelling: Spelling): string[] {
  const all = [...parts.workloads.values()];
  const triggers = new Triggers(assembly, parts, spelling);
  return [
    ...all.flatMap((part) => triggers.lackingFor(part)),
    ...all.filter(({ kind }) => kind === 'gate').flatMap((gate) => triggers.missing(gate, 'ledger', 'sealer')),
    ...all
      .filter(({ kind }) => kind === 'session launcher')
      .flatMap((launcher) => [
        ...triggers.missing(launcher, 'state', 'session end'),
        ...triggers.missing(launcher, 'state', 'session sweep'),
      ]),
    ...triggers.off(),
    ...all.flatMap(({ label, workload }) => {
      const reserved = workload?.property('ReservedConcurrentExecutions') ?? [];
      return reserved.some(({ value }) => Number(describe(value)) === 0)
        ? [
            `the ${label} lacks concurrency: function: ${workload?.path} has ReservedConcurrentExecutions 0, so it never runs`,
          ]
        : [];
    }),
  ];
}

class Triggers {
  private readonly rules: readonly Resource[];
  private readonly byTarget = new Map<Resource, Resource[]>();

  constructor(
    private readonly assembly: Assembly,
    private readonly parts: RuntimeParts,
    private readonly spelling: Spelling,
  ) {
    this.rules = assembly.ofType('AWS::Events::Rule');
    for (const rule of this.rules) {
      for (const { value } of rule.items('Targets')) {
        const target = assembly.find(memberOf(value, 'Arn'));
        if (target !== undefined) this.byTarget.set(target, [...(this.byTarget.get(target) ?? []), rule]);
      }
    }
  }

  /** A part that an event must start, and no rule certainly does. */
  public lackingFor(part: Part): string[] {
    const { kind, label, workload } = part;
    const rules = (workload && this.byTarget.get(workload)) ?? [];
    const lacks = (what: string, faultOf: (rule: Resource) => string | undefined): string[] => {
      const faults = rules.map((rule) => faultOf(rule) ?? busFault(rule) ?? this.inputFault(rule, part));
      if (faults.some((fault) => fault === undefined)) return [];
      return [`the ${label} lacks ${what}: event rule: ${faults.join('; ') || 'none starts it'}`];
    };
    switch (kind) {
      case 'sealer':
      case 'session sweep':
        return lacks('a schedule', scheduleFault);
      case 'session end':
        return this.launchersBeside(part).flatMap((launcher) =>
          this.parts
            .resourcesConfigured(launcher, 'cluster')
            .flatMap((cluster) =>
              this.parts
                .resourcesConfigured(launcher, 'task')
                .flatMap((task) =>
                  lacks('the event of a stopped task', (rule) => this.patternFault(rule, stoppedTask(cluster, task))),
                ),
            ),
        );
      case 'approval workflow':
        return this.isWatched(workload) ? [] : [`the ${label} lacks an approval watch: event rule: none starts one`];
      case 'webhook notifier':
      case 'approval watch':
        return this.workflowsOf(rules).flatMap((workflow) =>
          lacks('the event of a waiting request', (rule) => this.patternFault(rule, startedExecution(workflow))),
        );
      default:
        return [];
    }
  }

  /** What another part with the same store must do for a part, where the templates have none. */
  public missing(part: Part, store: string, kind: Part['kind']): string[] {
    const workers = [...this.parts.workloads.values()].filter(
      (other) => other.kind === kind && (other.agentId === undefined || other.agentId === part.agentId),
    );
    return this.parts
      .resourcesConfigured(part, store)
      .filter((resource) => !workers.some((worker) => this.parts.resourcesConfigured(worker, store).includes(resource)))
      .map(({ path }) => `the ${part.label} lacks a ${kind}: event rule: no function that a rule starts has ${path}`);
  }

  /** Rules that start a part or name a resource of the runtime, and aren't certainly on. */
  public off(): string[] {
    return this.rules.flatMap((rule) => {
      const why = offFault(rule);
      if (why === undefined) return [];
      const named = [
        ...rule.items('Targets').map(({ value }) => value),
        ...rule.property('EventPattern').map(({ value }) => value),
      ]
        .flatMap(referencesIn)
        .flatMap((reference) => this.assembly.find(reference) ?? []);
      const places = [...new Set(named.flatMap((resource) => this.parts.placeOf(resource) ?? []))];
      if (places.length === 0) return [];
      return [`the rule about ${places.join(', ')} isn't on: event rule: ${rule.path}: ${why}`];
    });
  }

  /** Whether a rule about a workflow starts an approval watch. */
  private isWatched(workflow: Resource | undefined): boolean {
    return [...this.byTarget].some(
      ([target, rules]) =>
        this.parts.ofWorkload(target)?.kind === 'approval watch' &&
        this.workflowsOf(rules).some((watched) => watched === workflow),
    );
  }

  /** Whether a rule passes on something else than what the part reads. */
  private inputFault(rule: Resource, { kind, workload }: Part): string | undefined {
    const targets = rule
      .items('Targets')
      .map(({ value }) => value)
      .filter((target) => this.assembly.find(memberOf(target, 'Arn')) === workload);
    const isWhole = targets.every((target) =>
      kind === 'approval watch'
        ? memberOf(target, 'Input') === undefined && tellsOfExecution(memberOf(target, 'InputTransformer'))
        : !READS_EVENT.includes(kind) || INPUTS.every((member) => memberOf(target, member) === undefined),
    );
    return isWhole ? undefined : `${rule.path} passes on something else than the event`;
  }

  private patternFault(rule: Resource, event: Value): string | undefined {
    const matches = rule.property('EventPattern').map(({ value }) => matchesEvent(value, event, this.spelling));
    if (matches.every((truth) => truth === 'true')) return undefined;
    return matches.includes('false')
      ? `${rule.path} has another pattern`
      : `can't be proven: the pattern of ${rule.path}`;
  }

  /** The launchers of the same agent. */
  private launchersBeside(part: Part): Part[] {
    const states = this.parts.resourcesConfigured(part, 'state');
    return [...this.parts.workloads.values()].filter(
      (other) =>
        other.kind === 'session launcher' &&
        other.agentId === part.agentId &&
        this.parts.resourcesConfigured(other, 'state').some((state) => states.includes(state)),
    );
  }

  private workflowsOf(rules: readonly Resource[]): Resource[] {
    const named = rules
      .flatMap((rule) => rule.property('EventPattern'))
      .flatMap(({ value }) => referencesIn(value))
      .flatMap((reference) => this.assembly.find(reference) ?? []);
    return [...new Set(named)].filter((each) => this.parts.ofWorkload(each)?.kind === 'approval workflow');
  }
}

function stoppedTask(cluster: Resource, task: Resource): Value {
  const group = textOf(['family:', ...(piecesOf(nameOf(task)) ?? [])]);
  return {
    source: 'aws.ecs',
    'detail-type': 'ECS Task State Change',
    detail: { clusterArn: arnOf(cluster), group, lastStatus: 'STOPPED', desiredStatus: 'STOPPED' },
  };
}

function startedExecution(workflow: Resource): Value {
  return {
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    detail: { stateMachineArn: arnOf(workflow), status: 'RUNNING' },
  };
}

/** Parts that get the whole event. */
const READS_EVENT: readonly PartKind[] = ['session end', 'webhook notifier'];
const INPUTS = ['Input', 'InputPath', 'InputTransformer'];
const OF_EXECUTION = { executionArn: '$.detail.executionArn', requestId: '$.detail.name' };

/** The watch gets which execution began, and for which request. */
function tellsOfExecution(transformer: Value): boolean {
  const paths = memberOf(transformer, 'InputPathsMap');
  const template = describe(memberOf(transformer, 'InputTemplate'));
  return Object.entries(OF_EXECUTION).every(([member, path]) => {
    const [, name = ''] = template.match(new RegExp(`"${member}":\\s*"?<([^>]+)>`)) ?? [];
    return memberOf(paths, name) === path;
  });
}

function scheduleFault(rule: Resource): string | undefined {
  const isKnown = rule
    .property('ScheduleExpression')
    .every(({ value }) => isTextual(value) && /^(rate|cron)\(/.test(describe(value)));
  return isKnown ? undefined : `${rule.path} has no schedule`;
}
