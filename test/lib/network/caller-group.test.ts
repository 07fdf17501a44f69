import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { EndpointService } from '../../../lib/network/endpoint-service';
import { networkStack } from './network-stack';

const USE = { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::bucket/*'] };

test('a caller that lets everything out over IPv6 is refused, made here or imported', () => {
  const { stack, network, role } = networkStack();
  const own = new SecurityGroup(stack, 'Own', {
    vpc: network.vpc,
    allowAllOutbound: false,
    allowAllIpv6Outbound: true,
  });
  const imported = SecurityGroup.fromSecurityGroupId(stack, 'Imported', 'sg-1', {
    allowAllOutbound: false,
    allowAllIpv6Outbound: true,
  });
  for (const caller of [own, imported]) {
    expect(() => network.endpoints.allow(EndpointService.S3, { caller, principal: role, ...USE })).toThrow(
      /^Stack\/Network\/Endpoints: .* allows all outbound IPv6 traffic\. Create it with .* allowAllIpv6Outbound: false/,
    );
  }
});

test('an imported caller whose rules nobody described is refused', () => {
  const { stack, network, role } = networkStack();
  const caller = SecurityGroup.fromSecurityGroupId(stack, 'Unknown', 'sg-1');
  expect(() => network.endpoints.allow(EndpointService.S3, { caller, principal: role, ...USE })).toThrow(
    /allows all outbound traffic/,
  );
});

test('the rules of another imported caller are trusted, with a warning', () => {
  const { stack, network, role } = networkStack();
  const caller = SecurityGroup.fromSecurityGroupId(stack, 'Imported', 'sg-1', { allowAllOutbound: false });
  const use = { principal: role, ...USE };
  network.endpoints.allow(EndpointService.S3, { caller: network.securityGroup('Own', 'made here'), ...use });
  const warnings = () =>
    Annotations.fromStack(stack).findWarning('/Stack/Network/Endpoints', Match.stringLikeRegexp('was imported'));
  expect(warnings()).toEqual([]);
  network.endpoints.allow(EndpointService.S3, { caller, ...use });
  expect(warnings()).toHaveLength(1);
});
