import type {
  GetRoleCommandInput,
  GetRoleCommandOutput,
  GetUserCommandOutput,
  ListRolesCommandOutput,
} from '@aws-sdk/client-iam';
import { Duration } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role } from 'aws-cdk-lib/aws-iam';
import { principals } from '../../../../bin/preflight/checks/principals';
import { AgentStack } from '../../../lib/agent-stack';
import { awsError, findingsOf, META, verdicts } from '../fake-account';

const trusting = (statement: object) => ({
  Resources: {
    Approver: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }] },
      },
    },
  },
});
const ANN = 'arn:aws:iam::111122223333:role/people/Ann';
const role = (Arn: string) => ({
  Path: '/people/',
  RoleName: Arn.slice(Arn.lastIndexOf('/') + 1),
  RoleId: 'AROA1',
  Arn,
  CreateDate: new Date(0),
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html */
const roles = (...arns: string[]) => ({
  GetRoleCommand: ({ RoleName }: GetRoleCommandInput) => {
    const arn = arns.find((each) => each.endsWith(`/${RoleName}`));
    return arn === undefined
      ? awsError('NoSuchEntityException')
      : ({ ...META, Role: role(arn) } satisfies GetRoleCommandOutput);
  },
});

test('a role that exists', async () => {
  expect(verdicts(await findingsOf(principals, trusting({ Principal: { AWS: ANN } }), roles(ANN)))).toEqual([
    `ready: ${ANN}`,
  ]);
});

test('a role that doesn’t exist, and one with another path', async () => {
  const said = async (...arns: string[]) =>
    (await findingsOf(principals, trusting({ Principal: { AWS: [ANN] } }), roles(...arns))).at(0);
  expect(await said()).toMatchObject({
    verdict: 'blocked',
    text: expect.stringContaining(`${ANN} doesn't exist. IAM refuses`),
  });
  const other = 'arn:aws:iam::111122223333:role/Ann';
  expect(await said(other)).toMatchObject({ verdict: 'blocked', text: expect.stringContaining(`there is ${other}`) });
});

test('a user', async () => {
  const Arn = 'arn:aws:iam::111122223333:user/ann';
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html
  const there = {
    GetUserCommand: {
      ...META,
      User: { Path: '/', UserName: 'ann', UserId: 'AIDA1', Arn, CreateDate: new Date(0) },
    } satisfies GetUserCommandOutput,
  };
  const body = trusting({ Principal: { AWS: Arn } });
  expect(verdicts(await findingsOf(principals, body, there))).toEqual([`ready: ${Arn}`]);
  expect((await findingsOf(principals, body, { GetUserCommand: awsError('NoSuchEntity') })).at(0)?.verdict).toBe(
    'blocked',
  );
});

test('a role of another account can’t be asked: a person judges it, and the exit code stays 0', async () => {
  const body = trusting({ Principal: { AWS: 'arn:aws:iam::444455556666:role/Ann' } });
  expect(await findingsOf(principals, body, {})).toEqual([
    {
      verdict: 'note',
      text: expect.stringContaining('arn:aws:iam::444455556666:role/Ann is in another account'),
      fix: 'ask in 444455556666: aws iam get-role --role-name Ann --query Role.Arn',
    },
  ]);
});

describe('a role that policies except by aws:PrincipalArn, such as the break-glass role', () => {
  const app = new AgentStack({ env: { account: '111122223333', region: 'eu-west-1' } });
  const given = 'arn:aws:iam::111122223333:role/Admin';
  app.withRuntime({
    retention: Duration.days(1),
    ledger: { shortRetention: true, breakGlassRole: Role.fromRoleArn(app.stack, 'BreakGlass', given) },
  });
  const body = Template.fromStack(app.stack).toJSON();
  const cloudFormation = 'arn:aws:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1';
  const said = async (...arns: string[]) =>
    (await findingsOf(principals, body, roles(cloudFormation, ...arns))).filter(({ verdict }) => verdict !== 'ready');

  test('exists', async () => {
    expect(await said(given)).toEqual([]);
  });

  test('was mistyped: one finding, with the command that prints the real ARN', async () => {
    expect(await said()).toEqual([
      {
        verdict: 'blocked',
        text: expect.stringContaining(`${given} doesn't exist. A condition on aws:PrincipalArn names it`),
        fix: expect.stringContaining('aws iam get-role --role-name Admin --query Role.Arn'),
      },
    ]);
  });

  test('lacks its path, as roles of IAM Identity Center have one', async () => {
    const real = 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/Admin';
    expect(await said(real)).toMatchObject([{ verdict: 'blocked', fix: `write ${real}` }]);
  });

  test.each([
    ['AWS::S3::BucketPolicy', 'PolicyDocument', 'ArnNotLike'],
    ['AWS::KMS::Key', 'KeyPolicy', 'ArnNotEquals'],
    ['AWS::SecretsManager::ResourcePolicy', 'ResourcePolicy', 'StringNotLike'],
    ['AWS::Lambda::ResourcePolicy', 'Policy', 'ArnNotEqualsIfExists'],
  ])('%s', async (Type, property, operator) => {
    const Condition = { [operator]: { 'AWS:principalarn': [given] } };
    const Statement = [{ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*', Condition }];
    const Resources = { One: { Type, Properties: { [property]: { Statement } } } };
    expect(verdicts(await findingsOf(principals, { Resources }, roles()))).toEqual([
      expect.stringContaining(`blocked: ${given} doesn't exist`),
    ]);
  });
});

test('principals of key and bucket policies too; accounts, services and roles of the templates aren’t asked', async () => {
  const Resources = {
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: { Statement: [{ Effect: 'Allow', Principal: { AWS: ANN }, Action: 'kms:*', Resource: '*' }] },
      },
    },
    ...trusting({
      Principal: {
        AWS: ['111122223333', 'arn:aws:iam::111122223333:root', { 'Fn::GetAtt': ['Approver', 'Arn'] }],
        Service: 'lambda.amazonaws.com',
      },
    }).Resources,
  };
  expect(verdicts(await findingsOf(principals, { Resources }, roles(ANN)))).toEqual([`ready: ${ANN}`]);
});

describe('a pattern of roles, such as those of IAM Identity Center', () => {
  const pattern = 'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Approvers_*';
  const body = trusting({
    Principal: { AWS: 'arn:aws:iam::111122223333:root' },
    Condition: { ArnLike: { 'aws:PrincipalArn': pattern } },
  });

  /** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
  const list = (...arns: string[]) => ({
    ListRolesCommand: ({ Marker }: { Marker?: string }) =>
      ({
        ...META,
        Roles: (Marker ? arns : []).map(role),
        IsTruncated: !Marker,
        Marker: Marker ? undefined : 'next',
      }) satisfies ListRolesCommandOutput,
  });

  test('that one matches, on a later page', async () => {
    const arn =
      'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Approvers_0123456789abcdef';
    expect(verdicts(await findingsOf(principals, body, list(arn)))).toEqual([`ready: roles that match ${pattern}: 1`]);
  });

  test('that none matches', async () => {
    const arn =
      'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admins_0123456789abcdef';
    expect((await findingsOf(principals, body, list(arn))).at(0)).toMatchObject({
      verdict: 'blocked',
      text: expect.stringContaining(`no role matches ${pattern}`),
    });
  });
});
