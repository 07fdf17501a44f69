import { type Assembly, isTextual, keyOf, type Resource, type Value } from '../../../template';
import { identityPoliciesOf } from '../../../template/iam/collect';
import { type Compute, type ComputeKind, computeOf } from '../../facts/compute';
import { hasOwnRuntime } from '../../facts/own-runtime';
import { agentsOf, workloadsOf } from '../../facts/workloads';
import { offencesAt } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** With a role of its own, a fooled workload can't use the rights of another one. */
export const ownRole: Rule = {
  id: 'LeastPrivilegeOwnRole',
  pillar: 'least-privilege',
  severity: 'error',
  holds:
    'No two functions, tasks or state machines share a role, an agent shares its role with nothing else, and a task’s role isn’t its execution role. Where neither an agent nor our gate is concerned, it is a warning.',
  source: 'Lambda Developer Guide, "Defining Lambda function permissions with an execution role"; NIST SP 800-53 AC-5',
  fix: 'Give each function, task, state machine and agent its own role, and a task an execution role beside it.',
  lists: ['ASI03', 'NIST SP 800-53 AC-5', 'NIST SP 800-53 AC-6'],
  insecure: `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
  Agent:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Handler: index.handler
      Runtime: nodejs22.x
      Code: { ZipFile: "exports.handler = async () => {}" }
  Refunds:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      Handler: index.handler
      Runtime: nodejs22.x
      Code: { ZipFile: "exports.handler = async () => {}" }
`,
  secure: `Resources:
  AgentRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
  RefundsRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }]
  Agent:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt AgentRole.Arn
      Handler: index.handler
      Runtime: nodejs22.x
      Code: { ZipFile: "exports.handler = async () => {}" }
  Refunds:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt RefundsRole.Arn
      Handler: index.handler
      Runtime: nodejs22.x
      Code: { ZipFile: "exports.handler = async () => {}" }
`,
  *check(assembly) {
    for (const { resource, roleProperty } of workloadsOf(assembly)) {
      // A task without a role has no rights.
      yield* offencesAt(resource, [roleProperty], (role) =>
        role === undefined || isTextual(role) ? undefined : 'names no role',
      );
    }
    const agents = new Set(agentsOf(assembly).map(({ resource }) => resource));
    const isOwn = hasOwnRuntime(assembly);
    for (const users of usersByRole(assembly).values()) {
      for (const { resource, kind, property } of users) {
        const others = new Set(
          users.filter((other) => arePartners({ resource, kind }, other, agents)).map((other) => other.resource.path),
        );
        if (others.size === 0) continue;
        const message = `shares its role with ${[...others].join(', ')}`;
        // Where nothing can be fooled, one role for two functions is untidy, and no hole.
        const weighs = isOwn || users.some((user) => agents.has(user.resource));
        yield { resource, property, message, ...(weighs ? {} : { severity: 'warning' as const }) };
      }
    }
    for (const task of assembly.ofType('AWS::ECS::TaskDefinition')) yield* startersOf(assembly, task);
  },
};

type User = Pick<Compute, 'resource' | 'kind'>;

/** Two workloads whose roles should be different. */
function arePartners(one: User, other: User, agents: ReadonlySet<Resource>): boolean {
  if (one.resource === other.resource) return false;
  if (agents.has(one.resource) || agents.has(other.resource))
    return GROUPS[one.kind] === undefined || GROUPS[one.kind] !== GROUPS[other.kind];
  return ALONE.has(one.kind) && ALONE.has(other.kind);
}

const ALONE: ReadonlySet<ComputeKind> = new Set(['Lambda function', 'ECS task', 'state machine']);

/** Kinds of which several are one workload: the machines of a group and their template, the parts of one domain. */
const GROUPS: { readonly [kind in ComputeKind]?: string } = {
  'EC2 instance': 'machines',
  'EKS node': 'machines',
  'EKS pod': 'pods',
  'SageMaker workload': 'studio',
  'Glue job': 'jobs',
  'AppSync data source': 'api',
};

/** The workloads of each role, with the property that names the role. */
function usersByRole(assembly: Assembly): ReadonlyMap<string, readonly Compute[]> {
  const users = new Map<string, Compute[]>();
  for (const compute of computeOf(assembly)) {
    if (!isTextual(compute.role)) continue;
    const role = roleKey(assembly, compute.role);
    const known = users.get(role) ?? [];
    if (!known.some(({ resource }) => resource === compute.resource)) known.push(compute);
    users.set(role, known);
  }
  return users;
}

function roleKey(assembly: Assembly, role: Value): string {
  return identityPoliciesOf(assembly).roleOf(role)?.key ?? keyOf(role);
}

/** A role that the code in the containers has, and that ECS starts the task with. */
function* startersOf(assembly: Assembly, task: Resource): Generator<Offence> {
  const starters = new Set(
    task
      .property('ExecutionRoleArn')
      .flatMap(({ value }) => (isTextual(value) && value !== '' ? [roleKey(assembly, value)] : [])),
  );
  yield* offencesAt(task, ['TaskRoleArn'], (role) =>
    isTextual(role) && starters.has(roleKey(assembly, role))
      ? 'is the execution role too: the code in the containers may pull images and read the secrets that ECS starts it with'
      : undefined,
  );
}
