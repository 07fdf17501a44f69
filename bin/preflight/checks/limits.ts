import { asNumber } from '../../../lib/template';
import { blocked, type Finding, note, ready, unknown } from '../finding';
import { allPages } from '../pages';
import type { PreflightCheck } from '../preflight-check';
import { DescribeTrailsCommand, GetAccountSettingsCommand, GetAccountSummaryCommand, ListRulesCommand } from '../sdk';
import type { Target } from '../target';
import { logPoliciesOf } from './log-policies';

/** CloudTrail User Guide, "Quotas in AWS CloudTrail": can't be raised. */
const TRAILS = 5;

/** CloudWatch Logs User Guide, "CloudWatch Logs quotas": can't be raised. */
const LOG_POLICIES = 10;

/** EventBridge User Guide, "Amazon EventBridge quotas": the default, for each bus. */
const RULES = 300;

/** Lambda refuses to reserve concurrency below this. Lambda Developer Guide, "Configuring reserved concurrency". */
const UNRESERVED = 100;

/** What one session needs at once: the gate, an executor, a step of an approval, the launcher, and the sealer. */
const ONE_SESSION = 5;

/**
 * A trail fails as the sixth of its region.
 * Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
 */
export const trails: PreflightCheck = {
  title: 'trails',
  permissions: ['cloudtrail:DescribeTrails'],
  run: async (target, { cloudTrail }) => {
    const created = target.toCreate('AWS::CloudTrail::Trail').length;
    if (created === 0) return [];
    // With trails of other regions and of the organization that record this region: they count too.
    const { trailList = [] } = await cloudTrail.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
    return [
      fits(
        'trails of the region',
        trailList.length,
        created,
        TRAILS,
        'delete a trail (aws cloudtrail describe-trails), or set ledger: { trail: false }',
      ),
    ];
  },
};

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
export const logPolicies: PreflightCheck = {
  title: 'resource policies of CloudWatch Logs',
  permissions: ['logs:DescribeResourcePolicies'],
  run: async (target, { logs }) => {
    const created = target.toCreate('AWS::Logs::ResourcePolicy').length;
    if (created === 0) return [];
    const policies = await logPoliciesOf(logs);
    return [
      fits(
        'policies of the region',
        policies.length,
        created,
        LOG_POLICIES,
        'aws logs delete-resource-policy --policy-name NAME',
      ),
    ];
  },
};

/** Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
export const eventRules: PreflightCheck = {
  title: 'EventBridge rules',
  permissions: ['events:ListRules'],
  run: async (target, { eventBridge }) => {
    const created = target.toCreate('AWS::Events::Rule').length;
    if (created === 0) return [];
    const rules = await allPages(
      (NextToken) => eventBridge.send(new ListRulesCommand({ NextToken })),
      ({ Rules }) => Rules,
    );
    return [
      fits(
        'rules of the default bus',
        rules.length,
        created,
        RULES,
        'aws service-quotas list-service-quotas --service-code events',
      ),
    ];
  },
};

/** Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html */
export const iamEntities: PreflightCheck = {
  title: 'IAM roles and policies',
  permissions: ['iam:GetAccountSummary'],
  run: async (target, { iam }) => {
    const roles = target.toCreate('AWS::IAM::Role').length;
    const policies = target.toCreate('AWS::IAM::ManagedPolicy').length;
    if (roles + policies === 0) return [];
    const { SummaryMap: summary = {} } = await iam.send(new GetAccountSummaryCommand({}));
    const one = (name: string, used = Number.NaN, created: number, allowed = Number.NaN): Finding[] => {
      if (created === 0) return [];
      if (Number.isNaN(used + allowed)) return [unknown(`${name}: AWS didn't say how many there are`)];
      return [
        fits(
          name,
          used,
          created,
          allowed,
          'aws service-quotas list-service-quotas --service-code iam --region us-east-1',
        ),
      ];
    };
    return [
      ...one('roles of the account', summary.Roles, roles, summary.RolesQuota),
      ...one('managed policies of the account', summary.Policies, policies, summary.PoliciesQuota),
    ];
  },
};

/**
 * Reserved concurrency must leave 100 for the other functions. Without any, the functions need only what they run at once. New
 * accounts may run fewer functions than the documented 1,000, such as 10: enough for one session, and others are throttled.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
 */
export const concurrency: PreflightCheck = {
  title: 'Lambda concurrency',
  permissions: ['lambda:GetAccountSettings'],
  run: async (target, { lambda }) => {
    if (target.assembly.ofType('AWS::Lambda::Function').length === 0) return [];
    const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
    const { UnreservedConcurrentExecutions: unreserved } = AccountLimit ?? {};
    if (unreserved === undefined) return [unknown('AWS didn’t say how many functions may run at once')];
    const reserved = reservedBy(target);
    const text = `${unreserved} functions may run at once`;
    if (reserved > 0) {
      const free = `${text}, and the templates reserve ${reserved}; Lambda demands that ${UNRESERVED} stay free`;
      return [unreserved - reserved >= UNRESERVED ? ready(free) : blocked(free, MORE_CONCURRENCY)];
    }
    const needed = `${text}; one session needs up to ${ONE_SESSION}`;
    if (unreserved < ONE_SESSION) return [blocked(needed, MORE_CONCURRENCY)];
    if (unreserved < UNRESERVED) return [note(`${needed}, so few sessions can run at the same time`, MORE_CONCURRENCY)];
    return [ready(needed)];
  },
};

const MORE_CONCURRENCY =
  'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000';

function reservedBy(target: Target): number {
  return target
    .toCreate('AWS::Lambda::Function')
    .flatMap((fn) => fn.property('ReservedConcurrentExecutions').slice(0, 1))
    .reduce((sum, { value }) => sum + (asNumber(value) ?? 0), 0);
}

function fits(what: string, used: number, created: number, allowed: number, fix: string): Finding {
  const text = `${what}: ${used} in use, ${created} to create, ${allowed} allowed`;
  return used + created <= allowed ? ready(text) : blocked(text, fix);
}
