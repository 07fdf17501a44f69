import type { Part } from '../checks/facts/part';
import { NETWORK_INTERFACE_ACTIONS } from '../private/network-interface-actions';
import { type Assembly, describe, type Resource } from '../template';
import { identityPoliciesOf } from '../template/iam/collect';
import { matchAction } from '../template/iam/evaluate';
import { readPolicy, type Statement, statementsOf } from '../template/iam/policy';
import { modelsFromOutside } from './models-from-outside';
import { modelsUnguarded } from './models-unguarded';
import { Names } from './names';
import { GRANTS_OF_LEDGER, RIGHTS, type Right } from './rights';
import type { RuntimeParts } from './runtime-parts';

/** Whether a statement of a role outside the runtime allows only what the ledger's grant methods give. */
export function isGrantOfLedger(parts: RuntimeParts, holder: Resource, statement: Statement): boolean {
  return beyond(GRANTS_OF_LEDGER, statement, new Names(parts, holder)).length === 0;
}

/**
 * What the parts' own policies allow beyond what this library writes into them, by statement: another action, resource or
 * service, a missing condition, a policy from outside the template. Narrower statements are fine.
 */
export function unexpectedRights(assembly: Assembly, parts: RuntimeParts): string[] {
  const identities = identityPoliciesOf(assembly);
  const statements = unexpectedStatements(assembly, parts);
  return assembly.ofType('AWS::IAM::Role').flatMap((role) => {
    const part = parts.ofRole(role);
    if (part === undefined) return [];
    const { policies, foreign } = identities.ofResource(role);
    return [
      ...statements.filter((each) => each.role === role).map(({ text }) => text),
      ...foreign
        .filter(({ arn }) => part.kind !== 'AWS CDK' || !/\/AWSLambdaBasicExecutionRole$/.test(describe(arn)))
        .map(({ arn }) => `${role.path} is given ${describe(arn)}, but the template doesn’t contain its text`),
      ...missingDenials(
        role,
        part,
        policies.flatMap(({ policy }) => statementsOf(policy)),
      ),
      ...(part.kind === 'connector' ? looseBoundary(assembly, role, new Names(parts, role, part)) : []),
    ];
  });
}

/** Statements of the parts' own policies that allow more than this library writes into them. */
export function unexpectedStatements(assembly: Assembly, parts: RuntimeParts): { role: Resource; text: string }[] {
  return assembly.ofType('AWS::IAM::Role').flatMap((role) => {
    const part = parts.ofRole(role);
    if (part === undefined) return [];
    const names = new Names(parts, role, part);
    return identityPoliciesOf(assembly)
      .ofResource(role)
      .policies.flatMap(({ policy }) =>
        statementsOf(policy)
          .filter(({ effect }) => effect !== 'Deny')
          .flatMap((statement) => {
            const [first, ...others] = beyond(RIGHTS[part.kind], statement, names);
            if (first === undefined) return [];
            const more = others.length === 0 ? '' : `, and ${others.length} more`;
            return [{ role, text: `${policy.source} ${statement.sid} gives the ${part.label} ${first}${more}` }];
          }),
      );
  });
}

/** Missing Denies that keep a part's code from permissions that AWS services need, or that the role could get by accident. */
function missingDenials(role: Resource, { kind, workload }: Part, statements: readonly Statement[]): string[] {
  const denials = statements.filter(({ effect, unknown }) => effect === 'Deny' && unknown.length === 0);
  if (kind === 'agent' && workload?.type === 'AWS::ECS::TaskDefinition') {
    const denied = denials.some(
      ({ action, resource, conditions }) =>
        action.negated &&
        action.patterns.every((pattern) => /^(execute-api:Invoke|bedrock:[A-Za-z]+)$/.test(describe(pattern))) &&
        resource?.patterns.includes('*') === true &&
        conditions.length === 0,
    );
    return [
      ...(denied ? [] : [`${role.path} lacks the Deny of everything but its gate and its models`]),
      ...modelsFromOutside(role, statements),
      ...modelsUnguarded(role, statements),
    ];
  }
  const places = statements.some(
    ({ effect, action }) => effect !== 'Deny' && action.patterns.includes('ec2:CreateNetworkInterface'),
  );
  const kept = denials.some(
    ({ action, resource, conditions }) =>
      !action.negated &&
      NETWORK_INTERFACE_ACTIONS.every((each) =>
        action.patterns.some((pattern) => matchAction(pattern, each) === 'true'),
      ) &&
      resource?.patterns.includes('*') === true &&
      conditions.every(({ key }) => key.toLowerCase() === 'lambda:sourcefunctionarn'),
  );
  return !places || kept ? [] : [`${role.path} lacks the Deny that keeps network interfaces from its code`];
}

/** What a connector can never do, whatever its role is given: call functions and start state machines that its configuration doesn't name. */
const CALLS = ['lambda:InvokeFunction', 'states:StartExecution', 'iam:PassRole', 'sts:AssumeRole'];

/** What the boundary of a connector doesn't deny. A boundary of others isn't judged: the construct warns of it. */
function looseBoundary(assembly: Assembly, role: Resource, names: Names): string[] {
  const boundaries = role.items('PermissionsBoundary').flatMap(({ value }) => assembly.find(value) ?? []);
  return boundaries
    .filter(({ type }) => type === 'AWS::IAM::ManagedPolicy')
    .flatMap((boundary) => {
      const denials = statementsOf(readPolicy('boundary', boundary.path, boundary.property('PolicyDocument'))).filter(
        ({ effect, unknown, conditions }) => effect === 'Deny' && unknown.length === 0 && conditions.length === 0,
      );
      const isDenied = (action: string): boolean =>
        denials.some(
          (denial) =>
            !denial.action.negated &&
            denial.action.patterns.some((pattern) => matchAction(pattern, action) === 'true') &&
            sparesOwnOnly(denial, names),
        );
      return CALLS.filter((action) => !isDenied(action)).map(
        (action) => `${boundary.path} doesn’t keep ${role.path} from ${action} on what its connector doesn’t name`,
      );
    });
}

function sparesOwnOnly({ resource }: Statement, names: Names): boolean {
  if (resource === undefined) return false;
  return resource.negated
    ? resource.patterns.every((pattern) => names.of(pattern).includes('{own resource}'))
    : resource.patterns.includes('*');
}

/** What a statement allows that no right covers: each action on each resource. */
function beyond(rights: readonly Right[], statement: Statement, names: Names): string[] {
  const { action, resource, unknown, effect } = statement;
  if (action.negated || resource === undefined || resource.negated || unknown.length > 0 || effect === 'unknown') {
    return ['permissions that can’t be read exactly'];
  }
  const asked = statement.conditions.map(({ operator, key, values }) => ({
    asks: `${operator} ${key}`.toLowerCase(),
    values: values.map((value) => names.of(value)),
  }));
  const isAsked = (condition: string): boolean => {
    const [operator = '', key = '', ...allowed] = condition.split(' ');
    return asked.some(
      ({ asks, values }) =>
        asks === `${operator} ${key}`.toLowerCase() &&
        values.length > 0 &&
        values.every((readings) => readings.some((reading) => allowed.includes(reading))),
    );
  };
  return action.patterns.flatMap((actionPattern) =>
    resource.patterns.flatMap((resourcePattern) => {
      const [wanted, readings] = [describe(actionPattern).toLowerCase(), names.of(resourcePattern)];
      const covered = rights.some(
        ({ actions, on, when }) =>
          actions.some((each) => each.toLowerCase() === wanted) &&
          readings.some((reading) => (typeof on === 'string' ? on === reading : on.test(reading))) &&
          when.every(isAsked),
      );
      const conditions = statement.conditions.length === 0 ? 'without a condition' : 'under its conditions';
      return covered ? [] : [`${describe(actionPattern)} on ${describe(resourcePattern)} ${conditions}`];
    }),
  );
}
