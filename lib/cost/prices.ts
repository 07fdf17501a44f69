/** One list price. @internal */
export interface Price {
  /** US dollars for one unit. */
  readonly usd: number;
  /** The unit. */
  readonly unit: string;
  /** The page where the price can be checked. */
  readonly source: string;
}

/** Hours that AWS bills as a month. @internal */
export const HOURS_PER_MONTH = 730;

/**
 * List prices of us-east-1, without free tiers, discounts and tax. Other regions cost up to 50 % more.
 * Entered by hand on the date below, and not checked against the pages that they name: their tables are
 * filled in by script, so no stored copy has the numbers.
 * @internal
 */
export const PRICES_AS_OF = '2026-11-01';

/** @internal */
export const PRICE_REGION = 'us-east-1';

const PRICING = 'https://aws.amazon.com';

/** @internal */
export const PRICES = {
  interfaceEndpoint: { usd: 0.01, unit: 'hour and zone', source: `${PRICING}/privatelink/pricing/` },
  endpointGigabyte: { usd: 0.01, unit: 'GB', source: `${PRICING}/privatelink/pricing/` },
  firewallEndpoint: { usd: 0.395, unit: 'hour and zone', source: `${PRICING}/network-firewall/pricing/` },
  firewallGigabyte: { usd: 0.065, unit: 'GB', source: `${PRICING}/network-firewall/pricing/` },
  natGateway: { usd: 0.045, unit: 'hour', source: `${PRICING}/vpc/pricing/` },
  publicAddress: { usd: 0.005, unit: 'hour', source: `${PRICING}/vpc/pricing/` },
  dnsFirewallName: { usd: 0.0005, unit: 'name and month', source: `${PRICING}/route53/pricing/` },
  dnsFirewallQuery: { usd: 0.6 / 1_000_000, unit: 'query', source: `${PRICING}/route53/pricing/` },
  webAcl: { usd: 5, unit: 'month', source: `${PRICING}/waf/pricing/` },
  webAclRule: { usd: 1, unit: 'rule and month', source: `${PRICING}/waf/pricing/` },
  webAclRequest: { usd: 0.6 / 1_000_000, unit: 'request', source: `${PRICING}/waf/pricing/` },
  kmsKey: { usd: 1, unit: 'month', source: `${PRICING}/kms/pricing/` },
  kmsRequest: { usd: 0.03 / 10_000, unit: 'request', source: `${PRICING}/kms/pricing/` },
  // Every asymmetric key except RSA 2048, so ECC keys too.
  kmsAsymmetricRequest: { usd: 0.15 / 10_000, unit: 'signature', source: `${PRICING}/kms/pricing/` },
  secret: { usd: 0.4, unit: 'month', source: `${PRICING}/secrets-manager/pricing/` },
  secretRequest: { usd: 0.05 / 10_000, unit: 'request', source: `${PRICING}/secrets-manager/pricing/` },
  alarm: { usd: 0.1, unit: 'metric and month', source: `${PRICING}/cloudwatch/pricing/` },
  compositeAlarm: { usd: 0.5, unit: 'month', source: `${PRICING}/cloudwatch/pricing/` },
  customMetric: { usd: 0.3, unit: 'metric and month', source: `${PRICING}/cloudwatch/pricing/` },
  enhancedInsightsMetric: { usd: 0.07, unit: 'metric and month', source: `${PRICING}/cloudwatch/pricing/` },
  dashboard: { usd: 3, unit: 'month', source: `${PRICING}/cloudwatch/pricing/` },
  logGigabyte: { usd: 0.5, unit: 'GB ingested', source: `${PRICING}/cloudwatch/pricing/` },
  vendedLogGigabyte: { usd: 0.5, unit: 'GB ingested', source: `${PRICING}/cloudwatch/pricing/` },
  trace: { usd: 5 / 1_000_000, unit: 'trace', source: `${PRICING}/xray/pricing/` },
  trailManagementEvent: { usd: 2 / 100_000, unit: 'event', source: `${PRICING}/cloudtrail/pricing/` },
  trailDataEvent: { usd: 0.1 / 100_000, unit: 'event', source: `${PRICING}/cloudtrail/pricing/` },
  fargateCpuArm: { usd: 0.03238, unit: 'vCPU hour', source: `${PRICING}/fargate/pricing/` },
  fargateMemoryArm: { usd: 0.00356, unit: 'GB hour', source: `${PRICING}/fargate/pricing/` },
  fargateCpuX86: { usd: 0.04048, unit: 'vCPU hour', source: `${PRICING}/fargate/pricing/` },
  fargateMemoryX86: { usd: 0.004445, unit: 'GB hour', source: `${PRICING}/fargate/pricing/` },
  // Beyond the first 20 GB of each task.
  fargateStorage: { usd: 0.000111, unit: 'GB hour', source: `${PRICING}/fargate/pricing/` },
  lambdaRequest: { usd: 0.2 / 1_000_000, unit: 'request', source: `${PRICING}/lambda/pricing/` },
  // A stored copy of the page has the number in its example, for x86: https://aws.amazon.com/lambda/pricing/, "Tenant Isolation Pricing".
  lambdaTenantGigabyte: { usd: 0.000167, unit: 'GB of memory and new microVM', source: `${PRICING}/lambda/pricing/` },
  lambdaGigabyteSecond: { usd: 0.0000133334, unit: 'GB second (Arm)', source: `${PRICING}/lambda/pricing/` },
  restApiRequest: { usd: 3.5 / 1_000_000, unit: 'request', source: `${PRICING}/api-gateway/pricing/` },
  dynamoDbWrite: {
    usd: 0.625 / 1_000_000,
    unit: 'write request unit',
    source: `${PRICING}/dynamodb/pricing/on-demand/`,
  },
  dynamoDbRead: { usd: 0.125 / 1_000_000, unit: 'read request unit', source: `${PRICING}/dynamodb/pricing/on-demand/` },
  stateTransition: { usd: 0.025 / 1000, unit: 'state transition', source: `${PRICING}/step-functions/pricing/` },
  s3Put: { usd: 0.005 / 1000, unit: 'PUT request', source: `${PRICING}/s3/pricing/` },
  s3Get: { usd: 0.0004 / 1000, unit: 'GET request', source: `${PRICING}/s3/pricing/` },
} as const satisfies Record<string, Price>;
