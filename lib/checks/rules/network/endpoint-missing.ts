import { type Assembly, describe, keyOf, type Resource, unknownIn } from '../../../template';
import { type AgentPlace, agentPlacesOf } from '../../facts/agent-places';
import type { ComputeKind } from '../../facts/compute';
import { endpointNeedsOf, usesProxy } from '../../facts/endpoint-needs';
import { hasOwnRuntime } from '../../facts/own-runtime';
import { hasWayOut, tablesOf } from '../../facts/placements';
import { variablesOf } from '../../facts/variables';
import type { Offence, Rule } from '../../rule';

/** What can't work in a closed network tempts somebody to open it. */
export const endpointMissing: Rule = {
  id: 'NetworkEndpointMissing',
  pillar: 'network',
  severity: 'warning',
  holds:
    'A model caller in a network without a way out has an endpoint for each service that it needs: those that its role may call, and ECR, S3 and CloudWatch Logs where its container is pulled and logged from there.',
  source:
    'Amazon ECR User Guide, "Amazon ECR interface VPC endpoints (AWS PrivateLink)"; Amazon Bedrock User Guide, "Use interface VPC endpoints (AWS PrivateLink)"; AWS PrivateLink Guide, "Gateway endpoints"',
  fix: 'Add AWS::EC2::VPCEndpoint for each named service: of type Gateway for s3 and dynamodb, with the route table of the subnet, otherwise of type Interface with PrivateDnsEnabled: true.',
  lists: ['NIST SP 800-53 SC-7'],
  insecure: template(''),
  secure: template(`  Endpoint:
    Type: AWS::EC2::VPCEndpoint
    Properties: { VpcId: !Ref Vpc, ServiceName: !Sub "com.amazonaws.\${AWS::Region}.bedrock-runtime" }
`),
  *check(assembly) {
    // A runtime of this library has the endpoints that it needs, which `prove` shows.
    if (hasOwnRuntime(assembly)) return;
    const seen = new Set<Resource>();
    for (const place of agentPlacesOf(assembly)) {
      if (!CALLS_FROM_NETWORK.has(place.agent.kind) || seen.has(place.placedBy)) continue;
      seen.add(place.placedBy);
      yield* offencesOf(assembly, place);
    }
  },
};

/** Kinds whose own code calls AWS from the network. A browser's role is used by the service, from its own. */
const CALLS_FROM_NETWORK: ReadonlySet<ComputeKind> = new Set([
  'Lambda function',
  'ECS task',
  'EC2 instance',
  'AgentCore runtime',
  'Batch job',
  'App Runner service',
  'CodeBuild project',
]);

function template(endpoint: string): string {
  return `Resources:
  Agent:
    Type: AWS::Lambda::Function
    Properties:
      Role: !GetAtt Role.Arn
      VpcConfig: { SubnetIds: [!Ref Subnet], SecurityGroupIds: [!Ref Group] }
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: model
          PolicyDocument: { Statement: [{ Effect: Allow, Action: bedrock:InvokeModel, Resource: "*" }] }
  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } }
  Subnet: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24 } }
  Group: { Type: AWS::EC2::SecurityGroup, Properties: { VpcId: !Ref Vpc, GroupDescription: agent } }
${endpoint}`;
}

function* offencesOf(assembly: Assembly, { agent, placedBy, subnets }: AgentPlace): Generator<Offence> {
  const known = subnets.map(({ value }) => assembly.find(value));
  if (known.length === 0 || known.some((subnet) => subnet?.type !== 'AWS::EC2::Subnet')) return;
  const inTemplate = known.filter((subnet) => subnet !== undefined);
  const networks = inTemplate.flatMap((subnet) => subnet.property('VpcId').map(({ value }) => assembly.find(value)));
  if (networks.some((network) => network?.type !== 'AWS::EC2::VPC')) return;
  if (inTemplate.some((subnet) => hasWayOut(assembly, subnet)) || usesProxy(variablesOf(agent.resource))) return;
  const missing = [...endpointNeedsOf(agent)].filter(
    (service) => !inTemplate.every((subnet) => isReached(assembly, subnet, service)),
  );
  if (missing.length === 0) return;
  const message = `its network has no way out and no endpoint for ${missing.sort().join(', ')}: it can't start, or not work`;
  yield { resource: placedBy, property: subnets[0]?.property ?? 'Properties', message };
}

/** Whether an endpoint of a service is in the subnet's network and, if it is a gateway, in its route table. */
function isReached(assembly: Assembly, subnet: Resource, service: string): boolean {
  const networks = new Set(subnet.property('VpcId').map(({ value }) => keyOf(value)));
  const tables = new Set(tablesOf(assembly, subnet).map(keyOf));
  return assembly.ofType('AWS::EC2::VPCEndpoint').some((endpoint) => {
    if (!endpoint.property('VpcId').some(({ value }) => networks.has(keyOf(value)))) return false;
    const isOfService = endpoint
      .property('ServiceName')
      .some(({ value }) => describe(value).endsWith(`.${service}`) || (unknownIn(value) !== undefined && value !== ''));
    const isGateway = endpoint
      .property('VpcEndpointType')
      .every(({ value }) => value === undefined || value === 'Gateway');
    const given = endpoint.items('RouteTableIds').map(({ value }) => value);
    return isOfService && (!isGateway || given.length === 0 || given.some((table) => tables.has(keyOf(table))));
  });
}
