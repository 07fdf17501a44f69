import { type CheckResult, checkAssembly } from '../checks/check-assembly';
import { ledgerBucketsOf } from '../checks/facts/ledger-buckets';
import { runsApart } from '../checks/facts/networks-apart';
import type { Part } from '../checks/facts/part';
import { privateAndNamed } from '../checks/rules/gate/private-and-named';
import { ownRole } from '../checks/rules/least-privilege/own-role';
import { dnsFirewalled } from '../checks/rules/network/dns-firewalled';
import { endpointPinned } from '../checks/rules/network/endpoint-pinned';
import { guardLowered } from '../checks/rules/network/guard-lowered';
import { codeClosed } from '../checks/rules/sandbox/code-closed';
import { readable } from '../checks/rules/template/readable';
import { DNS_OPEN } from '../private/metadata-keys';
import { type Assembly, describe, isFalse, type Resource, Unresolved } from '../template';
import { type Access, accessesOf } from '../template/iam/access';
import { identityPoliciesOf } from '../template/iam/collect';
import { outsiderAccessesOf } from '../template/iam/outsiders';
import { type Place, placesOf } from '../template/network/place';
import { type Path, pathsOf } from '../template/network/reach';
import { agentsTouching } from './agents-apart';
import { notAsMade } from './as-made';
import { strangeCallers } from './callers';
import { usesOfCode } from './code-uses';
import { concernOf } from './concern';
import { decidedAtDeployment } from './decided-at-deployment';
import { egressFaults } from './egress';
import { isExpected } from './expected';
import { explain } from './explain';
import { grantsByStores } from './grants-by-stores';
import { lackingAllows } from './lacking-allows';
import { modelCallersOf } from './model-callers';
import { networksNotWhole } from './network-whole';
import { outsideHolders } from './outside-holders';
import { policiesNotAsMade } from './own-policies';
import { codeFaults } from './part-code';
import { disagreements } from './parts-agree';
import { allowsByExclusion, confusedDeputies, loosePasses } from './policy-faults';
import { rightsBeside } from './rights-beside';
import { RuntimeParts } from './runtime-parts';
import { showAccess, showPath } from './show';
import { trustFaults } from './trust';
import { trustedPaths } from './trusted-paths';
import { unexpectedRights } from './unexpected-rights';
import { unknownRelations } from './unknown-relations';
import { unwatched } from './watching-alarms';

/** A property that an app must have, and the counter-examples. */
export interface Claim {
  readonly id: string;
  readonly claim: string;
  /** The claim in a few words. Such claims share a line on the screen when they hold. @default a line of its own */
  readonly short?: string;
  /** What breaks the claim, or may break it. Empty when it is proven, but for what `trusted` lists. */
  readonly counterExamples: readonly string[];
  /** What can't be proven, and somebody acknowledged with a reason. @default nothing */
  readonly trusted?: readonly string[];
}

/** Everything that `prove` derives from the templates. */
export interface Proof {
  readonly claims: readonly Claim[];
  readonly accesses: readonly Access[];
  readonly paths: readonly Path[];
  /** Paths into subnets of an existing VPC whose routes somebody vouched for, with the reason. */
  readonly trusted: ReadonlyMap<Path, string>;
  readonly parts: RuntimeParts;
  /** The result of the rules, with acknowledgements. */
  readonly checked: CheckResult;
}

/** An existing VPC whose resolver this library doesn't filter. */
const OPEN_DNS = `${guardLowered.id}[${DNS_OPEN}]`;

/** Rules that have a claim of their own below. */
const CLAIMED = [readable, codeClosed, endpointPinned, dnsFirewalled, privateAndNamed, ownRole].map(({ id }) => id);

/** Derives what each workload reaches and each role may use, and compares it with the claims. */
export function prove(assembly: Assembly): Proof {
  const accesses = accessesOf(assembly);
  const paths = pathsOf(assembly);
  const parts = new RuntimeParts(assembly);
  const identities = identityPoliciesOf(assembly);
  const checked = checkAssembly(assembly);
  const trusted = trustedPaths(assembly, checked, paths);
  const agents = modelCallersOf(assembly);
  const agentRoles = new Set(agents.map(({ role }) => identities.roleOf(role)));
  const agentWorkloads = new Set(agents.map(({ resource }) => resource));
  const code = codeFaults(assembly, parts, checked);
  const ledgers = ledgerBucketsOf(assembly);
  const concernsRuntime = concernOf(assembly, parts, accesses);
  const broken = (ruleId: string): string[] =>
    checked.findings
      .filter((finding) => finding.ruleId.split('[')[0] === ruleId)
      .map(({ path, property, message }) => `${path} ${property}: ${message}`);
  const claims: Claim[] = [
    {
      id: 'runtime-is-there',
      short: 'a runtime is there',
      claim: 'There is a runtime of this library.',
      counterExamples: [...parts.workloads.values()].some(({ kind }) => kind === 'gate')
        ? []
        : ['no runtime found: no function has AGENT_ROLE_NAME as a gate has, so the other claims prove nothing'],
    },
    {
      id: 'templates-are-readable',
      short: 'nothing is hidden',
      claim: 'Nothing in the templates hides what is deployed.',
      counterExamples: [...broken(readable.id), ...decidedAtDeployment(assembly, parts)],
    },
    {
      id: 'fatal-rules-hold',
      short: 'no fatal finding',
      claim: 'No rule is broken that nobody may lower with a reason.',
      counterExamples: checked.findings
        .filter(({ severity, ruleId }) => severity === 'fatal' && !CLAIMED.includes(ruleId.split('[')[0] ?? ''))
        .map(({ ruleId, path, property, message }) => `${ruleId}: ${path} ${property}: ${message}`),
    },
    {
      id: 'policies-have-owners',
      short: 'policies owned',
      claim: 'The owner of every policy is known.',
      counterExamples: identities.astray.map(({ holder }) => `can't be proven: what ${holder.path} is attached to`),
    },
    {
      id: 'agent-reaches-endpoints-only',
      claim: 'Model callers reach VPC endpoints and nothing else.',
      counterExamples: [
        ...paths
          .filter((path) => agentWorkloads.has(path.workload) && path.kind !== 'endpoint' && !trusted.has(path))
          .map(showPath),
        ...[...agentWorkloads]
          .filter((agent) => !paths.some(({ workload }) => workload === agent))
          .map(({ path }) => `can't be proven: the template doesn't say in which network ${path} runs`),
      ],
      trusted: [...trusted].filter(([{ workload }]) => agentWorkloads.has(workload)).map(showTrusted),
    },
    {
      id: 'paths-are-explained',
      claim: 'Every other part of the runtime reaches its endpoints only, or a stated reason explains the path.',
      counterExamples: paths
        .filter((path) => !agentWorkloads.has(path.workload) && !trusted.has(path))
        .filter((path) => explain(parts, path) === undefined)
        .map(showPath),
      trusted: [...trusted].filter(([{ workload }]) => !agentWorkloads.has(workload)).map(showTrusted),
    },
    {
      id: 'code-reaches-nothing',
      // Where there is none, the screen needs no line for it.
      ...([...parts.workloads.values()].some(({ kind }) => kind === 'code sandbox') ? {} : { short: 'no code' }),
      claim:
        'The code sandbox reaches nothing and may do nothing: no path, no name, no right but its own log, one caller.',
      counterExamples: [...broken(codeClosed.id), ...usesOfCode(parts, paths, accesses)],
    },
    {
      id: 'endpoints-lead-home',
      claim: 'Every VPC endpoint of the runtime’s networks serves named principals and resources of this account only.',
      counterExamples: endpointLeaks(assembly, checked, paths),
    },
    {
      id: 'names-do-not-leak',
      claim: 'Every network of the runtime has a DNS firewall that blocks what it doesn’t list.',
      counterExamples: [
        ...broken(dnsFirewalled.id),
        ...checked.findings
          .filter(({ ruleId }) => ruleId === OPEN_DNS)
          .map(({ path, message }) => `${path}: ${message}`),
      ],
      trusted: checked.acknowledged
        .filter(({ ruleId }) => ruleId === OPEN_DNS)
        .map(({ path, reason }) => `${path}: ${reason}`),
    },
    {
      id: 'no-public-address',
      short: 'no public address',
      claim: 'No function or task in a network of the runtime gets a public address.',
      counterExamples: placesOf(assembly)
        .places.filter(({ placedBy }) => !runsApart(assembly, placedBy))
        .flatMap((place) => publicAddresses(place)),
    },
    {
      id: 'agent-uses-gate-only',
      claim: 'Model callers may use the gate and no other resource of the app.',
      counterExamples: accesses
        .filter(({ role }) => agentRoles.has(role))
        .filter(({ target }) => target.type !== 'AWS::ApiGateway::RestApi' || parts.placeOf(target) === 'desk API')
        .map(showAccess),
    },
    {
      id: 'gate-admits-agent-only',
      claim: 'Each API accepts signed calls of named roles only; the gate’s API is private.',
      counterExamples: broken(privateAndNamed.id),
    },
    {
      id: 'uses-are-expected',
      claim: 'Each part of the runtime may use what it needs, and nothing outside may use the runtime.',
      counterExamples: [
        ...accesses
          .filter((access) => !agentRoles.has(access.role) && !isExpected(parts, access))
          .filter((access) => concernsRuntime(access.target) || !isForEverybody(access))
          .map(showAccess),
        ...rightsBeside(assembly, parts),
      ],
    },
    {
      id: 'rights-are-exact',
      claim: 'Each part’s own policies allow what this library gives it, and no more: action, resource, condition.',
      counterExamples: [
        ...unexpectedRights(assembly, parts),
        ...grantsByStores(parts, accesses).map(({ text }) => text),
      ],
    },
    {
      id: 'agents-are-apart',
      short: 'agents are apart',
      claim: 'No agent may touch another’s sessions, entries, evidence, secrets, executors, task tokens or gate.',
      counterExamples: agentsTouching(assembly, parts, accesses),
    },
    {
      id: 'needs-are-allowed',
      claim:
        'Each part is allowed what its code and AWS need: by policies and keys, and in a network by endpoint, groups and DNS.',
      counterExamples: lackingAllows(assembly, parts),
    },
    {
      id: 'role-has-one-taker',
      claim:
        'One service can assume each role of the runtime; people assume the approver’s and the operator’s, by name and group.',
      counterExamples: trustFaults(assembly, parts),
    },
    {
      id: 'functions-have-own-callers',
      claim: 'Only resources of this library invoke the functions of the runtime.',
      counterExamples: strangeCallers(assembly, parts),
    },
    {
      id: 'runtime-has-own-relations',
      short: 'nothing else touches it',
      claim: 'Nothing but what this library makes or judges names a resource of the runtime.',
      counterExamples: unknownRelations(assembly, parts),
    },
    {
      id: 'resources-are-as-made',
      short: 'all as this library makes it',
      claim: 'Each resource of the runtime has the properties that this library gives it, and no others.',
      counterExamples: notAsMade(assembly, parts),
    },
    {
      id: 'parts-run-own-code',
      short: 'own code and variables only',
      claim: 'Each function of the runtime has the code, variables and properties that this library gives it.',
      counterExamples: code.broken,
      trusted: code.trusted,
    },
    {
      id: 'parts-agree',
      short: 'parts agree',
      claim:
        'The parts of an agent, and of a desk, name the same executors, people and pages as each other, and share no group and no log.',
      counterExamples: disagreements(assembly, parts),
    },
    {
      id: 'alarms-watch',
      short: 'alarms watch',
      claim:
        'An alarm watches each failure to seal, to close a request or to stop a session, what the gate denies, and who is refused the ledger.',
      counterExamples: unwatched(assembly, parts),
    },
    {
      id: 'connectors-leave-by-firewall',
      short: 'firewalls whole',
      claim:
        'A firewall before connectors passes TLS to exact hosts, each for one connector, drops the rest, and records it.',
      counterExamples: egressFaults(assembly, parts),
    },
    {
      id: 'policies-are-as-made',
      short: 'own policies keep others out',
      claim: 'The own policy of each resource of the runtime denies everybody else what this library has it deny.',
      counterExamples: policiesNotAsMade(assembly, parts),
    },
    {
      id: 'networks-are-whole',
      short: 'networks whole',
      claim: 'Each network records the names that are asked, and leads to its gateway endpoints.',
      counterExamples: networksNotWhole(assembly, parts),
    },
    {
      id: 'credentials-expire',
      short: 'no access key',
      claim: 'No user has an access key, which would never expire.',
      counterExamples: assembly
        .ofType('AWS::IAM::AccessKey')
        .map((key) => `${key.path}: an access key of ${key.property('UserName').map(({ value }) => describe(value))}`),
    },
    {
      id: 'role-has-one-workload',
      claim: 'No two functions, tasks or state machines share a role.',
      counterExamples: broken(ownRole.id),
    },
    {
      id: 'secret-has-one-reader',
      claim: 'Each secret has at most one role that may read its value.',
      counterExamples: sharedBy(accesses, ['secretsmanager:GetSecretValue']),
    },
    {
      id: 'decision-has-one-path',
      claim: 'At most one role may resume waiting approvals, and it can neither start one nor call a model.',
      counterExamples: [
        ...sharedBy(accesses, ['states:SendTaskSuccess']),
        ...accesses
          .filter(({ action }) => action === 'states:SendTaskSuccess')
          .filter(
            ({ role, target }) =>
              agentRoles.has(role) ||
              accesses.some((a) => a.role === role && a.target === target && a.action === 'states:StartExecution'),
          )
          .map(showAccess),
      ],
    },
    {
      id: 'signature-has-one-maker',
      claim: 'At most one role may use each signing key.',
      counterExamples: sharedBy(accesses, ['kms:Sign']),
    },
    {
      id: 'ledger-is-permanent',
      claim: 'No role may delete from a ledger, remove its lock or change its settings.',
      counterExamples: accesses
        .filter(({ target, action }) => ledgers.includes(target) && isDestructive(action))
        .map(showAccess),
    },
    {
      id: 'keys-are-permanent',
      claim: 'No role may delete or disable a key, or change its policy.',
      counterExamples: accesses
        .filter(({ action }) => /^kms:(ScheduleKeyDeletion|DisableKey|PutKeyPolicy|CreateGrant)$/.test(action))
        .map(showAccess),
    },
    {
      id: 'no-role-becomes-another',
      short: 'no role becomes another',
      claim:
        'No role from which a way leads to the runtime may assume another role of the app, except the approvers’ and operators’ roles from outside the runtime.',
      counterExamples: accesses
        .filter(({ action }) => action === 'sts:AssumeRole')
        .filter(({ role, target }) => parts.ofRole(role) !== undefined || !isOfPeople(parts.ofRole(target)))
        // What one role of the app's own takes of another one that can't touch the runtime, as in a pipeline, is its owner's.
        .filter(({ role, target }) => concernsRuntime(role) || concernsRuntime(target))
        .map(showAccess),
    },
    {
      id: 'rights-are-deployed-only',
      claim: 'No role may change another role’s permissions, or who may assume it.',
      counterExamples: accesses
        .filter(({ action }) => action.startsWith('iam:') && action !== 'iam:PassRole')
        .map(showAccess),
    },
    {
      id: 'code-is-deployed-only',
      claim: 'No role may change the code or the settings of a function, or who may invoke it.',
      counterExamples: accesses.filter(({ action }) => /^lambda:(?!Invoke)/.test(action)).map(showAccess),
    },
    {
      id: 'allows-name-what-they-allow',
      claim: 'No policy allows by exclusion (NotAction, NotResource, NotPrincipal).',
      counterExamples: allowsByExclusion(assembly),
    },
    {
      id: 'roles-are-passed-exactly',
      claim: 'Roles are passed by ARN to one service, and tasks run by revision.',
      counterExamples: loosePasses(assembly),
    },
    {
      id: 'services-act-for-this-account',
      claim: 'Services that send the account for which they act assume roles for this account only.',
      counterExamples: confusedDeputies(assembly, concernsRuntime),
    },
    {
      id: 'nobody-outside',
      claim:
        'Nobody outside may use the runtime, or what may use it, but approvers and operators by name, and a web desk’s page.',
      counterExamples: [
        ...outsideHolders(assembly),
        ...outsiderAccessesOf(assembly)
          .filter(({ target }) => concernsRuntime(target))
          .filter(({ who, target }) => who === 'anybody' || !isOfPeople(parts.ofRole(target)))
          .filter(({ target }) => parts.placeOf(target) !== 'web desk API')
          .map(
            ({ who, action, target, allowed, by }) =>
              `${who} ${allowed === 'true' ? 'may' : 'may, under conditions,'} ${action} on ${target.path} (${by.join(', ')})`,
          ),
      ],
    },
  ];
  return { claims, accesses, paths, trusted, parts, checked };
}

/** Actions that delete objects, or change a bucket's settings. Writing an object doesn't. */
function isDestructive(action: string): boolean {
  return !/^s3:(Get|List|PutObject$)/.test(action);
}

/** Endpoints that allow too much, each with the first workload that reaches it. */
function endpointLeaks(assembly: Assembly, { findings }: CheckResult, paths: readonly Path[]): string[] {
  return (
    findings
      // A warning is about a network in which nothing of the runtime is.
      .filter(({ ruleId, severity }) => ruleId === endpointPinned.id && severity !== 'warning')
      .map(({ resource, template, path, property, message }) => {
        const found = assembly.templates.find(({ name }) => name === template)?.resource(resource);
        const endpoint = found?.path ?? path;
        const reaching = paths.filter(({ kind, via }) => kind === 'endpoint' && via.includes(endpoint));
        const [first, ...others] = reaching.map(showPath);
        const more = others.length > 0 ? ` (and ${others.length} more)` : '';
        return `${first === undefined ? endpoint : `${first}${more}`} ${property}: ${message}`;
      })
  );
}

function publicAddresses({ workload, placedBy, subnets }: Place): string[] {
  const fromSubnet = subnets.flatMap((subnet) =>
    subnet
      .property('MapPublicIpOnLaunch')
      .filter(({ value }) => value !== undefined && !isFalse(value))
      .map(() => `${workload.path} → a public address by ${subnet.path} MapPublicIpOnLaunch`),
  );
  const asked = placedBy
    .property('NetworkConfiguration', 'AwsvpcConfiguration', 'AssignPublicIp')
    .filter(({ value }) => value instanceof Unresolved || (value !== undefined && value !== 'DISABLED'))
    .map(() => `${workload.path} → a public address by ${placedBy.path} AssignPublicIp`);
  return [...fromSubnet, ...asked];
}

/** Whether a resource is public. Whoever may use it because everybody may is given nothing. */
function isForEverybody({ grounds }: Access): boolean {
  return (
    grounds.length > 0 &&
    grounds.every(
      ({ statement: { principal, conditions } }) =>
        principal?.negated === false &&
        principal.patterns.some(({ value }) => value === '*') &&
        conditions.every(({ key }) => /^(aws:SecureTransport|lambda:FunctionUrlAuthType)$/i.test(key)),
    )
  );
}

/** Targets on which more than one role may do one of the actions. */
function sharedBy(accesses: readonly Access[], actions: readonly string[]): string[] {
  const byTarget = new Map<Resource, Set<Resource>>();
  for (const { role, action, target } of accesses) {
    if (!actions.includes(action)) continue;
    byTarget.set(target, (byTarget.get(target) ?? new Set()).add(role));
  }
  return [...byTarget].flatMap(([target, roles]) =>
    roles.size > 1 ? [`${target.path}: ${[...roles].map(({ path }) => path).join(', ')}`] : [],
  );
}

function showTrusted([{ workload, to }, reason]: [Path, string]): string {
  return `${workload.path} → ${to}: ${reason}`;
}

/** Whether people assume a part's role. */
function isOfPeople(part: Part | undefined): boolean {
  return part?.kind === 'approver' || part?.kind === 'operator';
}
