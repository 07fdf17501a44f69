import {
  type Assembly,
  describe,
  isTextual,
  piecesOf,
  Reference,
  type Resource,
  Unresolved,
  type Value,
} from '../template';
import { identityPoliciesOf } from '../template/iam/collect';
import { matchAction } from '../template/iam/evaluate';
import { readPolicy, type Statement, statementsOf } from '../template/iam/policy';
import { modelCallersOf } from './model-callers';

/** Properties with a resource policy. */
const RESOURCE_POLICIES: { readonly [type: string]: string } = {
  'AWS::ApiGateway::RestApi': 'Policy',
  'AWS::EC2::VPCEndpoint': 'PolicyDocument',
  'AWS::ECR::Repository': 'RepositoryPolicyText',
  'AWS::IAM::Role': 'AssumeRolePolicyDocument',
  'AWS::KMS::Key': 'KeyPolicy',
  'AWS::Lambda::ResourcePolicy': 'PolicyDocument',
  'AWS::S3::BucketPolicy': 'PolicyDocument',
  'AWS::SNS::TopicPolicy': 'PolicyDocument',
  'AWS::SQS::QueuePolicy': 'PolicyDocument',
  'AWS::SecretsManager::ResourcePolicy': 'ResourcePolicy',
};

interface Placed {
  readonly holder: Resource;
  readonly statement: Statement;
}

function identityStatements(assembly: Assembly): Placed[] {
  return identityPoliciesOf(assembly).all.flatMap(({ holder, policy }) =>
    statementsOf(policy).map((statement) => ({ holder, statement })),
  );
}

function resourceStatements(assembly: Assembly, types = RESOURCE_POLICIES): Placed[] {
  return Object.entries(types).flatMap(([type, property]) =>
    assembly.ofType(type).flatMap((holder) =>
      statementsOf(readPolicy(holder.logicalId, holder.path, holder.property(property))).map((statement) => ({
        holder,
        statement,
      })),
    ),
  );
}

/** Statements that allow by exclusion: they grant everything that they don't name. In a Deny this is fine. */
export function allowsByExclusion(assembly: Assembly): string[] {
  return [...identityStatements(assembly), ...resourceStatements(assembly)].flatMap(({ holder, statement }) => {
    if (statement.effect === 'Deny') return [];
    const { action, resource, principal } = statement;
    const members = [
      ...(action.negated ? ['NotAction'] : []),
      ...(resource?.negated ? ['NotResource'] : []),
      ...(principal?.negated ? ['NotPrincipal'] : []),
    ];
    return members.map((member) => `${holder.path} ${statement.sid} allows by ${member}`);
  });
}

/**
 * Statements that pass roles, or run tasks, without naming them exactly. Who controls such a request could pass any other role.
 *
 * Source: IAM User Guide, "Grant a user permissions to pass a role to an AWS service"; ECS Developer Guide, "RunTask".
 */
export function loosePasses(assembly: Assembly): string[] {
  const agents = new Set(
    modelCallersOf(assembly).flatMap(({ policies }) => policies.policies.map(({ holder }) => holder)),
  );
  return identityStatements(assembly).flatMap(({ holder, statement }) => {
    if (statement.effect === 'Deny') return [];
    const faults = [
      ...(covers(statement, 'iam:PassRole') ? passFaults(statement, agents.has(holder)) : []),
      ...(covers(statement, 'ecs:RunTask') ? runFaults(assembly, statement) : []),
    ];
    return faults.map((fault) => `${holder.path} ${statement.sid} ${fault}`);
  });
}

function passFaults(statement: Statement, ofAgent: boolean): string[] {
  const { resource } = statement;
  const loose = (resource?.patterns ?? []).find((pattern) => !isExact(pattern));
  const isLoose = resource?.negated === true || loose !== undefined;
  return [
    ...(ofAgent ? ['lets the model caller pass a role'] : []),
    ...(isLoose ? [`passes ${describe(loose)}: not one role by its ARN`] : []),
    ...(namesService(statement) ? [] : ['passes a role without StringEquals iam:PassedToService']),
  ];
}

function runFaults(assembly: Assembly, { resource }: Statement): string[] {
  return (resource?.patterns ?? [])
    .filter((pattern) => !namesRevision(assembly, pattern))
    .map((pattern) => `runs ${describe(pattern)}: without a revision`);
}

function covers({ action }: Statement, wanted: string): boolean {
  const any = action.patterns.some((pattern) => matchAction(pattern, wanted) !== 'false');
  // `allowsByExclusion` reports exclusions.
  return !action.negated && any;
}

function isExact(pattern: Value): boolean {
  return (
    isTextual(pattern) && !(piecesOf(pattern) ?? []).some((p) => p instanceof Unresolved || /[*?]/.test(String(p)))
  );
}

function namesService({ conditions }: Statement): boolean {
  return conditions.some(
    ({ operator, key, values }) =>
      operator === 'StringEquals' &&
      key.toLowerCase() === 'iam:passedtoservice' &&
      values.length > 0 &&
      values.every((value) => isTextual(value) && !String(value).includes('*')),
  );
}

/** The ARN of a task definition contains its revision. A family needs `:*` or a number after it. */
function namesRevision(assembly: Assembly, pattern: Value): boolean {
  if (pattern instanceof Reference) return assembly.find(pattern)?.type === 'AWS::ECS::TaskDefinition';
  return isTextual(pattern) && /:task-definition\/[^*?:]+:(\*|\d+)$/.test(describe(pattern));
}

/**
 * Services that send the account and resource for which they assume a role. Lambda and EC2 aren't among them: they assume
 * roles of the function's or instance's own account, and EC2 sends no source.
 *
 * Source: IAM User Guide, "The confused deputy problem", and of each service "Cross-service confused deputy prevention".
 */
const SENDS_SOURCE =
  /^(ecs-tasks|states|scheduler|pipes|vpc-flow-logs|bedrock|bedrock-agentcore|codebuild)\.amazonaws\.com(\.cn)?$/;

/** Roles that a service could assume for another customer, or could never assume. */
export function confusedDeputies(assembly: Assembly, concerns: (role: Resource) => boolean): string[] {
  return resourceStatements(assembly, { 'AWS::IAM::Role': 'AssumeRolePolicyDocument' }).flatMap(
    ({ holder, statement }) => {
      if (statement.effect === 'Deny' || !concerns(holder)) return [];
      const services = (statement.principal?.patterns ?? [])
        .filter(({ kind, value }) => kind === 'Service' && SENDS_SOURCE.test(describe(value)))
        .map(({ value }) => describe(value));
      const fault = services.length === 0 ? undefined : sourceFault(statement, services);
      return fault === undefined ? [] : [`${holder.path} trusts ${services.join(', ')} ${fault}`];
    },
  );
}

function sourceFault({ conditions }: Statement, services: readonly string[]): string | undefined {
  const of = (wanted: string) => conditions.filter(({ key }) => key.toLowerCase() === wanted);
  for (const { operator, values } of of('aws:sourcearn')) {
    const wildcard = values.some((value) => /[*?]/.test(describe(value)));
    if (wildcard && !/^(ForAnyValue:)?(ArnLike|ArnEquals|StringLike)/.test(operator)) {
      return `with ${operator} on a wildcard ARN, which never matches: nothing can assume the role`;
    }
    const narrow = services.some((service) => service.startsWith('ecs-tasks')) && values.some(isOneTaskOrCluster);
    if (narrow) return 'for one cluster or task, but ECS doesn’t send it: the task never starts';
  }
  const byAccount = of('aws:sourceaccount').some(
    ({ operator, values }) =>
      /^StringEquals(IgnoreCase)?$/.test(operator) && values.length > 0 && values.every(isExact),
  );
  const byArn = of('aws:sourcearn').some(
    ({ operator, values }) =>
      /^(ArnLike|ArnEquals|StringLike|StringEquals)$/.test(operator) && values.length > 0 && values.every(hasAccount),
  );
  return byAccount || byArn ? undefined : 'for every customer: it requires neither aws:SourceAccount nor aws:SourceArn';
}

function isOneTaskOrCluster(value: Value): boolean {
  return /:(cluster|task|service)\//.test(describe(value));
}

function hasAccount(value: Value): boolean {
  if (!isTextual(value)) return false;
  const account =
    describe(value)
      .replace(/\$\{AWS::(\w+)\}/g, '$1')
      .split(':')[4] ?? '';
  return account !== '' && !/[*?]/.test(account);
}
