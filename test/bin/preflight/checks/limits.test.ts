import type { DescribeTrailsCommandOutput } from '@aws-sdk/client-cloudtrail';
import type { DescribeResourcePoliciesCommandOutput } from '@aws-sdk/client-cloudwatch-logs';
import type { ListRulesCommandOutput } from '@aws-sdk/client-eventbridge';
import type { GetAccountSummaryCommandOutput } from '@aws-sdk/client-iam';
import type { GetAccountSettingsCommandOutput } from '@aws-sdk/client-lambda';
import { concurrency, eventRules, iamEntities, logPolicies, trails } from '../../../../bin/preflight/checks/limits';
import { findingsOf, META, verdicts } from '../fake-account';

const many = <Item>(length: number, item: Item): Item[] => Array.from({ length }, () => item);
const one = (Type: string, Properties: object = {}) => ({ Resources: { One: { Type, Properties } } });

describe('trails', () => {
  /** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html */
  const answer = (count: number) => ({
    DescribeTrailsCommand: {
      ...META,
      trailList: many(count, { Name: 'audit', HomeRegion: 'us-east-1', IsMultiRegionTrail: true }),
    } satisfies DescribeTrailsCommandOutput,
  });

  test.each([
    [4, 'ready: trails of the region: 4 in use, 1 to create, 5 allowed'],
    [5, 'blocked: trails of the region: 5 in use, 1 to create, 5 allowed'],
  ])('%i trails', async (count, expected) => {
    expect(verdicts(await findingsOf(trails, one('AWS::CloudTrail::Trail'), answer(count)))).toEqual([expected]);
  });
});

describe('resource policies of CloudWatch Logs', () => {
  /** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeResourcePolicies.html */
  const answer = (count: number) => ({
    DescribeResourcePoliciesCommand: ({ nextToken }: { nextToken?: string }) =>
      ({
        ...META,
        resourcePolicies: many(nextToken ? 1 : count - 1, { policyName: 'events' }),
        nextToken: nextToken ? undefined : 'next',
      }) satisfies DescribeResourcePoliciesCommandOutput,
  });

  test.each([
    [9, 'ready: policies of the region: 9 in use, 1 to create, 10 allowed'],
    [10, 'blocked: policies of the region: 10 in use, 1 to create, 10 allowed'],
  ])('%i policies, over all pages', async (count, expected) => {
    expect(verdicts(await findingsOf(logPolicies, one('AWS::Logs::ResourcePolicy'), answer(count)))).toEqual([
      expected,
    ]);
  });
});

describe('EventBridge rules', () => {
  /** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListRules.html */
  const answer = (count: number) => ({
    ListRulesCommand: {
      ...META,
      Rules: many(count, { Name: 'rule', State: 'ENABLED' }),
    } satisfies ListRulesCommandOutput,
  });

  test.each([
    [299, 'ready: rules of the default bus: 299 in use, 1 to create, 300 allowed'],
    [300, 'blocked: rules of the default bus: 300 in use, 1 to create, 300 allowed'],
  ])('%i rules', async (count, expected) => {
    expect(verdicts(await findingsOf(eventRules, one('AWS::Events::Rule'), answer(count)))).toEqual([expected]);
  });
});

describe('IAM roles', () => {
  /** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html */
  const answer = (SummaryMap: { [name: string]: number }) => ({
    GetAccountSummaryCommand: { ...META, SummaryMap } satisfies GetAccountSummaryCommandOutput,
  });

  test.each([
    [{ Roles: 999, RolesQuota: 1000 }, 'ready: roles of the account: 999 in use, 1 to create, 1000 allowed'],
    [{ Roles: 1000, RolesQuota: 1000 }, 'blocked: roles of the account: 1000 in use, 1 to create, 1000 allowed'],
    [{}, "unknown: roles of the account: AWS didn't say how many there are"],
  ])('%j', async (summary, expected) => {
    expect(verdicts(await findingsOf(iamEntities, one('AWS::IAM::Role'), answer(summary as never)))).toEqual([
      expected,
    ]);
  });
});

describe('Lambda concurrency', () => {
  /** https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html */
  const answer = (UnreservedConcurrentExecutions: number) => ({
    GetAccountSettingsCommand: {
      ...META,
      AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions, TotalCodeSize: 80530636800 },
      AccountUsage: { FunctionCount: 1, TotalCodeSize: 1 },
    } satisfies GetAccountSettingsCommandOutput,
  });

  test.each([
    [1000, 0, 'ready'],
    [100, 0, 'ready'],
    // What new accounts have: enough for one session, because nothing is reserved.
    [10, 0, 'note'],
    [5, 0, 'note'],
    [4, 0, 'blocked'],
    [10, 1, 'blocked'],
    [105, 5, 'ready'],
    [105, 6, 'blocked'],
  ])('%i, of which the templates reserve %i', async (unreserved, reserved, verdict) => {
    const body = one('AWS::Lambda::Function', reserved === 0 ? {} : { ReservedConcurrentExecutions: reserved });
    expect((await findingsOf(concurrency, body, answer(unreserved))).map((finding) => finding.verdict)).toEqual([
      verdict,
    ]);
  });

  test('an answer without the number is unknown', async () => {
    const answers = { GetAccountSettingsCommand: META satisfies GetAccountSettingsCommandOutput };
    expect((await findingsOf(concurrency, one('AWS::Lambda::Function'), answers)).at(0)?.verdict).toBe('unknown');
  });
});

test('templates without such resources ask nothing', async () => {
  for (const check of [trails, logPolicies, eventRules, iamEntities, concurrency]) {
    expect(await findingsOf(check, {}, {})).toEqual([]);
  }
});
