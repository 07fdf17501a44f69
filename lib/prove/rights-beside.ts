import { type Assembly, describe, type Resource, referencesIn, type TextPiece, textOf, type Value } from '../template';
import { boundaryOf, contextOf, spelled } from '../template/iam/access';
import { actionNamed, actionsMatching, type KnownAction } from '../template/iam/actions';
import { accountOf, arnOf, Spelling } from '../template/iam/arn';
import { ACTIONS } from '../template/iam/asked';
import { identityPoliciesOf } from '../template/iam/collect';
import { evaluateRequest } from '../template/iam/evaluate';
import { type Policy, readPolicy, type Statement, statementsOf } from '../template/iam/policy';
import { trustOf } from '../template/iam/trust';
import { DeployedFrom, type Kept, serviceOf } from './deployed-from';
import { guardedResources } from './guarded';
import { namedAt } from './named-at';
import type { RuntimeParts } from './runtime-parts';
import { tellsOfRecords } from './surroundings';

/**
 * Roles outside the runtime that may change what is around it, and that accesses aren't derived for: the rules that start parts, the
 * firewalls and endpoints of its networks. And workloads that may change what the next deployment makes of it: its stacks, the code
 * that its functions run, and the roles that AWS CDK deploys with.
 */
export function rightsBeside(assembly: Assembly, parts: RuntimeParts): string[] {
  const around = surroundedBy(assembly, parts);
  if (parts.workloads.size === 0) return [];
  const spelling = new Spelling(assembly);
  const deployed = new DeployedFrom(parts, spelling);
  const identities = identityPoliciesOf(assembly);
  return assembly.ofType('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group').flatMap((holder) => {
    if (parts.ofRole(holder) !== undefined) return [];
    const mayDeploy = !isTakenByWorkload(holder);
    const keptAt = (pattern: Value): readonly Kept[] => [
      ...around.keptAt(pattern),
      ...(mayDeploy ? [] : deployed.keptAt(pattern, holder)),
    ];
    const allowing = identities
      .ofResource(holder)
      .policies.flatMap(({ policy }) => statementsOf(policy))
      .filter(({ effect }) => effect !== 'Deny');
    const found = allowing.flatMap((statement) =>
      (statement.resource?.negated === false ? statement.resource.patterns : []).flatMap((pattern) =>
        keptAt(pattern).flatMap(({ what, isChangedBy }) => {
          const action = actionsIn(statement).find(
            (each) => isChangedBy(each) && isAllowed(assembly, spelling, holder, each.name, pattern),
          );
          return action === undefined ? [] : [`${holder.path} may ${action.name} on ${what}`];
        }),
      ),
    );
    return [...new Set(found)];
  });
}

/** The actions that a statement names, without those that only tell, or name by tags. */
function actionsIn({ action: { negated, patterns } }: Statement): KnownAction[] {
  return (negated ? [] : patterns)
    .flatMap((pattern) => (typeof pattern === 'string' ? covered(pattern) : []))
    .filter(({ name, level }) => level !== 'read' && !/:(tag|untag|createtags|deletetags)/i.test(name));
}

function covered(pattern: string): readonly KnownAction[] {
  return /[*?]/.test(pattern) ? actionsMatching(pattern) : [actionNamed(pattern)];
}

/** Whether denials and the boundary leave an action. */
function isAllowed(assembly: Assembly, spelling: Spelling, holder: Resource, action: string, on: Value): boolean {
  const account = accountOf(holder);
  const roleArn = spelling.of(arnOf(holder)) ?? holder.path;
  const kind = holder.type === 'AWS::IAM::Role' ? 'role' : 'user';
  const request = {
    principal: { kind, roleArn, account } as const,
    action,
    resource: spelling.of(on),
    resourceAccount: account,
    context: contextOf(roleArn, account, account, kind),
  };
  const { policies } = identityPoliciesOf(assembly).ofResource(holder);
  const identity = policies.map(({ policy }) => spelled(policy, spelling));
  const boundary = boundaryOf(assembly, holder, spelling);
  const resource = action.toLowerCase() === 'sts:assumerole' ? { resource: trustOfAccount(account) } : {};
  return evaluateRequest(request, { identity, boundary, ...resource }).allowed !== 'false';
}

/** Whom a role that AWS CDK bootstraps trusts: its account, and so whoever has the right there. */
function trustOfAccount(account: TextPiece): Policy {
  const AWS = textOf(['arn:aws:iam::', account, ':root']);
  const Statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS } };
  return readPolicy('trust', '', [{ value: { Statement }, assuming: [] }]);
}

/** Services that deploy with a role. */
const DEPLOYS = /^(codebuild|codepipeline|codedeploy|cloudformation)\.amazonaws\.com$/;

/** Whether a function, a task or a machine has a role, rather than a person or a pipeline who deploys the app. */
function isTakenByWorkload(holder: Resource): boolean {
  if (holder.type !== 'AWS::IAM::Role') return false;
  return statementsOf(trustOf(holder)).some(({ principal }) =>
    principal?.patterns.some(({ kind, value }) => kind === 'Service' && !DEPLOYS.test(describe(value))),
  );
}

/** What is around the parts, by the references to it in a policy. */
class Around {
  constructor(
    private readonly assembly: Assembly,
    private readonly places: ReadonlyMap<Resource, string>,
  ) {}

  public keptAt(pattern: Value): Kept[] {
    return referencesIn(pattern).flatMap((reference) => {
      const resource = this.assembly.find(reference);
      const place = resource && this.places.get(resource);
      if (resource === undefined || place === undefined) return [];
      const service = resource.type.split('::')[1]?.toLowerCase();
      const isChangedBy = ({ name }: KnownAction): boolean => serviceOf(name) === service;
      return [{ what: `${resource.path}, the ${place}`, isChangedBy }];
    });
  }
}

function surroundedBy(assembly: Assembly, parts: RuntimeParts): Around {
  const guarded = [...guardedResources(assembly, parts)];
  const networks = new Set(guarded.filter(([{ type }]) => type === 'AWS::EC2::VPC').map(([network]) => network));
  const rules = assembly.ofType('AWS::Events::Rule').flatMap((rule): [Resource, string][] => {
    const [started] = namedAt(assembly, rule, 'Targets').flatMap((each) => parts.ofWorkload(each) ?? []);
    if (started !== undefined) return [[rule, `rule that starts the ${started.label}`]];
    return tellsOfRecords(assembly, parts, rule) ? [[rule, 'rule that tells who was refused']] : [];
  });
  const firewalls = assembly
    .ofType('AWS::NetworkFirewall::Firewall')
    .filter((each) => namedAt(assembly, each, 'VpcId').some((network) => networks.has(network)));
  const policies = firewalls.flatMap((each) => namedAt(assembly, each, 'FirewallPolicyArn'));
  const passing = policies.flatMap((each) => namedAt(assembly, each, 'FirewallPolicy'));
  const inFront = assembly
    .ofType('AWS::WAFv2::WebACLAssociation')
    .filter((each) => namedAt(assembly, each, 'ResourceArn').some((api) => / API$/.test(parts.placeOf(api) ?? '')))
    .flatMap((each) => namedAt(assembly, each, 'WebACLArn'));
  const named = (resources: readonly Resource[], place: string): [Resource, string][] =>
    resources.map((each) => [each, place]);
  return new Around(
    assembly,
    new Map([
      ...guarded.filter(([{ type }]) => ACTIONS[type] === undefined),
      ...rules,
      ...named(firewalls, 'firewall before connectors'),
      ...named(
        [...policies, ...passing].filter(({ type }) => type.startsWith('AWS::NetworkFirewall::')),
        'rules of a firewall before connectors',
      ),
      ...named(inFront, 'firewall of the web desk'),
    ]),
  );
}
