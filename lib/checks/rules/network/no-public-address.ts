import { type Assembly, asNumber, isFalse, isTrue, type Resource, Unresolved, type Value } from '../../../template';
import { type AgentPlace, agentPlacesOf, type Setting } from '../../facts/agent-places';
import { parameterOf } from '../../facts/secret-sources';
import { assumed, isOff, unproven } from '../../judge/offences';
import type { Offence, Rule } from '../../rule';

/** With a public address, an agent reaches the internet and is reached from there: only its security group stands between. */
export const noPublicAddress: Rule = {
  id: 'NetworkNoPublicAddress',
  pillar: 'network',
  severity: 'error',
  holds: 'No model caller gets a public address, neither by its own settings nor by its subnet, and no IPv6 address.',
  source:
    'Amazon VPC User Guide, "IP addressing for your VPCs and subnets"; Amazon ECS Developer Guide, "Fargate task networking"; EC2.9, EC2.15, EC2.25, ECS.2 of AWS Security Hub; NIST SP 800-53 SC-7(4)',
  fix: 'Set AssignPublicIp: DISABLED, or AssociatePublicIpAddress: false, and use subnets without MapPublicIpOnLaunch and AssignIpv6AddressOnCreation. Reach AWS by VPC endpoints.',
  lists: ['ASI02', 'NIST SP 800-53 SC-7'],
  insecure: `Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - { Name: agent, Environment: [{ Name: ANTHROPIC_API_KEY_ARN, Value: x }] }
      TaskRoleArn: !GetAtt Role.Arn
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: model
          PolicyDocument: { Statement: [{ Effect: Allow, Action: bedrock:InvokeModel, Resource: "*" }] }
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      NetworkConfiguration:
        AwsvpcConfiguration: { Subnets: [subnet-0123456789abcdef0], AssignPublicIp: ENABLED }
`,
  secure: `Resources:
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - { Name: agent, Environment: [{ Name: ANTHROPIC_API_KEY_ARN, Value: x }] }
      TaskRoleArn: !GetAtt Role.Arn
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: model
          PolicyDocument: { Statement: [{ Effect: Allow, Action: bedrock:InvokeModel, Resource: "*" }] }
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      NetworkConfiguration:
        AwsvpcConfiguration: { Subnets: [subnet-0123456789abcdef0], AssignPublicIp: DISABLED }
`,
  *check(assembly) {
    const seen = new Set<string>();
    for (const place of agentPlacesOf(assembly)) {
      for (const offence of offencesOf(assembly, place)) {
        const at = `${place.placedBy.key} ${offence.property}`;
        if (seen.has(at)) continue;
        seen.add(at);
        yield offence;
      }
    }
  },
};

function* offencesOf(assembly: Assembly, place: AgentPlace): Generator<Offence> {
  const { placedBy, addresses, subnets } = place;
  for (const { value, property, member, assuming } of addresses) {
    const fault = addressFault(member, value);
    if (fault === undefined) continue;
    const isOpen = addresses.some(
      (other) => other.property === property && addressFault(member, other.value) === undefined,
    );
    const isChosen = isOpen && !(value instanceof Unresolved) && !isDefault(placedBy, assuming);
    const message = isChosen ? `can't be proven: whoever deploys it decides whether it ${fault}` : fault;
    yield { resource: placedBy, property, message: assumed(message, assuming) };
  }
  for (const setting of subnets) {
    const subnet = assembly.find(setting.value);
    if (subnet?.type === 'AWS::EC2::Subnet') yield* subnetOffences(place, setting, subnet);
  }
}

/** Whether each parameter has the value without anybody giving one. A condition isn't a choice of whoever deploys. */
function isDefault({ template }: Resource, assuming: readonly string[]): boolean {
  return assuming.every((assumption) => {
    const [, name = '', value] = /^(\w+) = (.*?)( \(default\))?$/s.exec(assumption) ?? [];
    const declared = parameterOf(template, name);
    return declared === undefined || String(declared.Default) === value;
  });
}

function addressFault(member: string, value: Value): string | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Unresolved) return unproven(value);
  if (member === 'Ipv6AddressCount') return asNumber(value) === 0 ? undefined : 'gets an IPv6 address, which is public';
  if (isFalse(value) || value === 'DISABLED' || value === 'Disabled') return undefined;
  return 'gets a public address: the internet is one rule of a security group away';
}

/** Instances and nodes take what the subnet says. A task takes only IPv6 from it, and a function nothing. */
function* subnetOffences(place: AgentPlace, { property, assuming }: Setting, subnet: Resource): Generator<Offence> {
  const { placedBy, agent, addresses } = place;
  if (agent.kind === 'Lambda function') return;
  const takesIpv4 = isOnInstances(place) && !addresses.some(({ value }) => isFalse(value));
  for (const branch of takesIpv4 ? subnet.property('MapPublicIpOnLaunch') : []) {
    if (isOff(branch.value)) continue;
    const message = `gets a public address in the subnet ${subnet.path}`;
    yield { resource: placedBy, property, message: assumed(message, [...assuming, ...branch.assuming]) };
  }
  for (const branch of subnet.property('AssignIpv6AddressOnCreation')) {
    if (!isTrue(branch.value)) continue;
    const message = `gets an IPv6 address in the subnet ${subnet.path}, which is public`;
    yield { resource: placedBy, property, message: assumed(message, [...assuming, ...branch.assuming]) };
  }
}

function isOnInstances({ placedBy, agent }: AgentPlace): boolean {
  return agent.kind === 'EC2 instance' || /^AWS::(EKS::Nodegroup|AutoScaling::)/.test(placedBy.type);
}
