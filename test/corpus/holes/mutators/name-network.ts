import type { Namer } from './namer';

const WORLD = { IpProtocol: '-1', CidrIp: '0.0.0.0/0' };
const WAY_OUT = 'The network has a way out.';
const RESOLVES = 'Others decide what names resolve to.';
export const NETWORK: readonly Namer[] = [
  ['AWS::EC2::VPCGatewayAttachment', WAY_OUT, ({ ref }) => ({ VpcId: ref, InternetGatewayId: 'igw-0' })],
  ['AWS::EC2::EgressOnlyInternetGateway', WAY_OUT, ({ ref }) => ({ VpcId: ref })],
  [
    'AWS::EC2::VPCPeeringConnection',
    WAY_OUT,
    ({ ref }) => ({ VpcId: ref, PeerVpcId: 'vpc-0', PeerOwnerId: '999988887777' }),
  ],
  [
    'AWS::EC2::TransitGatewayAttachment',
    WAY_OUT,
    ({ ref }) => ({ VpcId: ref, TransitGatewayId: 'tgw-0', SubnetIds: ['subnet-0'] }),
  ],
  [
    'AWS::NetworkManager::VpcAttachment',
    WAY_OUT,
    ({ arn }) => ({ VpcArn: arn, CoreNetworkId: 'c', SubnetArns: ['s'] }),
  ],
  [
    'AWS::VpcLattice::ServiceNetworkVpcAssociation',
    WAY_OUT,
    ({ ref }) => ({ VpcIdentifier: ref, ServiceNetworkIdentifier: 'sn-0' }),
  ],
  [
    'AWS::EC2::ClientVpnEndpoint',
    'People are in the network.',
    ({ ref }) => ({
      VpcId: ref,
      ClientCidrBlock: '10.9.0.0/16',
      AuthenticationOptions: [],
      ConnectionLogOptions: { Enabled: false },
      ServerCertificateArn: 'c',
    }),
  ],
  [
    'AWS::EC2::VPCEndpoint',
    WAY_OUT,
    ({ ref }) => ({
      VpcId: ref,
      VpcEndpointType: 'Interface',
      ServiceName: 'com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0',
    }),
  ],
  [
    'AWS::Route53::HostedZone',
    RESOLVES,
    ({ ref }) => ({ Name: 'amazonaws.com', VPCs: [{ VPCId: ref, VPCRegion: 'eu-west-1' }] }),
  ],
  [
    'AWS::Route53Resolver::ResolverRuleAssociation',
    RESOLVES,
    ({ ref }) => ({ VPCId: ref, ResolverRuleId: 'rslvr-rr-0' }),
  ],
  [
    'AWS::Route53Profiles::ProfileAssociation',
    RESOLVES,
    ({ ref }) => ({ Name: 'a', ProfileId: 'rp-0', ResourceId: ref }),
  ],
  ['AWS::EC2::VPCDHCPOptionsAssociation', RESOLVES, ({ ref }) => ({ VpcId: ref, DhcpOptionsId: 'dopt-0' })],
  [
    'AWS::Route53Resolver::FirewallRuleGroupAssociation',
    RESOLVES,
    ({ ref }) => ({ VpcId: ref, FirewallRuleGroupId: 'rslvr-frg-0', Priority: 101 }),
  ],
  [
    'AWS::Route53Resolver::FirewallConfig',
    'Names are resolved while the firewall is down.',
    ({ ref }) => ({ ResourceId: ref, FirewallFailOpen: 'ENABLED' }),
  ],
];

const BESIDE_PARTS = 'A machine of others is in the network.';
export const SUBNET: readonly Namer[] = [
  ['AWS::EC2::NatGateway', WAY_OUT, ({ ref }) => ({ SubnetId: ref, AllocationId: 'eipalloc-0' })],
  ['AWS::EC2::Instance', BESIDE_PARTS, ({ ref }) => ({ SubnetId: ref, ImageId: 'ami-0' })],
  ['AWS::EC2::NetworkInterface', BESIDE_PARTS, ({ ref }) => ({ SubnetId: ref })],
  ['AWS::EC2::InstanceConnectEndpoint', 'People are in the network.', ({ ref }) => ({ SubnetId: ref })],
  [
    'AWS::Route53Resolver::ResolverEndpoint',
    WAY_OUT,
    ({ ref }) => ({ Direction: 'OUTBOUND', SecurityGroupIds: ['sg-0'], IpAddresses: [{ SubnetId: ref }] }),
  ],
  [
    'AWS::EC2::TransitGatewayAttachment',
    WAY_OUT,
    ({ ref }) => ({ VpcId: 'vpc-0', TransitGatewayId: 'tgw-0', SubnetIds: [ref] }),
  ],
  [
    'AWS::ElasticLoadBalancingV2::LoadBalancer',
    'The network takes calls from outside.',
    ({ ref }) => ({ Scheme: 'internet-facing', Subnets: [ref] }),
  ],
  [
    'AWS::EC2::ClientVpnTargetNetworkAssociation',
    'People are in the network.',
    ({ ref }) => ({ SubnetId: ref, ClientVpnEndpointId: 'cvpn-0' }),
  ],
];
const ROUTES: readonly Namer[] = (
  [
    ['GatewayId', 'igw-0'],
    ['VpcPeeringConnectionId', 'pcx-0'],
    ['TransitGatewayId', 'tgw-0'],
    ['NatGatewayId', 'nat-0'],
    ['NetworkInterfaceId', 'eni-0'],
    ['VpcEndpointId', 'vpce-0'],
  ] as const
).map(
  ([by, id]): Namer => [
    'AWS::EC2::Route',
    WAY_OUT,
    ({ ref }) => ({ RouteTableId: ref, DestinationCidrBlock: '0.0.0.0/0', [by]: id }),
  ],
);
export const ROUTE_TABLE: readonly Namer[] = [
  ...ROUTES,
  ['AWS::EC2::VPNGatewayRoutePropagation', WAY_OUT, ({ ref }) => ({ RouteTableIds: [ref], VpnGatewayId: 'vgw-0' })],
];
export const GROUP: readonly Namer[] = [
  ['AWS::EC2::SecurityGroupEgress', 'The group lets everything out.', ({ arn }) => ({ GroupId: arn, ...WORLD })],
  ['AWS::EC2::SecurityGroupIngress', 'The group lets everything in.', ({ arn }) => ({ GroupId: arn, ...WORLD })],
];
