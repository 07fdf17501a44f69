import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, findingsOf, UNKNOWN_PARAMETER } from '../../check-template';
import { gate, network, route } from './network-template';

describe('NetworkEndpointMissing', () => {
  const lines = (resources: JsonObject, around?: JsonObject) =>
    findingsOf('NetworkEndpointMissing', resources, around).map(({ severity, message }) => `${severity}: ${message}`);
  const endpoint = (service: string, more: JsonObject = {}): JsonObject => ({
    [service.replace(/[^a-z]/g, '')]: {
      Type: 'AWS::EC2::VPCEndpoint',
      Properties: {
        VpcId: { Ref: 'Vpc' },
        VpcEndpointType: 'Interface',
        ServiceName: { 'Fn::Sub': ['com.amazonaws.$', `{AWS::Region}.${service}`].join('') },
        ...more,
      },
    },
  });
  const { Role, Vpc, Subnet, Table, Association } = network;
  const task: JsonObject = {
    ...{ Role, Vpc, Subnet, Table, Association },
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        TaskRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
        ContainerDefinitions: [
          {
            Image: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/agent@sha256:00',
            LogConfiguration: { LogDriver: 'awslogs' },
            Secrets: [{ Name: 'KEY', ValueFrom: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:k' }],
          },
        ],
      },
    },
    Service: {
      Type: 'AWS::ECS::Service',
      Properties: {
        TaskDefinition: { Ref: 'Task' },
        NetworkConfiguration: { AwsvpcConfiguration: { Subnets: [{ Ref: 'Subnet' }] } },
      },
    },
  };
  const gateway = (table: string) => endpoint('s3', { VpcEndpointType: 'Gateway', RouteTableIds: [{ Ref: table }] });
  const all: JsonObject = Object.assign(
    {},
    ...['bedrock-runtime', 'ecr.api', 'ecr.dkr', 'logs', 'secretsmanager'].map((service) => endpoint(service)),
  );

  test('a function with what its role needs is fine', () => {
    expect(lines({ ...network, ...endpoint('bedrock-runtime') })).toEqual([]);
  });

  test('a task with what starts it, image layers included, is fine', () => {
    expect(lines({ ...task, ...all, ...gateway('Table') })).toEqual([]);
  });

  test('what lacks is named in one warning', () => {
    expect(lines(network)).toEqual([expect.stringMatching(/^warning: .* no endpoint for bedrock-runtime: /)]);
    expect(lines(task)).toEqual([
      expect.stringContaining('no endpoint for bedrock-runtime, ecr.api, ecr.dkr, logs, s3, secretsmanager: '),
    ]);
  });

  test('the gateway of another route table doesn’t serve the subnet', () => {
    expect(lines({ ...task, ...all, ...gateway('Other') })).toEqual([expect.stringContaining('no endpoint for s3: ')]);
  });

  test.each<[string, JsonObject, JsonObject?]>([
    ['a network with a way out', route({ NatGatewayId: 'nat-1' })],
    ['a network of elsewhere', changed(network, ['Subnet', 'Properties', 'VpcId'], 'vpc-1')],
    ['an app with a gate, which `prove` judges', { ...network, ...gate }],
    [
      'an agent with a proxy',
      changed(network, ['Fn', 'Properties', 'Environment'], { Variables: { HTTPS_PROXY: 'http://10.0.0.9:3128' } }),
    ],
    [
      'subnets that aren’t known',
      changed(network, ['Fn', 'Properties', 'VpcConfig', 'SubnetIds'], [{ Ref: 'Unknown' }]),
      UNKNOWN_PARAMETER,
    ],
  ])('%s tells nothing', (_name, resources, around = {}) => expect(lines(resources, around)).toEqual([]));
});
