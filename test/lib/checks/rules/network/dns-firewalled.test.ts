import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, findingsOf, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { gate, network, plainNetwork, route } from './network-template';

describe('NetworkDnsFirewalled', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('NetworkDnsFirewalled', resources, around);
  const firewalled: JsonObject = {
    ...network,
    Listed: {
      Type: 'AWS::Route53Resolver::FirewallDomainList',
      Properties: { Domains: ['s3.eu-west-1.amazonaws.com'] },
    },
    All: { Type: 'AWS::Route53Resolver::FirewallDomainList', Properties: { Domains: ['*'] } },
    Group: {
      Type: 'AWS::Route53Resolver::FirewallRuleGroup',
      Properties: {
        FirewallRules: [
          { Priority: '100', Action: 'ALLOW', FirewallDomainListId: { Ref: 'Listed' } },
          { Priority: 200, Action: 'BLOCK', FirewallDomainListId: { 'Fn::GetAtt': ['All', 'Id'] } },
        ],
      },
    },
    Associated: {
      Type: 'AWS::Route53Resolver::FirewallRuleGroupAssociation',
      Properties: { VpcId: { Ref: 'Vpc' }, FirewallRuleGroupId: { Ref: 'Group' } },
    },
    Shut: {
      Type: 'AWS::Route53Resolver::FirewallConfig',
      Properties: { ResourceId: { Ref: 'Vpc' }, FirewallFailOpen: 'DISABLED' },
    },
  };
  const severities = (resources: JsonObject) =>
    findingsOf('NetworkDnsFirewalled', resources).map(({ severity }) => severity);

  test('it is an error beside a gate, a warning for another agent, and nothing where a route leads out anyway', () => {
    const open = changed(network, ['Table', 'Metadata'], {});
    expect(severities(open)).toEqual(['warning']);
    expect(severities({ ...open, ...gate })).toEqual(['error']);
    expect(severities(route({ NatGatewayId: 'nat-1' }))).toEqual([]);
    expect(severities(plainNetwork)).toEqual([]);
  });

  const rules = ['Group', 'Properties', 'FirewallRules'];

  test('a firewall that blocks what it doesn’t list, and fails shut, is fine', () => {
    expect(lines(firewalled)).toEqual([]);
  });

  test('a firewall without a configuration is fine, because AWS’s default is to fail closed', () => {
    expect(lines(changed(firewalled, ['Shut'], undefined))).toEqual([]);
  });

  test('a configuration of an unknown VPC may be this one’s', () => {
    const open = changed(firewalled, ['Shut', 'Properties'], {
      ResourceId: { Ref: 'Unknown' },
      FirewallFailOpen: 'ENABLED',
    });
    expect(lines(open, UNKNOWN_PARAMETER)).toEqual([expect.stringContaining('opens when it fails')]);
  });

  test('a network without workloads needs none', () => {
    expect(lines(changed(network, ['Fn'], undefined))).toEqual([]);
  });

  test.each<[string, (string | number)[], unknown, string]>([
    ['no association', ['Associated'], undefined, 'no DNS firewall'],
    ['no block of the rest', [...rules, 1], undefined, 'no rule of Group blocks'],
    ['the rest allowed first', [...rules, 0, 'FirewallDomainListId'], { Ref: 'All' }, 'no rule of Group blocks'],
    ['an alert instead of a block', [...rules, 1, 'Action'], 'ALERT', 'no rule of Group blocks'],
    [
      'a firewall that opens when it fails',
      ['Shut', 'Properties', 'FirewallFailOpen'],
      'ENABLED',
      'opens when it fails',
    ],
    [
      'a failure mode that AWS doesn’t know',
      ['Shut', 'Properties', 'FirewallFailOpen'],
      'disabled',
      'opens when it fails',
    ],
    [
      'a configuration without a failure mode',
      ['Shut', 'Properties'],
      { ResourceId: { Ref: 'Vpc' } },
      'opens when it fails',
    ],
  ])('%s is found', (_name, path, value, message) => {
    const taken = JSON.parse(JSON.stringify(changed(firewalled, path, value)), (_key, item) =>
      Array.isArray(item) ? item.filter((member) => member !== null) : item,
    );
    expect(lines(taken)).toEqual([expect.stringContaining(message)]);
  });

  test('unknown rules, and an unknown answer to failure, can’t be proven', () => {
    for (const path of [rules, [...rules, 1, 'Action'], ['Shut', 'Properties', 'FirewallFailOpen']]) {
      expect(lines(changed(firewalled, path, { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([
        expect.stringContaining("can't be proven"),
      ]);
    }
  });
});

describe('NetworkDnsFirewalled, with more than one rule group', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('NetworkDnsFirewalled', resources, around);
  const group = (action: string, more: JsonObject = {}): JsonObject => ({
    Type: 'AWS::Route53Resolver::FirewallRuleGroup',
    Properties: { FirewallRules: [{ Priority: 1, Action: action, FirewallDomainListId: { Ref: 'All' }, ...more }] },
  });
  const association = (id: unknown, priority: unknown): JsonObject => ({
    Type: 'AWS::Route53Resolver::FirewallRuleGroupAssociation',
    Properties: { VpcId: { Ref: 'Vpc' }, FirewallRuleGroupId: id as JsonObject, Priority: priority as number },
  });
  const two = (first: JsonObject, second: JsonObject, priorities: unknown[] = [101, 102]): JsonObject => ({
    ...network,
    All: { Type: 'AWS::Route53Resolver::FirewallDomainList', Properties: { Domains: ['*'] } },
    First: first,
    Second: second,
    FirstThere: association({ Ref: 'First' }, priorities[0]),
    SecondThere: association({ Ref: 'Second' }, priorities[1]),
    Shut: {
      Type: 'AWS::Route53Resolver::FirewallConfig',
      Properties: { ResourceId: { Ref: 'Vpc' }, FirewallFailOpen: 'DISABLED' },
    },
  });

  test('the first rule group that covers every name decides', () => {
    expect(lines(two(group('BLOCK'), group('ALLOW')))).toEqual([]);
    expect(lines(two(group('ALLOW'), group('BLOCK')))).toEqual([expect.stringContaining('no rule of First blocks')]);
    expect(lines(two(group('ALLOW'), group('BLOCK'), [102, 101]))).toEqual([]);
  });

  test('a block of one record type leaves the other types to the next group', () => {
    expect(lines(two(group('BLOCK', { Qtype: 'A' }), group('BLOCK')))).toEqual([]);
    expect(lines(two(group('BLOCK', { Qtype: 'A' }), group('ALLOW')))).toEqual([expect.stringContaining('Second')]);
    expect(lines(two(group('BLOCK', { Qtype: 'A' }), group('BLOCK', { Qtype: 'AAAA' })))).toHaveLength(1);
  });

  test('an unknown order, an unknown network and a group from elsewhere can’t be proven', () => {
    for (const priority of [101, undefined, { Ref: 'Unknown' }]) {
      const found = lines(two(group('ALLOW'), group('BLOCK'), [priority, 101]), UNKNOWN_PARAMETER);
      expect(found).toEqual([expect.stringContaining("can't be proven: which of its rule groups comes first")]);
    }
    const foreign = { ...two(group('BLOCK'), group('BLOCK')), FirstThere: association('rslvr-frg-1', 101) };
    expect(lines(foreign)).toEqual([expect.stringContaining("FirstThere adds aren't in the template")]);
    const maybe = changed(two(group('ALLOW'), group('BLOCK')), ['FirstThere', 'Properties', 'VpcId'], {
      Ref: 'Unknown',
    });
    expect(lines(maybe, UNKNOWN_PARAMETER)).toEqual([expect.stringContaining('no rule of First blocks')]);
  });
});
