import path from 'node:path';
import { type App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { QuickstartStack } from '../../examples/quickstart/quickstart-stack';
import {
  AgentImage,
  AgentPlatform,
  ApproverName,
  AwsConnector,
  AwsOperation,
  BedrockModel,
  CedarPolicies,
  ConnectorEgress,
  Credential,
  DnsFirewall,
  Effect,
  EndpointAllowlist,
  EndpointService,
  GateMode,
  HardenedAgentRuntime,
  type HardenedAgentRuntimeProps,
  HttpConnector,
  HttpMethod,
  InputSchema,
  IsolatedNetwork,
  Ledger,
  ModelAccess,
  Notification,
  SessionDocuments,
  Target,
  WebhookFormat,
} from '../../lib';
import { connectors } from './connectors-app';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const CLAUDE = 'anthropic.claude-sonnet-5-5';
const ON_DEMAND = 'openai.gpt-oss-120b-1:0';
const ID = { type: 'string', pattern: '^T-[0-9]{1,8}$', maxLength: 10 };
const KEY = { type: 'string', format: 'relative-path', maxLength: 100 };

function inputOf(properties: Record<string, unknown>): InputSchema {
  const required = Object.keys(properties);
  return InputSchema.fromString(JSON.stringify({ type: 'object', additionalProperties: false, required, properties }));
}

const policyFile = (name: string) => path.join(__dirname, 'policies', name);

/** The apps whose templates the guard holds. They use the public API only, so that any commit can synthesize them. */
export type GuardedApp = keyof typeof GUARDED_APPS;

export const GUARDED_APPS = {
  /** What most people begin with. */
  quickstart: (app: App) => {
    new QuickstartStack(app, 'Quickstart', {
      ticketsUrl: 'https://tickets.example.com',
      imageDigest: DIGEST,
    });
  },
  /** Every option that adds something, in an account and region that aren't known. */
  everything,
  /** Every option that takes something away, in a named region. */
  least,
  /** A network that was there before, two runtimes in it, and each public construct by itself. */
  parts,
  /** Two agents on one platform: one in its stack, one in another. */
  platform,
  /** Every kind of connector, skills and code sandboxes, for two agents. */
  connectors: (app: App) => connectors(app),
} as const;

function everything(app: App): void {
  const stack = new Stack(app, 'Everything');
  const network = new IsolatedNetwork(stack, 'Network', { maxAzs: 3, cidr: '10.8.0.0/22' });
  const connectorEgress = new ConnectorEgress(stack, 'Egress', {
    agentNetwork: network,
    cidr: '10.9.0.0/22',
    maxAzs: 2,
    s3PrefixListId: 'pl-11111111',
    dynamoDbPrefixListId: 'pl-22222222',
  });

  const tickets = new HttpConnector(stack, 'Tickets', {
    baseUrl: 'https://tickets.example.com/api',
    credential: Credential.bearer('tickets-api'),
  });
  const read = tickets.addTool('tickets_read', {
    description: 'Read a ticket',
    method: HttpMethod.GET,
    path: '/tickets/{id}',
    input: inputOf({ id: ID }),
    effect: Effect.READ,
  });
  const refund = tickets.addTool('tickets_refund', {
    description: 'Refund an order',
    method: HttpMethod.POST,
    path: '/tickets/{id}/refund',
    input: inputOf({ id: ID, amountCents: { type: 'integer', minimum: 1, maximum: 100_000 }, account: ID }),
    targets: [Target.account('/account')],
    trustedTargets: ['T-7'],
    askWhen: 'context.args.amountCents > 50000',
    probation: { calls: 5 },
    timeout: Duration.seconds(15),
    maxResultBytes: 1024,
  });
  const crm = new HttpConnector(stack, 'Crm', {
    baseUrl: 'https://crm.example.com',
    credential: Credential.header('crm-api', 'x-api-key'),
  });
  const notify = crm.addTool('crm_notify', {
    description: 'Write to a customer',
    method: HttpMethod.POST,
    path: '/customers/{id}/messages',
    input: inputOf({ id: ID, text: { type: 'string', maxLength: 400 } }),
    effect: Effect.OUTBOUND,
    targets: [Target.id('/id')],
  });
  const status = new HttpConnector(stack, 'Status', { baseUrl: 'https://status.example.com' });
  const statusRead = status.addTool('status_read', {
    description: 'Read the status page',
    method: HttpMethod.GET,
    path: '/status',
    input: inputOf({}),
    effect: Effect.READ,
  });

  const encryptionKey = new kms.Key(stack, 'RecordsKey');
  const books = new s3.Bucket(stack, 'Books', { encryption: s3.BucketEncryption.KMS, encryptionKey });
  const orders = new dynamodb.Table(stack, 'Orders', {
    partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
    encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,
    encryptionKey,
  });
  const documents = new AwsConnector(stack, 'Documents', { trusted: true });
  const more = { effect: Effect.READ, description: 'Look something up' };
  const awsTools = [
    documents.addTool('documents_read', {
      ...more,
      operation: AwsOperation.s3GetObject(books, { prefix: 'support/' }),
      input: inputOf({ key: KEY }),
    }),
    documents.addTool('documents_list', {
      ...more,
      operation: AwsOperation.s3ListObjects(books, { prefix: 'support/' }),
      input: inputOf({}),
    }),
    documents.addTool('orders_read', {
      ...more,
      operation: AwsOperation.dynamoDbGetItem(orders, { keyAttribute: 'id', keyArgument: 'id' }),
      input: inputOf({ id: ID }),
    }),
  ];

  const cases = new SessionDocuments(stack, 'Cases', {
    bucket: new s3.Bucket(stack, 'CaseFiles', {
      encryption: s3.BucketEncryption.KMS,
      encryptionKey,
      versioned: true,
      removalPolicy: RemovalPolicy.DESTROY,
    }),
    prefix: 'cases/',
  });

  const role = (id: string) => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() });
  const approvers = role('Approvers');
  const agent = new HardenedAgentRuntime(stack, 'Agent', {
    image: AgentImage.fromEcrDigest(new ecr.Repository(stack, 'Images'), DIGEST),
    models: [
      BedrockModel.foundation(ON_DEMAND),
      BedrockModel.inferenceProfile(`eu.${CLAUDE}`, ['eu-west-1', 'eu-central-1']),
      BedrockModel.global(`global.${CLAUDE}`),
    ],
    connectors: [tickets, crm, status, documents, cases],
    approvals: {
      approverGroups: ['support-leads'],
      approverPrincipals: [approvers],
      approverName: ApproverName.sourceIdentity(),
      expiry: Duration.hours(2),
      notifications: [
        Notification.toTopic(new sns.Topic(stack, 'Waiting')),
        Notification.toWebhook({ format: WebhookFormat.SLACK }),
      ],
    },
    retention: Duration.days(400),
    evidenceRetention: Duration.days(30),
    policies: [CedarPolicies.deny(policyFile('deny.cedar')), CedarPolicies.ask(policyFile('ask.cedar'))],
    trustedDirectory: ['support@example.com'],
    probation: { calls: 20, duration: Duration.days(3) },
    guardrail: 'arn:aws:bedrock:eu-central-1:111122223333:guardrail/abcdefghij:1',
    network,
    connectorEgress,
    launcherInNetwork: true,
    ledger: {
      breakGlassRole: role('BreakGlass'),
      mergeDelay: Duration.minutes(10),
      heartbeat: Duration.hours(2),
      signingKeys: 2,
      witnessBucket: s3.Bucket.fromBucketAttributes(stack, 'Witness', {
        bucketName: 'witness-of-another-account',
        account: '999988887777',
        encryptionKey: kms.Key.fromKeyArn(stack, 'WitnessKey', 'arn:aws:kms:eu-central-1:999988887777:key/witness'),
      }),
    },
    sessionDuration: Duration.hours(1),
    maxCallsPerSession: 100,
    maxDenialsPerSession: 5,
    cpu: 1024,
    memoryLimitMiB: 2048,
  });
  for (const tool of [read, notify, statusRead, ...awsTools, cases.tool]) agent.allow(tool);
  agent.allow(refund, { when: 'context.args.amountCents <= 80000' });
  agent.autoApprove(refund, { when: 'context.args.amountCents <= 100' });
  agent.grantLaunch(role('Application'));
  agent.ledger.grantErase(role('Protection'));
  agent.ledger.grantReadEntries(role('Auditor'));
  agent.addAlarmAction(new actions.SnsAction(new sns.Topic(stack, 'Alarms')));
}

function least(app: App): void {
  const stack = new Stack(app, 'Least', { env: { account: '111122223333', region: 'eu-central-1' } });
  const archive = s3.Bucket.fromBucketName(stack, 'Archive', 'archive-of-before');
  const documents = new AwsConnector(stack, 'Documents');
  const read = documents.addTool('documents_read', {
    description: 'Read a document',
    operation: AwsOperation.s3GetObject(archive),
    input: inputOf({ key: KEY }),
    effect: Effect.READ,
  });
  const agent = new HardenedAgentRuntime(stack, 'Agent', {
    image: AgentImage.fromEcrDigest(ecr.Repository.fromRepositoryName(stack, 'Images', 'agent'), DIGEST),
    models: [BedrockModel.global('global.amazon.nova-2-lite-v1:0', { allowWebSearch: true })],
    connectors: [documents],
    approvals: { approverPrincipals: [new iam.AccountPrincipal('999988887777')] },
    retention: Duration.days(1),
    mode: GateMode.LOG_ONLY,
    network: new IsolatedNetwork(stack, 'Network', { maxAzs: 1, leaveDnsOpen: true }),
    ledger: { trail: false, shortRetention: true },
    dashboard: false,
  });
  agent.allow(read);
}

function parts(app: App): void {
  const stack = new Stack(app, 'Shared');
  const isolated = { name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 0, subnetConfiguration: [isolated] });
  const network = IsolatedNetwork.fromVpcWithTrustedRoutes(stack, 'Network', { vpc, filterDns: true });
  for (const id of ['Support', 'Sales']) {
    runtimeIn(stack, id, {
      network,
      approvals: { approverGroups: [`${id}-leads`] },
      retention: Duration.days(90),
    });
  }

  const alone = new Stack(app, 'Alone');
  const place = new ec2.Vpc(alone, 'Vpc', { maxAzs: 1, natGateways: 0, subnetConfiguration: [isolated] });
  const endpoints = new EndpointAllowlist(alone, 'Endpoints', { vpc: place });
  new DnsFirewall(alone, 'DnsFirewall', { vpc: place, endpoints, queryLogs: new logs.LogGroup(alone, 'Queries') });
  const role = new iam.Role(alone, 'Caller', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') });
  const caller = new ec2.SecurityGroup(alone, 'CallerGroup', { vpc: place, allowAllOutbound: false });
  const models = [BedrockModel.foundation(ON_DEMAND)];
  new ModelAccess(alone, 'Models', { role, models, inputTokensPerHour: 1000, outputTokensPerHour: 100 });
  endpoints.allowModels({ caller, principal: role, models });
  endpoints.allow(EndpointService.S3, {
    caller,
    principal: role,
    actions: ['s3:GetObject'],
    resources: [new s3.Bucket(alone, 'Books').arnForObjects('*')],
  });
  const ledger = new Ledger(alone, 'Ledger', { retention: Duration.days(30), evidenceRetention: Duration.days(7) });
  ledger.grantAppend(role);
  const separate = new IsolatedNetwork(alone, 'Network', { cidr: '10.2.0.0/22', maxAzs: 1 });
  new ConnectorEgress(alone, 'Egress', { agentNetwork: separate }).place('Crm', ['crm.example.com']);
}

function platform(app: App): void {
  const shared = new Stack(app, 'Platform');
  const made = new AgentPlatform(shared, 'Agents', {
    approvals: { approverGroups: ['leads'] },
    retention: Duration.days(90),
  });
  runtimeIn(shared, 'Support', { platform: made });
  runtimeIn(new Stack(app, 'Sales'), 'Sales', { platform: made, approvals: { expiry: Duration.hours(1) } });
}

/** One of several runtimes in one network or platform. */
function runtimeIn(
  stack: Stack,
  id: string,
  place: Pick<HardenedAgentRuntimeProps, 'platform' | 'network' | 'approvals' | 'retention'>,
): void {
  const connector = new HttpConnector(stack, `${id}Tickets`, {
    baseUrl: 'https://tickets.example.com',
    credential: Credential.basic(`${id}-api`),
  });
  const tool = connector.addTool(`${id.toLowerCase()}_close`, {
    description: 'Close a ticket',
    method: HttpMethod.DELETE,
    path: '/tickets/{id}',
    input: inputOf({ id: ID }),
    effect: Effect.WRITE,
  });
  const agent = new HardenedAgentRuntime(stack, id, {
    image: AgentImage.fromEcrDigest(
      new ecr.Repository(stack, `${id}Images`, {
        removalPolicy: RemovalPolicy.RETAIN,
        ...(place.platform && { repositoryName: `${id.toLowerCase()}-images` }),
      }),
      DIGEST,
    ),
    models: [BedrockModel.foundation(ON_DEMAND)],
    connectors: [connector],
    ...place,
  });
  agent.allow(tool);
}
