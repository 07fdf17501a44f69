import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import { describe, piecesOf, Reference, textOf, Unresolved, type Value } from '../model/value';
import { contextOf, grantsDirectly, spelled, spelledArns } from './access';
import { Spelling } from './arn';
import { ACTIONS } from './asked';
import { evaluateRequest } from './evaluate';
import { type Policy, type PrincipalPattern, readPolicy, statementsOf, withValues } from './policy';
import { resourcePolicyOf } from './resource-policies';
import type { Truth } from './truth';

/** A principal of another account may use a resource of the app, by the resource's own policy. */
export interface OutsiderAccess {
  /** Account, role or `anybody`. */
  readonly who: string;
  readonly action: string;
  readonly target: Resource;
  readonly allowed: Exclude<Truth, 'false'>;
  /** Statements that allow it, `holder Sid`. */
  readonly by: readonly string[];
}

/** Principals of other accounts, or anybody, that a policy's Allow statements name. */
export function outsidersNamedIn(assembly: Assembly, policy: Policy, holder: Resource): readonly string[] {
  const account = holder.template.source.account ?? OWN_ACCOUNT;
  return outsidersIn(spelled(policy, new Spelling(assembly), holder), account).map(({ who }) => who);
}

/** Stands for the app's own account where the app doesn't fix it, and for the account of a stranger. */
const OWN_ACCOUNT = '111111111111';
const STRANGER = '000000000000';

/** Identity policy of an administrator of another account: only the resource's own policy can keep it out. */
const ADMINISTRATOR = readPolicy('administrator', 'elsewhere', [
  { value: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, assuming: [] },
]);

/**
 * What principals of other accounts may do: those that a resource's policy names, and anybody where it names all. A literal
 * account counts as another one where the app doesn't fix its own: nothing in the template says that it is the same.
 */
export function outsiderAccessesOf(assembly: Assembly): readonly OutsiderAccess[] {
  const spelling = new Spelling(assembly);
  return Object.keys(ACTIONS).flatMap((type) =>
    assembly.ofType(type).flatMap((resource) => {
      const own = resourcePolicyOf(assembly, resource);
      if (own === undefined) return [];
      const policy = spelled(own, spelling, resource);
      if (!grantsDirectly(policy, { accounts: true })) return [];
      const account = resource.template.source.account ?? OWN_ACCOUNT;
      const target = {
        resource,
        account,
        arns: spelledArns(resource, spelling),
        policy: withValues(policy, (value) => withAccount(value, account)),
      };
      const certain = outsidersIn(target.policy, account).flatMap((outsider) => accessesBy(outsider, target));
      return [...certain, ...alsoNamed(target, certain)];
    }),
  );
}

/** A resource with a policy that names more than its own account. */
interface Target {
  readonly resource: Resource;
  readonly account: string;
  readonly arns: ReadonlyMap<string, readonly Value[]>;
  readonly policy: Policy;
}

/** A principal of another account, with a role ARN to evaluate. */
interface Outsider {
  readonly who: string;
  readonly roleArn: string;
}

function accessesBy({ who, roleArn }: Outsider, { resource, account, arns, policy }: Target): OutsiderAccess[] {
  const outside = accountIn(roleArn);
  return (
    (ACTIONS[resource.type] ?? [])
      // A trust policy says who may assume a role, not who may pass or change it.
      .filter((action) => !action.startsWith('iam:'))
      .flatMap((action): OutsiderAccess[] => {
        const found = (arns.get(action) ?? [])
          .map((arn) =>
            evaluateRequest(
              {
                principal: { kind: 'role', roleArn, account: outside },
                action,
                resource: withAccount(arn, account),
                resourceAccount: account,
                context: contextOf(roleArn, outside, account),
              },
              { identity: [ADMINISTRATOR], resource: policy },
            ),
          )
          .filter(({ allowed }) => allowed !== 'false');
        if (found.length === 0) return [];
        const by = found
          .flatMap(({ allows }) => allows)
          .filter(({ source }) => source !== 'elsewhere')
          .map(({ source, sid }) => `${source} ${sid}`);
        const allowed = found.some((each) => each.allowed === 'true') ? 'true' : 'depends';
        return [{ who, action, target: resource, allowed, by: [...new Set(by)] }];
      })
  );
}

/** What else a policy allows an outsider that it names, including actions that `ACTIONS` doesn't list. */
function alsoNamed({ resource, account, policy }: Target, certain: readonly OutsiderAccess[]): OutsiderAccess[] {
  return statementsOf(policy).flatMap((statement) => {
    const by = `${policy.source} ${statement.sid}`;
    if (statement.effect === 'Deny' || certain.some((each) => each.by.includes(by))) return [];
    const action = statement.action.patterns.map(describe).join(', ');
    return outsidersIn({ ...policy, alternatives: [[statement]] }, account)
      .filter(({ who }) => who !== 'anybody')
      .map(({ who }): OutsiderAccess => ({ who, action, target: resource, allowed: 'depends', by: [by] }));
  });
}

/** The principals of other accounts that a policy admits. */
function outsidersIn(policy: Policy, ownAccount: string): Outsider[] {
  const found = statementsOf(policy)
    .filter(({ effect }) => effect !== 'Deny')
    .flatMap(({ principal }): Outsider[] =>
      principal === undefined || principal.negated
        ? [ANYBODY, ...(principal?.patterns ?? []).flatMap((pattern) => outsidersNamed(pattern, ownAccount))]
        : principal.patterns.flatMap((pattern) => outsidersNamed(pattern, ownAccount)),
    );
  return [...new Map(found.map(({ who, roleArn }) => [who, roleArn]))].map(([who, roleArn]) => ({ who, roleArn }));
}

const ROLE_OF_STRANGER = `arn:aws:iam::${STRANGER}:role/stranger`;
const ANYBODY: Outsider = { who: 'anybody', roleArn: ROLE_OF_STRANGER };

function outsidersNamed({ kind, value }: PrincipalPattern, ownAccount: string): Outsider[] {
  if (kind === 'Service') return [];
  const all = kind === '*' || value === '*' || value instanceof Unresolved ? [ANYBODY] : [];
  if (typeof value !== 'string') return all;
  const canonical = kind === 'CanonicalUser' ? [{ who: `the canonical user ${value}`, roleArn: ROLE_OF_STRANGER }] : [];
  const [, account] = /^(?:arn:aws[a-z-]*:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(value) ?? [];
  if (account === undefined || account === ownAccount) return [...all, ...canonical];
  const roleArn = value.includes(':role/') ? value : `arn:aws:iam::${account}:role/stranger`;
  return [...all, ...canonical, { who: value, roleArn }];
}

function accountIn(roleArn: string): string {
  return roleArn.split(':')[4] ?? STRANGER;
}

/** The value with the app's account as text. */
function withAccount(value: Value, account: string): Value {
  const pieces = piecesOf(value);
  if (pieces === undefined || value instanceof Unresolved) return value;
  return textOf(
    pieces.map((piece) => (piece instanceof Reference && piece.logicalId === 'AWS::AccountId' ? account : piece)),
  );
}
