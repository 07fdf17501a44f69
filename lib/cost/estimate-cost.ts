import { type CostLine, type CostTemplate, costLine, roundUsd, type UsageCost } from './cost-line';
import { idleSealerLines } from './idle-sealer';
import { idleSweepLines } from './idle-sweep';
import { HOURS_PER_MONTH, PRICES, type Price } from './prices';
import { usageCosts } from './usage-costs';

/** @internal */
export interface CostEstimate {
  readonly fixedMonthlyUsd: number;
  readonly perSessionUsd: number;
  readonly per1000CallsUsd: number;
  readonly lines: CostLine[];
  /** Billed by use, and in no sum. */
  readonly dependsOnUse: UsageCost[];
}

/** @internal */
export interface CostAssumptions {
  /** How long the task of one session runs, in minutes. */
  readonly sessionMinutes: number;
}

/** Why there is an interface endpoint, by the short name of its service. */
const WHY_ENDPOINT: Record<string, string> = {
  'bedrock-runtime': 'the agent calls its models',
  'ecr.api': 'the task pulls its image',
  'ecr.dkr': 'the task pulls its image',
  ecs: 'sessions are launched from inside',
  email: 'a connector sends emails',
  events: 'events are sent from inside',
  'execute-api': 'the agent calls the gate',
  kms: 'the sealer signs checkpoints, or a function encrypts directly',
  lambda: 'the gate runs connectors',
  logs: 'the task writes its log',
  secretsmanager: 'a connector reads its credential',
  sns: 'a connector publishes messages',
  sqs: 'a connector sends messages',
  states: 'the gate starts approvals',
  sts: 'a function assumes a role',
};

/** What one call through the gate uses: the gate, the executor, and an intent and an outcome with their evidence. */
const PER_CALL: { item: string; price: Price; quantity: number; note: string }[] = [
  { item: 'Gate API', price: PRICES.restApiRequest, quantity: 1, note: 'one request' },
  { item: 'Function requests', price: PRICES.lambdaRequest, quantity: 2, note: 'gate and executor' },
  {
    item: 'Function time',
    price: PRICES.lambdaGigabyteSecond,
    quantity: 0.5 * 0.8,
    note: '512 MB: gate and executor 0.8 s together',
  },
  {
    item: 'State writes',
    price: PRICES.dynamoDbWrite,
    quantity: 5,
    note: 'sequence, request, claim, outcome, counters',
  },
  {
    item: 'State reads',
    price: PRICES.dynamoDbRead,
    quantity: 6,
    note: 'session, request, and whether the connector was stopped',
  },
  { item: 'Ledger and evidence writes', price: PRICES.s3Put, quantity: 4, note: 'intent, outcome, arguments, result' },
  { item: 'Ledger and evidence reads', price: PRICES.s3Get, quantity: 3, note: 'executor and sequencer' },
  { item: 'Encryption', price: PRICES.kmsRequest, quantity: 7, note: 'one request an object, without bucket keys' },
  {
    item: 'Credential',
    price: PRICES.secretRequest,
    quantity: 2,
    note: 'the current and the previous value, read once a call',
  },
  { item: 'Logs', price: PRICES.logGigabyte, quantity: 4 / 1_000_000, note: '4 KB' },
];

/** What a call also uses where a CloudTrail trail records access to the ledger's buckets. */
const PER_CALL_WITH_TRAIL: typeof PER_CALL = [
  {
    item: 'Data events of the trail',
    price: PRICES.trailDataEvent,
    quantity: 6,
    note: 'four objects written, two read',
  },
];

/**
 * Estimates what a set of templates costs: per month, even without use; per session; and per 1,000 calls through the gate.
 * What is billed by other use is named with its unit price. Model tokens and storage are not included.
 * @internal
 */
export function estimateCost(templates: CostTemplate[], assumptions: CostAssumptions): CostEstimate {
  const resources = templates.flatMap((template) => Object.values(template.resources));
  const ofType = (type: string) => resources.filter((resource) => resource.Type === type);
  const lines = [
    ...endpointLines(ofType('AWS::EC2::VPCEndpoint')),
    ...firewallLines(ofType('AWS::NetworkFirewall::Firewall'), ofType('AWS::EC2::NatGateway').length),
    ...countLine('Public IPv4 addresses', ofType('AWS::EC2::EIP').length, PRICES.publicAddress, HOURS_PER_MONTH),
    ...countLine(
      'DNS Firewall names',
      domainNames(ofType('AWS::Route53Resolver::FirewallDomainList')),
      PRICES.dnsFirewallName,
    ),
    ...countLine('Web ACLs of AWS WAF', ofType('AWS::WAFv2::WebACL').length, PRICES.webAcl),
    ...countLine('Rules of AWS WAF', firewallRules(ofType('AWS::WAFv2::WebACL')), PRICES.webAclRule),
    ...countLine('KMS keys', ofType('AWS::KMS::Key').length, PRICES.kmsKey),
    ...countLine('Secrets', ofType('AWS::SecretsManager::Secret').length, PRICES.secret),
    ...countLine('Alarms', alarmMetrics(ofType('AWS::CloudWatch::Alarm')), PRICES.alarm),
    ...countLine('Composite alarms', ofType('AWS::CloudWatch::CompositeAlarm').length, PRICES.compositeAlarm),
    ...countLine('Dashboards', ofType('AWS::CloudWatch::Dashboard').length, PRICES.dashboard),
    ...idleSealerLines(ofType('AWS::Lambda::Function')),
    ...idleSweepLines(ofType('AWS::Lambda::Function')),
    ...costliest(ofType('AWS::ECS::TaskDefinition').map((task) => sessionLines(task.Properties ?? {}, assumptions))),
    ...(ofType('AWS::ApiGateway::RestApi').length > 0
      ? callLines(ofType('AWS::CloudTrail::Trail').length > 0 ? [...PER_CALL, ...PER_CALL_WITH_TRAIL] : PER_CALL)
      : []),
  ];
  const total = (kind: CostLine['kind']) =>
    roundUsd(lines.filter((line) => line.kind === kind).reduce((sum, line) => sum + line.usd, 0));
  return {
    fixedMonthlyUsd: total('fixed'),
    perSessionUsd: total('session'),
    per1000CallsUsd: total('call'),
    lines,
    dependsOnUse: usageCosts(ofType),
  };
}

/** A session runs one agent's task: of several agents, the costliest. */
function costliest(sessions: CostLine[][]): CostLine[] {
  const usdOf = (lines: readonly CostLine[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);
  return sessions.reduce((most, lines) => (usdOf(lines) > usdOf(most) ? lines : most), []);
}

/** An alarm on a math expression is charged for each metric that it reads. */
function alarmMetrics(alarms: { Properties?: Record<string, unknown> }[]): number {
  return alarms
    .map(({ Properties }) => Properties?.Metrics)
    .map((metrics) =>
      Array.isArray(metrics) ? metrics.filter(({ MetricStat }) => MetricStat !== undefined).length : 1,
    )
    .reduce((sum, count) => sum + count, 0);
}

function endpointLines(endpoints: { Properties?: Record<string, unknown> }[]): CostLine[] {
  return endpoints
    .filter((endpoint) => endpoint.Properties?.VpcEndpointType === 'Interface')
    .map((endpoint) => {
      const zones = Array.isArray(endpoint.Properties?.SubnetIds) ? endpoint.Properties.SubnetIds.length : 1;
      const service = serviceOf(endpoint.Properties?.ServiceName);
      return fixed(
        `Endpoint of ${service}`,
        zones * HOURS_PER_MONTH,
        PRICES.interfaceEndpoint,
        `${zones} ${zones === 1 ? 'zone' : 'zones'}: ${WHY_ENDPOINT[service] ?? 'not from this library'}`,
      );
    });
}

function firewallLines(firewalls: { Properties?: Record<string, unknown> }[], natGateways: number): CostLine[] {
  const endpoints = firewalls.reduce((sum, { Properties }) => {
    const mappings = Properties?.SubnetMappings;
    return sum + (Array.isArray(mappings) ? mappings.length : 1);
  }, 0);
  const charged = Math.max(0, natGateways - endpoints);
  return [
    ...countLine('Network Firewall endpoints', endpoints, PRICES.firewallEndpoint, HOURS_PER_MONTH),
    ...countLine('NAT gateways', charged, PRICES.natGateway, HOURS_PER_MONTH),
    ...(natGateways > charged
      ? [
          fixed(
            'NAT gateways behind the firewall',
            0,
            PRICES.natGateway,
            `${natGateways - charged}: waived, one for each firewall endpoint`,
          ),
        ]
      : []),
  ];
}

function sessionLines(task: Record<string, unknown>, { sessionMinutes }: CostAssumptions): CostLine[] {
  const arm = (task.RuntimePlatform as { CpuArchitecture?: unknown } | undefined)?.CpuArchitecture === 'ARM64';
  const hours = sessionMinutes / 60;
  const cpus = Number(task.Cpu ?? 256) / 1024;
  const gigabytes = Number(task.Memory ?? 512) / 1024;
  const note = `${cpus} vCPU, ${gigabytes} GB, ${arm ? 'Arm' : 'x86'}, ${sessionMinutes} minutes`;
  return [
    costLine('session', 'Task CPU', cpus * hours, arm ? PRICES.fargateCpuArm : PRICES.fargateCpuX86, note),
    costLine(
      'session',
      'Task memory',
      gigabytes * hours,
      arm ? PRICES.fargateMemoryArm : PRICES.fargateMemoryX86,
      note,
    ),
    ...storageLines(task, hours),
  ];
}

/** Storage of a task that is free of charge, in GB. */
const FREE_STORAGE_GB = 20;

function storageLines({ EphemeralStorage }: Record<string, unknown>, hours: number): CostLine[] {
  const gigabytes = Number((EphemeralStorage as { SizeInGiB?: unknown } | undefined)?.SizeInGiB ?? 0);
  if (!(gigabytes > FREE_STORAGE_GB)) return [];
  const paid = gigabytes - FREE_STORAGE_GB;
  return [
    costLine(
      'session',
      'Task disk',
      paid * hours,
      PRICES.fargateStorage,
      `${gigabytes} GB, ${FREE_STORAGE_GB} of them free`,
    ),
  ];
}

function callLines(uses: typeof PER_CALL): CostLine[] {
  return uses.map(({ item, price, quantity, note }) => costLine('call', item, quantity * 1000, price, note));
}

function countLine(item: string, count: number, price: Price, unitsEach = 1): CostLine[] {
  return count === 0 ? [] : [fixed(item, count * unitsEach, price, `${count}`)];
}

function fixed(item: string, quantity: number, price: Price, note: string): CostLine {
  return costLine('fixed', item, quantity, price, note);
}

function firewallRules(acls: { Properties?: Record<string, unknown> }[]): number {
  return acls.reduce(
    (sum, { Properties }) => sum + (Array.isArray(Properties?.Rules) ? Properties.Rules.length : 0),
    0,
  );
}

function domainNames(lists: { Properties?: Record<string, unknown> }[]): number {
  return lists.reduce(
    (sum, { Properties }) => sum + (Array.isArray(Properties?.Domains) ? Properties.Domains.length : 0),
    0,
  );
}

/** `com.amazonaws.<region>.ecr.api` → `ecr.api`. The region may be a reference. */
function serviceOf(serviceName: unknown): string {
  const join = (serviceName as { 'Fn::Join'?: [string, unknown[]] } | undefined)?.['Fn::Join'];
  const text = join
    ? join[1].map((part) => (typeof part === 'string' ? part : 'region')).join(join[0])
    : String(serviceName);
  return text.replace(/^(cn\.)?com\.amazonaws\.[^.]+\./, '');
}
