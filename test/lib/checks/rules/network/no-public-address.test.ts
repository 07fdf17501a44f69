import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { network } from './network-template';

describe('NetworkNoPublicAddress', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('NetworkNoPublicAddress', resources, around);
  const { Role, Vpc, Subnet } = network;
  const task: JsonObject = {
    Role,
    Vpc,
    Subnet,
    Task: { Type: 'AWS::ECS::TaskDefinition', Properties: { TaskRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
  };
  const vpc = (more: JsonObject): JsonObject => ({ AwsvpcConfiguration: { Subnets: [{ Ref: 'Subnet' }], ...more } });
  const service = (more: JsonObject): JsonObject => ({
    ...task,
    S: { Type: 'AWS::ECS::Service', Properties: { TaskDefinition: { Ref: 'Task' }, NetworkConfiguration: vpc(more) } },
  });
  const host = (more: JsonObject): JsonObject => ({
    Role,
    Vpc,
    Subnet,
    Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [{ Ref: 'Role' }] } },
    Host: { Type: 'AWS::EC2::Instance', Properties: { IamInstanceProfile: { Ref: 'Profile' }, ...more } },
  });

  test.each<[string, JsonObject]>([
    ['a service that says nothing', service({})],
    ['a service that asks for none', service({ AssignPublicIp: 'DISABLED' })],
    [
      'an instance that asks for none',
      host({ NetworkInterfaces: [{ AssociatePublicIpAddress: 'false', SubnetId: { Ref: 'Subnet' } }] }),
    ],
    ['an instance in a closed subnet', host({ SubnetId: { Ref: 'Subnet' } })],
    [
      'a function, which takes nothing from its subnet',
      changed(network, ['Subnet', 'Properties', 'MapPublicIpOnLaunch'], true),
    ],
    [
      'a task, which takes no IPv4 from its subnet',
      changed(service({}), ['Subnet', 'Properties', 'MapPublicIpOnLaunch'], true),
    ],
    ['what calls no model', changed(service({ AssignPublicIp: 'ENABLED' }), ['Role', 'Properties'], {})],
  ])('%s is fine', (_name, resources) => expect(lines(resources)).toEqual([]));

  test.each<[string, JsonObject, string]>([
    [
      'a service',
      service({ AssignPublicIp: 'ENABLED' }),
      'S Properties.NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp',
    ],
    [
      'a schedule’s task',
      {
        ...task,
        At: {
          Type: 'AWS::Events::Rule',
          Properties: {
            Targets: [
              {
                EcsParameters: {
                  TaskDefinitionArn: { Ref: 'Task' },
                  NetworkConfiguration: { AwsVpcConfiguration: { AssignPublicIp: 'ENABLED' } },
                },
              },
            ],
          },
        },
      },
      'At Properties.Targets[0]',
    ],
    [
      'a task that a state machine runs',
      {
        ...task,
        Machine: {
          Type: 'AWS::StepFunctions::StateMachine',
          Properties: {
            Definition: {
              States: {
                Run: {
                  Resource: 'arn:aws:states:::ecs:runTask.sync',
                  Parameters: {
                    TaskDefinition: { Ref: 'Task' },
                    NetworkConfiguration: { AwsvpcConfiguration: { AssignPublicIp: 'ENABLED' } },
                  },
                },
              },
            },
          },
        },
      },
      'Machine Properties.Definition',
    ],
    [
      'an instance',
      host({ NetworkInterfaces: [{ AssociatePublicIpAddress: true }] }),
      'Host Properties.NetworkInterfaces[0]',
    ],
    [
      'an instance, by its subnet',
      changed(host({ SubnetId: { Ref: 'Subnet' } }), ['Subnet', 'Properties', 'MapPublicIpOnLaunch'], 'true'),
      'Host Properties.SubnetId',
    ],
    [
      'a task, by IPv6 of its subnet',
      changed(service({}), ['Subnet', 'Properties', 'AssignIpv6AddressOnCreation'], true),
      'S Properties.NetworkConfiguration.AwsvpcConfiguration.Subnets',
    ],
    [
      'a job',
      {
        Role,
        Job: {
          Type: 'AWS::Batch::JobDefinition',
          Properties: {
            ContainerProperties: {
              JobRoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
              NetworkConfiguration: { AssignPublicIp: 'ENABLED' },
            },
          },
        },
      },
      'Job Properties.ContainerProperties.NetworkConfiguration.AssignPublicIp',
    ],
  ])('%s with one is found', (_name, resources, place) => {
    expect(lines(resources)).toEqual([expect.stringContaining(place)]);
  });

  test.each([
    [
      'without a default can’t be proven',
      {},
      /can't be proven: whoever deploys it decides whether it gets a public address/,
    ],
    ['that is on by default is found', { Default: 'ENABLED' }, /: gets a public address/],
  ])('a parameter %s', (_name, more, message) => {
    const Public = { Type: 'String', AllowedValues: ['ENABLED', 'DISABLED'], ...more };
    expect(lines(service({ AssignPublicIp: { Ref: 'Public' } }), { Parameters: { Public } })).toEqual([
      expect.stringMatching(message),
    ]);
  });

  test('a switch that isn’t known can’t be proven', () => {
    expect(lines(service({ AssignPublicIp: { Ref: 'Unknown' } }), UNKNOWN_PARAMETER)).toEqual([
      expect.stringContaining("can't be proven"),
    ]);
  });
});
