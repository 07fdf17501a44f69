import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, findingsOf, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { gate, network } from './network-template';

describe('NetworkNoOpenGroup', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('NetworkNoOpenGroup', resources, around);
  const group = (egress: unknown): JsonObject => ({
    Vpc: { Type: 'AWS::EC2::VPC', Properties: {} },
    Group: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { VpcId: { Ref: 'Vpc' }, SecurityGroupEgress: egress as JsonObject[] },
    },
  });
  const to = (rule: JsonObject) => lines(group([{ IpProtocol: 'tcp', ...rule }]));

  test.each<[string, JsonObject]>([
    ['a private range', { CidrIp: '10.1.0.0/16' }],
    ['nothing', { CidrIp: '255.255.255.255/32' }],
    ['the range of the network', { CidrIp: { 'Fn::GetAtt': ['Vpc', 'CidrBlock'] } }],
    ['its IPv6 range', { CidrIpv6: { 'Fn::Select': [0, { 'Fn::GetAtt': ['Vpc', 'Ipv6CidrBlocks'] }] } }],
    ['a private IPv6 range', { CidrIpv6: 'fd00::/8' }],
    ['a list of AWS', { DestinationPrefixListId: 'pl-63a5400a' }],
    ['a group', { DestinationSecurityGroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] } }],
  ])('%s is fine', (_name, rule) => expect(to(rule)).toEqual([]));

  test.each<[string, JsonObject, string]>([
    ['everywhere', { CidrIp: '0.0.0.0/0' }, 'contains public addresses'],
    ['half of everywhere', { CidrIp: '128.0.0.0/1' }, 'contains public addresses'],
    ['a range that only begins privately', { CidrIp: '10.0.0.0/7' }, 'contains public addresses'],
    ['one public address', { CidrIp: '8.8.8.8/32' }, 'contains public addresses'],
    ['IPv6 everywhere', { CidrIpv6: '::/0' }, 'contains public addresses'],
    ['IPv6 everywhere, spelled out', { CidrIpv6: '0:0:0:0:0:0:0:0/0' }, 'contains public addresses'],
    ['half of IPv6', { CidrIpv6: '2000::/3' }, 'contains public addresses'],
    ['an address of something else', { CidrIp: { 'Fn::Sub': `\${Vpc.Other}/0` } }, 'contains every address'],
    ['a list of somebody', { DestinationPrefixListId: 'pl-0123456789abcdef0' }, "can't be proven"],
    ['a text that is no range', { CidrIp: 'everywhere' }, "can't be proven"],
  ])('%s is found', (_name, rule, message) => expect(to(rule)).toEqual([expect.stringContaining(message)]));

  test('a group that states no egress lets everything out, unless a rule of its own does', () => {
    expect(lines(group(undefined))).toEqual([expect.stringContaining('states no egress')]);
    expect(lines(group([]))).toEqual([expect.stringContaining('states no egress')]);
    const own = {
      Rule: {
        Type: 'AWS::EC2::SecurityGroupEgress',
        Properties: { GroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] }, CidrIp: '10.0.0.0/8' },
      },
    };
    expect(lines({ ...group(undefined), ...own })).toEqual([]);
  });

  test('a rule in a resource of its own is found', () => {
    for (const type of ['AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress']) {
      const rule = { Type: type, Properties: { GroupId: 'sg-1', CidrIp: '0.0.0.0/0' } };
      expect(lines({ Rule: rule })).toEqual(['Rule Properties.CidrIp: 0.0.0.0/0 contains public addresses']);
    }
  });

  test('behind a network firewall of the same network, egress may name everywhere; ingress may not', () => {
    const firewall = { Firewall: { Type: 'AWS::NetworkFirewall::Firewall', Properties: { VpcId: { Ref: 'Vpc' } } } };
    const open = group([{ IpProtocol: 'tcp', CidrIp: '0.0.0.0/0' }]);
    expect(lines({ ...open, ...firewall })).toEqual([]);
    const inward = changed(open, ['Group', 'Properties', 'SecurityGroupIngress'], [{ CidrIp: '0.0.0.0/0' }]);
    expect(lines({ ...inward, ...firewall })).toHaveLength(1);
  });

  describe('whose group it is', () => {
    const open = (name: string): JsonObject => ({
      [name]: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: { VpcId: { Ref: 'Vpc' }, SecurityGroupEgress: [{ IpProtocol: '-1', CidrIp: '0.0.0.0/0' }] },
      },
    });
    const agent = changed(network, ['Fn', 'Properties', 'VpcConfig', 'SecurityGroupIds'], [{ Ref: 'OfAgent' }]);
    const shop: JsonObject = {
      Balancer: {
        Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
        Properties: { SecurityGroups: [{ Ref: 'OfShop' }] },
      },
    };
    const groups = (resources: JsonObject) =>
      findingsOf('NetworkNoOpenGroup', resources).map(({ resource, property }) => `${resource} ${property}`);

    test('an agent’s is judged; that of a balancer, and of a proxy that the template doesn’t show, isn’t', () => {
      const all = { ...agent, ...shop, ...open('OfAgent'), ...open('OfShop'), ...open('OfProxy') };
      expect(groups(all)).toEqual(['OfAgent Properties.SecurityGroupEgress[0].CidrIp']);
    });

    test('beside a gate, each is', () => expect(groups({ ...gate, ...shop, ...open('OfShop') })).toHaveLength(1));

    test.each([
      [22, 1],
      [443, 0],
    ])('of another’s, port %d open to everybody makes %d findings', (port, count) => {
      const rule = { IpProtocol: 'tcp', FromPort: port, ToPort: port, CidrIp: '0.0.0.0/0' };
      const host = { Host: { Type: 'AWS::EC2::Instance', Properties: { SecurityGroupIds: [{ Ref: 'OfShop' }] } } };
      const entered = changed({ ...host, ...open('OfShop') }, ['OfShop', 'Properties', 'SecurityGroupIngress'], [rule]);
      expect(groups(entered)).toHaveLength(count);
    });

    test('an agent’s group from elsewhere can’t be proven', () => {
      const foreign = changed(network, ['Fn', 'Properties', 'VpcConfig', 'SecurityGroupIds'], ['sg-1']);
      expect(lines(foreign)).toEqual([expect.stringContaining("can't be proven: the rules of its security group")]);
    });
  });

  describe('lists of addresses', () => {
    test('that of CloudFront is a way out to everybody behind it', () => {
      expect(to({ DestinationPrefixListId: 'pl-3b927c52' })).toEqual([expect.stringContaining("can't be proven")]);
      const inward = changed(
        group([]),
        ['Group', 'Properties', 'SecurityGroupIngress'],
        [{ SourcePrefixListId: 'pl-3b927c52' }],
      );
      expect(lines(inward).filter((line) => line.includes('Prefix'))).toEqual([]);
    });

    test('one by a parameter can’t be proven', () => {
      const rule = { IpProtocol: 'tcp', DestinationPrefixListId: { Ref: 'Unknown' } };
      expect(lines(group([rule]), UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
    });
  });
});
