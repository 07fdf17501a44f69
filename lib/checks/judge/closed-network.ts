import { type Assembly, isFalse, isObject, memberOf, type Resource, type Value } from '../../template/index';
import { pathsOf } from '../../template/network/reach';
import type { CodeSandboxFunction } from '../facts/code-sandboxes';
import type { Offence } from '../rule';
import { absent } from './closed-function';
import { networkOf } from './closed-names';
import { assumed, offencesAt } from './offences';

/** CDK writes such a rule into a group that lets nothing out, because without any rule EC2 lets everything out. */
const NOWHERE = ['255.255.255.255/32', '127.0.0.1/32'];

const IN_VPC = ['AWS::EC2::Subnet', 'AWS::EC2::SecurityGroup'];

/** What lets code out of its network, or a name be looked up. */
export function* openingsOfNetwork(assembly: Assembly, sandbox: CodeSandboxFunction): Generator<Offence> {
  for (const part of networkOf(assembly, sandbox)) yield* openingsOfPart(assembly, part);
  for (const { workload, kind, to, via } of pathsOf(assembly)) {
    if (workload !== sandbox.code) continue;
    const way = via.length === 0 ? '' : ` by ${via.join(', ')}`;
    yield { resource: workload, property: 'Properties.VpcConfig', message: `the code reaches ${to} (${kind})${way}` };
  }
}

function* openingsOfPart(assembly: Assembly, part: Resource): Generator<Offence> {
  if (part.type === 'AWS::EC2::VPC') yield* resolverFaults(part);
  if (part.type === 'AWS::EC2::Subnet') {
    for (const property of ['Ipv6CidrBlock', 'Ipv6IpamPoolId']) {
      yield* offencesAt(part, [property], absent('the subnet has IPv6 addresses, which are public'));
    }
  }
  if (part.type === 'AWS::EC2::SecurityGroup') yield* groupFaults(part);
  if (IN_VPC.includes(part.type)) yield* foreignVpc(assembly, part);
}

/** Whether the network's resolver and routes can be judged at all. */
function* foreignVpc(assembly: Assembly, part: Resource): Generator<Offence> {
  for (const { value, assuming } of part.property('VpcId')) {
    if (assembly.find(value)?.type === 'AWS::EC2::VPC') continue;
    const message = "can't be proven: the VPC, its resolver and its routes aren't in the template";
    yield { resource: part, property: 'Properties.VpcId', message: assumed(message, assuming) };
  }
}

function* resolverFaults(vpc: Resource): Generator<Offence> {
  yield* offencesAt(vpc, ['EnableDnsSupport'], (on) =>
    isFalse(on) ? undefined : 'its resolver answers: data can leave in the names of DNS queries, without any route',
  );
}

function* groupFaults(group: Resource): Generator<Offence> {
  yield* offencesAt(group, ['SecurityGroupIngress'], absent('its group lets something in'));
  for (const { value, assuming } of group.property('SecurityGroupEgress')) {
    if (Array.isArray(value) && value.length > 0 && value.every(leadsNowhere)) continue;
    const message = assumed('its group lets something out: without rules, EC2 lets everything out', assuming);
    yield { resource: group, property: 'Properties.SecurityGroupEgress', message };
  }
}

function leadsNowhere(rule: Value): boolean {
  return (
    isObject(rule) &&
    NOWHERE.includes(String(memberOf(rule, 'CidrIp'))) &&
    ['CidrIpv6', 'DestinationPrefixListId', 'DestinationSecurityGroupId'].every((peer) => rule[peer] === undefined)
  );
}
