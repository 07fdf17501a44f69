import { CHANGED_DEFINITIONS } from '../../runtime/core/executor-metrics';
import { GATE_METRICS } from '../../runtime/core/gate-metrics';
import { CODE_SANDBOX_MARK } from '../private/code-sandbox-variables';
import type { CostResource, UsageCost } from './cost-line';
import { PRICES, type Price } from './prices';

/** Metrics of one method of a REST API: Count, Latency, IntegrationLatency, 4XXError and 5XXError. */
const METRICS_PER_METHOD = 5;

/** Resources by type. */
type OfType = (type: string) => readonly CostResource[];

/**
 * What the templates' resources cost by use: each with its unit price and what it depends on. None of it is in a sum.
 * @internal
 */
export function usageCosts(ofType: OfType): UsageCost[] {
  return [
    ...metricCosts(ofType),
    ...logCosts(ofType),
    ...networkCosts(ofType),
    ...webDeskCosts(ofType),
    ...workflowCosts(ofType),
    ...codeSandboxCosts(ofType),
  ];
}

function metricCosts(ofType: OfType): UsageCost[] {
  const insights = ofType('AWS::ECS::Cluster').map(containerInsights);
  const detailed = ofType('AWS::ApiGateway::Stage').some(hasDetailedMetrics);
  const methods = ofType('AWS::ApiGateway::Method').length;
  const servers = ofType('AWS::CloudWatch::Alarm').filter(
    ({ Properties }) => Properties?.MetricName === CHANGED_DEFINITIONS,
  ).length;
  return [
    ...some(insights.includes('enabled'), 'Container Insights', PRICES.customMetric, [
      'metrics of the cluster and of each task family, for the hours in which a task runs',
    ]),
    ...some(insights.includes('enhanced'), 'Container Insights, enhanced', PRICES.enhancedInsightsMetric, [
      'metrics of the cluster, each task and each container, for the hours in which a task runs',
    ]),
    ...some(detailed, 'Detailed metrics of REST APIs', PRICES.customMetric, [
      `methods called: at most ${methods} × ${METRICS_PER_METHOD} metrics, for the hours with calls`,
    ]),
    ...some(ofType('AWS::ApiGateway::RestApi').length > 0, 'Metrics of the gate', PRICES.customMetric, [
      `events: at most ${Object.keys(GATE_METRICS).length} metrics, for the hours with denials and questions`,
    ]),
    ...some(servers > 0, 'Metrics of MCP servers', PRICES.customMetric, [
      `servers that changed a tool: at most ${servers} ${servers === 1 ? 'metric' : 'metrics'}, for the hours with calls of it`,
    ]),
  ];
}

function logCosts(ofType: OfType): UsageCost[] {
  const insights = ofType('AWS::ECS::Cluster').some((cluster) => containerInsights(cluster) !== undefined);
  return [
    ...some(ofType('AWS::EC2::FlowLog').length > 0, 'Flow logs', PRICES.vendedLogGigabyte, [
      'connections of all network interfaces',
    ]),
    ...some(
      ofType('AWS::Route53Resolver::ResolverQueryLoggingConfig').length > 0,
      'DNS query logs',
      PRICES.vendedLogGigabyte,
      ['DNS queries of tasks and functions in the network'],
    ),
    ...some(insights, 'Performance log of Container Insights', PRICES.logGigabyte, ['task minutes']),
    ...some(
      ofType('AWS::CloudTrail::Trail').length > 0,
      'Management events of a second trail',
      PRICES.trailManagementEvent,
      [
        'events of the account in this region; the first copy of each is free, so only an account with another trail pays',
      ],
    ),
  ];
}

function webDeskCosts(ofType: OfType): UsageCost[] {
  const hasDesk = ofType('AWS::Lambda::Function').some(
    ({ Properties }) => 'DECIDE_FUNCTION' in variablesOf(Properties),
  );
  return [
    ...some(hasDesk, 'Requests of the web desk', PRICES.restApiRequest, [
      'open pages: each asks about 3,000 times an hour while it is visible; two functions run for each',
    ]),
    ...some(ofType('AWS::WAFv2::WebACL').length > 0, 'Requests through AWS WAF', PRICES.webAclRequest, [
      'requests of the web desk',
    ]),
  ];
}

function variablesOf(properties: Record<string, unknown> | undefined): object {
  const { Variables: variables } = (properties?.Environment ?? {}) as { readonly Variables?: unknown };
  return typeof variables === 'object' && variables !== null ? variables : {};
}

function networkCosts(ofType: OfType): UsageCost[] {
  const endpoints = ofType('AWS::EC2::VPCEndpoint').some(
    ({ Properties }) => Properties?.VpcEndpointType === 'Interface',
  );
  return [
    ...some(
      ofType('AWS::Route53Resolver::FirewallRuleGroup').length > 0,
      'DNS Firewall queries',
      PRICES.dnsFirewallQuery,
      ['DNS queries of tasks and functions in the network'],
    ),
    ...some(endpoints, 'Data through interface endpoints', PRICES.endpointGigabyte, [
      'bytes to and from AWS services, images included',
    ]),
    ...some(
      ofType('AWS::NetworkFirewall::Firewall').length > 0,
      'Data through Network Firewall',
      PRICES.firewallGigabyte,
      ['bytes to and from connectors’ targets'],
    ),
  ];
}

function workflowCosts(ofType: OfType): UsageCost[] {
  const traced =
    ofType('AWS::ApiGateway::Stage').some(({ Properties }) => Properties?.TracingEnabled === true) ||
    ofType('AWS::Lambda::Function').some(({ Properties }) => mode(Properties?.TracingConfig) === 'Active');
  const notifies = ofType('AWS::Lambda::Function').some(({ Properties }) =>
    JSON.stringify(Properties?.Environment ?? {}).includes('WEBHOOK_SECRET_ARN'),
  );
  const signs = ofType('AWS::KMS::Key').some(({ Properties }) => Properties?.KeyUsage === 'SIGN_VERIFY');
  return [
    ...some(signs, 'Signatures of checkpoints', PRICES.kmsAsymmetricRequest, [
      'minutes with new ledger entries: one signature each; ECC keys cost more than the usual request',
    ]),
    ...some(ofType('AWS::StepFunctions::StateMachine').length > 0, 'Approvals', PRICES.stateTransition, [
      'requests that ask a person: about 10 state transitions each',
    ]),
    ...some(notifies, 'Messages to webhooks', PRICES.secretRequest, [
      'requests that ask a person: one to three messages each, each with one read of the address and one request of a function',
    ]),
    ...some(traced, 'Traces', PRICES.trace, ['calls that X-Ray samples']),
  ];
}

function codeSandboxCosts(ofType: OfType): UsageCost[] {
  const codes = ofType('AWS::Lambda::Function').filter(({ Properties }) =>
    Object.keys(variablesOf(Properties)).includes(CODE_SANDBOX_MARK),
  );
  return [
    ...some(codes.length > 0, 'MicroVMs of the code sandbox', PRICES.lambdaTenantGigabyte, [
      'runs of code: one microVM each, or one for a session that shares its working directory; and the time of each run',
    ]),
  ];
}

function some(present: boolean, item: string, price: Price, [dependsOn]: readonly [string]): UsageCost[] {
  return present ? [{ item, unitUsd: price.usd, unit: price.unit, dependsOn }] : [];
}

function containerInsights({ Properties }: CostResource): 'enabled' | 'enhanced' | undefined {
  const settings = Array.isArray(Properties?.ClusterSettings) ? Properties.ClusterSettings : [];
  const { Value } = settings.find(({ Name }) => Name === 'containerInsights') ?? {};
  return Value === 'enabled' || Value === 'enhanced' ? Value : undefined;
}

function hasDetailedMetrics({ Properties }: CostResource): boolean {
  const settings = Array.isArray(Properties?.MethodSettings) ? Properties.MethodSettings : [];
  return settings.some(({ MetricsEnabled }) => MetricsEnabled === true);
}

function mode(tracing: unknown): unknown {
  return (tracing as { Mode?: unknown } | undefined)?.Mode;
}
