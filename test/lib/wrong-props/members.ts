import path from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import {
  AgentImage,
  AgentPlatform,
  ApiGatewayAccountLogging,
  ApprovalRule,
  ApprovalWorkflow,
  ApproverName,
  ApproverRole,
  ApproverSignIn,
  AwsConnector,
  AwsOperation,
  BedrockModel,
  BoundCredential,
  CedarPolicies,
  ClosedNetwork,
  CodeLanguage,
  CodeSandbox,
  CodeSandboxImage,
  ConnectorEgress,
  ConnectorFunction,
  Credential,
  DeskIngress,
  DnsFirewall,
  Effect,
  EndpointAllowlist,
  EndpointService,
  HardenedAgentChecks,
  HardenedAgentRuntime,
  HttpConnector,
  HttpMethod,
  InputSchema,
  IsolatedNetwork,
  LambdaConnector,
  Ledger,
  Limit,
  LimitScope,
  McpConnector,
  ModelAccess,
  Notification,
  OidcUsers,
  OpenApiConnector,
  OpenApiDocument,
  OperationInput,
  OutputSchema,
  Pages,
  ServerReview,
  SessionDocuments,
  Skill,
  Target,
} from '../../../lib';
import { AgentStack, DIGEST, ID, inputOf } from '../agent-stack';
import { githubReview } from '../connectors/github-review';

/** Arguments by the names of their parameters. */
export type Arguments = { readonly [parameter: string]: unknown };

/** A public constructor or method, arguments that it takes, and how its errors begin. */
export interface Member {
  readonly where: string;
  readonly valid: Arguments;
  /** Calls it as JavaScript does: nothing looks at types. A factory's result is given to a construct. */
  readonly call: (given: never) => unknown;
}

const made = new AgentStack();
export const { stack, tickets, documents, read } = made;
export const agent = made.withRuntime();
const github = new McpConnector(stack, 'GitHub', { review: ServerReview.fromString(githubReview()) });
const other = new Stack(made.app, 'Other');
const topic = new sns.Topic(other, 'Topic');
const network = new IsolatedNetwork(other, 'Network');
const platform = new AgentPlatform(other, 'SharedPlatform', {
  approvals: { approverGroups: ['leads'] },
  retention: Duration.days(365),
});
const egress = new ConnectorEgress(other, 'Egress', { agentNetwork: network });
export const vpc = new ec2.Vpc(other, 'Vpc');
export const bucket = new s3.Bucket(other, 'Bucket');
const versioned = new s3.Bucket(other, 'Versioned', { versioned: true });
export const table = new dynamodb.TableV2(other, 'Table', {
  partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
});
export const role = new iam.Role(other, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
const repository = new ecr.Repository(other, 'Images');
const codeImage = CodeSandboxImage.fromEcrDigest(repository, DIGEST);
const sandbox = new CodeSandbox(stack, 'Code', { image: codeImage });
const group = network.securityGroup('Group', 'A caller');
const endpoint = ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(other, 'Endpoint', {
  vpcEndpointId: 'vpce-1',
  port: 443,
});
const code = lambda.Code.fromInline('x');
const executor = new lambda.Function(other, 'Executor', {
  code,
  handler: 'index.handler',
  runtime: lambda.Runtime.NODEJS_22_X,
});
const model = BedrockModel.foundation('openai.gpt-oss-120b-1:0');

const queue = new sqs.Queue(other, 'Queue');
const identity = ses.EmailIdentity.fromEmailIdentityName(other, 'Identity', 'example.com');
const bus = new events.EventBus(other, 'Bus');
const stateMachine = new sfn.StateMachine(other, 'Machine', {
  definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(other, 'Pass')),
});
const COMMAND = {
  action: 'sqs:GetQueueAttributes',
  resourceArn: queue.queueArn,
  input: { QueueUrl: OperationInput.queueUrl() },
};
const FUNCTION_CODE = { code, runtime: lambda.Runtime.NODEJS_22_X };
const ours = new LambdaConnector(stack, 'Ours', { handler: ConnectorFunction.fromCode(FUNCTION_CODE) });

const RUNTIME_PROPS = {
  image: AgentImage.fromEcrDigest(repository, DIGEST),
  models: [model],
  connectors: [tickets],
  approvals: { approverGroups: ['support-leads'] },
  retention: Duration.days(365),
};
const TOOL_OPTIONS = { description: 'Read', input: inputOf({ id: ID }) };
const HTTP_TOOL_OPTIONS = { ...TOOL_OPTIONS, method: HttpMethod.GET, path: '/{id}' };
const USE = { caller: group, principal: role, actions: ['s3:GetObject'], resources: ['arn:aws:s3:::bucket/*'] };
const CEDAR = path.join(__dirname, '..', '..', 'guard', 'policies', 'deny.cedar');

const ORDERS_API = JSON.stringify({
  openapi: '3.1.0',
  servers: [{ url: 'https://orders.example.com' }],
  paths: { '/orders': { get: { operationId: 'list', summary: 'List orders' } } },
});
const orders = new OpenApiConnector(stack, 'Orders', {
  document: OpenApiDocument.fromString(ORDERS_API),
  operations: ['list'],
});

const inNew = (props: object = {}) => ({ scope: stack, id: 'New', props });

type Construct<Props> = new (scope: never, id: never, props: never) => Props;
const construct = (created: Construct<unknown>, props: object): Member => ({
  where: 'Stack/New',
  valid: inNew(props),
  call: ({ scope, id, props: given }: Record<string, never>) => new created(scope, id, given),
});

type Factory<T> = (...given: never[]) => T;
const ofModel = (factory: string, make: Factory<BedrockModel>, valid: Arguments): Member => ({
  where: `Stack/New: props.models[0]: BedrockModel.${factory}`,
  valid,
  call: (given: Record<string, never>) =>
    new HardenedAgentRuntime(stack, 'New', { ...RUNTIME_PROPS, models: [make(...Object.values(given))] }),
});
const ofPolicies = (factory: 'deny' | 'allow' | 'ask'): Member => ({
  where: `Stack/New: props.policies[0]: CedarPolicies.${factory}`,
  valid: { path: CEDAR },
  call: ({ path: given }: Record<string, never>) =>
    new HardenedAgentRuntime(stack, 'New', { ...RUNTIME_PROPS, policies: [CedarPolicies[factory](given)] }),
});
const ofCredential = (factory: string, make: Factory<Credential>, valid: Arguments): Member => ({
  where: `Stack/New: props.credential: Credential.${factory}`,
  valid,
  call: (given: Record<string, never>) =>
    new HttpConnector(stack, 'New', { baseUrl: 'https://a.example.com', credential: make(...Object.values(given)) }),
});
const ofPages = (factory: string, make: Factory<Pages>, valid: Arguments): Member => ({
  where: `Stack/Tickets: tool "new": options.pages: Pages.${factory}`,
  valid,
  call: (given: Record<string, never>) =>
    tickets.addTool('new', {
      ...HTTP_TOOL_OPTIONS,
      method: HttpMethod.POST,
      effect: Effect.READ,
      pages: make(...Object.values(given)),
    }),
});
const ofDocument = (factory: 'fromFile' | 'fromString', valid: Arguments): Member => ({
  where: `Stack/New: props.document: OpenApiDocument.${factory}`,
  valid,
  call: (given: Record<string, never>) =>
    new OpenApiConnector(stack, 'New', {
      document: OpenApiDocument[factory](...(Object.values(given) as [never])),
      operations: ['list'],
    }),
});
const ofBoundCredential = (factory: string, make: Factory<BoundCredential>, valid: Arguments): Member => ({
  where: `Stack/New: props.credentials[0]: BoundCredential.${factory}`,
  valid,
  call: (given: Record<string, never>) =>
    new HttpConnector(stack, 'New', {
      baseUrl: 'https://a.example.com',
      credential: Credential.bearer('write'),
      credentials: [make(...Object.values(given))],
    }),
});
const ofNotification = (factory: 'toTopic' | 'toWebhook', valid: Arguments): Member => ({
  where: `Stack/New: props.approvals.notifications[0]: Notification.${factory}`,
  valid,
  call: (given: Record<string, never>) => {
    const notifications = [Notification[factory](...(Object.values(given) as [never]))];
    return new HardenedAgentRuntime(stack, 'New', {
      ...RUNTIME_PROPS,
      approvals: { approverGroups: ['support-leads'], notifications },
    });
  },
});
const SIGN_IN_OPTIONS = {
  issuer: 'https://login.example.com',
  clientId: 'approval-desk',
  ingress: DeskIngress.publicly(),
};
const withSignIn = (signIn: ApproverSignIn) =>
  new HardenedAgentRuntime(stack, 'New', {
    ...RUNTIME_PROPS,
    approvals: { approverGroups: ['support-leads'], signIn },
  });
const ofApproverName = (factory: 'principalTag' | 'sourceIdentity', valid: Arguments): Member => ({
  where: `Stack/New: props.approvals.approverName: ApproverName.${factory}`,
  valid,
  call: (given: Record<string, never>) =>
    new HardenedAgentRuntime(stack, 'New', {
      ...RUNTIME_PROPS,
      approvals: {
        approverGroups: ['support-leads'],
        approverName: ApproverName[factory](...(Object.values(given) as [never, never])),
      },
    }),
});
const SIGN_IN_ROLES = {
  signInRoles: ['arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Approvers_*'],
};
const ofIngress = (factory: 'privately' | 'publicly', valid: Arguments): Member => ({
  where: `Stack/New: props.approvals.signIn: ApproverSignIn.oidc: options.ingress: DeskIngress.${factory}`,
  valid,
  call: (given: Record<string, never>) =>
    withSignIn(
      ApproverSignIn.oidc({
        ...SIGN_IN_OPTIONS,
        ingress: DeskIngress[factory](...(Object.values(given) as [never])),
      }),
    ),
});
const ofReview = (factory: 'fromFile' | 'fromString', valid: Arguments): Member => ({
  where: `Stack/New: props.review: ServerReview.${factory}`,
  valid,
  call: (given: Arguments) =>
    new McpConnector(stack, 'New', { review: ServerReview[factory](...(Object.values(given) as [never])) }),
});

const ofSchema = (factory: 'fromFile' | 'fromString', valid: Arguments): Member => ({
  where: `Stack/Tickets: tool "new": options.input: InputSchema.${factory}`,
  valid,
  call: (given: Record<string, never>) =>
    tickets.addTool('new', { ...HTTP_TOOL_OPTIONS, input: InputSchema[factory](...(Object.values(given) as [never])) }),
});
const ofOutput = (factory: 'fromFile' | 'fromString', valid: Arguments): Member => ({
  where: `Stack/Tickets: tool "new": options.output: OutputSchema.${factory}`,
  valid,
  call: (given: Record<string, never>) =>
    tickets.addTool('new', {
      ...HTTP_TOOL_OPTIONS,
      output: OutputSchema[factory](...(Object.values(given) as [never])),
    }),
});
const ofLimit = (factory: string, make: Factory<Limit>, valid: Arguments): Member => ({
  where: `Stack/Tickets: tool "new": options.limits[0]: Limit.${factory}`,
  valid,
  call: (given: Record<string, never>) =>
    tickets.addTool('new', { ...HTTP_TOOL_OPTIONS, limits: [make(...Object.values(given))] }),
});
const USERS = { issuer: 'https://login.example.com', audience: 'support-app' };
const LIMIT_OPTIONS = { per: LimitScope.SESSION, window: Duration.hours(1) };
const ofOperation = (factory: string, make: Factory<AwsOperation>, valid: Arguments): Member => ({
  where: `Stack/Documents: tool "new": options.operation: AwsOperation.${factory}`,
  valid,
  call: (given: Record<string, never>) =>
    documents.addTool('new', { ...TOOL_OPTIONS, operation: make(...Object.values(given)) }),
});

const ofInput = (factory: 'argument' | 'text' | 'constant' | 'object' | 'list', valid: Arguments): Member => ({
  where: `Stack/Documents: tool "new": options.operation: AwsOperation.operation: options.input.a: OperationInput.${factory}`,
  valid,
  call: (given: Record<string, never>) => {
    const make = OperationInput[factory] as Factory<OperationInput>;
    const operation = AwsOperation.operation({ ...COMMAND, input: { a: make(...Object.values(given)) } });
    return documents.addTool('new', { ...TOOL_OPTIONS, operation });
  },
});
const ofFunction = (factory: 'existing' | 'fromCode' | 'fromImage', valid: Arguments): Member => ({
  where: `Stack/New: props.handler: ConnectorFunction.${factory}`,
  valid,
  call: (given: Record<string, never>) => {
    const make = ConnectorFunction[factory] as Factory<ConnectorFunction>;
    return new LambdaConnector(stack, 'New', { handler: make(...Object.values(given)) });
  },
});

const method = (owner: object, where: string, name: string, valid: Arguments): Member => ({
  where,
  valid,
  call: (given: Record<string, never>) =>
    (owner as Record<string, (...values: never[]) => unknown>)[name](...Object.values(given)),
});
const ledger = (name: string, more: Arguments = {}) =>
  method(agent.ledger, `Stack/Agent/Ledger: ${name}()`, name, { grantee: role, ...more });
const approvals = (name: string, valid: Arguments) =>
  method(agent.approvals, `Stack/Agent/Approvals: ${name}()`, name, valid);
const endpoints = (name: string, valid: Arguments) =>
  method(agent.network.endpoints, `Stack/Agent/Network/Endpoints: ${name}()`, name, valid);
const ofScope = (name: string) => method(model, `BedrockModel.${name}`, name, { scope: stack });

const EXAMPLE_SKILL_PIN = '3de056e0e8b825b91b0e8ea6d60ddb57bc13bc50e4d6dcd1f356fb4d4e75e5ba';
const ofTarget = (factory: 'url' | 'email' | 'account' | 'person' | 'named' | 'path' | 'id' | 'exact'): Member => ({
  where: `Stack/Tickets: tool "new": options.targets[0]: Target.${factory}`,
  valid: { pointer: '/id', options: {} },
  call: (given: Record<string, never>) =>
    tickets.addTool('new', { ...HTTP_TOOL_OPTIONS, targets: [Target[factory](...(Object.values(given) as [never]))] }),
});

/** Every public constructor and method that takes something. */
export const MEMBERS: { readonly [name: string]: Member } = {
  HardenedAgentRuntime: construct(HardenedAgentRuntime, RUNTIME_PROPS),
  'HardenedAgentRuntime.allow': method(agent, 'Stack/Agent: allow()', 'allow', { tool: read, options: {} }),
  'HardenedAgentRuntime.autoApprove': method(agent, 'Stack/Agent: autoApprove()', 'autoApprove', {
    tool: read,
    options: {},
  }),
  'HardenedAgentRuntime.grantLaunch': method(agent, 'Stack/Agent: grantLaunch()', 'grantLaunch', { grantee: role }),
  'HardenedAgentRuntime.addAlarmAction': {
    where: 'Stack/Agent: addAlarmAction()',
    valid: { actions: [] },
    call: ({ actions }: Record<string, never[]>) => agent.addAlarmAction(...actions),
  },
  'AgentImage.fromEcrDigest': {
    where: 'Stack/New: props.image: AgentImage.fromEcrDigest',
    valid: { repository, digest: DIGEST },
    call: (given: Record<string, never>) =>
      new HardenedAgentRuntime(stack, 'New', {
        ...RUNTIME_PROPS,
        image: AgentImage.fromEcrDigest(...(Object.values(given) as [never, never])),
      }),
  },
  'BedrockModel.foundation': ofModel('foundation', BedrockModel.foundation, { modelId: model.modelId, options: {} }),
  'BedrockModel.inferenceProfile': ofModel('inferenceProfile', BedrockModel.inferenceProfile, {
    profileId: `eu.${model.modelId}`,
    regions: ['eu-west-1'],
    options: {},
  }),
  'BedrockModel.global': ofModel('global', BedrockModel.global, { profileId: `global.${model.modelId}`, options: {} }),
  'BedrockModel.profileArn': ofScope('profileArn'),
  'BedrockModel.foundationModelArns': ofScope('foundationModelArns'),
  'BedrockModel.resourceArns': ofScope('resourceArns'),
  'CedarPolicies.deny': ofPolicies('deny'),
  'CedarPolicies.allow': ofPolicies('allow'),
  'CedarPolicies.ask': ofPolicies('ask'),
  HttpConnector: construct(HttpConnector, { baseUrl: 'https://tickets.example.com' }),
  'HttpConnector.addTool': method(tickets, 'Stack/Tickets: tool "new"', 'addTool', {
    name: 'new',
    options: HTTP_TOOL_OPTIONS,
  }),
  McpConnector: construct(McpConnector, { review: ServerReview.fromString(githubReview()) }),
  'McpConnector.tool': method(github, 'Stack/GitHub: tool()', 'tool', { name: 'github_get_issue' }),
  'ServerReview.fromFile': ofReview('fromFile', { path: 'github.review.json' }),
  'ServerReview.fromString': ofReview('fromString', { json: '{}' }),
  OpenApiConnector: construct(OpenApiConnector, {
    document: OpenApiDocument.fromString(ORDERS_API),
    operations: ['list'],
  }),
  'OpenApiConnector.tool': method(orders, 'Stack/Orders: tool()', 'tool', { operation: 'list' }),
  'OpenApiDocument.fromFile': ofDocument('fromFile', { path: 'orders.json' }),
  'OpenApiDocument.fromString': ofDocument('fromString', { document: ORDERS_API }),
  AwsConnector: construct(AwsConnector, {}),
  SessionDocuments: construct(SessionDocuments, { bucket: versioned, prefix: 'cases/' }),
  CodeSandbox: construct(CodeSandbox, { image: codeImage }),
  'CodeSandbox.addScript': method(sandbox, 'Stack/Code: addScript()', 'addScript', {
    name: 'new',
    options: { description: 'Count', input: inputOf({ id: ID }), file: __filename, language: CodeLanguage.JAVASCRIPT },
  }),
  'CodeSandboxImage.fromEcrDigest': {
    where: 'Stack/New: props.image: CodeSandboxImage.fromEcrDigest',
    valid: { repository, digest: DIGEST },
    call: ({ repository: from, digest }: Record<string, never>) =>
      new CodeSandbox(stack, 'New', { image: CodeSandboxImage.fromEcrDigest(from, digest) }),
  },
  ClosedNetwork: construct(ClosedNetwork, {}),
  'AwsConnector.addTool': method(documents, 'Stack/Documents: tool "new"', 'addTool', {
    name: 'new',
    options: { ...TOOL_OPTIONS, operation: AwsOperation.s3ListObjects(bucket) },
  }),
  'AwsOperation.s3GetObject': ofOperation('s3GetObject', AwsOperation.s3GetObject, { bucket, options: {} }),
  'AwsOperation.s3ListObjects': ofOperation('s3ListObjects', AwsOperation.s3ListObjects, { bucket, options: {} }),
  'AwsOperation.dynamoDbGetItem': ofOperation('dynamoDbGetItem', AwsOperation.dynamoDbGetItem, {
    table,
    options: { keyAttribute: 'id' },
  }),
  'AwsOperation.s3PutObject': ofOperation('s3PutObject', AwsOperation.s3PutObject, { bucket, options: {} }),
  'AwsOperation.dynamoDbPutItem': ofOperation('dynamoDbPutItem', AwsOperation.dynamoDbPutItem, {
    table,
    options: { keyAttribute: 'id', attributes: ['note'] },
  }),
  'AwsOperation.dynamoDbQuery': ofOperation('dynamoDbQuery', AwsOperation.dynamoDbQuery, {
    table,
    options: { keyAttribute: 'id' },
  }),
  'AwsOperation.sqsSendMessage': ofOperation('sqsSendMessage', AwsOperation.sqsSendMessage, { queue, options: {} }),
  'AwsOperation.snsPublish': ofOperation('snsPublish', AwsOperation.snsPublish, { topic, options: {} }),
  'AwsOperation.sesSendEmail': ofOperation('sesSendEmail', AwsOperation.sesSendEmail, {
    identity,
    options: { from: 'a@example.com' },
  }),
  'AwsOperation.eventBridgePutEvent': ofOperation('eventBridgePutEvent', AwsOperation.eventBridgePutEvent, {
    bus,
    options: { source: 'com.example', detailType: 'Noted' },
  }),
  'AwsOperation.stepFunctionsStart': ofOperation('stepFunctionsStart', AwsOperation.stepFunctionsStart, {
    stateMachine,
  }),
  'AwsOperation.operation': ofOperation('operation', AwsOperation.operation, { options: COMMAND }),
  'OperationInput.argument': ofInput('argument', { argumentName: 'id' }),
  'OperationInput.text': ofInput('text', { argumentName: 'id' }),
  'OperationInput.constant': ofInput('constant', { value: 'All' }),
  'OperationInput.object': ofInput('object', { members: {} }),
  'OperationInput.list': ofInput('list', { items: [] }),
  LambdaConnector: construct(LambdaConnector, { handler: ConnectorFunction.existing(executor) }),
  'LambdaConnector.addTool': method(ours, 'Stack/Ours: tool "new"', 'addTool', { name: 'new', options: TOOL_OPTIONS }),
  'LambdaConnector.allow': method(ours, 'Stack/Ours: allow()', 'allow', {
    service: EndpointService.DYNAMODB,
    actions: ['dynamodb:GetItem'],
    resources: [table.tableArn],
  }),
  'ConnectorFunction.existing': ofFunction('existing', { handler: executor }),
  'ConnectorFunction.fromCode': ofFunction('fromCode', { options: FUNCTION_CODE }),
  'ConnectorFunction.fromImage': ofFunction('fromImage', { options: { repository, digest: DIGEST } }),
  'Credential.bearer': ofCredential('bearer', Credential.bearer, { name: 'api', options: {} }),
  'Credential.basic': ofCredential('basic', Credential.basic, { name: 'api', options: {} }),
  'Credential.query': ofCredential('query', Credential.query, { name: 'api', parameterName: 'key', options: {} }),
  'Pages.nextUrl': ofPages('nextUrl', Pages.nextUrl, { at: '/next' }),
  'Pages.cursor': ofPages('cursor', Pages.cursor, { at: '/next', parameter: 'cursor' }),
  'Pages.cursorInBody': ofPages('cursorInBody', Pages.cursorInBody, { at: '/next', member: 'cursor' }),
  'Credential.header': ofCredential('header', Credential.header, {
    name: 'api',
    headerName: 'x-api-key',
    options: {},
  }),
  'BoundCredential.forReads': ofBoundCredential('forReads', BoundCredential.forReads, {
    credential: Credential.bearer('read'),
    options: {},
  }),
  'BoundCredential.forEffects': ofBoundCredential('forEffects', BoundCredential.forEffects, {
    effects: [Effect.READ],
    credential: Credential.bearer('read'),
    options: {},
  }),
  'BoundCredential.forTools': ofBoundCredential('forTools', BoundCredential.forTools, {
    toolNames: ['tickets_read'],
    credential: Credential.bearer('read'),
    options: {},
  }),
  'Connector.roleFor': method(tickets, 'Stack/Tickets: roleFor()', 'roleFor', { tool: read }),
  'Connector.functionFor': method(tickets, 'Stack/Tickets: functionFor()', 'functionFor', { tool: read }),
  'Connector.secretArnFor': method(tickets, 'Stack/Tickets: secretArnFor()', 'secretArnFor', { tool: read }),
  'InputSchema.fromFile': ofSchema('fromFile', { path: 'schema.json' }),
  'InputSchema.fromString': ofSchema('fromString', { text: '{}' }),
  'OidcUsers.of': {
    where: 'Stack/New: props.users: OidcUsers.of',
    valid: { options: USERS },
    call: ({ options }: Record<string, never>) =>
      new HardenedAgentRuntime(stack, 'New', { ...RUNTIME_PROPS, users: OidcUsers.of(options) }),
  },
  'Limit.count': ofLimit('count', Limit.count, { calls: 5, options: LIMIT_OPTIONS }),
  'Limit.sum': ofLimit('sum', Limit.sum, { argument: '/cents', maximum: 5, options: LIMIT_OPTIONS }),
  'ApprovalRule.forTools': {
    where: 'Stack/New: props.approvals.rules[0]: ApprovalRule.forTools',
    valid: { tools: [read], options: { people: 2 } },
    call: ({ tools, options }: Record<string, never>) =>
      new HardenedAgentRuntime(stack, 'New', {
        ...RUNTIME_PROPS,
        approvals: { approverGroups: ['support-leads'], rules: [ApprovalRule.forTools(tools, options)] },
      }),
  },
  'ApproverName.principalTag': ofApproverName('principalTag', { tag: 'approver-name', options: SIGN_IN_ROLES }),
  'ApproverName.sourceIdentity': ofApproverName('sourceIdentity', { options: SIGN_IN_ROLES }),
  'ApproverSignIn.oidc': {
    where: 'Stack/New: props.approvals.signIn: ApproverSignIn.oidc',
    valid: { options: SIGN_IN_OPTIONS },
    call: ({ options }: Record<string, never>) => withSignIn(ApproverSignIn.oidc(options)),
  },
  'DeskIngress.privately': ofIngress('privately', { options: { vpcEndpointIds: ['vpce-0123456789abcdef0'] } }),
  'DeskIngress.publicly': ofIngress('publicly', { options: { requestsPerAddress: 2000 } }),
  'Notification.toTopic': ofNotification('toTopic', { topic }),
  'Notification.toWebhook': ofNotification('toWebhook', { options: {} }),
  'OutputSchema.fromFile': ofOutput('fromFile', { path: 'schema.json' }),
  'OutputSchema.fromString': ofOutput('fromString', { text: '{}' }),
  'Skill.fromDirectory': {
    where: 'Stack/New: props.skills[0]: Skill.fromDirectory',
    valid: {
      directory: path.join(__dirname, '../../corpus/plugins/example-plugin/skills/example-skill'),
      options: { pin: EXAMPLE_SKILL_PIN },
    },
    call: ({ directory, options }: Record<string, never>) =>
      new HardenedAgentRuntime(stack, 'New', { ...RUNTIME_PROPS, skills: [Skill.fromDirectory(directory, options)] }),
  },
  'Target.url': ofTarget('url'),
  'Target.email': ofTarget('email'),
  'Target.account': ofTarget('account'),
  'Target.person': ofTarget('person'),
  'Target.named': ofTarget('named'),
  'Target.path': ofTarget('path'),
  'Target.id': ofTarget('id'),
  'Target.exact': ofTarget('exact'),
  Ledger: construct(Ledger, { retention: Duration.days(365) }),
  'Ledger.grantErase': ledger('grantErase'),
  'Ledger.grantAppend': ledger('grantAppend', { agentId: 'Agent-1a2b3c4d' }),
  'Ledger.grantReadEntries': ledger('grantReadEntries', { agentId: 'Agent-1a2b3c4d' }),
  'Ledger.grantWriteEvidence': ledger('grantWriteEvidence', { prefix: 'args', agentId: 'Agent-1a2b3c4d' }),
  'Ledger.grantReadEvidence': ledger('grantReadEvidence', { prefix: 'args', agentId: 'Agent-1a2b3c4d' }),
  ApiGatewayAccountLogging: {
    where: 'Other/New',
    valid: { scope: other, id: 'New' },
    call: ({ scope, id }: Record<string, never>) => new ApiGatewayAccountLogging(scope, id),
  },
  ApproverRole: construct(ApproverRole, { approverGroups: ['support-leads'] }),
  ApprovalWorkflow: construct(ApprovalWorkflow, {
    approverGroups: ['support-leads'],
    stateTable: table,
    ledger: agent.ledger,
    showRequestsCode: code,
    executeApprovedCode: code,
    expiry: Duration.minutes(30),
  }),
  'ApprovalWorkflow.onWaiting': approvals('onWaiting', { id: 'Rule', options: {} }),
  'ApprovalWorkflow.onEnded': approvals('onEnded', { id: 'Rule', options: {} }),
  'ApprovalWorkflow.onNearExpiry': approvals('onNearExpiry', { id: 'Rule', options: {} }),
  'ApprovalWorkflow.metricNearExpiry': approvals('metricNearExpiry', { options: {} }),
  'ApprovalWorkflow.approverRoleOf': approvals('approverRoleOf', { group: 'finance' }),
  'ApprovalWorkflow.grantStart': approvals('grantStart', { grantee: role }),
  'ApprovalWorkflow.addExecutor': approvals('addExecutor', { variable: 'EXECUTOR_ARN_TICKETS', executor }),
  IsolatedNetwork: construct(IsolatedNetwork, {}),
  'IsolatedNetwork.fromVpcWithTrustedRoutes': {
    where: 'Stack/New',
    valid: inNew({ vpc, filterDns: true }),
    call: ({ scope, id, props }: Record<string, never>) => IsolatedNetwork.fromVpcWithTrustedRoutes(scope, id, props),
  },
  'IsolatedNetwork.securityGroup': method(agent.network, 'Stack/Agent/Network: securityGroup()', 'securityGroup', {
    id: 'New',
    description: 'x',
  }),
  ConnectorEgress: construct(ConnectorEgress, { agentNetwork: agent.network }),
  'ConnectorEgress.place': method(egress, 'Other/Egress: place()', 'place', {
    id: 'New',
    hostNames: ['a.example.com'],
  }),
  DnsFirewall: construct(DnsFirewall, { vpc, queryLogs: new logs.LogGroup(other, 'Logs') }),
  'DnsFirewall.allowHostName': method(
    egress.dnsFirewall,
    'Other/Egress/DnsFirewall: allowHostName()',
    'allowHostName',
    { hostName: 'a.example.com' },
  ),
  EndpointAllowlist: construct(EndpointAllowlist, { vpc }),
  'EndpointAllowlist.allow': endpoints('allow', { service: EndpointService.S3, use: USE }),
  'EndpointAllowlist.allowImagePull': endpoints('allowImagePull', {
    use: { caller: group, executionRole: role, repositoryArn: repository.repositoryArn },
  }),
  'EndpointAllowlist.allowModels': endpoints('allowModels', {
    use: { caller: group, principal: role, models: [model] },
  }),
  'EndpointAllowlist.adopt': endpoints('adopt', {
    service: EndpointService.KMS,
    existing: { securityGroup: group, endpoint },
  }),
  'EndpointAllowlist.endpointFor': endpoints('endpointFor', { service: EndpointService.S3 }),
  AgentPlatform: construct(AgentPlatform, {
    approvals: { approverGroups: ['leads'] },
    retention: Duration.days(365),
  }),
  'AgentPlatform.addAlarmAction': {
    where: 'Other/SharedPlatform: addAlarmAction()',
    valid: { actions: [{ bind: () => ({ alarmActionArn: 'arn' }) }] },
    call: ({ actions }: Record<string, never[]>) => platform.addAlarmAction(...actions),
  },
  ModelAccess: construct(ModelAccess, { role, models: [model] }),
  HardenedAgentChecks: {
    where: 'new HardenedAgentChecks(scope)',
    valid: { scope: stack },
    call: ({ scope }: Record<string, never>) => new HardenedAgentChecks(scope),
  },
};

/** The message with which a member refuses a value at a place of its arguments, such as `props.models[0]`. */
export function refusal(name: string, place: string, value: unknown): string {
  const { valid, call } = MEMBERS[name];
  const steps = place.replaceAll(/\[(\d+)\]/g, '.$1').split('.');
  try {
    call(withValue(valid, steps, value) as never);
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing is refused';
}

/** A copy of arguments with another value at a place. */
function withValue(at: unknown, [step, ...others]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(at) || /^\d+$/.test(step)) {
    const copy = [...((at as unknown[] | undefined) ?? [])];
    copy[Number(step)] = withValue(copy[Number(step)], others, value);
    return copy;
  }
  const copy = { ...(at as Record<string, unknown>) };
  return { ...copy, [step]: withValue(copy[step], others, value) };
}

/** A place, a value, and what the error says of it after `<where>: <place> `. */
export type Row = readonly [place: string, value: unknown, said: string];

/** One test for each row. */
export function refuses(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    it.each(rows)('%s, case %#', (place, value, said) => {
      expect(refusal(name, place, value)).toBe(`${MEMBERS[name].where}: ${place} ${said}`);
    });
  });
}
