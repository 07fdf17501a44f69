import type * as wafv2 from 'aws-cdk-lib/aws-wafv2';

/**
 * The rules before a public desk. They keep noise away; none of the desk's own protections relies on them.
 * @param requestsPerAddress in five minutes
 * @internal
 */
export function firewallRules(requestsPerAddress: number): wafv2.CfnWebACL.RuleProperty[] {
  return [
    {
      name: 'RequestsPerAddress',
      priority: 0,
      action: { block: {} },
      statement: {
        rateBasedStatement: { aggregateKeyType: 'IP', limit: requestsPerAddress, evaluationWindowSec: 300 },
      },
      visibilityConfig: metrics('ApprovalDeskRate'),
    },
    {
      name: 'CommonAttacks',
      priority: 1,
      overrideAction: { none: {} },
      statement: { managedRuleGroupStatement: { vendorName: 'AWS', name: 'AWSManagedRulesCommonRuleSet' } },
      visibilityConfig: metrics('ApprovalDeskCommon'),
    },
  ];
}

/** Sampled requests would keep parts of requests in the console of AWS WAF. */
function metrics(metricName: string): wafv2.CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, metricName, sampledRequestsEnabled: false };
}
