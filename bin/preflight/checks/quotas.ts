import type { ServiceQuota } from '@aws-sdk/client-service-quotas';
import { describe, type Resource } from '../../../lib/template';
import { blocked, type Finding, ready } from '../finding';
import { allPages } from '../pages';
import type { PreflightCheck, PreflightClients } from '../preflight-check';
import {
  DescribeAddressesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  ListServiceQuotasCommand,
} from '../sdk';
import type { Target } from '../target';

/** A quota, by the name under which AWS documents it. */
interface Quota {
  readonly service: string;
  readonly name: string;
  /** AWS's default, which counts where the account has no value of its own. */
  readonly byDefault: number;
  readonly types: readonly string[];
  /** Where the quota counts a resource: each place by itself. @default the region */
  readonly placeOf?: (target: Target, resource: Resource) => string;
  /** How many the place has already. 0 where the deployment creates it. */
  readonly inUse: (clients: PreflightClients, place: string) => Promise<number>;
}

const REGION = '';

const none = async () => 0;

/** Source: https://docs.aws.amazon.com/general/latest/gr/vpc-service.html, https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const QUOTAS: readonly Quota[] = [
  {
    service: 'vpc',
    name: 'VPCs per Region',
    byDefault: 5,
    types: ['AWS::EC2::VPC'],
    inUse: async ({ ec2 }) =>
      (
        await allPages(
          (NextToken) => ec2.send(new DescribeVpcsCommand({ NextToken })),
          ({ Vpcs }) => Vpcs,
        )
      ).length,
  },
  {
    service: 'vpc',
    name: 'Interface VPC endpoints per VPC',
    byDefault: 50,
    types: ['AWS::EC2::VPCEndpoint/Interface'],
    placeOf: (target, endpoint) => vpcOf(target, endpoint),
    inUse: async ({ ec2 }, vpc) => (vpc.startsWith('vpc-') ? endpointsIn(ec2, 'Interface', vpc) : 0),
  },
  {
    service: 'vpc',
    name: 'Gateway VPC endpoints per Region',
    byDefault: 20,
    types: ['AWS::EC2::VPCEndpoint/Gateway'],
    inUse: ({ ec2 }) => endpointsIn(ec2, 'Gateway'),
  },
  {
    service: 'vpc',
    name: 'NAT gateways per Availability Zone',
    byDefault: 5,
    types: ['AWS::EC2::NatGateway'],
    inUse: none,
  },
  {
    service: 'ec2',
    name: 'EC2-VPC Elastic IPs',
    byDefault: 5,
    types: ['AWS::EC2::EIP'],
    inUse: async ({ ec2 }) => (await ec2.send(new DescribeAddressesCommand({}))).Addresses?.length ?? 0,
  },
];

/** Quotas that an account may raise. */
export const quotas: PreflightCheck = {
  title: 'quotas',
  permissions: [
    'ec2:DescribeAddresses',
    'ec2:DescribeVpcEndpoints',
    'ec2:DescribeVpcs',
    'servicequotas:ListServiceQuotas',
  ],
  run: async (target, clients) => {
    const needed = QUOTAS.flatMap((quota) =>
      [...countsByPlace(target, quota)].map(([place, count]) => ({ quota, place, count })),
    );
    const listed = new Map<string, Promise<readonly ServiceQuota[]>>();
    for (const { quota } of needed) {
      if (!listed.has(quota.service)) listed.set(quota.service, quotasOf(clients, quota.service));
    }
    return Promise.all(
      needed.map(async ({ quota, place, count }) =>
        finding(quota, place, count, await quota.inUse(clients, place), await listed.get(quota.service)),
      ),
    );
  },
};

function finding(
  quota: Quota,
  place: string,
  count: number,
  inUse: number,
  listed: readonly ServiceQuota[] = [],
): Finding {
  const own = listed.find(({ QuotaName }) => QuotaName?.replace(/^\[[^\]]+\] /, '') === quota.name);
  const value = own?.Value ?? quota.byDefault;
  const where = place === REGION ? '' : ` (${place})`;
  const text = `${quota.name}${where}: ${inUse} in use, ${count} to create, ${value} allowed`;
  if (inUse + count <= value) return ready(text);
  const code = own?.QuotaCode ?? 'CODE';
  return blocked(
    text,
    `aws service-quotas request-service-quota-increase --service-code ${quota.service} --quota-code ${code} --desired-value ${inUse + count}`,
  );
}

function countsByPlace(target: Target, { types, placeOf }: Quota): ReadonlyMap<string, number> {
  const created = types
    .map((type) => type.split('/') as [string, string?])
    .flatMap(([type, kind]) =>
      target
        .toCreate(type)
        .filter((resource) => kind === undefined || target.texts(resource, 'VpcEndpointType').at(0) === kind),
    );
  const counts = new Map<string, number>();
  for (const resource of created) {
    const place = placeOf?.(target, resource) ?? REGION;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return counts;
}

/** The id of an existing VPC, or the path of one that the deployment creates. */
function vpcOf(target: Target, resource: Resource): string {
  const vpc = resource.property('VpcId').at(0)?.value;
  return target.text(vpc) ?? target.assembly.find(vpc)?.path ?? describe(vpc);
}

function quotasOf({ serviceQuotas }: PreflightClients, ServiceCode: string): Promise<ServiceQuota[]> {
  return allPages(
    (NextToken) => serviceQuotas.send(new ListServiceQuotasCommand({ ServiceCode, NextToken })),
    ({ Quotas }) => Quotas,
  );
}

async function endpointsIn(ec2: PreflightClients['ec2'], type: 'Gateway' | 'Interface', vpc?: string): Promise<number> {
  const ofVpc = vpc === undefined ? [] : [{ Name: 'vpc-id', Values: [vpc] }];
  const Filters = [{ Name: 'vpc-endpoint-type', Values: [type] }, ...ofVpc];
  const endpoints = await allPages(
    (NextToken) => ec2.send(new DescribeVpcEndpointsCommand({ Filters, NextToken })),
    ({ VpcEndpoints }) => VpcEndpoints,
  );
  return endpoints.length;
}
