import type {
  DescribeAddressesCommandOutput,
  DescribeVpcEndpointsCommandInput,
  DescribeVpcEndpointsCommandOutput,
  DescribeVpcsCommandOutput,
} from '@aws-sdk/client-ec2';
import type { ListServiceQuotasCommandInput, ListServiceQuotasCommandOutput } from '@aws-sdk/client-service-quotas';
import { quotas } from '../../../../bin/preflight/checks/quotas';
import { findingsOf, META, verdicts } from '../fake-account';

const endpoint = (VpcEndpointType: string, VpcId: unknown = { Ref: 'Vpc' }) => ({
  Type: 'AWS::EC2::VPCEndpoint',
  Properties: { VpcEndpointType, VpcId },
});
const Resources = {
  Vpc: { Type: 'AWS::EC2::VPC' },
  S3: endpoint('Gateway'),
  Kms: endpoint('Interface'),
  Address: { Type: 'AWS::EC2::EIP' },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html, page by page */
const vpcs =
  (count: number) =>
  ({ NextToken }: { NextToken?: string }) => {
    const answer: DescribeVpcsCommandOutput = {
      ...META,
      Vpcs: Array.from({ length: NextToken ? 1 : count - 1 }, () => ({ VpcId: 'vpc-1' })),
    };
    return NextToken || count === 1 ? answer : { ...answer, NextToken: 'next' };
  };

/** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html; names: https://docs.aws.amazon.com/general/latest/gr/vpc-service.html */
const listed = ({ ServiceCode }: ListServiceQuotasCommandInput) =>
  ({
    ...META,
    Quotas:
      ServiceCode === 'vpc'
        ? [
            { ServiceCode, QuotaName: 'VPCs per Region', QuotaCode: 'L-F678F1CE', Value: 5, Adjustable: true },
            {
              ServiceCode,
              QuotaName: 'Interface VPC endpoints per VPC',
              QuotaCode: 'L-29B6F2EB',
              Value: 50,
              Adjustable: true,
            },
          ]
        : [],
  }) satisfies ListServiceQuotasCommandOutput;

const account = (vpcCount: number) => ({
  DescribeVpcsCommand: vpcs(vpcCount),
  DescribeVpcEndpointsCommand: {
    ...META,
    VpcEndpoints: [{ VpcEndpointId: 'vpce-1' }],
  } satisfies DescribeVpcEndpointsCommandOutput,
  DescribeAddressesCommand: {
    ...META,
    Addresses: [{ PublicIp: '192.0.2.1' }],
  } satisfies DescribeAddressesCommandOutput,
  ListServiceQuotasCommand: listed,
});

test('everything fits; a quota that the account doesn’t list has AWS’s default', async () => {
  expect(verdicts(await findingsOf(quotas, { Resources }, account(4)))).toEqual([
    'ready: VPCs per Region: 4 in use, 1 to create, 5 allowed',
    'ready: Interface VPC endpoints per VPC (Vpc): 0 in use, 1 to create, 50 allowed',
    'ready: Gateway VPC endpoints per Region: 1 in use, 1 to create, 20 allowed',
    'ready: EC2-VPC Elastic IPs: 1 in use, 1 to create, 5 allowed',
  ]);
});

test('the sixth VPC, counted over all pages', async () => {
  const [finding] = await findingsOf(quotas, { Resources }, account(5));
  expect(finding).toEqual({
    verdict: 'blocked',
    text: 'VPCs per Region: 5 in use, 1 to create, 5 allowed',
    fix: 'aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value 6',
  });
});

test('endpoints of an existing VPC count', async () => {
  const Kms = { Type: 'AWS::EC2::VPCEndpoint', Properties: { VpcEndpointType: 'Interface', VpcId: 'vpc-0123' } };
  const answers = {
    ...account(1),
    DescribeVpcEndpointsCommand: ({ Filters }: DescribeVpcEndpointsCommandInput) => {
      expect(Filters).toContainEqual({ Name: 'vpc-id', Values: ['vpc-0123'] });
      return {
        ...META,
        VpcEndpoints: Array.from({ length: 50 }, () => ({})),
      } satisfies DescribeVpcEndpointsCommandOutput;
    },
  };
  expect(verdicts(await findingsOf(quotas, { Resources: { Kms } }, answers))).toEqual([
    'blocked: Interface VPC endpoints per VPC (vpc-0123): 50 in use, 1 to create, 50 allowed',
  ]);
});

test('endpoints are counted for each VPC by itself', async () => {
  const many = (prefix: string, count: number, vpc: unknown) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, endpoint('Interface', vpc)]));
  const body = {
    Resources: {
      One: { Type: 'AWS::EC2::VPC' },
      ...many('A', 30, { Ref: 'One' }),
      ...many('B', 30, 'vpc-0123'),
    },
  };
  const answers = {
    ...account(1),
    DescribeVpcEndpointsCommand: {
      ...META,
      VpcEndpoints: Array.from({ length: 21 }, () => ({})),
    } satisfies DescribeVpcEndpointsCommandOutput,
  };
  expect(verdicts(await findingsOf(quotas, body, answers)).slice(1)).toEqual([
    'ready: Interface VPC endpoints per VPC (One): 0 in use, 30 to create, 50 allowed',
    'blocked: Interface VPC endpoints per VPC (vpc-0123): 21 in use, 30 to create, 50 allowed',
  ]);
});

test('what is deployed already isn’t created again', async () => {
  const deployed = { Vpc: 'vpc-1', S3: 'vpce-1', Kms: 'vpce-2', Address: '192.0.2.1' };
  expect(await findingsOf(quotas, { Resources }, {}, { deployed })).toEqual([]);
});
