import type {
  DescribeAvailabilityZonesCommandOutput,
  DescribeSubnetsCommandInput,
  DescribeSubnetsCommandOutput,
  DescribeVpcEndpointServicesCommandOutput,
} from '@aws-sdk/client-ec2';
import { endpointZones } from '../../../../bin/preflight/checks/endpoint-zones';
import { findingsOf, META, verdicts } from '../fake-account';

const subnet = (AvailabilityZone: unknown) => ({ Type: 'AWS::EC2::Subnet', Properties: { AvailabilityZone } });
const nth = (index: number) => subnet({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] });
const endpoint = (service: string, ...subnets: string[]) => ({
  Type: 'AWS::EC2::VPCEndpoint',
  Properties: {
    VpcEndpointType: 'Interface',
    ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, `.${service}`]] },
    SubnetIds: subnets.map((Ref) => ({ Ref })),
  },
});
const Resources = { One: nth(0), Two: nth(1), Kms: endpoint('kms', 'One', 'Two') };

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html */
const zones = (...names: string[]) =>
  ({
    ...META,
    AvailabilityZones: names.map((ZoneName) => ({ ZoneName, State: 'available', ZoneType: 'availability-zone' })),
  }) satisfies DescribeAvailabilityZonesCommandOutput;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
const defaults = (...names: string[]) =>
  ({
    ...META,
    Subnets: names.map((AvailabilityZone) => ({ AvailabilityZone, DefaultForAz: true })),
  }) satisfies DescribeSubnetsCommandOutput;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html */
const services = (byName: { [service: string]: string[] }) =>
  ({
    ...META,
    ServiceNames: Object.keys(byName),
    ServiceDetails: Object.entries(byName).map(([ServiceName, AvailabilityZones]) => ({
      ServiceName,
      ServiceType: [{ ServiceType: 'Interface' }],
      AvailabilityZones,
      Owner: 'amazon',
    })),
  }) satisfies DescribeVpcEndpointServicesCommandOutput;

const KMS = 'com.amazonaws.eu-west-1.kms';
const account = (change: object = {}) => ({
  DescribeAvailabilityZonesCommand: zones('eu-west-1b', 'eu-west-1a', 'eu-west-1c'),
  DescribeSubnetsCommand: defaults(),
  DescribeVpcEndpointServicesCommand: services({ [KMS]: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'] }),
  ...change,
});

test('a service in every zone that the subnets get', async () => {
  expect(verdicts(await findingsOf(endpointZones, { Resources }, account()))).toEqual([
    'ready: 1 endpoint services, in eu-west-1a, eu-west-1b',
  ]);
});

test('a service that lacks a zone of its subnets', async () => {
  const answers = account({ DescribeVpcEndpointServicesCommand: services({ [KMS]: ['eu-west-1a', 'eu-west-1c'] }) });
  const [finding, ...others] = await findingsOf(endpointZones, { Resources }, answers);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    verdict: 'blocked',
    text: `${KMS} has no endpoint in eu-west-1b`,
    fix: expect.stringContaining('availabilityZones'),
  });
});

test('a service that the region doesn’t have', async () => {
  const answers = account({ DescribeVpcEndpointServicesCommand: services({}) });
  expect(verdicts(await findingsOf(endpointZones, { Resources }, answers))).toEqual([
    `blocked: eu-west-1 has no endpoint service ${KMS}`,
  ]);
});

test('Fn::GetAZs leaves out zones without a default subnet, unless no zone has one', async () => {
  const answers = account({ DescribeSubnetsCommand: defaults('eu-west-1b', 'eu-west-1c') });
  expect(verdicts(await findingsOf(endpointZones, { Resources }, answers))).toEqual([
    'ready: 1 endpoint services, in eu-west-1b, eu-west-1c',
  ]);
});

test('a region with fewer zones than the templates use', async () => {
  const answers = account({ DescribeAvailabilityZonesCommand: zones('eu-west-1a') });
  expect((await findingsOf(endpointZones, { Resources }, answers)).at(0)).toMatchObject({
    verdict: 'blocked',
    text: 'the templates use 2 zones, and eu-west-1 has 1 for this account',
  });
});

test('a zone by name, and one that only the deployment knows', async () => {
  const named = { One: subnet('eu-west-1c'), Kms: endpoint('kms', 'One') };
  expect(verdicts(await findingsOf(endpointZones, { Resources: named }, account()))).toEqual([
    'ready: 1 endpoint services, in eu-west-1c',
  ]);
  const open = { One: subnet({ Ref: 'Zone' }), Kms: endpoint('kms', 'One') };
  const body = { Parameters: { Zone: { Type: 'String' } }, Resources: open };
  expect((await findingsOf(endpointZones, body, account())).at(0)?.verdict).toBe('unknown');
});

describe('subnets of an existing VPC, by id', () => {
  const existing = (...ids: string[]) => ({
    Kms: { ...endpoint('kms'), Properties: { ...endpoint('kms').Properties, SubnetIds: ids } },
  });
  /** Both questions about subnets: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
  const subnets = (zoneOf: { [id: string]: string }) => ({
    DescribeSubnetsCommand: ({ Filters }: DescribeSubnetsCommandInput) => {
      const ids = Filters?.find(({ Name }) => Name === 'subnet-id')?.Values ?? [];
      return {
        ...META,
        Subnets: ids.flatMap((SubnetId) =>
          zoneOf[SubnetId] === undefined ? [] : [{ SubnetId, AvailabilityZone: zoneOf[SubnetId] }],
        ),
      } satisfies DescribeSubnetsCommandOutput;
    },
  });

  test('are asked for their zones', async () => {
    const answers = account(subnets({ 'subnet-1': 'eu-west-1a', 'subnet-2': 'eu-west-1d' }));
    expect(verdicts(await findingsOf(endpointZones, { Resources: existing('subnet-1') }, answers))).toEqual([
      'ready: 1 endpoint services, in eu-west-1a',
    ]);
    expect(verdicts(await findingsOf(endpointZones, { Resources: existing('subnet-1', 'subnet-2') }, answers))).toEqual(
      [`blocked: ${KMS} has no endpoint in eu-west-1d`],
    );
  });

  test('that don’t exist', async () => {
    expect(
      verdicts(await findingsOf(endpointZones, { Resources: existing('subnet-3') }, account(subnets({})))),
    ).toEqual(['blocked: eu-west-1 has no subnet subnet-3 in this account']);
  });

  test('that only the deployment knows, one or all, are no pass', async () => {
    const Parameters = { Ids: { Type: 'List<AWS::EC2::Subnet::Id>' }, Id: { Type: 'AWS::EC2::Subnet::Id' } };
    for (const SubnetIds of [{ Ref: 'Ids' }, [{ Ref: 'Id' }], ['subnet-1', { Ref: 'Id' }]]) {
      const Resources = { Kms: { ...endpoint('kms'), Properties: { ...endpoint('kms').Properties, SubnetIds } } };
      const answers = account(subnets({ 'subnet-1': 'eu-west-1a' }));
      const body = { Parameters, Resources };
      const found = await findingsOf(endpointZones, body, answers);
      expect(found.map(({ verdict }) => verdict)).toEqual(['unknown']);
    }
  });
});

test('a service that only the deployment knows is no pass', async () => {
  const Kms = { ...endpoint('kms'), Properties: { ServiceName: { Ref: 'Service' }, VpcEndpointType: 'Interface' } };
  const body = { Parameters: { Service: { Type: 'String' } }, Resources: { Kms } };
  expect((await findingsOf(endpointZones, body, account())).map(({ verdict }) => verdict)).toEqual(['unknown']);
});

test('endpoints that are deployed already aren’t asked for', async () => {
  expect(await findingsOf(endpointZones, { Resources }, {}, { deployed: { Kms: 'vpce-1' } })).toEqual([]);
});
