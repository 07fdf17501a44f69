import { ledgerBucketsOf } from '../checks/rules/audit/ledger';
import { agentsOf } from '../checks/workloads';
import type { Assembly, Resource } from '../template';
import { type Access, accessesOf } from '../template/iam/access';
import { identityPoliciesOf } from '../template/iam/collect';
import { type Path, pathsOf } from '../template/network/reach';

/** Something that must hold of an app, and what speaks against it. */
export interface Claim {
  readonly id: string;
  readonly claim: string;
  /** What breaks it, or what can't be ruled out; none when it is proven. */
  readonly counterExamples: readonly string[];
}

/** Everything that was derived from the templates. */
export interface Proof {
  readonly claims: readonly Claim[];
  readonly accesses: readonly Access[];
  readonly paths: readonly Path[];
}

/** Derives who reaches and may use what, and holds it against what must be so. */
export function prove(assembly: Assembly): Proof {
  const accesses = accessesOf(assembly);
  const paths = pathsOf(assembly);
  const identities = identityPoliciesOf(assembly);
  const agents = agentsOf(assembly);
  const agentRoles = new Set(agents.map(({ role }) => identities.roleOf(role)));
  const agentWorkloads = new Set(agents.map(({ resource }) => resource));
  const ledgers = ledgerBucketsOf(assembly);
  const claims: Claim[] = [
    {
      id: 'policies-have-owners',
      claim: 'Every policy is attached to something that is known.',
      counterExamples: identities.astray.map(({ holder }) => `can't be proven: whom ${holder.path} is attached to`),
    },
    {
      id: 'agent-reaches-endpoints-only',
      claim: 'What calls a model reaches VPC endpoints and nothing else.',
      counterExamples: [
        ...paths.filter(({ workload, kind }) => agentWorkloads.has(workload) && kind !== 'endpoint').map(showPath),
        ...[...agentWorkloads]
          .filter((agent) => !paths.some(({ workload }) => workload === agent))
          .map(({ path }) => `can't be proven: nothing in the template says in which network ${path} runs`),
      ],
    },
    {
      id: 'agent-uses-gate-only',
      claim: 'What calls a model may use the gate and no other resource of the app.',
      counterExamples: accesses
        .filter(({ role, target }) => agentRoles.has(role) && target.type !== 'AWS::ApiGateway::RestApi')
        .map(showAccess),
    },
    {
      id: 'secret-has-one-reader',
      claim: 'Each secret has at most one role that may read its value.',
      counterExamples: sharedBy(accesses, ['secretsmanager:GetSecretValue']),
    },
    {
      id: 'decision-has-one-path',
      claim: 'Each waiting approval is resumed by at most one role, which can neither start nor call a model.',
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
      claim: 'Each signing key is used by at most one role.',
      counterExamples: sharedBy(accesses, ['kms:Sign']),
    },
    {
      id: 'ledger-is-permanent',
      claim: 'No role may delete from a ledger, lift its lock or change its policy.',
      counterExamples: accesses
        .filter(({ target, action }) => ledgers.includes(target) && /Delete|Bypass|PutBucketPolicy/.test(action))
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
      claim: 'No role may assume another role of the app.',
      counterExamples: accesses.filter(({ action }) => action === 'sts:AssumeRole').map(showAccess),
    },
    {
      id: 'code-is-deployed-only',
      claim: 'No role may change the code of a function.',
      counterExamples: accesses.filter(({ action }) => action === 'lambda:UpdateFunctionCode').map(showAccess),
    },
  ];
  return { claims, accesses, paths };
}

/** Targets that more than one role may do one of the actions to. */
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

/** A path in one line. */
export function showPath({ workload, kind, to, via }: Path): string {
  const way = via.length === 0 ? '' : ` by ${via.join(', ')}`;
  return `${workload.path} → ${to} (${kind})${way}`;
}

/** An access in one line, with the statements that allow it. */
export function showAccess({ role, action, target, allowed, grounds }: Access): string {
  const by = [...new Set(grounds.map(({ source, sid }) => `${source} ${sid}`))].join(', ');
  return `${role.path} ${allowed === 'true' ? 'may' : 'may, under conditions,'} ${action} on ${target.path} (${by})`;
}
