import * as cdk from 'aws-cdk-lib';
import { Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as appconfig from 'aws-cdk-lib/aws-appconfig';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as bedrock from 'aws-cdk-lib/aws-bedrock';
import * as budgets from 'aws-cdk-lib/aws-budgets';
import * as ce from 'aws-cdk-lib/aws-ce';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as config from 'aws-cdk-lib/aws-config';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as patterns from 'aws-cdk-lib/aws-ecs-patterns';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as guardduty from 'aws-cdk-lib/aws-guardduty';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sources from 'aws-cdk-lib/aws-lambda-event-sources';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as logsTargets from 'aws-cdk-lib/aws-logs-destinations';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import * as servicecatalog from 'aws-cdk-lib/aws-servicecatalogappregistry';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import * as cr from 'aws-cdk-lib/custom-resources';
import { CodePipeline, CodePipelineSource, ShellStep } from 'aws-cdk-lib/pipelines';
import { Construct, type IConstruct } from 'constructs';
import {
  AgentImage,
  AgentPlatform,
  ApprovalRule,
  ApproverName,
  ApproverSignIn,
  AwsConnector,
  AwsOperation,
  BedrockModel,
  ClosedNetwork,
  CodeLanguage,
  CodeSandbox,
  CodeSandboxImage,
  ConnectorEgress,
  ConnectorFunction,
  Credential,
  DeskIngress,
  Effect,
  EndpointService,
  FindingAction,
  HardenedAgentRuntime,
  type HardenedAgentRuntimeProps,
  HttpBody,
  HttpConnector,
  HttpMethod,
  IsolatedNetwork,
  LambdaConnector,
  Limit,
  LimitAction,
  LimitScope,
  McpConnector,
  Notification,
  OidcUsers,
  OpenApiConnector,
  OpenApiDocument,
  OutputSchema,
  OwnTargets,
  ServerReview,
  SessionDocuments,
  Target,
  TaskArchitecture,
} from '../../../lib';
import { Assembly } from '../../../lib/template';
import { AgentStack, DIGEST, ID, inputOf } from '../agent-stack';
import { githubReview } from '../connectors/github-review';

/** A whole app that is as safe as the quickstart. */
export type CleanApp = readonly [name: string, make: () => Assembly];

const TEXT = { type: 'string', maxLength: 100 };
const IRELAND = { account: '111122223333', region: 'eu-west-1' };

function synthesized(app: cdk.App): Assembly {
  return Assembly.load(app.synth().directory);
}

/** An agent, and what an app has beside it in the same stack. */
function beside(
  name: string,
  add: (stack: Stack, agent: HardenedAgentRuntime, made: AgentStack) => void,
  props: cdk.StackProps = {},
): CleanApp {
  return [
    name,
    () => {
      const made = new AgentStack(props);
      const agent = made.withRuntime();
      agent.allow(made.read);
      agent.allow(made.refund);
      add(made.stack, agent, made);
      return synthesized(made.app);
    },
  ];
}

/** An agent with options that an owner chooses. */
function withOptions(
  name: string,
  options: (made: AgentStack) => Partial<HardenedAgentRuntimeProps>,
  props: cdk.StackProps = {},
): CleanApp {
  return [
    name,
    () => {
      const made = new AgentStack(props);
      const agent = made.withRuntime(options(made));
      agent.allow(made.read);
      return synthesized(made.app);
    },
  ];
}

/** What a team's own function needs: a role that writes its own log. */
function ownFunction(scope: Construct, id: string, more: Partial<lambda.FunctionProps> = {}): lambda.Function {
  const logGroup = new logs.LogGroup(scope, `${id}Logs`, { retention: logs.RetentionDays.ONE_MONTH });
  const role = new iam.Role(scope, `${id}Role`, { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  logGroup.grantWrite(role);
  return new lambda.Function(scope, id, {
    role,
    logGroup,
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => {}'),
    ...more,
  });
}

function usualFunction(scope: Construct, id: string, more: Partial<lambda.FunctionProps> = {}): lambda.Function {
  return new lambda.Function(scope, id, {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => {}'),
    ...more,
  });
}

/** Changes every resource of a type, as an organization's aspect does. */
class Each<T extends IConstruct> implements cdk.IAspect {
  constructor(
    private readonly is: (node: IConstruct) => node is IConstruct & T,
    private readonly change: (node: T) => void,
  ) {}

  visit(node: IConstruct): void {
    if (this.is(node)) this.change(node);
  }
}

function aspect<T extends IConstruct>(
  is: (node: IConstruct) => node is IConstruct & T,
  change: (node: T) => void,
): cdk.IAspect {
  return new Each(is, change);
}

const isLogGroup = (node: IConstruct): node is logs.CfnLogGroup => node instanceof logs.CfnLogGroup;
const isKey = (node: IConstruct): node is kms.CfnKey => node instanceof kms.CfnKey;
const isRole = (node: IConstruct): node is iam.CfnRole => node instanceof iam.CfnRole;
const isFunction = (node: IConstruct): node is lambda.CfnFunction => node instanceof lambda.CfnFunction;

const ORGANIZATION: readonly CleanApp[] = [
  beside('tags of the organization', (stack, _agent, { app }) => {
    cdk.Tags.of(app).add('cost-center', '4711');
    cdk.Tags.of(app).add('data-class', 'confidential');
    cdk.Tags.of(stack).add('awsApplication', 'arn:aws:resource-groups:eu-west-1:111122223333:group/agents/0abc');
  }),
  beside('everything is retained', (_stack, _agent, { app }) => cdk.RemovalPolicies.of(app).retain()),
  beside('an aspect keeps all logs for two years', (_stack, _agent, { app }) =>
    cdk.Aspects.of(app).add(
      aspect(isLogGroup, (each) => {
        each.retentionInDays = 731;
      }),
    ),
  ),
  beside('an aspect rotates every symmetric key each half year', (_stack, _agent, { app }) =>
    cdk.Aspects.of(app).add(
      aspect(isKey, (each) => {
        if (each.keySpec !== undefined && each.keySpec !== 'SYMMETRIC_DEFAULT') return;
        each.enableKeyRotation = true;
        each.rotationPeriodInDays = 180;
      }),
    ),
  ),
  beside('an aspect puts roles under a path of the organization', (_stack, _agent, { app }) =>
    cdk.Aspects.of(app).add(
      aspect(isRole, (each) => {
        each.path = '/workloads/';
      }),
    ),
  ),
  beside('an aspect gives roles shorter sessions', (_stack, _agent, { app }) =>
    cdk.Aspects.of(app).add(
      aspect(isRole, (each) => {
        each.maxSessionDuration = 3600;
      }),
    ),
  ),
  beside('an aspect describes functions and tags them', (_stack, _agent, { app }) =>
    cdk.Aspects.of(app).add(
      aspect(isFunction, (each) => {
        each.tags.setTag('owner', 'platform');
      }),
    ),
  ),
  beside('an aspect bounds the roles of the team', (stack, _agent, { app }) => {
    const team = new Construct(stack, 'Team');
    const boundary = new iam.ManagedPolicy(stack, 'TeamBoundary', {
      statements: [new iam.PolicyStatement({ actions: ['logs:*', 'dynamodb:*'], resources: ['*'] })],
    });
    usualFunction(team, 'Web');
    iam.PermissionsBoundary.of(team).apply(boundary);
    cdk.Tags.of(app).add('team', 'shop');
  }),
  beside('termination protection, stack tags and a description', () => undefined, {
    terminationProtection: true,
    tags: { team: 'support' },
    description: 'Support agent',
    stackName: 'acme-support',
  }),
  beside('a qualifier of the organization', () => undefined, {
    synthesizer: new cdk.DefaultStackSynthesizer({ qualifier: 'acme12345' }),
  }),
  beside('assets in a bucket of the organization', () => undefined, {
    synthesizer: new cdk.DefaultStackSynthesizer({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CDK replaces these in names of buckets.
      fileAssetsBucketName: 'acme-assets-${AWS::AccountId}-${AWS::Region}',
      bucketPrefix: 'agents/',
    }),
  }),
  beside('assets by the CLI’s own credentials', () => undefined, {
    synthesizer: new cdk.CliCredentialsStackSynthesizer(),
  }),
  beside('findings of AwsSolutions are acknowledged', (_stack, agent) => agent.acknowledgeAwsSolutions()),
  beside('an account and region that are known', () => undefined, { env: IRELAND }),
  beside('a region far away', () => undefined, {
    env: { account: '111122223333', region: 'us-west-2' },
  }),
];

const SERVERLESS: readonly CleanApp[] = [
  beside('functions of the team with a queue, a table and a bucket', (stack) => {
    const dead = new sqs.Queue(stack, 'Dead');
    const queue = new sqs.Queue(stack, 'Jobs', { deadLetterQueue: { queue: dead, maxReceiveCount: 3 } });
    const table = new dynamodb.Table(stack, 'Orders', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      stream: dynamodb.StreamViewType.NEW_IMAGE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    });
    const bucket = new s3.Bucket(stack, 'Uploads', { enforceSSL: true });
    const worker = usualFunction(stack, 'Worker', { tracing: lambda.Tracing.ACTIVE, deadLetterQueueEnabled: true });
    worker.addEventSource(new sources.SqsEventSource(queue));
    worker.addEventSource(
      new sources.DynamoEventSource(table, { startingPosition: lambda.StartingPosition.TRIM_HORIZON }),
    );
    table.grantReadWriteData(worker);
    bucket.grantReadWrite(worker);
    new lambda.Alias(stack, 'Live', { aliasName: 'live', version: worker.currentVersion });
  }),
  beside('a function of the team that embeds documents for its search', (stack) => {
    const embed = ownFunction(stack, 'Embed');
    embed.addToRolePolicy(
      new iam.PolicyStatement({
        actions: ['bedrock:InvokeModel'],
        resources: [
          stack.formatArn({
            service: 'bedrock',
            account: '',
            resource: 'foundation-model',
            resourceName: 'amazon.titan-embed-text-v2:0',
          }),
        ],
      }),
    );
  }),
  beside('a REST API of the team whose function opens sessions', (stack, agent) => {
    const start = ownFunction(stack, 'Start', { environment: { LAUNCH: agent.launchFunction.functionArn } });
    agent.grantLaunch(start);
    const api = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
    api.root.addResource('sessions').addMethod('POST', new apigateway.LambdaIntegration(start), {
      authorizationType: apigateway.AuthorizationType.IAM,
    });
  }),
  beside('an HTTP API whose usual function opens sessions', (stack, agent) => {
    const start = usualFunction(stack, 'Start', { environment: { LAUNCH: agent.launchFunction.functionName } });
    agent.grantLaunch(start);
    new apigatewayv2.HttpApi(stack, 'Api', { defaultIntegration: new HttpLambdaIntegration('Start', start) });
  }),
  beside('a workflow of the team that opens sessions', (stack, agent) => {
    const launch = new tasks.LambdaInvoke(stack, 'Launch', {
      lambdaFunction: agent.launchFunction,
      payload: sfn.TaskInput.fromObject({ v: 1, user: 'nightly', taskText: sfn.JsonPath.stringAt('$.text') }),
    });
    new sfn.StateMachine(stack, 'Nightly', { definitionBody: sfn.DefinitionBody.fromChainable(launch) });
  }),
  beside('a schedule of the team, whose function opens a session each night', (stack, agent) => {
    const start = ownFunction(stack, 'Start', { environment: { LAUNCH: agent.launchFunction.functionArn } });
    agent.grantLaunch(start);
    new events.Rule(stack, 'Night', {
      schedule: events.Schedule.cron({ hour: '3', minute: '0' }),
      targets: [new targets.LambdaFunction(start)],
    });
  }),
  beside('people are told by topic and queue when something waits', (stack, agent) => {
    const topic = new sns.Topic(stack, 'Waiting');
    topic.addSubscription(new subscriptions.EmailSubscription('leads@example.com'));
    agent.approvals.onWaiting('Waiting', { target: new targets.SnsTopic(topic) });
    agent.approvals.onNearExpiry('Late', { target: new targets.SqsQueue(new sqs.Queue(stack, 'Late')) });
    agent.approvals.onEnded('Ended', { target: new targets.LambdaFunction(usualFunction(stack, 'Note')) });
  }),
  beside('a rule of the team about stopped tasks and alarms', (stack) => {
    const topic = new sns.Topic(stack, 'Events');
    new events.Rule(stack, 'Stopped', {
      eventPattern: { source: ['aws.ecs'], detailType: ['ECS Task State Change'], detail: { lastStatus: ['STOPPED'] } },
      targets: [new targets.SnsTopic(topic)],
    });
    new events.Rule(stack, 'AlarmState', {
      eventPattern: { source: ['aws.cloudwatch'], detailType: ['CloudWatch Alarm State Change'] },
      targets: [new targets.SnsTopic(topic), new targets.SqsQueue(new sqs.Queue(stack, 'Queue'))],
    });
  }),
  beside('a bus of the team with an archive', (stack) => {
    const eventBus = new events.EventBus(stack, 'Bus');
    eventBus.archive('Archive', { eventPattern: { source: ['com.example.shop'] }, retention: Duration.days(30) });
    new events.Rule(stack, 'OnOrder', {
      eventBus,
      eventPattern: { source: ['com.example.shop'] },
      targets: [new targets.SqsQueue(new sqs.Queue(stack, 'Orders'))],
    });
  }),
  beside('a bucket of the team that tells a function of uploads', (stack) => {
    const bucket = new s3.Bucket(stack, 'Uploads', {
      removalPolicy: cdk.RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    });
    bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.LambdaDestination(usualFunction(stack, 'Thumb')));
  }),
  beside('a custom resource of the team', (stack) => {
    const parameter = { service: 'SSM', action: 'getParameter', parameters: { Name: '/shop/version' } };
    new cr.AwsCustomResource(stack, 'Version', {
      onUpdate: { ...parameter, physicalResourceId: cr.PhysicalResourceId.of('version') },
      policy: cr.AwsCustomResourcePolicy.fromStatements([
        new iam.PolicyStatement({
          actions: ['ssm:GetParameter'],
          resources: [stack.formatArn({ service: 'ssm', resource: 'parameter/shop/version' })],
        }),
      ]),
    });
    new cr.Provider(stack, 'Provider', { onEventHandler: usualFunction(stack, 'OnEvent') });
  }),
  beside('logs of the team go to a function and to a stream', (stack) => {
    const own = ownFunction(stack, 'Shop');
    own.logGroup.addSubscriptionFilter('Errors', {
      destination: new logsTargets.LambdaDestination(usualFunction(stack, 'OnError')),
      filterPattern: logs.FilterPattern.anyTerm('ERROR'),
    });
    new firehose.DeliveryStream(stack, 'Clicks', {
      destination: new firehose.S3Bucket(new s3.Bucket(stack, 'ClickFiles')),
    });
  }),
];

const OBSERVED: readonly CleanApp[] = [
  beside('alarms of the agent tell a topic, with a dashboard and a composite alarm', (stack, agent) => {
    const topic = new sns.Topic(stack, 'Alarms', { masterKey: new kms.Key(stack, 'AlarmsKey') });
    agent.addAlarmAction(new actions.SnsAction(topic));
    new cloudwatch.CompositeAlarm(stack, 'Any', {
      alarmRule: cloudwatch.AlarmRule.anyOf(
        ...agent.alarms.map((alarm) => cloudwatch.AlarmRule.fromAlarm(alarm, cloudwatch.AlarmState.ALARM)),
      ),
    }).addAlarmAction(new actions.SnsAction(topic));
    new cloudwatch.Dashboard(stack, 'Board').addWidgets(
      new cloudwatch.AlarmStatusWidget({ alarms: agent.alarms }),
      new cloudwatch.GraphWidget({
        left: [agent.launchFunction.metricErrors(), agent.approvals.stateMachine.metricFailed()],
      }),
      new cloudwatch.LogQueryWidget({ logGroupNames: [`/aws/lambda/x`], queryLines: ['fields @message'] }),
    );
  }),
  beside('alarms of the agent call a function of the team', (stack, agent) => {
    agent.addAlarmAction(new actions.LambdaAction(usualFunction(stack, 'Page'), { useUniquePermissionId: true }));
  }),
  beside('alarms of the team on the agent’s functions, API and sealer', (stack, agent) => {
    const topic = new sns.Topic(stack, 'Alarms');
    for (const metric of [
      agent.launchFunction.metricThrottles(),
      agent.ledger.sealFunction.metricDuration(),
      agent.approvals.stateMachine.metricStarted(),
      agent.approvals.metricNearExpiry(),
    ]) {
      const alarm = metric.createAlarm(stack, `Alarm${stack.node.children.length}`, {
        threshold: 10,
        evaluationPeriods: 2,
      });
      alarm.addAlarmAction(new actions.SnsAction(topic));
    }
  }),
  beside('ids in parameters and outputs with exports', (stack, agent) => {
    new ssm.StringParameter(stack, 'GateUrl', { parameterName: '/agents/gate', stringValue: agent.gateUrl });
    new ssm.StringParameter(stack, 'LaunchArn', {
      parameterName: '/agents/launch',
      stringValue: agent.launchFunction.functionArn,
    });
    new ssm.StringParameter(stack, 'KeyArn', { stringValue: agent.ledger.signingKey.keyArn });
    new cdk.CfnOutput(stack, 'LedgerName', { value: agent.ledger.ledgerBucket.bucketName, exportName: 'ledger' });
    new cdk.CfnOutput(stack, 'ApproverArn', { value: agent.approvals.approverRole.roleArn });
    new cdk.CfnOutput(stack, 'AgentRoleArn', { value: agent.agentRole.roleArn });
  }),
  beside('rules of Config, GuardDuty, budgets and cost anomalies', (stack) => {
    new config.ManagedRule(stack, 'Encrypted', {
      identifier: config.ManagedRuleIdentifiers.S3_BUCKET_SSL_REQUESTS_ONLY,
    });
    new config.AccessKeysRotated(stack, 'Rotated', { maxAge: Duration.days(60) });
    new guardduty.CfnDetector(stack, 'Detector', { enable: true });
    const subscribers = [{ subscriptionType: 'EMAIL', address: 'finance@example.com' }];
    new budgets.CfnBudget(stack, 'Budget', {
      budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: 500, unit: 'USD' } },
      notificationsWithSubscribers: [
        {
          notification: { notificationType: 'ACTUAL', comparisonOperator: 'GREATER_THAN', threshold: 80 },
          subscribers,
        },
      ],
    });
    const monitor = new ce.CfnAnomalyMonitor(stack, 'Monitor', {
      monitorName: 'all',
      monitorType: 'DIMENSIONAL',
      monitorDimension: 'SERVICE',
    });
    new ce.CfnAnomalySubscription(stack, 'Anomalies', {
      subscriptionName: 'all',
      frequency: 'DAILY',
      monitorArnList: [monitor.attrMonitorArn],
      subscribers: [{ type: 'EMAIL', address: 'finance@example.com' }],
    });
  }),
  beside('a trail of the organization, and applications', (stack) => {
    new cloudtrail.Trail(stack, 'Trail', { isMultiRegionTrail: true, enableFileValidation: true });
    const application = new servicecatalog.CfnApplication(stack, 'Application', { name: 'support' });
    new servicecatalog.CfnResourceAssociation(stack, 'Association', {
      application: application.attrId,
      resource: stack.stackId,
      resourceType: 'CFN_STACK',
    });
  }),
];

const NETWORKS: readonly CleanApp[] = [
  beside('a network of the team with NAT, a load-balanced service and a database', (stack) => {
    const vpc = new ec2.Vpc(stack, 'ShopVpc', {
      maxAzs: 2,
      natGateways: 1,
      flowLogs: { all: {} },
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
    });
    vpc.addInterfaceEndpoint('Secrets', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER });
    const shop = new patterns.ApplicationLoadBalancedFargateService(stack, 'Shop', {
      vpc,
      taskImageOptions: { image: ecs.ContainerImage.fromRegistry('public.ecr.aws/nginx/nginx:stable') },
    });
    shop.service.autoScaleTaskCount({ maxCapacity: 4 }).scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 60 });
    const database = new rds.DatabaseInstance(stack, 'Orders', {
      vpc,
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_16 }),
      credentials: rds.Credentials.fromGeneratedSecret('shop'),
    });
    database.connections.allowDefaultPortFrom(shop.service);
    database.secret?.grantRead(shop.taskDefinition.taskRole);
    usualFunction(stack, 'Report', { vpc }).connections.allowTo(database, ec2.Port.tcp(5432));
  }),
  beside('a bastion in a network of the team', (stack) => {
    const vpc = new ec2.Vpc(stack, 'ToolsVpc', { maxAzs: 1 });
    new ec2.BastionHostLinux(stack, 'Bastion', { vpc });
  }),
  beside(
    'a network that was looked up, with a service in it',
    (stack) => {
      const vpc = ec2.Vpc.fromLookup(stack, 'Vpc', { tags: { team: 'shop' } });
      usualFunction(stack, 'Report', { vpc });
      const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
        hostedZoneId: 'Z0123456789',
        zoneName: 'example.com',
      });
      new route53.CnameRecord(stack, 'Status', { zone, recordName: 'status', domainName: 'status.example.net' });
    },
    { env: IRELAND },
  ),
  beside('a private zone and peering of the team’s networks', (stack) => {
    const [one, two] = ['One', 'Two'].map(
      (id, at) => new ec2.Vpc(stack, id, { maxAzs: 1, ipAddresses: ec2.IpAddresses.cidr(`10.${50 + at}.0.0/16`) }),
    ) as [ec2.Vpc, ec2.Vpc];
    new ec2.CfnVPCPeeringConnection(stack, 'Peering', { vpcId: one.vpcId, peerVpcId: two.vpcId });
    new route53.PrivateHostedZone(stack, 'Private', { zoneName: 'shop.internal', vpc: one });
  }),
];

const MORE_SERVICES: readonly CleanApp[] = [
  beside('backup, replication and access logs of the team’s own data', (stack) => {
    const table = new dynamodb.Table(stack, 'Orders', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
    });
    const role = new iam.Role(stack, 'BackupRole', { assumedBy: new iam.ServicePrincipal('backup.amazonaws.com') });
    backup.BackupPlan.dailyWeeklyMonthly5YearRetention(stack, 'Plan').addSelection('Selection', {
      resources: [backup.BackupResource.fromDynamoDbTable(table)],
      role,
      disableDefaultBackupPolicy: true,
    });
    const copies = s3.Bucket.fromBucketName(stack, 'Copies', 'shop-copies-elsewhere');
    new s3.Bucket(stack, 'Files', {
      versioned: true,
      replicationRules: [{ destination: copies, priority: 1 }],
      serverAccessLogsBucket: new s3.Bucket(stack, 'AccessLogs'),
    });
  }),
  beside('a web site behind CloudFront with a firewall', (stack) => {
    const site = new s3.Bucket(stack, 'Site');
    new cloudfront.Distribution(stack, 'Cdn', {
      defaultBehavior: { origin: origins.S3BucketOrigin.withOriginAccessControl(site) },
    });
    const acl = new wafv2.CfnWebACL(stack, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: { cloudWatchMetricsEnabled: true, metricName: 'acl', sampledRequestsEnabled: true },
    });
    new wafv2.CfnWebACLAssociation(stack, 'Association', {
      webAclArn: acl.attrArn,
      resourceArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/0123456789abcdef',
    });
  }),
  beside('a user pool with groups and triggers, and AppConfig', (stack) => {
    const pool = new cognito.UserPool(stack, 'Users', {
      lambdaTriggers: { preSignUp: usualFunction(stack, 'SignUp') },
    });
    pool.addClient('Web', { authFlows: { userSrp: true } });
    new cognito.CfnUserPoolGroup(stack, 'Admins', { userPoolId: pool.userPoolId, groupName: 'admins' });
    const application = new appconfig.Application(stack, 'Settings');
    new appconfig.HostedConfiguration(stack, 'Flags', {
      application,
      content: appconfig.ConfigurationContent.fromInlineJson('{}'),
    });
  }),
  beside('a build that pushes the agent’s image', (stack, _agent, { app }) => {
    void app;
    const images = stack.node.findChild('Images') as ecr.Repository;
    images.addLifecycleRule({ maxImageCount: 50 });
    const build = new codebuild.Project(stack, 'Build', {
      environment: { privileged: true },
      grantReportGroupPermissions: false,
      buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }),
    });
    images.grantPullPush(build);
  }),
  beside('a role by which GitHub deploys', (stack) => {
    const provider = new iam.OidcProviderNative(stack, 'GitHub', {
      url: 'https://token.actions.githubusercontent.com',
      clientIds: ['sts.amazonaws.com'],
      thumbprints: ['6938fd4d98bab03faadb97b34396831e3780aea1'],
    });
    const role = new iam.Role(stack, 'Deploy', {
      assumedBy: new iam.OpenIdConnectPrincipal(provider, {
        StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
        StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:acme/support:ref:refs/heads/main' },
      }),
    });
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['sts:AssumeRole'],
        resources: ['arn:aws:iam::111122223333:role/cdk-hnb659fds-deploy-role-111122223333-eu-west-1'],
      }),
    );
  }),
  beside('a guardrail and a knowledge base of the team', (stack) => {
    new bedrock.CfnGuardrail(stack, 'OwnGuardrail', {
      name: 'own',
      blockedInputMessaging: 'no',
      blockedOutputsMessaging: 'no',
      contentPolicyConfig: {
        filtersConfig: [{ type: 'PROMPT_ATTACK', inputStrength: 'HIGH', outputStrength: 'NONE' }],
      },
    });
    const role = new iam.Role(stack, 'KbRole', { assumedBy: new iam.ServicePrincipal('bedrock.amazonaws.com') });
    new bedrock.CfnKnowledgeBase(stack, 'Kb', {
      name: 'kb',
      roleArn: role.roleArn,
      knowledgeBaseConfiguration: { type: 'VECTOR' },
    });
  }),
  beside('parameters and conditions of the team', (stack) => {
    const email = new cdk.CfnParameter(stack, 'Email', { default: 'ops@example.com' });
    const stage = new cdk.CfnParameter(stack, 'StageName', { allowedValues: ['dev', 'prod'], default: 'dev' });
    const isProd = new cdk.CfnCondition(stack, 'IsProd', {
      expression: cdk.Fn.conditionEquals(stage.valueAsString, 'prod'),
    });
    const topic = new sns.Topic(stack, 'Ops');
    topic.addSubscription(new subscriptions.EmailSubscription(email.valueAsString));
    (topic.node.defaultChild as sns.CfnTopic).cfnOptions.condition = isProd;
    new cdk.CfnMapping(stack, 'Sizes', { mapping: { dev: { size: 1 }, prod: { size: 3 } } });
  }),
];

function twoStacks(
  name: string,
  make: (app: cdk.App, made: AgentStack, other: Stack) => void,
  env?: cdk.Environment,
): CleanApp {
  return [
    name,
    () => {
      const made = new AgentStack({ env });
      make(made.app, made, new Stack(made.app, 'Other', { env }));
      return synthesized(made.app);
    },
  ];
}

function smallAgent(scope: Construct, id: string, more: Partial<HardenedAgentRuntimeProps> = {}): HardenedAgentRuntime {
  const connector = new HttpConnector(scope, `${id}Tickets`, {
    baseUrl: 'https://tickets.example.com',
    credential: Credential.bearer(`${id.toLowerCase()}-api`),
  });
  const tool = connector.addTool(`${id.toLowerCase()}_read`, {
    description: 'Read a ticket',
    method: HttpMethod.GET,
    path: '/tickets/{id}',
    input: inputOf({ id: ID }),
    effect: Effect.READ,
  });
  const repositoryName = more.platform && `${id.toLowerCase()}-images`;
  const agent = new HardenedAgentRuntime(scope, id, {
    image: AgentImage.fromEcrDigest(new ecr.Repository(scope, `${id}Images`, { repositoryName }), DIGEST),
    models: [BedrockModel.foundation('openai.gpt-oss-120b-1:0')],
    connectors: [connector],
    ...(more.platform === undefined && { approvals: { approverGroups: ['leads'] }, retention: Duration.days(90) }),
    ...more,
  });
  agent.allow(tool);
  return agent;
}

const STACKS: readonly CleanApp[] = [
  twoStacks('images and topics in another stack', (_app, made, other) => {
    const agent = made.withRuntime(
      {
        image: AgentImage.fromEcrDigest(new ecr.Repository(other, 'AllImages', { imageScanOnPush: true }), DIGEST),
        approvals: {
          approverGroups: ['leads'],
          notifications: [Notification.toTopic(new sns.Topic(other, 'Waiting'))],
        },
      },
      [made.tickets],
    );
    agent.addAlarmAction(new actions.SnsAction(new sns.Topic(other, 'Alarms')));
  }),
  twoStacks('another stack’s function opens sessions', (_app, made, other) => {
    const agent = made.withRuntime();
    agent.grantLaunch(ownFunction(other, 'Start', { environment: { LAUNCH: agent.launchFunction.functionArn } }));
    const board = new cloudwatch.Dashboard(other, 'Board');
    board.addWidgets(new cloudwatch.AlarmStatusWidget({ alarms: agent.alarms }));
  }),
  [
    'a runtime in a nested stack, with the team’s things around it',
    () => {
      const app = new cdk.App();
      const stack = new Stack(app, 'Outer');
      const nested = new cdk.NestedStack(stack, 'Nested');
      const agent = smallAgent(nested, 'Agent');
      const start = ownFunction(stack, 'Start', { environment: { LAUNCH: agent.launchFunction.functionArn } });
      agent.grantLaunch(start);
      new sqs.Queue(new cdk.NestedStack(stack, 'Queues'), 'Queue');
      return synthesized(app);
    },
  ],
  [
    'stages for development and production',
    () => {
      const app = new cdk.App();
      for (const [id, region] of [
        ['Dev', 'eu-west-1'],
        ['Prod', 'eu-central-1'],
      ] as const) {
        const stage = new cdk.Stage(app, id, { env: { account: '111122223333', region } });
        smallAgent(new Stack(stage, 'Support'), 'Agent');
        new sns.Topic(new Stack(stage, 'Shared'), 'Topic');
      }
      return synthesized(app);
    },
  ],
  [
    'a pipeline of CDK Pipelines',
    () => {
      const app = new cdk.App();
      const stack = new Stack(app, 'Pipeline', { env: IRELAND });
      const pipeline = new CodePipeline(stack, 'Pipeline', {
        synth: new ShellStep('Synth', {
          input: CodePipelineSource.codeCommit(
            codecommit.Repository.fromRepositoryName(stack, 'Code', 'support'),
            'main',
          ),
          commands: ['npm ci', 'npx cdk synth'],
        }),
      });
      const stage = new cdk.Stage(app, 'Live', { env: IRELAND });
      smallAgent(new Stack(stage, 'Support'), 'Agent');
      pipeline.addStage(stage);
      return Assembly.load(`${app.synth().directory}/assembly-Live`);
    },
  ],
  [
    'two runtimes in one stack, in one network',
    () => {
      const app = new cdk.App();
      const stack = new Stack(app, 'Two');
      const network = new IsolatedNetwork(stack, 'Network');
      for (const id of ['Support', 'Sales']) smallAgent(stack, id, { network });
      return synthesized(app);
    },
  ],
  [
    'three agents of a platform in three stacks, with a launcher each',
    () => {
      const app = new cdk.App();
      const shared = new Stack(app, 'Platform', { env: IRELAND });
      const platform = new AgentPlatform(shared, 'Agents', {
        approvals: {
          approverGroups: ['leads'],
          notifications: [Notification.toTopic(new sns.Topic(shared, 'Waiting', { topicName: 'waiting' }))],
        },
        retention: Duration.days(90),
        evidenceRetention: Duration.days(60),
      });
      platform.addAlarmAction(new actions.SnsAction(new sns.Topic(shared, 'Alarms')));
      for (const id of ['Support', 'Sales', 'Hr']) {
        const stack = id === 'Support' ? shared : new Stack(app, id, { env: IRELAND });
        const agent = smallAgent(stack, id, { platform, maxSessions: 10 });
        agent.grantLaunch(ownFunction(stack, `${id}Start`));
      }
      return synthesized(app);
    },
  ],
  ...(
    [
      ['minimized policies and other new flags', true],
      ['old flags', false],
    ] as const
  ).map(
    ([name, on]): CleanApp => [
      name,
      () => {
        const flags = [
          '@aws-cdk/aws-iam:minimizePolicies',
          '@aws-cdk/core:enablePartitionLiterals',
          '@aws-cdk/aws-iam:standardizedServicePrincipals',
          '@aws-cdk/aws-kms:aliasNameRef',
          '@aws-cdk/aws-kms:reduceCrossAccountRegionPolicyScope',
          '@aws-cdk/aws-s3:createDefaultLoggingPolicy',
          '@aws-cdk/aws-ec2:restrictDefaultSecurityGroup',
          '@aws-cdk/aws-lambda:recognizeLayerVersion',
          '@aws-cdk/aws-lambda:recognizeVersionProps',
          '@aws-cdk/aws-lambda:useCdkManagedLogGroup',
          '@aws-cdk/aws-apigateway:disableCloudWatchRole',
          '@aws-cdk/aws-events:eventsTargetQueueSameAccount',
          '@aws-cdk/aws-events:requireEventBusPolicySid',
          '@aws-cdk/core:checkSecretUsage',
          '@aws-cdk/core:explicitStackTags',
          '@aws-cdk/core:enableAdditionalMetadataCollection',
          '@aws-cdk/aws-iam:importedRoleStackSafeDefaultPolicyName',
          '@aws-cdk/aws-secretsmanager:useAttachedSecretResourcePolicyForSecretTargetAttachments',
          '@aws-cdk/aws-stepfunctions-tasks:useNewS3UriParametersForBedrockInvokeModelTask',
          '@aws-cdk/aws-dynamodb:resourcePolicyPerReplica',
          '@aws-cdk/aws-lambda-nodejs:useLatestRuntimeVersion',
          '@aws-cdk/aws-ec2:uniqueImdsv2TemplateName',
          '@aws-cdk/aws-sns-subscriptions:restrictSqsDescryption',
          '@aws-cdk/customresources:installLatestAwsSdkDefault',
        ];
        const app = new cdk.App({
          context: { ...Object.fromEntries(flags.map((flag) => [flag, on])), 'aws:cdk:enable-path-metadata': on },
        });
        const stack = new Stack(app, 'Support', { env: IRELAND });
        const agent = smallAgent(stack, 'Agent', { operators: { operatorGroups: ['oncall'] } });
        const start = usualFunction(stack, 'Start');
        agent.grantLaunch(start);
        agent.addAlarmAction(
          new actions.SnsAction(new sns.Topic(stack, 'Alarms', { masterKey: new kms.Key(stack, 'K') })),
        );
        return synthesized(app);
      },
    ],
  ),
];

const OPTIONS: readonly CleanApp[] = [
  withOptions('limits of sessions', () => ({
    sessionDuration: Duration.days(7),
    maxSessions: 1000,
    maxCallsPerSession: 100_000,
    maxSentBytesPerSession: 100_000_000,
    maxDenialsPerSession: 1,
    evidenceRetention: Duration.days(1),
    dashboard: false,
  })),
  withOptions('a small task, and short sessions', () => ({
    sessionDuration: Duration.minutes(1),
    maxSessions: 1,
    maxCallsPerSession: 1,
    cpu: 256,
    memoryLimitMiB: 512,
    task: { tmpMiB: 64, workspaceMiB: 64, stopTimeout: Duration.seconds(2) },
  })),
  withOptions('a large task for Graviton with its files on disk', () => ({
    cpu: 4096,
    memoryLimitMiB: 16_384,
    task: {
      architecture: TaskArchitecture.ARM64,
      workspaceDiskGiB: 100,
      openFiles: 1_048_576,
      stopTimeout: Duration.seconds(120),
    },
  })),
  withOptions('size of the task as parameters', ({ stack }) => ({
    cpu: new cdk.CfnParameter(stack, 'Cpu', { type: 'Number', default: 1024 }).valueAsNumber,
    memoryLimitMiB: new cdk.CfnParameter(stack, 'Memory', { type: 'Number', default: 2048 }).valueAsNumber,
  })),
  withOptions('options of the ledger', () => ({
    ledger: { mergeDelay: Duration.minutes(1), heartbeat: Duration.days(1), signingKeys: 3 },
    retention: Duration.days(3650),
  })),
  withOptions('a young ledger without a trail', () => ({
    retention: Duration.days(1),
    ledger: { shortRetention: true, heartbeat: Duration.minutes(10) },
  })),
  withOptions('approvers by a tag of the sign-in, and rules', ({ refund, stack }) => ({
    approvals: {
      approverGroups: ['leads', 'finance', 'legal'],
      approverName: ApproverName.principalTag('approver-name', {
        signInRoles: [
          'arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Approvers_0123456789abcdef',
        ],
      }),
      rules: [
        ApprovalRule.forTools([refund], {
          groups: ['finance', 'legal'],
          people: 2,
          when: 'context.args.amountCents > 50000',
          expiry: Duration.days(2),
          remindAfter: Duration.hours(3),
        }),
      ],
      maxWaitingRequests: 10,
      expiry: Duration.days(1),
      notifications: [
        Notification.toTopic(new sns.Topic(stack, 'Waiting')),
        Notification.toTopic(new sns.Topic(stack, 'More')),
        Notification.toWebhook(),
      ],
    },
    operators: {
      operatorGroups: ['oncall'],
      operatorName: ApproverName.sourceIdentity({ signInRoles: ['arn:aws:iam::111122223333:role/oncall'] }),
    },
  })),
  withOptions('operators and approvers by roles of the team', ({ stack }) => {
    const role = (id: string) => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() });
    return {
      approvals: {
        approverPrincipals: [role('Leads'), role('Deputies')],
        approverName: ApproverName.sourceIdentity({ signInRoles: ['arn:aws:iam::111122223333:role/leads'] }),
      },
      operators: { operatorPrincipals: [role('Oncall')], operatorName: ApproverName.sourceIdentity() },
    };
  }),
  withOptions('a public desk with few requests, and a client of the command line', () => ({
    users: OidcUsers.of({
      issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI',
      audience: 'support-app',
      nameClaim: 'email',
      groupsClaim: 'cognito:groups',
      claims: ['email', 'department'],
      samePersonClaims: ['email'],
      services: ['nightly-report'],
      maxTokenAge: Duration.minutes(5),
    }),
    approvals: {
      approverGroups: ['leads'],
      signIn: ApproverSignIn.oidc({
        issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI',
        clientId: 'desk',
        commandLineClientId: 'desk-cli',
        groupsClaim: 'cognito:groups',
        nameClaim: 'email',
        claims: ['email'],
        scopes: ['email'],
        ingress: DeskIngress.publicly({ requestsPerAddress: 100 }),
      }),
    },
  })),
  withOptions('a guardrail of the stack, with its profile', ({ stack }) => {
    const guardrail = new bedrock.CfnGuardrail(stack, 'Guardrail', {
      name: 'support',
      blockedInputMessaging: 'no',
      blockedOutputsMessaging: 'no',
    });
    const version = new bedrock.CfnGuardrailVersion(stack, 'GuardrailVersion', {
      guardrailIdentifier: guardrail.attrGuardrailId,
    });
    return { guardrail: `${guardrail.attrGuardrailArn}:${version.attrVersion}` };
  }),
  withOptions(
    'a guardrail that was there before, with its profile',
    () => ({
      guardrail: 'arn:aws:bedrock:eu-west-1:111122223333:guardrail/abcdefghij:7',
      guardrailProfileArns: ['eu-west-1', 'eu-central-1'].map(
        (region) => `arn:aws:bedrock:${region}:111122223333:guardrail-profile/eu.guardrail.v1:0`,
      ),
      models: [
        BedrockModel.inferenceProfile('eu.anthropic.claude-sonnet-5-5', ['eu-west-1', 'eu-central-1', 'eu-west-3']),
        BedrockModel.foundation('openai.gpt-oss-120b-1:0', { onDemand: true }),
      ],
    }),
    { env: IRELAND },
  ),
  withOptions('zones by name', () => ({ availabilityZones: ['eu-west-1a', 'eu-west-1c'] }), { env: IRELAND }),
  withOptions('a large network with long logs and mutation protection', ({ stack }) => ({
    network: new IsolatedNetwork(stack, 'Network', {
      cidr: '10.64.0.0/16',
      maxAzs: 3,
      subnetMask: 20,
      flowLogRetention: logs.RetentionDays.TEN_YEARS,
      dnsMutationProtection: true,
    }),
    trustedDirectory: ['support@example.com'],
    addressBook: [{ name: 'Ann Lee', aliases: ['Ann'], targets: ['ann@example.com'], user: 'ann' }],
    probation: { duration: Duration.days(2) },
  })),
  [
    'an egress network with long logs, for several connectors',
    () => {
      const made = new AgentStack({ env: IRELAND });
      const { stack } = made;
      const network = new IsolatedNetwork(stack, 'Network', { availabilityZones: ['eu-west-1a', 'eu-west-1b'] });
      const connectorEgress = new ConnectorEgress(stack, 'Egress', {
        agentNetwork: network,
        cidr: '10.99.0.0/20',
        availabilityZones: ['eu-west-1a', 'eu-west-1b'],
        logRetention: logs.RetentionDays.FIVE_YEARS,
        dnsMutationProtection: true,
      });
      const weather = new HttpConnector(stack, 'Weather', { baseUrl: 'https://api.weather.example.com/v1' });
      weather.addTool('weather_read', {
        description: 'Read the weather',
        method: HttpMethod.GET,
        path: '/now',
        input: inputOf({ city: TEXT }),
        effect: Effect.READ,
        timeout: Duration.minutes(14),
        maxResultBytes: 262_144,
      });
      const agent = made.withRuntime(
        { network, connectorEgress, launcherInNetwork: true, operators: { operatorGroups: ['oncall'] } },
        [made.tickets, weather, made.documents],
      );
      agent.allow(made.refund);
      return synthesized(made.app);
    },
  ],
  [
    'every option of an HTTP tool, and internal hosts',
    () => {
      const made = new AgentStack();
      const crm = new HttpConnector(made.stack, 'Crm', {
        baseUrl: 'https://crm.corp.example.com/api/v2',
        internal: true,
        credential: Credential.query('crm-api', 'key'),
        trusted: true,
      });
      const pay = crm.addTool('crm_pay', {
        description: 'Pay',
        method: HttpMethod.POST,
        path: '/accounts/{account}/payments',
        input: inputOf({ account: ID, cents: { type: 'integer', minimum: 1, maximum: 1000 }, note: TEXT }),
        output: OutputSchema.fromString(
          JSON.stringify({
            type: 'object',
            additionalProperties: false,
            required: ['id'],
            properties: { id: { type: 'string', pattern: '^P-[0-9]{1,8}$', maxLength: 10 } },
          }),
        ),
        effect: Effect.DESTRUCTIVE,
        body: HttpBody.FORM,
        targets: [Target.account('/account')],
        trustedTargets: ['T-1'],
        ownTargets: OwnTargets.TRUSTED,
        addressBook: [{ name: 'Bob Ray', targets: ['T-2'] }],
        probation: { calls: 3 },
        askWhen: 'context.args.cents > 500',
        outbound: {
          credentials: FindingAction.ASK,
          activeContent: FindingAction.DENY,
          instructions: FindingAction.ALLOW,
        },
        limits: [
          Limit.count(5, { per: LimitScope.USER, window: Duration.hours(1), whenReached: LimitAction.DENY }),
          Limit.sum('/cents', 5000, { per: LimitScope.TARGET, window: Duration.days(7) }),
        ],
        timeout: Duration.seconds(19),
        maxResultBytes: 1024,
      });
      const agent = made.withRuntime({}, [made.tickets, crm]);
      agent.allow(pay, { when: 'context.args.cents < 900' });
      return synthesized(made.app);
    },
  ],
  [
    'an internal MCP server',
    () => {
      const made = new AgentStack();
      const github = new McpConnector(made.stack, 'GitHub', {
        review: ServerReview.fromString(githubReview()),
        url: 'https://mcp.corp.example.com/mcp',
        internal: true,
        credential: Credential.header('github', 'x-token'),
      });
      made.withRuntime({}, [github]);
      return synthesized(made.app);
    },
  ],
  [
    'an OpenAPI document with fixed arguments',
    () => {
      const made = new AgentStack();
      const document = {
        openapi: '3.0.3',
        info: { title: 'Pets', version: '1' },
        servers: [{ url: 'https://{place}.pets.example.com', variables: { place: { default: 'eu' } } }],
        paths: {
          '/stores/{store}/pets': {
            get: {
              operationId: 'listPets',
              summary: 'List pets',
              parameters: [
                { name: 'store', in: 'path', required: true, schema: { type: 'string', maxLength: 10 } },
                { name: 'kind', in: 'query', schema: { type: 'string', maxLength: 10 } },
              ],
              responses: { 200: { description: 'ok' } },
            },
          },
        },
      };
      const pets = new OpenApiConnector(made.stack, 'Pets', {
        document: OpenApiDocument.fromString(JSON.stringify(document)),
        operations: ['listPets'],
        serverVariables: { place: 'us' },
        fixed: { store: 'main' },
        headers: { 'x-tenant': 'acme' },
        prefix: 'pets_',
      });
      made.withRuntime({}, [made.tickets, pets]).allow(pets.tool('listPets'));
      return synthesized(made.app);
    },
  ],
  [
    'functions of the team and new ones as connectors',
    () => {
      const made = new AgentStack();
      const { stack } = made;
      const input = inputOf({ count: { type: 'integer', minimum: 0, maximum: 10 } });
      const tool = { description: 'Count', input, effect: Effect.READ };
      const theirs = new LambdaConnector(stack, 'Theirs', {
        handler: ConnectorFunction.existing(usualFunction(stack, 'Team', { vpc: new ec2.Vpc(stack, 'TeamVpc') })),
      });
      const given = new LambdaConnector(stack, 'Given', {
        handler: ConnectorFunction.existing(
          lambda.Function.fromFunctionAttributes(stack, 'Before', {
            functionArn: 'arn:aws:lambda:eu-west-1:111122223333:function:before:live',
            sameEnvironment: true,
          }),
        ),
      });
      const table = new dynamodb.Table(stack, 'Counts', {
        partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      });
      const ours = new LambdaConnector(stack, 'Ours', {
        trusted: true,
        handler: ConnectorFunction.fromCode({
          code: lambda.Code.fromInline('exports.handler = async () => ({})'),
          runtime: lambda.Runtime.PYTHON_3_13,
          handler: 'index.main',
          memorySize: 2048,
          architecture: lambda.Architecture.X86_64,
          environment: { TABLE: table.tableName, LEVEL: 'info' },
        }),
      });
      ours.allow(EndpointService.DYNAMODB, ['dynamodb:GetItem', 'dynamodb:Query'], [table.tableArn]);
      for (const each of [theirs, given, ours]) each.addTool(`${each.node.id.toLowerCase()}_count`, tool);
      made.withRuntime({ launcherInNetwork: true }, [theirs, given, ours]);
      return synthesized(made.app);
    },
  ],
  [
    'code sandboxes with every option',
    () => {
      const made = new AgentStack({ env: IRELAND });
      const { stack } = made;
      const images = ecr.Repository.fromRepositoryName(stack, 'CodeImages', 'code');
      const code = new CodeSandbox(stack, 'Code', {
        image: CodeSandboxImage.fromEcrDigest(images, DIGEST),
        languages: [CodeLanguage.PYTHON],
        timeout: Duration.seconds(60),
        memoryMiB: 3008,
        diskMiB: 2048,
        maxProcesses: 128,
        maxOutputBytes: 65_536,
        maxFileBytes: 65_536,
        maxFiles: 1,
        network: new ClosedNetwork(stack, 'Nowhere', {
          availabilityZones: ['eu-west-1a'],
          cidr: '10.5.0.0/26',
          flowLogRetention: logs.RetentionDays.ONE_MONTH,
        }),
        pythonToolName: 'calculate',
        limits: [Limit.count(50, { per: LimitScope.SESSION, window: Duration.hours(1) })],
      });
      made.withRuntime({}, [made.tickets, code]).allow(code.run);
      return synthesized(made.app);
    },
  ],
  [
    'operations on the team’s resources, which a function of the team uses too',
    () => {
      const made = new AgentStack({ env: IRELAND });
      const { stack } = made;
      const bucket = new s3.Bucket(stack, 'TeamFiles', {
        enforceSSL: true,
        versioned: true,
        lifecycleRules: [{ expiration: Duration.days(90) }],
        eventBridgeEnabled: true,
      });
      const queue = new sqs.Queue(stack, 'TeamQueue', { enforceSSL: true });
      const table = new dynamodb.TableV2(stack, 'TeamTable', {
        partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
        dynamoStream: dynamodb.StreamViewType.NEW_IMAGE,
      });
      const worker = usualFunction(stack, 'TeamWorker');
      worker.addEventSource(new sources.SqsEventSource(queue));
      worker.addEventSource(new sources.DynamoEventSource(table, { startingPosition: lambda.StartingPosition.LATEST }));
      bucket.grantReadWrite(worker);
      table.grantReadWriteData(worker);
      const aws = new AwsConnector(stack, 'Aws');
      aws.addTool('file_put', {
        description: 'Put a file',
        operation: AwsOperation.s3PutObject(bucket, { prefix: 'out/' }),
        input: inputOf({ key: { type: 'string', format: 'relative-path', maxLength: 100 }, content: TEXT }),
        effect: Effect.WRITE,
      });
      aws.addTool('job_send', {
        description: 'Send a job',
        operation: AwsOperation.sqsSendMessage(queue),
        input: inputOf({ text: TEXT }),
        effect: Effect.OUTBOUND,
      });
      aws.addTool('item_get', {
        description: 'Get an item',
        operation: AwsOperation.dynamoDbGetItem(table, { keyAttribute: 'id', keyArgument: 'id' }),
        input: inputOf({ id: ID }),
        effect: Effect.READ,
      });
      const files = new s3.Bucket(stack, 'CaseFiles', {
        versioned: true,
        encryptionKey: new kms.Key(stack, 'CaseKey'),
      });
      const cases = new SessionDocuments(stack, 'Cases', { bucket: files, prefix: 'cases/', toolName: 'get_case' });
      const agent = made.withRuntime({}, [aws, cases]);
      for (const tool of [...aws.tools, cases.tool]) agent.allow(tool);
      return synthesized(made.app);
    },
  ],
];

/** Apps of real companies, one for each kind of thing that they do beside or with an agent. */
export const CLEAN_APPS: readonly CleanApp[] = [
  ...ORGANIZATION,
  ...SERVERLESS,
  ...OBSERVED,
  ...NETWORKS,
  ...MORE_SERVICES,
  ...STACKS,
  ...OPTIONS,
];
