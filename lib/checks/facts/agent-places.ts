import {
  type Assembly,
  isObject,
  listOf,
  placeInList,
  type Resource,
  referencesIn,
  resourcesNamedBy,
  type Value,
} from '../../template/index';
import type { ComputeKind } from './compute';
import { definitionsOf } from './state-machines';
import { type AgentWorkload, agentsOf } from './workloads';

/** A member of a resource, with one of its possible values. */
export interface Setting {
  readonly member: string;
  readonly value: Value;
  /** Path below the resource. */
  readonly property: string;
  readonly assuming: readonly string[];
}

/** The network of an agent, as one resource tells it. */
export interface AgentPlace {
  readonly agent: AgentWorkload;
  /** The resource that says so: the agent itself, its service, or what starts it. */
  readonly placedBy: Resource;
  /** Each value is a subnet, or a list of subnets that isn't known. */
  readonly subnets: readonly Setting[];
  readonly groups: readonly Setting[];
  /** Whether it gets an address that the internet knows. */
  readonly addresses: readonly Setting[];
}

/** The places of all agents. An agent without one runs in a network of AWS, or the template doesn't tell where. */
export function agentPlacesOf(assembly: Assembly): readonly AgentPlace[] {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    known = readPlaces(assembly);
    KNOWN.set(assembly, known);
  }
  return known;
}

const KNOWN = new WeakMap<Assembly, readonly AgentPlace[]>();

function readPlaces(assembly: Assembly): AgentPlace[] {
  const agents = new Map(agentsOf(assembly).map((agent) => [agent.resource, agent]));
  return [...agents.values()].flatMap((agent) =>
    placersOf(assembly, agent).flatMap((placedBy) => placeBy(assembly, agent, placedBy) ?? []),
  );
}

/** Types that start what others define, or that carry it. */
const STARTS: { readonly [kind in ComputeKind]?: RegExp } = {
  'ECS task':
    /^AWS::(ECS::(Service|TaskSet|ExpressGatewayService)|Events::Rule|Scheduler::Schedule|Pipes::Pipe|StepFunctions::StateMachine|Lambda::Function)$/,
  'EC2 instance':
    /^AWS::(AutoScaling::AutoScalingGroup|EC2::(Instance|EC2Fleet|SpotFleet)|EKS::Nodegroup|Batch::ComputeEnvironment)$/,
};

/** Types that carry all workloads of a kind in an app, whose definitions don't name them. */
const CARRIES: { readonly [kind in ComputeKind]?: readonly string[] } = {
  'EKS node': ['AWS::EKS::Nodegroup'],
  'EKS pod': ['AWS::EKS::Nodegroup', 'AWS::EKS::FargateProfile'],
  'Batch job': ['AWS::Batch::ComputeEnvironment'],
};

/** Types that an agent names for its network. */
const CONNECTS = /^AWS::(AppRunner::VpcConnector|Glue::Connection)$/;

function placersOf(assembly: Assembly, { resource, kind }: AgentWorkload): readonly Resource[] {
  const starts = STARTS[kind];
  const starters =
    starts === undefined
      ? []
      : assembly.resources.filter(
          (other) =>
            other !== resource && starts.test(other.type) && resourcesNamedBy(assembly, other).includes(resource),
        );
  const carriers = assembly.ofType(...(CARRIES[kind] ?? []));
  const connections = resourcesNamedBy(assembly, resource).filter(({ type }) => CONNECTS.test(type));
  return [...new Set([resource, ...starters, ...carriers, ...connections])];
}

const SUBNETS = /^(Subnets|SubnetIds?|SubnetIdList|VPCZoneIdentifier)$/;
const GROUPS = /^(Groups|SecurityGroups|SecurityGroupIds?|SecurityGroupIdList|GroupSet)$/;
const ADDRESSES =
  /^(AssignPublicIp|AssociatePublicIpAddress|DirectInternetAccess|Ipv6AddressCount|AssociateCarrierIpAddress)$/;

function placeBy(assembly: Assembly, agent: AgentWorkload, placedBy: Resource): AgentPlace | undefined {
  const settings = settingsOf(placedBy, agent);
  const those = (members: RegExp): Setting[] => settings.filter(({ member }) => members.test(member));
  const items = (members: RegExp): Setting[] =>
    those(members).flatMap((setting) => listOf(setting.value).map((value) => ({ ...setting, value })));
  const subnets = items(SUBNETS);
  const place = { agent, placedBy, groups: items(GROUPS), addresses: those(ADDRESSES) };
  if (subnets.length > 0) return { ...place, subnets };
  const named = passedOn(assembly, agent, placedBy);
  return named.length === 0 && place.addresses.length === 0 ? undefined : { ...place, subnets: named };
}

/** Subnets that a function or a state machine passes on to what starts the task, in a variable or a text. */
function passedOn(assembly: Assembly, agent: AgentWorkload, placedBy: Resource): Setting[] {
  if (placedBy === agent.resource || !/^AWS::(Lambda::Function|StepFunctions::StateMachine)$/.test(placedBy.type))
    return [];
  return Object.keys(placedBy.properties)
    .filter((member) => member !== 'VpcConfig')
    .flatMap((member) =>
      placedBy.property(member).flatMap(({ value, assuming }) =>
        referencesIn(value)
          .filter((reference) => assembly.find(reference)?.type === 'AWS::EC2::Subnet')
          .map((reference) => ({ member, value: reference, property: `Properties.${member}`, assuming })),
      ),
    );
}

/** Members at any depth. Of a function that starts a task, its own network isn't the task's. */
function settingsOf(resource: Resource, agent: AgentWorkload): Setting[] {
  const isOther = resource !== agent.resource;
  const members = Object.keys(resource.properties)
    .filter((member) => !(isOther && resource.type === 'AWS::Lambda::Function' && member === 'VpcConfig'))
    .flatMap((member) =>
      resource
        .property(member)
        .map(({ value, assuming }) => ({ value: { [member]: value }, property: 'Properties', assuming })),
    );
  const definitions = resource.type === 'AWS::StepFunctions::StateMachine' ? definitionsOf(resource) : [];
  const found = [...members, ...definitions].flatMap(({ value, property, assuming }) =>
    [...settingsIn(value, property)].map((setting) => ({ ...setting, assuming })),
  );
  const seen = new Set<string>();
  return found.filter(({ property, value }) => {
    const key = `${property} ${String(value)}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function* settingsIn(value: Value, at: string): Generator<Omit<Setting, 'assuming'>> {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* settingsIn(item, `${at}[${placeInList(value, i)}]`);
  } else if (isObject(value)) {
    for (const [member, inner] of Object.entries(value)) {
      const property = `${at}.${member}`;
      if (SUBNETS.test(member) || GROUPS.test(member) || ADDRESSES.test(member))
        yield { member, value: inner, property };
      else yield* settingsIn(inner, property);
    }
  }
}
