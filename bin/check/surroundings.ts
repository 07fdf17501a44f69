import { type Assembly, type Resource, resourcesNamedBy } from '../../lib/template';
import { addTo } from './add-to';
import type { ReportedAgent } from './agents';

/** What an agent stands in or holds, when it names it, or when what it names does. */
const NAMED =
  /^AWS::(IAM::(Role|InstanceProfile)|EC2::(Subnet|SecurityGroup|VPC)|SecretsManager::Secret|SSM::Parameter|Logs::LogGroup|Serverless::(Api|HttpApi))$/;

/** What belongs to the surroundings when it names a part of them. Other workloads in the same network don't. */
const NAMING =
  /^AWS::(IAM::(Policy|RolePolicy|ManagedPolicy)|ECS::Service|Lambda::(Alias|EventInvokeConfig|EventSourceMapping|Permission|ResourcePolicy|Url|Version)|EC2::(FlowLog|InternetGateway|NatGateway|NetworkAcl\w*|Route|RouteTable|SecurityGroupEgress|SecurityGroupIngress|Subnet\w+Association|VPCEndpoint|VPCGatewayAttachment)|Route53Resolver::\w+|SecretsManager::(ResourcePolicy|RotationSchedule)|Logs::\w+|Bedrock::AgentAlias|BedrockAgentCore::(GatewayTarget|RuntimeEndpoint))$/;

/** What of it is asked in turn what it names. A policy, or a rule of a security group, may name things of others. */
const ASKED = /^AWS::(IAM::(Role|InstanceProfile)|EC2::(Subnet|SecurityGroup|VPC)|ECS::Service)$/;

/** Finds what a finding must be in to concern an agent: its roles and their policies, its network, its secrets, its callers. */
export class Surroundings {
  private readonly namers: ReadonlyMap<Resource, readonly Resource[]>;

  constructor(private readonly assembly: Assembly) {
    const namers = new Map<Resource, Resource[]>();
    for (const namer of assembly.resources) {
      if (!NAMING.test(namer.type)) continue;
      for (const named of resourcesNamedBy(assembly, namer)) addTo(namers, named, namer);
    }
    this.namers = namers;
  }

  /** Keys of the agent and of everything around it. */
  public of({ resource, workloads }: ReportedAgent): ReadonlySet<string> {
    const holders = workloads.flatMap(({ policies }) => [...policies.policies, ...policies.foreign]);
    const around = new Set([resource, ...holders.map(({ holder }) => holder)]);
    // A set gives what is added to it while it is read.
    for (const each of around) {
      const isAsked = each === resource || ASKED.test(each.type);
      const named = isAsked ? resourcesNamedBy(this.assembly, each).filter(({ type }) => NAMED.test(type)) : [];
      for (const next of [...named, ...(this.namers.get(each) ?? [])]) around.add(next);
    }
    return new Set([...around].map(({ key }) => key));
  }
}
