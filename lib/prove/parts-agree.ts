import { daysOfLock, LEAST_LOCKED_DAYS } from '../checks/facts/days-of-lock';
import type { Part, PartKind } from '../checks/facts/part';
import { type Variable, variablesOf } from '../checks/facts/variables';
import { type Assembly, describe, keyOf, type Resource } from '../template';
import { identityPoliciesOf } from '../template/iam/collect';
import { executorIdsOf } from './executor-ids';
import { oneSidedRules, sharedGroups } from './groups-agree';
import { sharedLogs } from './logs-apart';
import { haveOneState } from './one-state';
import type { RuntimeParts } from './runtime-parts';

/**
 * Parts whose settings don't fit together. Each setting alone is one that this library writes: an executor under another
 * connector's name, a desk that shows requests to other people than those who may decide, a gate that takes the calls of another agent.
 */
export function disagreements(assembly: Assembly, parts: RuntimeParts): string[] {
  return [
    ...misnamedExecutors(assembly, parts),
    ...unlikeExecutors(parts),
    ...unlikeDesks(parts),
    ...agentsOfOthers(assembly, parts),
    ...trailsForgottenFirst(assembly, parts),
    ...sharedGroups(assembly, parts),
    ...oneSidedRules(assembly, parts),
    ...sharedLogs(assembly, parts),
  ];
}

const EXECUTOR = /^EXECUTOR_ARN_/;

function partsOf(parts: RuntimeParts, ...kinds: readonly PartKind[]): [Resource, Part][] {
  return [...parts.workloads].filter(
    ([{ type }, { kind }]) => type === 'AWS::Lambda::Function' && kinds.includes(kind),
  );
}

/** The variables of some names that are set. */
function variablesNamed(workload: Resource, which: RegExp): readonly Variable[] {
  return variablesOf(workload).filter(({ name, value }) => which.test(name) && value !== undefined);
}

/** Executors under the name of another connector: its calls would run with their credential, at their host. */
function misnamedExecutors(assembly: Assembly, parts: RuntimeParts): string[] {
  return partsOf(parts, 'gate', 'approved call').flatMap(([workload, { label }]) =>
    variablesNamed(workload, EXECUTOR).flatMap(({ name, value }) => {
      const executor = assembly.find(value);
      const made = executor === undefined ? undefined : namesOf(executor);
      return made === undefined || made.includes(shortened(name.replace(EXECUTOR, '')))
        ? []
        : [`${workload.path}, the ${label}: ${name} is ${executor?.path}, the executor of another connector`];
    }),
  );
}

/** The names that an executor may have in a variable. The id of a connector comes after those of its scopes. */
function namesOf(executor: Resource): readonly string[] | undefined {
  return executorIdsOf(executor)?.flatMap(({ connector, credential }) =>
    [...connector].map((_, i) => shortened(`${connector.slice(i)}${credential}`)),
  );
}

/** Variables take neither small letters nor dashes, and logical ids no other signs than letters and digits. */
function shortened(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase();
}

/** What a person approved runs where the gate would have run it. */
function unlikeExecutors(parts: RuntimeParts): string[] {
  const gates = partsOf(parts, 'gate');
  return partsOf(parts, 'approved call').flatMap(([workload, { label, agentId }]) =>
    gates
      .filter(([gate, { agentId: other }]) => other === agentId && haveOneState(parts, gate, workload))
      .flatMap(([gate]) =>
        differing(workload, gate, EXECUTOR).map(
          (name) => `${workload.path}, the ${label}: its ${name} isn’t that of ${gate.path}`,
        ),
      ),
  );
}

/** Whom a desk shows requests, and whose decisions it takes. */
const PEOPLE = /^APPROVER_/;
const ISSUER = /^APPROVER_ISSUER$/;

/** The functions of one desk ask the same issuer, and the ones that show and decide know the same people. */
function unlikeDesks(parts: RuntimeParts): string[] {
  const deciding = partsOf(parts, 'decision');
  const unlike = (others: [Resource, Part][], which: RegExp): string[] =>
    others.flatMap(([workload, part]) =>
      deciding
        .filter(([decision]) => haveOneState(parts, workload, decision))
        .flatMap(([decision]) =>
          differing(workload, decision, which).map(
            (name) => `${workload.path}, the ${part.label}: its ${name} isn’t that of ${decision.path}, the decision`,
          ),
        ),
    );
  return [...unlike(partsOf(parts, 'request viewer'), PEOPLE), ...unlike(partsOf(parts, 'web desk'), ISSUER)];
}

function differing(one: Resource, other: Resource, which: RegExp): string[] {
  // Each value that it may have, also that it isn't there.
  const namesIn = (workload: Resource): string[] => variablesNamed(workload, which).map(({ name }) => name);
  const valuesOf = (workload: Resource, name: string): string[] => [
    ...new Set(workload.property('Environment', 'Variables', name).map(({ value }) => keyOf(value))),
  ];
  return [...new Set([...namesIn(one), ...namesIn(other)])].filter(
    (name) => valuesOf(one, name).join() !== valuesOf(other, name).join(),
  );
}

/** A gate takes calls of the role by which its own launcher starts tasks. */
function agentsOfOthers(assembly: Assembly, parts: RuntimeParts): string[] {
  return partsOf(parts, 'gate').flatMap(([workload, { label, agentId }]) =>
    variablesNamed(workload, /^AGENT_ROLE_NAME$/).flatMap(({ value }) => {
      const role = identityPoliciesOf(assembly).roleOf(value);
      if (role === undefined) return [];
      const owner = parts.ownerOf(role);
      if (owner !== undefined && owner !== agentId) {
        return [`${workload.path}, the ${label}: it takes the calls of ${describe(value)}, the role of ${owner}`];
      }
      // A role of no part is another app's own, and nothing is known of what has it.
      const kind = parts.ofRole(role)?.kind;
      return kind === undefined || kind === 'agent'
        ? []
        : [`${workload.path}, the ${label}: it takes the calls of ${describe(value)}, the role of the ${kind}`];
    }),
  );
}

/** Who touched the records is known as long as there are records, or for the least that a lock may last. */
function trailsForgottenFirst(assembly: Assembly, parts: RuntimeParts): string[] {
  const buckets = assembly.ofType('AWS::S3::Bucket');
  const lockOf = (bucket: Resource): number[] =>
    bucket.property('ObjectLockConfiguration', 'Rule', 'DefaultRetention').map(({ value }) => daysOfLock(value));
  const ledgers = buckets.filter((each) => parts.placeOf(each) === 'ledger').flatMap(lockOf);
  const least = Math.min(LEAST_LOCKED_DAYS, ...ledgers.filter((days) => !Number.isNaN(days)));
  return buckets
    .filter((each) => parts.placeOf(each) === 'trail files')
    .filter((each) => lockOf(each).some((days) => !(days >= least)))
    .map((each) => `${each.path}, the trail files: nothing certainly locks them for at least ${least} days`);
}
