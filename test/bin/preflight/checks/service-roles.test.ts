import type { GetRoleCommandOutput } from '@aws-sdk/client-iam';
import { serviceRoles } from '../../../../bin/preflight/checks/service-roles';
import { awsError, findingsOf, META, verdicts } from '../fake-account';

const body = { Resources: { Cluster: { Type: 'AWS::ECS::Cluster' } } };

test('an account with the role', async () => {
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles-for-clusters.html
  const Role = {
    Path: '/aws-service-role/ecs.amazonaws.com/',
    RoleName: 'AWSServiceRoleForECS',
    RoleId: 'AROA1',
    Arn: 'arn:aws:iam::111122223333:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
    CreateDate: new Date(0),
  };
  const answers = { GetRoleCommand: { ...META, Role } satisfies GetRoleCommandOutput };
  expect(verdicts(await findingsOf(serviceRoles, body, answers))).toEqual(['ready: AWSServiceRoleForECS']);
});

test('a new account, where the first cluster fails', async () => {
  expect(await findingsOf(serviceRoles, body, { GetRoleCommand: awsError('NoSuchEntityException') })).toEqual([
    {
      verdict: 'blocked',
      text: 'the account has none, so its first cluster fails',
      fix: 'aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com',
    },
  ]);
});

test('a cluster that is deployed proves the role', async () => {
  expect(await findingsOf(serviceRoles, body, {}, { deployed: { Cluster: 'support' } })).toEqual([]);
});
