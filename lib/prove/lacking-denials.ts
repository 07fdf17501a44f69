import type { Part } from '../checks/facts/part';
import { NETWORK_INTERFACE_ACTIONS } from '../private/network-interface-actions';
import { describe, type Resource } from '../template';
import { isCertainlyDenied } from '../template/iam/certain-denials';
import type { ConditionEntry } from '../template/iam/condition';
import { matchAction } from '../template/iam/evaluate';
import { type Policy, type Statement, statementsOf } from '../template/iam/policy';
import { modelsFromOutside } from './models-from-outside';
import { modelsUnguarded } from './models-unguarded';

/** Missing Denies that keep a part's code from permissions that AWS services need, or that the role could get by accident. */
export function lackingDenials(role: Resource, { kind, workload }: Part, policies: readonly Policy[]): string[] {
  if (kind === 'agent' && workload?.type === 'AWS::ECS::TaskDefinition') {
    return [
      ...lackingOfAgent(policies).map((what) => `${role.path} lacks the Deny of ${what}`),
      ...modelsFromOutside(role, policies),
      ...modelsUnguarded(role, policies.flatMap(statementsOf)),
    ];
  }
  const places = allowsAction(policies, 'ec2:CreateNetworkInterface');
  return !places || isCertainlyDenied(policies, (each) => keepsInterfacesFromCode(role, each))
    ? []
    : [`${role.path} lacks the Deny that keeps network interfaces from its code`];
}

/** What is denied to an agent by name, for the day on which somebody widens what it may use. */
const BY_NAME: readonly (readonly [action: string, what: string])[] = [
  ['bedrock:CallWithBearerToken', 'API keys of Bedrock, which work from anywhere'],
  ['bedrock:InvokeTool', 'Bedrock’s own tools, which search the web'],
];

function lackingOfAgent(policies: readonly Policy[]): string[] {
  // A model that was accepted with its search has the right to it.
  const byName = BY_NAME.filter(([action]) => !allowsAction(policies, action)).filter(
    ([action]) =>
      !isCertainlyDenied(
        policies,
        (each) =>
          isEverywhere(each) &&
          !each.action.negated &&
          each.action.patterns.some((pattern) => matchAction(pattern, action) === 'true'),
      ),
  );
  return [
    ...(isCertainlyDenied(policies, leavesGateAndModels) ? [] : ['everything but its gate and its models']),
    ...byName.map(([, what]) => what),
  ];
}

function allowsAction(policies: readonly Policy[], action: string): boolean {
  return policies
    .flatMap(statementsOf)
    .some(({ effect, action: { patterns } }) => effect !== 'Deny' && patterns.includes(action));
}

function isEverywhere({ resource, conditions }: Statement): boolean {
  return resource?.negated === false && resource.patterns.includes('*') && conditions.length === 0;
}

function leavesGateAndModels(statement: Statement): boolean {
  return (
    statement.action.negated &&
    statement.action.patterns.every((pattern) => /^(execute-api:Invoke|bedrock:[A-Za-z]+)$/.test(describe(pattern))) &&
    isEverywhere(statement)
  );
}

function keepsInterfacesFromCode(role: Resource, { action, resource, conditions }: Statement): boolean {
  return (
    !action.negated &&
    NETWORK_INTERFACE_ACTIONS.every((each) =>
      action.patterns.some((pattern) => matchAction(pattern, each) === 'true'),
    ) &&
    resource?.negated === false &&
    resource.patterns.includes('*') &&
    conditions.every((condition) => isForAllFunctions(role, condition))
  );
}

/** Whichever function's code asks: `arn:aws:lambda:REGION:ACCOUNT:function:*` of the role's own account and region. */
function isForAllFunctions({ template }: Resource, { operator, key, values }: ConditionEntry): boolean {
  if (operator !== 'ArnLike' || key.toLowerCase() !== 'lambda:sourcefunctionarn') return false;
  const own = (written: string | undefined, pseudo: string, known: string | undefined): boolean =>
    written === pseudo || written === '*' || (known !== undefined && written === known);
  return values.some((value) => {
    const [, , service, region, account, ...name] = describe(value)
      .replace(/\$\{AWS::(\w+)\}/g, '$1')
      .split(':');
    return (
      service === 'lambda' &&
      own(region, 'Region', template.source.region) &&
      own(account, 'AccountId', template.source.account) &&
      name.join(':') === 'function:*'
    );
  });
}
