import { NETWORK_INTERFACE_ACTIONS } from '../../private/network-interface-actions';
import { isCertainlyDenied } from '../../template/iam/certain-denials';
import { identityPoliciesOf } from '../../template/iam/collect';
import type { ConditionEntry } from '../../template/iam/condition';
import { type Statement, statementsOf } from '../../template/iam/policy';
import { trustOf } from '../../template/iam/trust';
import {
  type Assembly,
  describe,
  piecesOf,
  type Reference,
  type Resource,
  referencesIn,
  type Value,
} from '../../template/index';
import type { CodeSandboxFunction } from '../facts/code-sandboxes';
import { policiesOn } from '../facts/policy-attachments';
import type { Offence } from '../rule';
import { OF_FUNCTION } from './closed-names';
import { denialsOf, isAbout, sparedByAll } from './denials';
import { assumed } from './offences';

const LOGS = ['logs:createlogstream', 'logs:putlogevents'];
const INTERFACES = NETWORK_INTERFACE_ACTIONS.map((action) => action.toLowerCase());

/** What the role of a code sandbox may do beyond what Lambda itself does with it, and denials that lack. */
export function* rightsOfCode(assembly: Assembly, { code, roles }: CodeSandboxFunction): Generator<Offence> {
  const identities = identityPoliciesOf(assembly);
  const [role] = roles;
  if (role === undefined || !code.property('Role').every(({ value }) => identities.roleOf(value) === role)) {
    const message = "can't be proven: its role isn't in the template, or may be another";
    yield { resource: code, property: 'Properties.Role', message };
  }
  const logs = code.property('LoggingConfig', 'LogGroup').flatMap(({ value }) => assembly.find(value) ?? []);
  for (const role of roles) {
    yield* rightsOfRole(assembly, role, logs);
    yield* lackingDenials(assembly, role);
    yield* takersOfRole(role);
  }
}

function* rightsOfRole(assembly: Assembly, role: Resource, logs: readonly Resource[]): Generator<Offence> {
  const { policies, foreign } = identityPoliciesOf(assembly).ofResource(role);
  for (const { arn, property, assuming } of foreign) {
    const message = `the role is given ${describe(arn)}, whose text isn't in the template`;
    yield { resource: role, property, message: assumed(message, assuming) };
  }
  for (const { policy, holder, property } of policies) {
    for (const statement of statementsOf(policy)) {
      if (isDenial(statement) || isLogging(assembly, statement, logs) || isPlacing(statement)) continue;
      const message = `the statement ${statement.sid} gives the code a right; its role may do nothing but write its own log`;
      yield { resource: holder, property, message };
    }
  }
}

function* lackingDenials(assembly: Assembly, role: Resource): Generator<Offence> {
  const { policies } = identityPoliciesOf(assembly).ofResource(role);
  const written = policies.map(({ policy }) => policy);
  const at = { resource: role, property: 'Properties.Policies' };
  if (!isCertainlyDenied(written, deniesTheRest)) {
    const given = 'what policies elsewhere may give it, such as those of a bucket or a key';
    yield { ...at, message: `no unconditional Deny keeps the role from ${given}` };
  }
  if (!isCertainlyDenied(written, deniesInterfaces)) {
    yield { ...at, message: 'no Deny keeps the rights on network interfaces, which Lambda needs, from the code' };
  }
}

/** Whoever else takes the role writes into the log of the code, and may pass the role to another function. */
function* takersOfRole(role: Resource): Generator<Offence> {
  const trust = trustOf(role);
  for (const { effect, sid, principal, unknown } of statementsOf(trust)) {
    const isLambda =
      principal?.negated === false &&
      principal.patterns.every(({ kind, value }) => kind === 'Service' && value === 'lambda.amazonaws.com');
    if (unknown.length === 0 && (effect === 'Deny' || isLambda)) continue;
    const message = `the statement ${sid} lets something else than Lambda take the role of the code`;
    yield { resource: role, property: 'Properties.AssumeRolePolicyDocument', message };
  }
}

function isDenial({ effect, unknown }: Statement): boolean {
  return effect === 'Deny' && unknown.length === 0;
}

/** A statement that lets Lambda write the function's own log. */
function isLogging(
  assembly: Assembly,
  { effect, action, resource, unknown }: Statement,
  logs: readonly Resource[],
): boolean {
  const isOwn = (pattern: Value): boolean => {
    const [first] = referencesIn(pattern);
    const isWhole = (piecesOf(pattern) ?? []).every(
      (piece) => typeof piece !== 'string' || /^(:(\*|log-stream:\*)?)?$/.test(piece),
    );
    return first instanceof Object && isWhole && isAmong(assembly, first, logs);
  };
  return (
    effect === 'Allow' &&
    unknown.length === 0 &&
    !action.negated &&
    action.patterns.every((pattern) => LOGS.includes(String(pattern).toLowerCase())) &&
    resource?.negated === false &&
    resource.patterns.every(isOwn)
  );
}

function isAmong(assembly: Assembly, reference: Reference, logs: readonly Resource[]): boolean {
  const found = assembly.find(reference);
  return found !== undefined && logs.includes(found);
}

/** A statement that lets Lambda place the function in its network. None of its actions can be limited to a resource. */
function isPlacing({ effect, action, unknown }: Statement): boolean {
  return (
    effect === 'Allow' &&
    unknown.length === 0 &&
    !action.negated &&
    action.patterns.every((pattern) => INTERFACES.includes(String(pattern).toLowerCase()))
  );
}

function deniesTheRest({ action, resource, conditions }: Statement): boolean {
  return (
    action.negated &&
    action.patterns.every((pattern) => [...LOGS, ...INTERFACES].includes(String(pattern).toLowerCase())) &&
    isEverything(resource) &&
    conditions.length === 0
  );
}

function deniesInterfaces({ action, resource, conditions }: Statement): boolean {
  return (
    !action.negated &&
    ['ec2:*NetworkInterface*', 'ec2:*PrivateIpAddresses'].every((pattern) => action.patterns.includes(pattern)) &&
    isEverything(resource) &&
    conditions.every(isOfAnyFunction)
  );
}

function isEverything(resource: Statement['resource']): boolean {
  return resource?.negated === false && resource.patterns.includes('*');
}

/** A condition that each request of code meets, whatever the function is called. Requests of Lambda itself have no such key. */
function isOfAnyFunction({ operator, key, values }: ConditionEntry): boolean {
  return (
    key.toLowerCase() === 'lambda:sourcefunctionarn' &&
    /^(ArnLike|StringLike)$/i.test(operator) &&
    values.some((value) =>
      /^(\*|arn:[^:]*:lambda:[^:]*:[^:]*:(\*|function:\*))$/.test(
        (piecesOf(value) ?? ['?:']).map((piece) => (typeof piece === 'string' ? piece : '*')).join(''),
      ),
    )
  );
}

/** Whether anybody but the executor of its connector may invoke the function. */
export function* callersOfCode(assembly: Assembly, { code, callers }: CodeSandboxFunction): Generator<Offence> {
  const identities = identityPoliciesOf(assembly);
  const roles = callers.flatMap((caller) =>
    caller.property('Role').flatMap(({ value }) => identities.roleOf(value) ?? []),
  );
  if (callers.length !== 1) {
    const message = `${callers.length === 0 ? 'no executor names it' : `${callers.length} executors name it`}: one alone may run code there`;
    yield { resource: code, property: 'Properties', message };
  }
  const attached = policiesOn(assembly, code, OF_FUNCTION);
  for (const { holder, policy, property } of attached) {
    const allowed = statementsOf(policy).find(({ effect }) => effect !== 'Deny');
    if (allowed)
      yield {
        resource: holder,
        property,
        message: `the statement ${allowed.sid} may let others invoke the code sandbox`,
      };
  }
  const closed = attached.some(({ policy }) => {
    const isMeant = (statement: Statement): boolean => isAbout(assembly, statement, code);
    const spared = sparedByAll(denialsOf(policy, 'lambda:InvokeFunction', undefined, isMeant));
    return spared?.every((value) => roles.some((role) => identities.roleOf(value) === role));
  });
  if (!closed) {
    yield {
      resource: code,
      property: 'Properties',
      message:
        'no AWS::Lambda::ResourcePolicy denies its invocation to everybody but its executor’s role, or that can’t be proven',
    };
  }
}
