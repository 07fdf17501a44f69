import { notAsMade } from '../../../lib/prove/as-made';
import { prove } from '../../../lib/prove/claims';
import { RuntimeParts } from '../../../lib/prove/runtime-parts';
import { Assembly } from '../../../lib/template';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { container } from '../../corpus/holes/mutation';
import {
  idOf,
  propertiesOf,
  quickstartTemplate,
  type Resources,
  statementsIn,
  type TemplateBody,
} from './quickstart-template';

const BUCKET = 'AWS::S3::Bucket';
const TABLE = 'AWS::DynamoDB::Table';
const KEY = 'AWS::KMS::Key';
const TASK = 'AWS::ECS::TaskDefinition';
const ENDPOINT = 'AWS::EC2::VPCEndpoint';
const DOMAINS = 'AWS::Route53Resolver::FirewallDomainList';
const NO_VALUE: JsonValue = { Ref: 'AWS::NoValue' };
const UNKNOWN: JsonValue = { 'Fn::ImportValue': 'Theirs' };
const TRAIL = 'AWS::CloudTrail::Trail';
const MACHINE = 'AWS::StepFunctions::StateMachine';
const FOREIGN_KEY = 'arn:aws:kms:eu-west-1:999988887777:key/theirs';
const SLOW: JsonObject = {
  HttpMethod: '*',
  ResourcePath: '/*',
  LoggingLevel: 'ERROR',
  ThrottlingBurstLimit: 20,
  ThrottlingRateLimit: 10,
};
const FAST: JsonObject = { ...SLOW, ThrottlingRateLimit: 10_000 };
const ONE_PATH: JsonObject = { ...SLOW, ResourcePath: '/~1tools' };
/** A property that AWS hasn't added yet. */
const TOMORROW = 'TomorrowSpecification';

let clean: TemplateBody;

beforeAll(() => {
  clean = quickstartTemplate();
});

function assemblyWith(change: (r: Resources, body: TemplateBody) => void): Assembly {
  const body = structuredClone(clean);
  change(body.Resources, body);
  return Assembly.of({ name: 'Q.template.json', body });
}

function faults(change: (r: Resources, body: TemplateBody) => void): string[] {
  const assembly = assemblyWith(change);
  return notAsMade(assembly, new RuntimeParts(assembly));
}

type Row = readonly [type: string, start: string, place: string, property: string, value: JsonValue];

const OTHERWISE: readonly Row[] = [
  [BUCKET, 'AgentLedgerBucket', 'ledger', 'ReplicationConfiguration', { Role: 'r', Rules: [] }],
  [BUCKET, 'AgentLedgerEvidence', 'evidence', 'LoggingConfiguration', { DestinationBucketName: 'elsewhere' }],
  [BUCKET, 'AgentLedgerEvidence', 'evidence', 'WebsiteConfiguration', { 'Fn::Transform': { Name: 'Mine' } }],
  [BUCKET, 'AgentLedgerEvidence', 'evidence', 'VersioningConfiguration', { Status: 'Suspended' }],
  [BUCKET, 'AgentLedgerPublication', 'publication', 'AccessControl', 'PublicRead'],
  [TABLE, 'AgentState', 'state', 'StreamSpecification', { StreamViewType: 'NEW_IMAGE' }],
  [TABLE, 'AgentState', 'state', 'KinesisStreamSpecification', { StreamArn: { Ref: 'AWS::StackId' } }],
  [TABLE, 'AgentState', 'state', 'PointInTimeRecoverySpecification', { PointInTimeRecoveryEnabled: false }],
  [TABLE, 'AgentState', 'state', TOMORROW, true],
  ['AWS::SecretsManager::Secret', 'TicketsCredential', 'credential', 'ReplicaRegions', [{ Region: 'us-east-1' }]],
  [KEY, 'AgentLedgerKey', 'key of the ledger', 'PendingWindowInDays', 7],
  [KEY, 'AgentLedgerKey', 'key of the ledger', 'PendingWindowInDays', UNKNOWN],
  [KEY, 'AgentLedgerSealerSigningKey', 'signing key', 'MultiRegion', true],
  [KEY, 'TicketsCredentialKey', 'key of the credential', 'Origin', 'EXTERNAL'],
  ['AWS::IAM::Role', 'AgentApprovalsApproverRole', 'approver', 'MaxSessionDuration', 43_200],
  ['AWS::CloudTrail::Trail', 'AgentLedgerTrail', 'trail', 'S3BucketName', 'collector'],
  ['AWS::CloudTrail::Trail', 'AgentLedgerTrail', 'trail', 'SnsTopicName', 'collector'],
  ['AWS::ECS::Cluster', 'AgentTaskCluster', 'cluster', 'ServiceConnectDefaults', { Namespace: 'n' }],
  ['AWS::ECR::Repository', 'AgentImages', 'image', TOMORROW, true],
  ['AWS::Logs::LogGroup', 'AgentGateLogs', 'logs', 'DataProtectionPolicy', { Statement: [] }],
  ['AWS::Logs::LogGroup', 'AgentNetworkLogsFlows', 'network logs', 'RetentionInDays', 1],
  ['AWS::StepFunctions::StateMachine', 'AgentApprovalsStateMachine', 'workflow', 'StateMachineType', 'EXPRESS'],
  ['AWS::ApiGateway::RestApi', 'AgentGateApi', 'gate API', 'BodyS3Location', { Bucket: 'b' }],
  ['AWS::ApiGateway::Stage', 'AgentGateApi', 'stage of the gate API', 'CacheClusterEnabled', true],
  ['AWS::ApiGateway::Stage', 'AgentGateApi', 'stage of the gate API', 'CanarySetting', { PercentTraffic: 5 }],
  ['AWS::Events::Rule', 'AgentLedgerSealer', 'rule that starts the sealer', 'State', 'DISABLED'],
  ['AWS::Events::Rule', 'AgentSweep', 'rule that starts the session sweep', 'EventBusName', 'mine'],
  ['AWS::EC2::VPC', 'AgentNetworkVpc', 'network', TOMORROW, true],
  ['AWS::EC2::Subnet', 'AgentNetworkVpcIsolatedSubnet1', 'network', 'AssignIpv6AddressOnCreation', true],
  [ENDPOINT, 'AgentNetworkEndpointsKms', 'endpoint', 'PrivateDnsEnabled', false],
  [ENDPOINT, 'AgentNetworkEndpointsKms', 'endpoint', 'ServiceRegion', 'us-east-1'],
  [ENDPOINT, 'AgentNetworkEndpointsKms', 'endpoint', 'IpAddressType', 'dualstack'],
  [DOMAINS, 'AgentNetworkDnsFirewallAllowed', 'names of the DNS firewall', 'DomainFileUrl', 's3://b/names'],
  [DOMAINS, 'AgentNetworkDnsFirewallAllowed', 'names of the DNS firewall', 'Domains', NO_VALUE],
  [DOMAINS, 'AgentNetworkDnsFirewallAllowed', 'names of the DNS firewall', 'Domains', UNKNOWN],
  ['AWS::EC2::FlowLog', 'AgentNetworkFlowLog', 'flow log', 'LogDestination', 'arn:aws:s3:::collector'],
  [
    'AWS::EC2::SecurityGroup',
    'AgentAgentGroup',
    'network',
    'SecurityGroupEgress',
    [{ IpProtocol: '-1', DestinationPrefixListId: 'pl-1' }],
  ],
  [
    'AWS::EC2::SecurityGroupIngress',
    'AgentNetworkEndpointsEcrApiGroupfrom',
    'rule of AgentNetworkEndpointsEcrApiGroup\\w+, the group of an endpoint',
    'ToPort',
    65_535,
  ],
  ['AWS::SecretsManager::ResourcePolicy', 'TicketsCredential', 'policy of the credential', 'BlockPublicPolicy', false],
  [KEY, 'AgentLedgerKey', 'key of the ledger', 'EnableKeyRotation', false],
  [BUCKET, 'AgentLedgerWitness', 'witness', 'ObjectLockConfiguration', { ObjectLockEnabled: '{{resolve:ssm:/a}}' }],
  [TABLE, 'AgentState', 'state', 'SSESpecification', { SSEEnabled: true, KMSMasterKeyId: FOREIGN_KEY }],
  ['AWS::Logs::LogGroup', 'AgentTaskLogs', 'logs', 'KmsKeyId', FOREIGN_KEY],
  ['AWS::Logs::LogGroup', 'AgentApprovalsDeskAccessLogs', 'access logs', 'RetentionInDays', 1],
  ['AWS::EC2::FlowLog', 'AgentNetworkFlowLog', 'flow log', 'LogFormat', 'bytes'],
  ['AWS::Events::Rule', 'AgentSweep', 'rule that starts the session sweep', 'ScheduleExpression', 'rate(365 days)'],
  ['AWS::Events::Rule', 'AgentSweep', 'rule that starts the session sweep', 'ScheduleExpression', UNKNOWN],
  ['AWS::ApiGateway::Stage', 'AgentGateApi', 'stage of the gate API', 'MethodSettings', [FAST]],
  ['AWS::ApiGateway::Stage', 'AgentGateApi', 'stage of the gate API', 'MethodSettings', [ONE_PATH]],
  ['AWS::ApiGateway::Stage', 'AgentGateApi', 'stage of the gate API', 'MethodSettings', [SLOW, ONE_PATH]],
  ['AWS::ApiGateway::Model', 'AgentApprovalsDeskApi', 'model of the desk API', 'Schema', {}],
  ['AWS::ApiGateway::Model', 'AgentApprovalsDeskApi', 'model of the desk API', 'Schema', UNKNOWN],
  [MACHINE, 'AgentApprovalsStateMachine', 'workflow', 'DefinitionString', UNKNOWN],
  [MACHINE, 'AgentApprovalsStateMachine', 'workflow', 'DefinitionString', '{"StartAt":"A","States":{}}'],
  [MACHINE, 'AgentApprovalsStateMachine', 'workflow', 'EncryptionConfiguration', { KmsKeyId: FOREIGN_KEY }],
  [TASK, 'AgentTask', 'task', 'Volumes', [{ Name: 'v' }]],
  [TASK, 'AgentTask', 'task', TOMORROW, true],
];

test.each(OTHERWISE)('%s %s, the %s, with %s is found', (type, start, place, property, value) => {
  const found = faults((r) => {
    propertiesOf(r, type, start)[property] = value;
  });
  expect(found).toEqual([expect.stringMatching(new RegExp(`^${start}\\w*, the ${place}: ${property} `))]);
});

test.each<readonly [name: string, change: (c: JsonObject) => void]>([
  ['a proxy', (c) => (c.Environment as JsonObject[]).push({ Name: 'all_proxy', Value: 'x' })],
  ['an authority', (c) => (c.Environment as JsonObject[]).push({ Name: 'SSL_CERT_FILE', Value: 'x' })],
  ['an endpoint of AWS', (c) => (c.Environment as JsonObject[]).push({ Name: 'AWS_ENDPOINT_URL', Value: 'x' })],
  [
    'an address',
    (c) => (c.Environment as JsonObject[]).push({ Name: 'REPORTS', Value: 'https://collector.example.com' }),
  ],
  ['a host', (c) => (c.Environment as JsonObject[]).push({ Name: 'REPORTS', Value: 'collector.example.com:443' })],
  ['an address of a network', (c) => (c.Environment as JsonObject[]).push({ Name: 'REPORTS', Value: '10.0.0.9' })],
  ['a value that nobody knows', (c) => (c.Environment as JsonObject[]).push({ Name: 'LEVEL', Value: UNKNOWN })],
  ['a name that nobody knows', (c) => (c.Environment as JsonObject[]).push({ Name: UNKNOWN, Value: 'x' })],
  ['a host of its own', (c) => Object.assign(c, { ExtraHosts: [{ Hostname: 'h', IpAddress: '10.0.0.9' }] })],
  ['a resolver', (c) => Object.assign(c, { DnsServers: ['10.0.0.9'] })],
  ['a secret', (c) => Object.assign(c, { Secrets: [{ Name: 'S', ValueFrom: 'arn' }] })],
  ['another log driver', (c) => Object.assign(c.LogConfiguration as JsonObject, { LogDriver: 'splunk' })],
  ['a device', (c) => Object.assign(c.LinuxParameters as JsonObject, { Devices: [{ HostPath: '/dev/x' }] })],
  [
    'a folder of programs',
    (c) =>
      Object.assign(((c.LinuxParameters as JsonObject).Tmpfs as JsonObject[])[0] as JsonObject, {
        MountOptions: ['exec'],
      }),
  ],
  ['open ports', (c) => Object.assign(c, { PortMappings: [{ ContainerPort: 80 }] })],
])('an agent’s container with %s is found', (_, change) => {
  expect(faults((r) => change(container(r)))).toEqual([expect.stringMatching(/^AgentTask\w+, the task: Container/)]);
});

test('an endpoint that serves two accounts, or no layers of images, is found', () => {
  const policyOf = (r: Resources, name: string): JsonObject[] =>
    statementsIn(propertiesOf(r, ENDPOINT, `AgentNetworkEndpoints${name}`).PolicyDocument);
  const two = faults((r) => {
    const [statement] = policyOf(r, 'Kms') as [JsonObject];
    const equals = (statement.Condition as JsonObject).StringEquals as JsonObject;
    equals['aws:ResourceAccount'] = [{ Ref: 'AWS::AccountId' }, '999988887777'];
  });
  expect(two).toEqual([
    expect.stringMatching(/^AgentNetworkEndpointsKms\w+, the endpoint: PolicyDocument Use1 serves/),
  ]);
  const layers = faults((r) => {
    const statement = policyOf(r, 'S3').find(({ Sid }) => Sid === 'ImageLayers') as JsonObject;
    statement.Condition = { StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } } };
  });
  expect(layers).toEqual([expect.stringContaining('no image is pulled')]);
});

test('an endpoint that serves any account, every resource, or what nobody knows, is found', () => {
  const found = (change: (statement: JsonObject) => void): string[] =>
    faults((r) => {
      const policy = propertiesOf(r, ENDPOINT, 'AgentNetworkEndpointsDynamodb').PolicyDocument;
      for (const each of statementsIn(policy).slice(0, 1)) change(each);
    });
  expect(found((each) => delete (each.Condition as JsonObject).StringEquals)).toEqual([
    expect.stringContaining('doesn’t say whose resources'),
  ]);
  expect(found((each) => Object.assign(each, { Resource: '*' }))).toEqual([
    expect.stringContaining('serves every resource of the account'),
  ]);
  expect(found((each) => Object.assign(each, { Action: '{{resolve:ssm:/a}}' }))).toEqual([
    expect.stringContaining("can't be proven: what it serves"),
  ]);
});

type Selector = { FieldSelectors: JsonObject[] };

test.each<readonly [what: string, change: (selectors: Selector[]) => void, lacking: string]>([
  ['no management events', (s) => s.splice(0, 1), 'changes of settings'],
  ['no management events of a service', (s) => only(s, 0, 'eventSource', 'kms.amazonaws.com'), 'changes of settings'],
  ['no reads', (s) => s.splice(2, 1), 'reads of AgentLedgerBucket'],
  [
    'no reads of a role',
    (s) => only(s, 2, 'userIdentity.arn', 'arn:aws:iam::111122223333:role/x'),
    'reads of AgentLedger',
  ],
  ['no deletions of its files', (s) => s.splice(4, 1), 'deletions of AgentLedgerTrailFiles'],
])('a trail that records %s is found', (_, change, lacking) => {
  const found = faults((r) => {
    change(propertiesOf(r, TRAIL, 'AgentLedgerTrail').AdvancedEventSelectors as never);
  });
  expect(found).toEqual([expect.stringContaining(`AdvancedEventSelectors records no ${lacking}`)]);
});

function only(selectors: readonly Selector[], index: number, Field: string, spared: string): void {
  selectors[index]?.FieldSelectors.push({ Field, NotEquals: [spared] });
}

test('a trail may record more, in one list or the other, and leave out calls of databases', () => {
  const wider = faults((r) => {
    const selectors = propertiesOf(r, TRAIL, 'AgentLedgerTrail').AdvancedEventSelectors as unknown as Selector[];
    only(selectors, 0, 'eventSource', 'rdsdata.amazonaws.com');
    selectors[4]?.FieldSelectors.pop();
    selectors.push({ FieldSelectors: [{ Field: 'eventCategory', Equals: ['NetworkActivity'] }] });
  });
  const basic = faults((r) => {
    const trail = propertiesOf(r, TRAIL, 'AgentLedgerTrail');
    delete trail.AdvancedEventSelectors;
    const Values = ['AgentLedgerBucket', 'AgentLedgerWitness', 'AgentLedgerEvidence', 'AgentLedgerTrailFiles'].map(
      (start) => ({ 'Fn::Join': ['', [{ 'Fn::GetAtt': [idOf(r, BUCKET, start), 'Arn'] }, '/']] }),
    );
    trail.EventSelectors = [{ DataResources: [{ Type: 'AWS::S3::Object', Values }] }];
  });
  expect([wider, basic]).toEqual([[], []]);
});

test.each(['DeletionPolicy', 'UpdateReplacePolicy'])(
  'a policy of a locked bucket that its %s ends is found',
  (member) => {
    const found = faults((r) => {
      Object.assign(r[idOf(r, 'AWS::S3::BucketPolicy', 'AgentLedgerBucket')] as object, { [member]: 'Delete' });
    });
    expect(found).toEqual([expect.stringContaining(`the policy of the ledger: ${member} is Delete`)]);
  },
);

test('a value that whoever deploys chooses can’t be proven', () => {
  const found = faults((r, body) => {
    body.Parameters = { ...(body.Parameters as JsonObject), Hours: { Type: 'Number', Default: 3600 } };
    propertiesOf(r, 'AWS::IAM::Role', 'AgentApprovalsApproverRole').MaxSessionDuration = { Ref: 'Hours' };
  });
  expect(found).toEqual([expect.stringContaining("MaxSessionDuration can't be proven: whoever deploys chooses Hours")]);
});

test.each([
  ['runs a call that nobody decided on', '\\"Default\\":\\"CloseRequest\\"', '\\"Default\\":\\"Execute\\"'],
  ['runs a call that was denied', '\\"Next\\":\\"Denied\\"', '\\"Next\\":\\"Execute\\"'],
  ['runs a call whose wait failed', '\\"Next\\":\\"CloseRequest\\"', '\\"Next\\":\\"Execute\\"'],
  ['asks nobody', '.waitForTaskToken', ''],
  ['keeps no decision, and takes that of its input', '\\"ResultPath\\":\\"$.decided\\"', '\\"ResultPath\\":null'],
  ['shows another call than it runs', '\\"digest.$\\":\\"$.digest\\"', '\\"digest\\":\\"x\\"'],
  [
    'may act twice',
    '\\"TimeoutSeconds\\":960',
    '\\"Retry\\":[{\\"ErrorEquals\\":[\\"States.ALL\\"]}],\\"TimeoutSeconds\\":960',
  ],
  ['is written in another language', '\\"StartAt\\"', '\\"QueryLanguage\\":\\"JSONata\\",\\"StartAt\\"'],
])('a workflow that %s is found', (_, written, instead) => {
  const found = faults((r) => {
    const machine = propertiesOf(r, MACHINE, 'AgentApprovalsStateMachine');
    const changed = JSON.stringify(machine.DefinitionString).replace(written, () => instead);
    expect(changed).not.toBe(JSON.stringify(machine.DefinitionString));
    machine.DefinitionString = JSON.parse(changed);
  });
  expect(found).toEqual([
    expect.stringMatching(/^AgentApprovalsStateMachine\w+, the workflow: DefinitionString isn't a state machine/),
  ]);
});

test('a definition of which one side of a condition isn’t this library’s is found', () => {
  const found = faults((r, body) => {
    body.Conditions = { Lowered: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] } };
    const machine = propertiesOf(r, MACHINE, 'AgentApprovalsStateMachine');
    const instead = '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}';
    machine.DefinitionString = { 'Fn::If': ['Lowered', instead, machine.DefinitionString ?? null] };
  });
  expect(found).toEqual([expect.stringContaining('A is a Pass, then ends; begins with A')]);
});

test('a method of a desk that takes bodies of any form is found', () => {
  const found = faults((r) => {
    delete propertiesOf(r, 'AWS::ApiGateway::Method', 'AgentApprovalsDeskApirequestsiddecisionPOST').RequestModels;
  });
  expect(found).toEqual([expect.stringMatching(/the method of the desk API: RequestModels is not set/)]);
});

test('a call’s log that doesn’t say who called is found', () => {
  const found = faults((r) => {
    const stage = propertiesOf(r, 'AWS::ApiGateway::Stage', 'AgentGateApi');
    stage.AccessLogSetting = { ...(stage.AccessLogSetting as JsonObject), Format: '$context.requestId' };
  });
  expect(found).toEqual([expect.stringContaining('AccessLogSetting Format doesn’t record requestTime, identity')]);
});

test('a resource of the runtime that may not be there is found', () => {
  const found = faults((r, body) => {
    body.Conditions = { Lowered: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] } };
    Object.assign(r[idOf(r, 'AWS::Events::Rule', 'AgentSweep')] as object, { Condition: 'Lowered' });
  });
  expect(found).toEqual([
    "AgentSweepEveryMinuteE5D4D4FC, the rule that starts the session sweep: can't be proven: it exists under a condition only",
  ]);
});

test('a key of records that ends with its stack is found', () => {
  const found = faults((r) =>
    Object.assign(r[idOf(r, KEY, 'AgentLedgerEvidenceKey')] as object, { DeletionPolicy: 'Delete' }),
  );
  expect(found).toEqual([
    expect.stringMatching(/^AgentLedgerEvidenceKey\w+, the key of the evidence: DeletionPolicy is Delete/),
  ]);
});

test('tags, descriptions, a lifecycle, switches as texts and no value are no finding', () => {
  const found = faults((r) => {
    Object.assign(propertiesOf(r, BUCKET, 'AgentLedgerBucket'), {
      Tags: [],
      LifecycleConfiguration: { Rules: [] },
      ReplicationConfiguration: NO_VALUE,
      ObjectLockEnabled: 'true',
    });
    Object.assign(propertiesOf(r, KEY, 'AgentLedgerKey'), { Description: UNKNOWN, PendingWindowInDays: '30' });
    (container(r).Environment as JsonObject[]).push({ Name: 'LOG_LEVEL', Value: 'debug' });
  });
  expect(found).toEqual([]);
});

test('what is found breaks a claim', () => {
  const { claims } = prove(
    assemblyWith((r) => {
      propertiesOf(r, TABLE, 'AgentState').StreamSpecification = { StreamViewType: 'NEW_IMAGE' };
    }),
  );
  const broken = claims.filter(({ counterExamples }) => counterExamples.length > 0).map(({ id }) => id);
  expect(broken).toEqual(['resources-are-as-made']);
});
