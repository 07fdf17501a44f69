import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import { describe, piecesOf, Reference, textOf, Unresolved, type Value } from '../model/value';
import { grantsDirectly, spelled, spelledArns } from './access';
import { Spelling } from './arn';
import { ACTIONS } from './asked';
import { Context } from './condition';
import { evaluateRequest } from './evaluate';
import { type Policy, readPolicy, statementsOf } from './policy';
import { resourcePolicyOf } from './resource-policies';
import type { Truth } from './truth';

/** That somebody of another account may use a resource of the app, by the resource's own policy. */
export interface OutsiderAccess {
  /** Account, role or `anybody`. */
  readonly who: string;
  readonly action: string;
  readonly target: Resource;
  readonly allowed: Exclude<Truth, 'false'>;
  /** Statements that allow it, `holder Sid`. */
  readonly by: readonly string[];
}

/** Accounts that stand for the app's own, where it isn't fixed, and for a stranger's. */
const OWN_ACCOUNT = '111111111111';
const STRANGER = '000000000000';

/** An administrator of the other account: only the resource's own policy stands between. */
const ADMINISTRATOR = readPolicy('administrator', 'elsewhere', [
  { value: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, assuming: [] },
]);

/**
 * What principals of other accounts may do: those that a resource's policy names, and anybody where it names all. A
 * literal account where the app's own isn't fixed counts as another: nothing in the template says otherwise.
 */
export function outsiderAccessesOf(assembly: Assembly): readonly OutsiderAccess[] {
  const spelling = new Spelling(assembly);
  return Object.entries(ACTIONS).flatMap(([type, actions]) =>
    assembly.ofType(type).flatMap((target) => {
      const policy = spelled(resourcePolicyOf(assembly, target), spelling, target);
      if (policy === undefined || !grantsDirectly(policy, { accounts: true })) return [];
      const account = target.template.source.account ?? OWN_ACCOUNT;
      const settled = withAccount(policy, account);
      const arns = spelledArns(target, spelling);
      const certain = [...outsidersIn(settled, account)].flatMap(([who, roleArn]) =>
        actions
          // A trust policy says who may assume a role, not who may pass it on or change it.
          .filter((action) => !action.startsWith('iam:'))
          .flatMap((action): OutsiderAccess[] => {
            const found = (arns.get(action) ?? []).flatMap((arn) => {
              const request = {
                principal: { kind: 'role' as const, roleArn, account: accountIn(roleArn) },
                action,
                resource: settle(arn, account),
                resourceAccount: account,
                context: contextOf(roleArn, account),
              };
              const decision = evaluateRequest(request, { identity: [ADMINISTRATOR], resource: settled });
              return decision.allowed === 'false' ? [] : [decision];
            });
            if (found.length === 0) return [];
            const by = found
              .flatMap(({ allows }) => allows)
              .filter(({ source }) => source !== 'elsewhere')
              .map(({ source, sid }) => `${source} ${sid}`);
            const allowed = found.some((each) => each.allowed === 'true') ? 'true' : 'depends';
            return [{ who, action, target, allowed, by: [...new Set(by)] }];
          }),
      );
      return [...certain, ...namedBeside(settled, account, target, certain)];
    }),
  );
}

/** What else a policy allows somebody that it names, be it an action that nobody asked about. */
function namedBeside(
  policy: Policy,
  ownAccount: string,
  target: Resource,
  certain: readonly OutsiderAccess[],
): OutsiderAccess[] {
  return statementsOf(policy).flatMap((statement) => {
    const by = `${policy.source} ${statement.sid}`;
    if (statement.effect === 'Deny' || certain.some((each) => each.by.includes(by))) return [];
    const who = [...outsidersIn({ ...policy, alternatives: [[statement]] }, ownAccount).keys()].filter(
      (each) => each !== 'anybody',
    );
    const action = statement.action.patterns.map(describe).join(', ');
    return who.map((each): OutsiderAccess => ({ who: each, action, target, allowed: 'depends', by: [by] }));
  });
}

function contextOf(roleArn: string, ownAccount: string): Context {
  return new Context({
    'aws:PrincipalArn': roleArn,
    'aws:PrincipalAccount': accountIn(roleArn),
    'aws:PrincipalType': 'AssumedRole',
    'aws:PrincipalIsAWSService': 'false',
    'aws:SecureTransport': 'true',
    's3:TlsVersion': '1.3',
    'aws:ResourceAccount': ownAccount,
  });
}

/** Who of other accounts a policy lets in, by name, with a role to try. */
function outsidersIn(policy: Policy, ownAccount: string): Map<string, string> {
  const found = new Map<string, string>();
  const stranger = `arn:aws:iam::${STRANGER}:role/stranger`;
  for (const { effect, principal } of statementsOf(policy)) {
    if (effect === 'Deny') continue;
    if (principal === undefined || principal.negated) found.set('anybody', stranger);
    for (const { kind, value } of principal?.patterns ?? []) {
      if (kind === 'Service') continue;
      if (kind === '*' || value === '*' || value instanceof Unresolved) found.set('anybody', stranger);
      if (typeof value !== 'string') continue;
      if (kind === 'CanonicalUser') found.set(`the canonical user ${value}`, stranger);
      const [, account] = /^(?:arn:aws[a-z-]*:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(value) ?? [];
      if (account === undefined || account === ownAccount) continue;
      found.set(value, value.includes(':role/') ? value : `arn:aws:iam::${account}:role/stranger`);
    }
  }
  return found;
}

function accountIn(roleArn: string): string {
  return roleArn.split(':')[4] ?? STRANGER;
}

function withAccount(policy: Policy, account: string): Policy {
  const one = (value: Value): Value => settle(value, account);
  return {
    ...policy,
    alternatives: policy.alternatives.map((statements) =>
      statements.map((s) => ({
        ...s,
        resource: s.resource && { ...s.resource, patterns: s.resource.patterns.map(one) },
        principal: s.principal && {
          ...s.principal,
          patterns: s.principal.patterns.map((p) => ({ ...p, value: one(p.value) })),
        },
        conditions: s.conditions.map((c) => ({ ...c, values: c.values.map(one) })),
      })),
    ),
  };
}

/** The value with the app's account spelled out. */
function settle(value: Value, account: string): Value {
  const pieces = piecesOf(value);
  if (pieces === undefined || value instanceof Unresolved) return value;
  return textOf(
    pieces.map((piece) => (piece instanceof Reference && piece.logicalId === 'AWS::AccountId' ? account : piece)),
  );
}
