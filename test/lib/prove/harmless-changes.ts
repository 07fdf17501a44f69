import type { JsonValue } from '../../../runtime/core/contracts';
import { endpointOf, listed, onlyFrom } from './allow-gap';
import { acl, IN, OUT } from './network-acls';
import { idOf, propertiesOf, type Resources } from './quickstart-template';

/** ACLs that let everything pass that the parts need. Nothing lacks with them. */
const PASSABLE: readonly { readonly name: string; readonly dig: (r: Resources) => void }[] = [
  { name: 'an ACL that allows everything', dig: (r) => acl(r, [1, 2], [OUT, IN]) },
  {
    name: 'an ACL with exactly the ports of both directions, in pieces',
    dig: (r) =>
      acl(
        r,
        [1, 2],
        [
          { egress: true, ports: [443, 443] },
          { egress: false, ports: [443, 443] },
          { egress: true, ports: [1024, 40_000] },
          { egress: true, ports: [40_001, 65_535] },
          { egress: false, ports: [30_000, 65_535] },
          { egress: false, ports: [1024, 29_999] },
        ],
      ),
  },
  {
    name: 'an ACL that denies other ports first',
    dig: (r) => acl(r, [1, 2], [{ egress: false, ports: [22, 22], action: 'deny' }, OUT, IN]),
  },
];

/** Narrower policies and other spellings that AWS takes as meant. Nothing lacks with them. */
export const HARMLESS: readonly { readonly name: string; readonly dig: (r: Resources) => void }[] = [
  ...PASSABLE,
  ...(
    [
      ['aws:SourceVpce', (r: Resources): JsonValue => ({ Ref: endpointOf(r, 'S3') })],
      ['aws:SourceVpc', (r: Resources): JsonValue => ({ Ref: idOf(r, 'AWS::EC2::VPC', 'AgentNetworkVpc') })],
    ] as const
  ).map(([name, value]) => ({
    name: `a Deny on a bucket unless ${name} is the network’s own`,
    dig: (r: Resources) => onlyFrom(r, name, value(r)),
  })),
  {
    name: 'allowed names with a dot at their end, and in capitals',
    dig: (r) => {
      const list = propertiesOf(r, 'AWS::Route53Resolver::FirewallDomainList', 'AgentNetworkDnsFirewallAllowed');
      list.Domains = listed(list.Domains).map((domain) => ({ 'Fn::Join': ['', [domain, '.']] }));
    },
  },
];
