import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { network } from './network-template';

describe('NetworkDnsNamesWhole', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('NetworkDnsNamesWhole', resources, around);
  const looking = (domains: unknown, action = 'ALLOW'): JsonObject => ({
    ...network,
    Listed: { Type: 'AWS::Route53Resolver::FirewallDomainList', Properties: { Domains: domains as string[] } },
    Group: {
      Type: 'AWS::Route53Resolver::FirewallRuleGroup',
      Properties: { FirewallRules: [{ Priority: 1, Action: action, FirewallDomainListId: { Ref: 'Listed' } }] },
    },
    There: {
      Type: 'AWS::Route53Resolver::FirewallRuleGroupAssociation',
      Properties: { VpcId: { Ref: 'Vpc' }, FirewallRuleGroupId: { Ref: 'Group' } },
    },
  });

  test('whole names are fine, and so is a pattern that is blocked, or in a network without a model caller', () => {
    expect(lines(looking(['s3.eu-west-1.amazonaws.com']))).toEqual([]);
    expect(lines(looking(['*.example.com'], 'BLOCK'))).toEqual([]);
    expect(lines(changed(looking(['*.example.com']), ['Role'], undefined))).toEqual([]);
  });

  test('a pattern that is allowed is found', () => {
    expect(lines(looking(['s3.eu-west-1.amazonaws.com', '*.example.com']))).toEqual([
      expect.stringContaining('Listed Properties.Domains[1]: *.example.com allows any name below'),
    ]);
  });

  test('names that nobody knows can’t be proven', () => {
    expect(lines(looking({ Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
  });
});
