import { asNumber } from '../../../lib/template';
import { blocked, type Finding, ready, unknown } from '../finding';
import { allPages } from '../pages';
import type { PreflightCheck, PreflightClients } from '../preflight-check';
import {
  DescribeResourcePoliciesCommand,
  DescribeTrailsCommand,
  GetAccountSettingsCommand,
  GetAccountSummaryCommand,
  ListRulesCommand,
} from '../sdk';
import type { Target } from '../target';

/** CloudTrail User Guide, "Quotas in AWS CloudTrail": can't be raised. */
const TRAILS = 5;

/** CloudWatch Logs User Guide, "CloudWatch Logs quotas": can't be raised. */
const LOG_POLICIES = 10;

/** EventBridge User Guide, "Amazon EventBridge quotas": the default, for each bus. */
const RULES = 300;

/** Lambda refuses to reserve concurrency below this. Lambda Developer Guide, "Configuring reserved concurrency". */
const UNRESERVED = 100;

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
    const policies = await pagesOfLogs(logs);
    return [
      fits(
        'policies of the region',
        policies,
        created,
        LOG_POLICIES,
        'aws logs delete-resource-policy --policy-name NAME',
      ),
    ];
  },
};

async function pagesOfLogs(logs: PreflightClients['logs']): Promise<number> {
  const policies = await allPages(
    async (nextToken) => {
      const answer = await logs.send(new DescribeResourcePoliciesCommand({ nextToken }));
      return { ...answer, NextToken: answer.nextToken };
    },
    ({ resourcePolicies }) => resourcePolicies,
  );
  return policies.length;
}

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
 * New accounts may run 10 functions at once. A runtime needs more, and reserved concurrency must leave 100 for the others.
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
    const text = `${unreserved} functions may run at once, and the templates reserve ${reserved}; ${UNRESERVED} must stay free`;
    if (unreserved - reserved >= UNRESERVED) return [ready(text)];
    return [
      blocked(
        text,
        'aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000',
      ),
    ];
  },
};

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
