import type {
  DescribeVpcAttributeCommandInput,
  DescribeVpcAttributeCommandOutput,
  DescribeVpcEndpointsCommandInput,
  DescribeVpcEndpointsCommandOutput,
  VpcEndpoint,
} from '@aws-sdk/client-ec2';
import { existingVpc } from '../../../../bin/preflight/checks/existing-vpc';
import { findingsOf, META, verdicts } from '../fake-account';

const KMS = 'com.amazonaws.eu-west-1.kms';
const S3 = 'com.amazonaws.eu-west-1.s3';
const VpcId = 'vpc-0abc';

const Kms = {
  Type: 'AWS::EC2::VPCEndpoint',
  Properties: { VpcId, ServiceName: KMS, VpcEndpointType: 'Interface', PrivateDnsEnabled: true },
};
const Gateway = {
  Type: 'AWS::EC2::VPCEndpoint',
  Properties: { VpcId, ServiceName: S3, VpcEndpointType: 'Gateway', RouteTableIds: ['rtb-1', 'rtb-2'] },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html and API_DescribeVpcAttribute.html */
const account = (VpcEndpoints: VpcEndpoint[] = [], off: string[] = []) => ({
  DescribeVpcEndpointsCommand: ({ Filters }: DescribeVpcEndpointsCommandInput) => {
    expect(Filters).toEqual([{ Name: 'vpc-id', Values: [VpcId] }]);
    return { ...META, VpcEndpoints } satisfies DescribeVpcEndpointsCommandOutput;
  },
  DescribeVpcAttributeCommand: ({ Attribute = 'enableDnsSupport' }: DescribeVpcAttributeCommandInput) => {
    const Value = !off.includes(Attribute);
    return {
      ...META,
      VpcId,
      ...(Attribute === 'enableDnsSupport' ? { EnableDnsSupport: { Value } } : { EnableDnsHostnames: { Value } }),
    } satisfies DescribeVpcAttributeCommandOutput;
  },
});
const interfaceOf = (ServiceName: string, PrivateDnsEnabled = true) =>
  ({
    VpcEndpointId: 'vpce-1',
    VpcId,
    ServiceName,
    VpcEndpointType: 'Interface',
    PrivateDnsEnabled,
  }) satisfies VpcEndpoint;
const gatewayOf = (...RouteTableIds: string[]) =>
  ({
    VpcEndpointId: 'vpce-2',
    VpcId,
    ServiceName: S3,
    VpcEndpointType: 'Gateway',
    RouteTableIds,
  }) satisfies VpcEndpoint;

test.each([
  ['without endpoints', []],
  ['with an endpoint of another service', [interfaceOf('com.amazonaws.eu-west-1.sqs')]],
  ['with an endpoint without private DNS', [interfaceOf(KMS, false)]],
  ['with a gateway in other route tables', [gatewayOf('rtb-9')]],
])('a VPC %s', async (_, endpoints) => {
  expect(verdicts(await findingsOf(existingVpc, { Resources: { Kms, Gateway } }, account(endpoints)))).toEqual([
    'ready: vpc-0abc has no conflicting endpoint',
  ]);
});

test('a second endpoint with private DNS', async () => {
  expect(await findingsOf(existingVpc, { Resources: { Kms } }, account([interfaceOf(KMS)]))).toEqual([
    {
      verdict: 'blocked',
      text: `vpc-0abc has an endpoint of ${KMS} with private DNS already, vpce-1: EC2 refuses a second one`,
      fix: expect.stringContaining('endpoints.adopt('),
    },
  ]);
});

test('a second gateway in a route table', async () => {
  expect(await findingsOf(existingVpc, { Resources: { Gateway } }, account([gatewayOf('rtb-9', 'rtb-2')]))).toEqual([
    {
      verdict: 'blocked',
      text: `vpce-2 is the gateway of ${S3} in rtb-2 already: EC2 refuses a second route`,
      fix: 'aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-2 --remove-route-table-ids rtb-2',
    },
  ]);
});

test.each([
  ['enableDnsSupport', '--enable-dns-support'],
  ['enableDnsHostnames', '--enable-dns-hostnames'],
])('a VPC with %s off has no private DNS', async (setting, option) => {
  expect((await findingsOf(existingVpc, { Resources: { Kms } }, account([], [setting]))).at(0)).toMatchObject({
    verdict: 'blocked',
    fix: `aws ec2 modify-vpc-attribute --vpc-id vpc-0abc ${option}`,
  });
});

test('a priority of DNS Firewall can’t be asked: the command is printed', async () => {
  const Association = {
    Type: 'AWS::Route53Resolver::FirewallRuleGroupAssociation',
    Properties: { VpcId, Priority: 101 },
  };
  expect(await findingsOf(existingVpc, { Resources: { Association } }, {})).toEqual([
    {
      verdict: 'note',
      text: expect.stringContaining('vpc-0abc has a DNS Firewall association with the priority 101'),
      fix: expect.stringContaining('list-firewall-rule-group-associations --vpc-id vpc-0abc'),
    },
  ]);
});

test('a new VPC, and endpoints that are deployed already, ask nothing', async () => {
  const ownVpc = { ...Kms, Properties: { ...Kms.Properties, VpcId: { Ref: 'Vpc' } } };
  expect(await findingsOf(existingVpc, { Resources: { Vpc: { Type: 'AWS::EC2::VPC' }, Kms: ownVpc } }, {})).toEqual([]);
  expect(await findingsOf(existingVpc, { Resources: { Kms } }, {}, { deployed: { Kms: 'vpce-1' } })).toEqual([]);
});
