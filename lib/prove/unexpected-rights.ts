import { type Assembly, describe, type Resource } from '../template';
import { identityPoliciesOf } from '../template/iam/collect';
import { type Statement, statementsOf } from '../template/iam/policy';
import { isPolicyOfItsService } from '../template/iam/taken-by-services';
import { lacksBoundary, looseBoundary } from './boundaries';
import { lackingDenials } from './lacking-denials';
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
        // It has the rights that `ApiGatewayAccountLogging` writes out.
        .filter(({ arn }) => part.kind !== 'API logs' || !isPolicyOfItsService(role, arn))
        .map(({ arn }) => `${role.path} is given ${describe(arn)}, but the template doesn’t contain its text`),
      ...lackingDenials(
        role,
        part,
        policies.map(({ policy }) => policy),
      ),
      ...(lacksBoundary(part, role) ? [`${role.path} has no permissions boundary, or not always`] : []),
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

/** Whether a word is as a right has it: `{own…` is whatever begins so, and `<exact>` a value without a wildcard. */
function begins(word: string, wanted: string): boolean {
  if (wanted === '<exact>') return !/[*?]/.test(word);
  return wanted.endsWith('…') ? word.startsWith(wanted.slice(0, -1)) : word === wanted;
}

/** Of this header, `*` is what S3 asks for: it creates the object, or fails. */
const CREATES = 's3:if-none-match';

/** What a statement allows that no right covers: each action on each resource. */
function beyond(rights: readonly Right[], statement: Statement, names: Names): string[] {
  const { action, resource, unknown, effect } = statement;
  if (action.negated || resource === undefined || resource.negated || unknown.length > 0 || effect === 'unknown') {
    return ['permissions that can’t be read exactly'];
  }
  const idle = statement.conditions.find(
    ({ key, values }) => key.toLowerCase() !== CREATES && values.some((value) => value === '*'),
  );
  if (idle !== undefined) return [`permissions under a condition that always holds: ${idle.key}`];
  const asked = statement.conditions.map(({ operator, key, values }) => ({
    asks: `${operator} ${key}`.toLowerCase(),
    values: values.map((value) => names.of(value)),
  }));
  const isAsked = (condition: string): boolean => {
    const [operator = '', key = '', ...allowed] = condition.split(' ');
    return asked.some(
      ({ asks, values }) =>
        asks.split(' ').every((word, i) => begins(word, [operator, key][i]?.toLowerCase() ?? '')) &&
        values.length > 0 &&
        values.every((readings) => readings.some((reading) => allowed.some((each) => begins(reading, each)))),
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
