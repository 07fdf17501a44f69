import { type Assembly, isTrue, type Resource, Unresolved, type Value } from '../../../template';
import { placesOf } from '../../../template/network/place';
import { type AgentPlace, agentPlacesOf } from '../../facts/agent-places';
import { type AgentWorkload, agentsOf } from '../../facts/workloads';
import { assumed, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** Outside of a VPC of yours, no route, no security group and no endpoint policy bounds where an agent sends what it read. */
export const agentInVpc: Rule = {
  id: 'NetworkAgentInVpc',
  pillar: 'network',
  severity: 'error',
  holds:
    'A model caller that runs code runs in subnets of a VPC of the app, not in a network of the service with the whole internet. For functions and jobs whose code you wrote, this is a warning.',
  source:
    'Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC"; App Runner Developer Guide, "Enabling VPC access for outgoing traffic"; CodeBuild User Guide, "Use AWS CodeBuild with Amazon Virtual Private Cloud"; Lambda.3, SageMaker.2 of AWS Security Hub; NIST SP 800-53 SC-7(5)',
  fix: 'Put it into isolated subnets with VPC endpoints: VpcConfig of a function or project, EgressType: VPC and a VpcConnectorArn of an App Runner service, SubnetId of an instance.',
  lists: ['ASI02', 'NIST SP 800-53 SC-7'],
  insecure: `Resources:
  Project:
    Type: AWS::CodeBuild::Project
    Properties: { ServiceRole: !GetAtt Role.Arn }
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: model
          PolicyDocument: { Statement: [{ Effect: Allow, Action: bedrock:InvokeModel, Resource: "*" }] }
`,
  secure: `Resources:
  Project:
    Type: AWS::CodeBuild::Project
    Properties:
      ServiceRole: !GetAtt Role.Arn
      VpcConfig: { VpcId: !Ref Vpc, Subnets: [!Ref Subnet], SecurityGroupIds: [!Ref Group] }
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: model
          PolicyDocument: { Statement: [{ Effect: Allow, Action: bedrock:InvokeModel, Resource: "*" }] }
  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } }
  Subnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24 } }
  Group: { Type: AWS::EC2::SecurityGroup, Properties: { VpcId: !Ref Vpc, GroupDescription: agent } }
`,
  *check(assembly) {
    const places = agentPlacesOf(assembly);
    const seen = new Set<Resource>();
    for (const agent of agentsOf(assembly)) {
      if (seen.has(agent.resource)) continue;
      seen.add(agent.resource);
      yield* offencesOf(
        assembly,
        agent,
        places.filter((place) => place.agent.resource === agent.resource),
      );
    }
  },
};

/** Where a resource says that it runs in a VPC. */
interface Switch {
  readonly path: readonly string[];
  /** Whether a value of it leaves the agent outside. */
  readonly isOutside: (value: Value) => boolean;
  /** Whether the agent's code is what its owner wrote, and not what a model asks for. */
  readonly runsOwnCode?: true;
}

const isAbsent = (value: Value): boolean => value === undefined;

const SWITCHES: { readonly [type: string]: Switch } = {
  'AWS::Lambda::Function': { path: ['VpcConfig', 'SubnetIds'], isOutside: isEmpty, runsOwnCode: true },
  'AWS::Glue::Job': { path: ['Connections'], isOutside: isAbsent, runsOwnCode: true },
  'AWS::CodeBuild::Project': { path: ['VpcConfig'], isOutside: isAbsent },
  'AWS::AppRunner::Service': {
    path: ['NetworkConfiguration', 'EgressConfiguration', 'EgressType'],
    isOutside: (value) => value !== 'VPC',
  },
  'AWS::SageMaker::NotebookInstance': { path: ['DirectInternetAccess'], isOutside: (value) => value !== 'Disabled' },
};

function isEmpty(value: Value): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0);
}

function* offencesOf(assembly: Assembly, agent: AgentWorkload, places: readonly AgentPlace[]): Generator<Offence> {
  const { resource, kind } = agent;
  const known = SWITCHES[resource.type];
  if (known !== undefined) yield* switchOffences(resource, known);
  else if (resource.type === 'AWS::SageMaker::Model') yield* modelOffences(resource);
  else if (resource.type === 'AWS::EC2::Instance' && places.length === 0) {
    const message = 'runs in the default VPC, whose subnets are public: it names no subnet';
    yield { resource, property: 'Properties.SubnetId', message };
  } else if (kind === 'ECS task' && !isPlaced(assembly, resource, places)) {
    const message = "can't be proven: nothing in the template says in which network this task runs";
    yield { resource, property: 'Properties', message, severity: 'warning' };
  }
}

function* switchOffences(resource: Resource, { path, isOutside, runsOwnCode }: Switch): Generator<Offence> {
  const property = `Properties.${path[0]}`;
  for (const { value, assuming } of resource.property(...path)) {
    const message = value instanceof Unresolved ? unproven(value) : isOutside(value) ? OUTSIDE : undefined;
    // NetworkNoRouteOut says which subnets it doesn't know.
    if (message === undefined || (value instanceof Unresolved && path.includes('SubnetIds'))) continue;
    const offence = { resource, property, message: assumed(message, assuming) };
    yield runsOwnCode === true ? { ...offence, severity: 'warning' } : offence;
  }
}

const OUTSIDE = 'runs outside of any VPC of yours: it reaches every host of the internet';

function* modelOffences(model: Resource): Generator<Offence> {
  const isIsolated = model.property('EnableNetworkIsolation').every(({ value }) => isTrue(value));
  for (const { value, assuming } of isIsolated ? [] : model.property('VpcConfig')) {
    if (value !== undefined) continue;
    yield {
      resource: model,
      property: 'Properties.VpcConfig',
      message: assumed(OUTSIDE, assuming),
      severity: 'warning',
    };
  }
}

/** Tasks on own instances run in the network of these. */
function isPlaced(assembly: Assembly, task: Resource, places: readonly AgentPlace[]): boolean {
  const isOnInstances = task.property('NetworkMode').some(({ value }) => value !== 'awsvpc');
  return isOnInstances || places.length > 0 || placesOf(assembly).places.some(({ workload }) => workload === task);
}
