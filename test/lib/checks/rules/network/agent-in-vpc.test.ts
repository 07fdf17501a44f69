import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, findingsOf, UNKNOWN_PARAMETER } from '../../check-template';
import { network } from './network-template';

describe('NetworkAgentInVpc', () => {
  const lines = (resources: JsonObject, around?: JsonObject) =>
    findingsOf('NetworkAgentInVpc', resources, around).map(
      ({ severity, resource, property, message }) => `${severity} ${resource} ${property}: ${message}`,
    );
  const { Role, Subnet } = network;
  const role = { 'Fn::GetAtt': ['Role', 'Arn'] };
  const of = (type: string, properties: JsonObject): JsonObject => ({
    Role,
    Subnet,
    R: { Type: type, Properties: properties },
  });
  const runner = (egress: JsonObject): JsonObject =>
    of('AWS::AppRunner::Service', {
      InstanceConfiguration: { InstanceRoleArn: role },
      NetworkConfiguration: { EgressConfiguration: egress },
    });

  test.each<[string, JsonObject]>([
    ['a function in a VPC', network],
    [
      'a function that calls no model',
      changed(changed(network, ['Role', 'Properties'], {}), ['Fn', 'Properties', 'VpcConfig'], undefined),
    ],
    ['a service with a connector', runner({ EgressType: 'VPC', VpcConnectorArn: 'arn:x' })],
    ['a project in a VPC', of('AWS::CodeBuild::Project', { ServiceRole: role, VpcConfig: { Subnets: ['subnet-1'] } })],
    [
      'a model without a network',
      of('AWS::SageMaker::Model', { ExecutionRoleArn: role, EnableNetworkIsolation: true }),
    ],
  ])('%s is fine', (_name, resources) => expect(lines(resources)).toEqual([]));

  test.each<[string, JsonObject, RegExp]>([
    [
      'a function is a warning: its owner wrote its code',
      changed(network, ['Fn', 'Properties', 'VpcConfig'], undefined),
      /^warning Fn Properties.VpcConfig: runs outside of any VPC/,
    ],
    [
      'a service that goes out by App Runner',
      runner({ EgressType: 'DEFAULT' }),
      /^error R Properties.NetworkConfiguration/,
    ],
    ['a project', of('AWS::CodeBuild::Project', { ServiceRole: role }), /^error R Properties.VpcConfig/],
    [
      'a notebook',
      of('AWS::SageMaker::NotebookInstance', { RoleArn: role }),
      /^error R Properties.DirectInternetAccess/,
    ],
    ['a model', of('AWS::SageMaker::Model', { ExecutionRoleArn: role }), /^warning R Properties.VpcConfig/],
    ['a job', of('AWS::Glue::Job', { Role: role }), /^warning R Properties.Connections/],
    [
      'an instance that names no subnet',
      {
        ...of('AWS::EC2::Instance', { IamInstanceProfile: { Ref: 'Profile' } }),
        Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [{ Ref: 'Role' }] } },
      },
      /^error R Properties.SubnetId: runs in the default VPC/,
    ],
    [
      'a task that nothing starts',
      of('AWS::ECS::TaskDefinition', { TaskRoleArn: role, NetworkMode: 'awsvpc' }),
      /^warning R Properties: can't be proven/,
    ],
  ])('%s', (_name, resources, line) => expect(lines(resources)).toEqual([expect.stringMatching(line)]));

  test('a way out that isn’t known can’t be proven', () => {
    expect(lines(runner({ EgressType: { Ref: 'Unknown' } }), UNKNOWN_PARAMETER)).toEqual([
      expect.stringContaining("can't be proven"),
    ]);
  });
});
