import { ROUTES_TRUSTED } from '../../../private/metadata-keys';
import { trustedVpcsOf } from '../../facts/trusted-vpcs';
import type { Rule } from '../../rule';

/** In an existing VPC this library can't check everything. What it trusts needs a reason in the deployed template. */
export const guardLowered: Rule = {
  id: 'NetworkGuardLowered',
  pillar: 'network',
  severity: 'error',
  holds: 'The isolation of a network doesn’t depend on an existing VPC, unless somebody acknowledged it with a reason.',
  source:
    'AWS Well-Architected Framework, SEC05-BP01 "Create network layers"; NIST SP 800-53 SC-7(5), CA-3 (agreements on interconnections)',
  fix: 'Let IsolatedNetwork create the VPC. Otherwise acknowledge this on it: say who keeps the routes closed, or the DNS resolver filtered.',
  lists: ['NIST SP 800-53 CA-3', 'NIST SP 800-53 SC-7(5)'],
  insecure: `Resources:
  FlowLog:
    Type: AWS::EC2::FlowLog
    Metadata: { "hardened-agent:lowered": [{ guard: dns-open }] }
    Properties: { ResourceId: vpc-0123456789abcdef0, ResourceType: VPC, TrafficType: ALL }
`,
  secure: `Resources:
  FlowLog:
    Type: AWS::EC2::FlowLog
    Properties: { ResourceId: vpc-0123456789abcdef0, ResourceType: VPC, TrafficType: ALL }
`,
  *check(assembly) {
    for (const { resource, trusts, subnets } of trustedVpcsOf(assembly)) {
      const message =
        trusts === ROUTES_TRUSTED
          ? `the routes of ${subnets.length === 0 ? 'this VPC' : subnets.join(', ')} come from outside this app and are trusted, not checked`
          : 'the DNS resolver of this VPC answers every name, as far as this template shows: data can leave in DNS queries';
      yield { resource, property: 'Metadata', message, detail: trusts };
    }
  },
};
