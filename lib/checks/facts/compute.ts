import { identityPoliciesOf } from '../../template/iam/collect';
import { statementsOf } from '../../template/iam/policy';
import { trustOf } from '../../template/iam/trust';
import {
  type Assembly,
  describe,
  listOf,
  memberOf,
  placeInList,
  type Resource,
  resourcesIn,
  type Value,
} from '../../template/index';

/** What runs code, or acts by itself, under a role. The words are those of the report. */
export type ComputeKind =
  | 'Lambda function'
  | 'ECS task'
  | 'EC2 instance'
  | 'EKS node'
  | 'EKS pod'
  | 'state machine'
  | 'Bedrock agent'
  | 'Bedrock flow'
  | 'AgentCore runtime'
  | 'AgentCore harness'
  | 'AgentCore gateway'
  | 'AgentCore browser'
  | 'AgentCore code interpreter'
  | 'AgentCore memory'
  | 'Batch job'
  | 'App Runner service'
  | 'SageMaker workload'
  | 'Glue job'
  | 'CodeBuild project'
  | 'AppSync data source';

/** Something that runs, with one possible value of its role. */
export interface Compute {
  readonly resource: Resource;
  readonly kind: ComputeKind;
  /** Place of the role below the resource: `Properties.TaskRoleArn`. */
  readonly property: string;
  /** Undefined when it has none. */
  readonly role: Value;
}

/** A type, and where it names its role: a path with `[]` for the items of a list; for an instance profile with `@` before it. */
const COMPUTE: readonly (readonly [type: string, kind: ComputeKind, ...paths: string[]])[] = [
  ['AWS::Lambda::Function', 'Lambda function', 'Role'],
  ['AWS::ECS::TaskDefinition', 'ECS task', 'TaskRoleArn'],
  ['AWS::ECS::DaemonTaskDefinition', 'ECS task', 'TaskRoleArn'],
  ['AWS::ECS::ExpressGatewayService', 'ECS task', 'TaskRoleArn'],
  ['AWS::EC2::Instance', 'EC2 instance', '@IamInstanceProfile'],
  [
    'AWS::EC2::LaunchTemplate',
    'EC2 instance',
    '@LaunchTemplateData.IamInstanceProfile.Name',
    '@LaunchTemplateData.IamInstanceProfile.Arn',
  ],
  ['AWS::AutoScaling::LaunchConfiguration', 'EC2 instance', '@IamInstanceProfile'],
  ['AWS::Batch::ComputeEnvironment', 'EC2 instance', '@ComputeResources.InstanceRole'],
  ['AWS::EMR::Cluster', 'EC2 instance', '@JobFlowRole'],
  ['AWS::EKS::Nodegroup', 'EKS node', 'NodeRole'],
  ['AWS::EKS::PodIdentityAssociation', 'EKS pod', 'RoleArn', 'TargetRoleArn'],
  ['AWS::EKS::Addon', 'EKS pod', 'ServiceAccountRoleArn', 'PodIdentityAssociations[].RoleArn'],
  ['AWS::StepFunctions::StateMachine', 'state machine', 'RoleArn'],
  ['AWS::Bedrock::Agent', 'Bedrock agent', 'AgentResourceRoleArn'],
  ['AWS::Bedrock::Flow', 'Bedrock flow', 'ExecutionRoleArn'],
  ['AWS::BedrockAgentCore::Runtime', 'AgentCore runtime', 'RoleArn'],
  ['AWS::BedrockAgentCore::Harness', 'AgentCore harness', 'ExecutionRoleArn'],
  ['AWS::BedrockAgentCore::Gateway', 'AgentCore gateway', 'RoleArn'],
  ['AWS::BedrockAgentCore::BrowserCustom', 'AgentCore browser', 'ExecutionRoleArn'],
  ['AWS::BedrockAgentCore::CodeInterpreterCustom', 'AgentCore code interpreter', 'ExecutionRoleArn'],
  ['AWS::BedrockAgentCore::Memory', 'AgentCore memory', 'MemoryExecutionRoleArn'],
  [
    'AWS::Batch::JobDefinition',
    'Batch job',
    'ContainerProperties.JobRoleArn',
    'EcsProperties.TaskProperties[].TaskRoleArn',
    'NodeProperties.NodeRangeProperties[].Container.JobRoleArn',
    'NodeProperties.NodeRangeProperties[].EcsProperties.TaskProperties[].TaskRoleArn',
  ],
  ['AWS::AppRunner::Service', 'App Runner service', 'InstanceConfiguration.InstanceRoleArn'],
  ['AWS::SageMaker::NotebookInstance', 'SageMaker workload', 'RoleArn'],
  ['AWS::SageMaker::Model', 'SageMaker workload', 'ExecutionRoleArn'],
  ['AWS::SageMaker::Pipeline', 'SageMaker workload', 'RoleArn'],
  ['AWS::SageMaker::ProcessingJob', 'SageMaker workload', 'RoleArn'],
  [
    'AWS::SageMaker::Domain',
    'SageMaker workload',
    'DefaultUserSettings.ExecutionRole',
    'DefaultSpaceSettings.ExecutionRole',
  ],
  ['AWS::SageMaker::UserProfile', 'SageMaker workload', 'UserSettings.ExecutionRole'],
  ['AWS::Glue::Job', 'Glue job', 'Role'],
  ['AWS::Glue::Session', 'Glue job', 'Role'],
  ['AWS::CodeBuild::Project', 'CodeBuild project', 'ServiceRole'],
  ['AWS::AppSync::DataSource', 'AppSync data source', 'ServiceRoleArn'],
];

/** Everything in an assembly that runs under a role, with each possible role. */
export function computeOf(assembly: Assembly): readonly Compute[] {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    known = [
      ...COMPUTE.flatMap(([type, kind, ...paths]) =>
        assembly.ofType(type).flatMap((resource) => computesAt(assembly, resource, kind, paths)),
      ),
      ...podRolesOf(assembly).map((resource) => ({
        resource,
        kind: 'EKS pod' as const,
        property: 'Properties.AssumeRolePolicyDocument',
        role: roleItself(resource),
      })),
    ];
    KNOWN.set(assembly, known);
  }
  return known;
}

const KNOWN = new WeakMap<Assembly, readonly Compute[]>();

/** One entry for each role; without any role, one entry without. */
function computesAt(
  assembly: Assembly,
  resource: Resource,
  kind: ComputeKind,
  paths: readonly string[],
): readonly Compute[] {
  const named = paths.flatMap((path) => rolesAt(assembly, resource, path));
  // The default of a parameter that nobody has to give is an empty name: no role.
  const present = named.filter(({ role }) => role !== undefined && role !== '');
  const [first] = named;
  if (present.length > 0 || first === undefined) return present.map((each) => ({ resource, kind, ...each }));
  return [{ resource, kind, ...first, role: undefined }];
}

type NamedRole = Pick<Compute, 'property' | 'role'>;

function rolesAt(assembly: Assembly, resource: Resource, written: string): NamedRole[] {
  const isProfile = written.startsWith('@');
  const [first = '', ...rest] = written.replace(/^@/, '').split('.');
  const property = `Properties.${first}`;
  const found = resource.property(first).flatMap(({ value }) => membersAt(value, rest, property));
  return isProfile ? found.flatMap((each) => rolesOfProfile(assembly, each)) : found;
}

/** What stands at a path inside a value. */
function membersAt(value: Value, [step, ...rest]: readonly string[], property: string): NamedRole[] {
  if (step === undefined) return [{ property, role: value }];
  const name = step.replace('[]', '');
  const member = memberOf(value, name);
  if (!step.endsWith('[]')) return membersAt(member, rest, `${property}.${name}`);
  return listOf(member).flatMap((item, i) => membersAt(item, rest, `${property}.${name}[${placeInList(member, i)}]`));
}

/** The roles of an instance profile. One that isn't in the template may have any role, so its own name stands for that. */
function rolesOfProfile(assembly: Assembly, { property, role: profile }: NamedRole): NamedRole[] {
  if (profile === undefined) return [{ property, role: undefined }];
  const found = profileOf(assembly, profile);
  if (found === undefined) return [{ property, role: profile }];
  return found.items('Roles').map(({ value }) => ({ property, role: value }));
}

function profileOf(assembly: Assembly, profile: Value): Resource | undefined {
  const found = resourcesIn(assembly, profile);
  const referenced = found.find(({ type }) => type === 'AWS::IAM::InstanceProfile');
  if (referenced !== undefined) return referenced;
  const name = describe(profile).split('/').at(-1);
  return assembly
    .ofType('AWS::IAM::InstanceProfile')
    .find((each) => each.property('InstanceProfileName').some(({ value }) => value !== undefined && value === name));
}

/**
 * Roles that a pod takes on by the token of its service account.
 *
 * Source: Amazon EKS User Guide, "Assign IAM roles to Kubernetes service accounts".
 */
function podRolesOf(assembly: Assembly): readonly Resource[] {
  return assembly
    .ofType('AWS::IAM::Role')
    .filter((role) => JSON.stringify(role.properties).includes('Federated'))
    .filter((role) =>
      statementsOf(trustOf(role)).some(
        ({ effect, principal, conditions }) =>
          effect !== 'Deny' &&
          principal?.negated === false &&
          principal.patterns.some(({ kind }) => kind === 'Federated') &&
          (principal.patterns.some(({ value }) => isOfCluster(assembly, value)) ||
            conditions.some(({ values }) =>
              values.some((value) => describe(value).includes('system:serviceaccount:')),
            )),
      ),
    );
}

/** An identity provider of an EKS cluster: by its address, or by a provider of the template with the address of a cluster. */
function isOfCluster(assembly: Assembly, provider: Value): boolean {
  if (/oidc-provider\/oidc\.eks\./.test(describe(provider))) return true;
  return resourcesIn(assembly, provider).some(
    (found) =>
      /^AWS::EKS::Cluster$|AWSCDK-EKS-Cluster/.test(found.type) ||
      found
        .property('Url')
        .some(
          ({ value }) =>
            /oidc\.eks\./.test(describe(value)) || resourcesIn(assembly, value).some(({ type }) => /EKS/.test(type)),
        ),
  );
}

function roleItself(role: Resource): Value {
  const [reference] = role.template.resolve({ Ref: role.logicalId }, role.logicalId);
  return reference?.value;
}

/** Resources that run under a role of the template. */
export function usersOfRole(assembly: Assembly, role: Resource): readonly Compute[] {
  let users = USERS.get(assembly);
  if (users === undefined) {
    users = readUsers(assembly);
    USERS.set(assembly, users);
  }
  return users.get(role) ?? [];
}

const USERS = new WeakMap<Assembly, ReadonlyMap<Resource, readonly Compute[]>>();

function readUsers(assembly: Assembly): ReadonlyMap<Resource, readonly Compute[]> {
  const identities = identityPoliciesOf(assembly);
  const users = new Map<Resource, Compute[]>();
  for (const compute of computeOf(assembly)) {
    const role = identities.roleOf(compute.role);
    if (role === undefined) continue;
    const known = users.get(role) ?? [];
    known.push(compute);
    users.set(role, known);
  }
  return users;
}
