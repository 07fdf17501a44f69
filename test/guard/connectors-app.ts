import path from 'node:path';
import { type App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import {
  AgentImage,
  AgentPlatform,
  AwsConnector,
  AwsOperation,
  BedrockModel,
  BoundCredential,
  ClosedNetwork,
  CodeLanguage,
  CodeSandbox,
  CodeSandboxImage,
  type Connector,
  ConnectorEgress,
  ConnectorFunction,
  Credential,
  Effect,
  EndpointService,
  HardenedAgentRuntime,
  type HardenedAgentRuntimeProps,
  HttpBody,
  HttpConnector,
  HttpMethod,
  InputSchema,
  IsolatedNetwork,
  LambdaConnector,
  Limit,
  LimitScope,
  ListFormat,
  McpConnector,
  OpenApiConnector,
  OpenApiDocument,
  OperationInput,
  Pages,
  ServerReview,
  Skill,
  Target,
} from '../../lib';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const FILES = path.join(__dirname, 'connectors');
const NOTION = path.join(__dirname, '../../examples/openapi');
const ID = { type: 'string', pattern: '^T-[0-9]{1,8}$', maxLength: 10 };
const TEXT = { type: 'string', maxLength: 100 };
const NUMBER = { type: 'integer', minimum: 0, maximum: 1_000_000 };
const IDS = { type: 'array', items: ID, maxItems: 10 };

function inputOf(properties: Record<string, object>, optional: string[] = []): InputSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return InputSchema.fromString(JSON.stringify({ type: 'object', additionalProperties: false, required, properties }));
}

/** Where the agents run. */
export interface ConnectorsPlace {
  /** Whether connectors leave through a firewall, and the launcher is in the network. Else all of that is outside. */
  readonly closed: boolean;
}

/**
 * Every kind of connector, with every operation and way to give arguments, skills, and a code sandbox each: for two agents of one
 * platform, in two stacks.
 */
export function connectors(app: App, { closed }: ConnectorsPlace = { closed: true }): void {
  const shared = new Stack(app, 'Connected');
  const network = new IsolatedNetwork(shared, 'Network');
  const platform = new AgentPlatform(shared, 'Agents', {
    approvals: { approverGroups: ['leads'] },
    retention: Duration.days(90),
    network,
  });
  const place = (stack: Stack, cidr: string): Partial<HardenedAgentRuntimeProps> => ({
    platform,
    ...(closed && {
      launcherInNetwork: true,
      connectorEgress: new ConnectorEgress(stack, 'Egress', { agentNetwork: network, cidr, maxAzs: 2 }),
    }),
  });
  reachingOut(shared, place(shared, '10.20.0.0/22'));
  reachingIn(new Stack(app, 'Inside'), closed ? { platform, launcherInNetwork: true } : { platform });
}

/** An agent that works with systems of others. */
function reachingOut(stack: Stack, place: Partial<HardenedAgentRuntimeProps>): void {
  const tickets = ticketsIn(stack);
  const github = new McpConnector(stack, 'GitHub', {
    review: ServerReview.fromFile(path.join(FILES, 'github.review.json')),
    credential: Credential.bearer('github-write'),
    credentials: [BoundCredential.forReads(Credential.bearer('github-read'))],
    tools: [
      {
        name: 'github_create_issue',
        targets: [Target.named('/title')],
        limits: [Limit.count(5, { per: LimitScope.SESSION, window: Duration.hours(1) })],
      },
    ],
  });
  const notion = new OpenApiConnector(stack, 'Notion', {
    document: OpenApiDocument.fromFile(path.join(NOTION, 'notion-openapi.json')),
    review: ServerReview.fromFile(path.join(NOTION, 'notion.review.json')),
    credential: Credential.bearer('notion'),
    headers: { 'Notion-Version': '2025-09-03' },
    tools: [
      { operation: 'post-search', pages: Pages.cursorInBody('/next_cursor', 'start_cursor') },
      { operation: 'create-a-comment', targets: [Target.id('/parent/page_id', { of: 'page' })] },
    ],
  });
  const code = codeIn(stack, 'Code');
  const refunds = Skill.fromDirectory(path.join(FILES, 'refunds'), {
    pin: REFUNDS_PIN,
    tools: tickets.tools.slice(0, 1),
  });
  agentIn(stack, 'Support', [tickets, github, notion, code], { ...place, skills: [refunds] });
}

function ticketsIn(stack: Stack): HttpConnector {
  const tickets = new HttpConnector(stack, 'Tickets', {
    baseUrl: 'https://tickets.example.com/api',
    credential: Credential.bearer('tickets-write'),
    credentials: [
      BoundCredential.forReads(Credential.header('tickets-read', 'x-api-key')),
      BoundCredential.forTools(['tickets_pay'], Credential.basic('tickets-pay')),
    ],
  });
  const options = { description: 'Work with tickets' };
  tickets.addTool('tickets_find', {
    ...options,
    method: HttpMethod.GET,
    path: '/tickets',
    input: inputOf({ ids: IDS, ifNoneMatch: TEXT }, ['ifNoneMatch']),
    effect: Effect.READ,
    lists: { ids: ListFormat.COMMA },
    headers: { ifNoneMatch: 'If-None-Match' },
    pages: Pages.linkHeader(),
  });
  tickets.addTool('tickets_pay', {
    ...options,
    method: HttpMethod.POST,
    path: '/tickets/{id}/payments',
    input: inputOf({ id: ID, cents: NUMBER, dryRun: { type: 'boolean' } }),
    body: HttpBody.FORM,
    query: ['dryRun'],
    targets: [Target.id('/id')],
    limits: [Limit.sum('/cents', 100_000, { per: LimitScope.TOOL, window: Duration.days(1) })],
  });
  tickets.addTool('tickets_note', {
    ...options,
    method: HttpMethod.PUT,
    path: '/tickets/{id}/note',
    input: inputOf({ id: ID, text: TEXT }),
    effect: Effect.WRITE,
  });
  return tickets;
}

/** A code sandbox with a script of the skill. */
function codeIn(stack: Stack, id: string, network?: ClosedNetwork): CodeSandbox {
  const code = new CodeSandbox(stack, id, {
    image: CodeSandboxImage.fromEcrDigest(imagesIn(stack, `${id}Images`), DIGEST),
    network,
    pythonToolName: `${id.toLowerCase()}_python`,
    javascriptToolName: `${id.toLowerCase()}_javascript`,
  });
  code.addScript(id === 'Code' ? 'total_orders' : `total_${id.toLowerCase()}`, {
    description: 'Add up the orders',
    file: path.join(FILES, 'refunds/scripts/total.py'),
    language: CodeLanguage.PYTHON,
    input: inputOf({ cents: { type: 'array', items: NUMBER, maxItems: 100 } }),
    outputs: ['total.json'],
  });
  return code;
}

/** An agent that works with resources of its account. */
function reachingIn(stack: Stack, place: Partial<HardenedAgentRuntimeProps>): void {
  const topic = new sns.Topic(stack, 'News', {
    topicName: nameIn(stack, 'news'),
    masterKey: new kms.Key(stack, 'NewsKey'),
  });
  const team = new lambda.Function(stack, 'Team', {
    functionName: nameIn(stack, 'work'),
    role: new iam.Role(stack, 'TeamRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }),
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async (event) => event'),
  });
  const theirs = new LambdaConnector(stack, 'Theirs', { handler: ConnectorFunction.existing(team.addAlias('live')) });
  const ours = new LambdaConnector(stack, 'Ours', {
    handler: ConnectorFunction.fromCode({
      code: lambda.Code.fromInline('exports.handler = async (event) => ({ total: event.arguments.count + 1 })'),
      runtime: lambda.Runtime.NODEJS_22_X,
    }),
  });
  ours.allow(EndpointService.SNS, ['sns:Publish'], [topic.topicArn]);
  const image = new LambdaConnector(stack, 'Packed', {
    handler: ConnectorFunction.fromImage({ repository: imagesIn(stack, 'PackedImages'), digest: DIGEST }),
  });
  for (const connector of [theirs, ours, image]) {
    connector.addTool(`${connector.node.id.toLowerCase()}_count`, {
      description: 'Count',
      input: inputOf({ count: NUMBER }),
      effect: Effect.READ,
    });
  }
  const code = codeIn(stack, 'Numbers', new ClosedNetwork(stack, 'Nowhere'));
  agentIn(stack, 'Clerk', [awsIn(stack, topic), theirs, ours, image, code], place);
}

/** A tool for each operation. */
function awsIn(stack: Stack, topic: sns.ITopic): AwsConnector {
  const key = (id: string) => new kms.Key(stack, `${id}Key`);
  const bucket = new s3.Bucket(stack, 'Reports', {
    bucketName: nameIn(stack, 'reports'),
    encryptionKey: key('Reports'),
  });
  const table = new dynamodb.Table(stack, 'Accounts', {
    tableName: nameIn(stack, 'accounts'),
    partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
    sortKey: { name: 'at', type: dynamodb.AttributeType.NUMBER },
    encryptionKey: key('Accounts'),
  });
  const queue = new sqs.Queue(stack, 'Jobs', {
    queueName: `${nameIn(stack, 'jobs')}.fifo`,
    encryptionMasterKey: key('Jobs'),
    fifo: true,
  });
  const identity = new ses.EmailIdentity(stack, 'Mail', { identity: ses.Identity.domain('example.com') });
  const bus = new events.EventBus(stack, 'Bus', { eventBusName: nameIn(stack, 'bus') });
  const steps = sfn.StateMachine.fromStateMachineName(stack, 'Steps', 'steps-of-the-team');
  const aws = new AwsConnector(stack, 'Aws');
  const keys = { keyAttribute: 'id', sortKeyAttribute: 'at', sortKeyType: dynamodb.AttributeType.NUMBER };
  const add = (name: string, operation: AwsOperation, input: InputSchema, effect: Effect, targets: Target[] = []) =>
    aws.addTool(name, { description: name, operation, input, targets, effect });
  const { READ, WRITE, OUTBOUND } = Effect;
  add('get', AwsOperation.s3GetObject(bucket, { prefix: 'in/' }), inputOf({ key: TEXT }), READ);
  add('list', AwsOperation.s3ListObjects(bucket, { prefix: 'in/' }), inputOf({}), READ);
  add('put', AwsOperation.s3PutObject(bucket, { prefix: 'out/' }), inputOf({ key: TEXT, content: TEXT }), WRITE);
  add('item', AwsOperation.dynamoDbGetItem(table, keys), inputOf({ key: TEXT, sortKey: NUMBER }), READ);
  add(
    'write',
    AwsOperation.dynamoDbPutItem(table, { ...keys, attributes: ['note'] }),
    inputOf({ key: TEXT, sortKey: NUMBER, note: TEXT }, ['note']),
    WRITE,
  );
  add(
    'query',
    AwsOperation.dynamoDbQuery(table, { ...keys, fromArgument: 'from', pageArgument: 'page' }),
    inputOf({ key: TEXT, from: NUMBER, page: TEXT }, ['from', 'page']),
    READ,
  );
  add('send', AwsOperation.sqsSendMessage(queue), inputOf({ text: TEXT }), OUTBOUND);
  add('publish', AwsOperation.snsPublish(topic), inputOf({ text: TEXT }), OUTBOUND);
  add(
    'mail',
    AwsOperation.sesSendEmail(identity, { from: 'support@example.com' }),
    inputOf({ to: TEXT, subject: TEXT, text: TEXT }),
    OUTBOUND,
    [Target.email('/to')],
  );
  const noted = AwsOperation.eventBridgePutEvent(bus, { source: 'com.example.agent', detailType: 'Noted' });
  add('event', noted, inputOf({ text: TEXT }), OUTBOUND);
  add('start', AwsOperation.stepFunctionsStart(steps), inputOf({ text: TEXT }), OUTBOUND);
  const depth = AwsOperation.operation({
    action: 'sqs:GetQueueAttributes',
    resourceArn: queue.queueArn,
    input: {
      QueueUrl: OperationInput.queueUrl(),
      AttributeNames: OperationInput.constant(['ApproximateNumberOfMessages']),
    },
    result: ['Attributes'],
  });
  add('depth', depth, inputOf({}), READ);
  return aws;
}

const REFUNDS_PIN = '94ac650b4e837cbdcd114a2e64dde4f4a830ebf03c2baa2637841e12720352aa';

/** The endpoints in another stack must name it. */
function nameIn(stack: Stack, what: string): string {
  return `${what}-of-${stack.stackName.toLowerCase()}`;
}

function imagesIn(stack: Stack, id: string): ecr.Repository {
  const repositoryName = id.toLowerCase();
  return new ecr.Repository(stack, id, { repositoryName, removalPolicy: RemovalPolicy.RETAIN });
}

function agentIn(
  stack: Stack,
  id: string,
  connectors: Connector[],
  props: Partial<HardenedAgentRuntimeProps>,
): HardenedAgentRuntime {
  const agent = new HardenedAgentRuntime(stack, id, {
    image: AgentImage.fromEcrDigest(imagesIn(stack, `${id}Images`), DIGEST),
    models: [BedrockModel.foundation('openai.gpt-oss-120b-1:0')],
    connectors,
    ...props,
  });
  for (const tool of connectors.flatMap(({ tools }) => tools)) agent.allow(tool);
  return agent;
}
