/** What a region of an account allows of something, unless its owner has asked for more. */
export interface Quota {
  readonly limit: number;
  readonly unit: string;
  /** `rate`: so much a second. `held`: so much at one time. */
  readonly kind: 'rate' | 'held';
  /** Of a rate: what may be taken at once after a pause. @default limit */
  readonly burst?: number;
  /** Who can change it. */
  readonly raise: 'AWS, on request' | 'nobody' | 'you';
  /** Where AWS says so. */
  readonly source: string;
}

/**
 * The quotas that sessions use up, as AWS documents them. The quotas of a new account may be lower: Service Quotas shows yours. Where regions
 * differ, it is the lowest.
 */
export const QUOTAS = {
  'Fargate vCPU': {
    limit: 6,
    unit: 'vCPU',
    kind: 'held',
    raise: 'AWS, on request',
    source: 'AWS General Reference, Amazon ECS endpoints and quotas: Fargate On-Demand vCPU resource count',
  },
  'calls of RunTask': {
    limit: 20,
    unit: 'a second',
    kind: 'rate',
    raise: 'AWS, on request',
    source: 'Amazon ECS developer guide, AWS Fargate throttling quotas: RunTask API',
  },
  'started tasks': {
    limit: 20,
    unit: 'a second',
    kind: 'rate',
    burst: 100,
    raise: 'AWS, on request',
    source: 'Amazon ECS developer guide, AWS Fargate throttling quotas',
  },
  'network interfaces': {
    limit: 5000,
    unit: 'interfaces',
    kind: 'held',
    raise: 'AWS, on request',
    source: 'Amazon VPC user guide, quotas: Network interfaces per Region',
  },
  'addresses of the network': {
    limit: 0,
    unit: 'addresses',
    kind: 'held',
    raise: 'you',
    source: 'the subnets of the template; AWS keeps five addresses of each subnet',
  },
  'Lambda executions': {
    limit: 1000,
    unit: 'at once',
    kind: 'held',
    raise: 'AWS, on request',
    source: 'AWS Lambda developer guide, quotas: Concurrent executions',
  },
  'requests to REST APIs': {
    limit: 10_000,
    unit: 'a second',
    kind: 'rate',
    burst: 5000,
    raise: 'AWS, on request',
    source: 'Amazon API Gateway developer guide, account-level throttling',
  },
  'started executions': {
    limit: 150,
    unit: 'a second',
    kind: 'rate',
    burst: 800,
    raise: 'AWS, on request',
    source: 'AWS Step Functions developer guide, quotas: StartExecution',
  },
  'writes of the state table': {
    limit: 4000,
    unit: 'units a second',
    kind: 'rate',
    raise: 'nobody',
    source:
      'Amazon DynamoDB developer guide, on-demand capacity mode: a new table; it doubles by itself as it is used, to 40,000',
  },
  'writes of one partition of the state table': {
    limit: 1000,
    unit: 'units a second',
    kind: 'rate',
    raise: 'nobody',
    source: 'Amazon DynamoDB developer guide, designing partition keys',
  },
  'objects written below one prefix': {
    limit: 3500,
    unit: 'a second',
    kind: 'rate',
    raise: 'nobody',
    source: 'Amazon S3 user guide, performance guidelines; S3 splits a prefix by itself as it is used',
  },
  'requests to KMS': {
    limit: 10_000,
    unit: 'a second',
    kind: 'rate',
    raise: 'AWS, on request',
    source: 'AWS KMS developer guide, request quotas: Cryptographic operations (symmetric)',
  },
  'reads of secrets': {
    limit: 10_000,
    unit: 'a second',
    kind: 'rate',
    raise: 'nobody',
    source: 'AWS Secrets Manager user guide, quotas: DescribeSecret and GetSecretValue',
  },
} as const satisfies Readonly<Record<string, Quota>>;

export type QuotaName = keyof typeof QUOTAS;
export const QUOTA_NAMES = Object.keys(QUOTAS) as QuotaName[];
