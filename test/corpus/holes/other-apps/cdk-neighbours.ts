// Longer than 400 lines: one row a neighbour, each as short as the CDK takes it.
import { App, Aws, CfnResource, Duration, Fn, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subs from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as ddb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as ecsp from 'aws-cdk-lib/aws-ecs-patterns';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import * as apigw from 'aws-cdk-lib/aws-apigateway';
import * as apigw2 from 'aws-cdk-lib/aws-apigatewayv2';
import * as integ from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as authz from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as cf from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import * as cwa from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sm from 'aws-cdk-lib/aws-secretsmanager';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as cb from 'aws-cdk-lib/aws-codebuild';
import * as cp from 'aws-cdk-lib/aws-codepipeline';
import * as cpa from 'aws-cdk-lib/aws-codepipeline-actions';
import * as trail from 'aws-cdk-lib/aws-cloudtrail';
import * as backup from 'aws-cdk-lib/aws-backup';
import * as budgets from 'aws-cdk-lib/aws-budgets';
import * as config from 'aws-cdk-lib/aws-config';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import * as os from 'aws-cdk-lib/aws-opensearchservice';
import * as chatbot from 'aws-cdk-lib/aws-chatbot';
import * as synthetics from 'aws-cdk-lib/aws-synthetics';
import * as appconfig from 'aws-cdk-lib/aws-appconfig';
import * as athena from 'aws-cdk-lib/aws-athena';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sc from 'aws-cdk-lib/aws-servicecatalog';
import * as batch from 'aws-cdk-lib/aws-batch';
import * as efs from 'aws-cdk-lib/aws-efs';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import * as r53 from 'aws-cdk-lib/aws-route53';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as schedt from 'aws-cdk-lib/aws-scheduler-targets';
import * as pipes from 'aws-cdk-lib/aws-pipes';
import * as les from 'aws-cdk-lib/aws-lambda-event-sources';
import * as s3n from 'aws-cdk-lib/aws-s3-notifications';
import * as asg from 'aws-cdk-lib/aws-autoscaling';
import type { JsonObject } from '../../../../runtime/core/contracts';
import type { TemplateBody } from '../../../lib/prove/quickstart-template';
import type { Stack as DugStack } from './apps';
import type { OtherMutation } from './dug-app';

/** A resource of the app by what the CDK calls it: its `Ref`, or an attribute. */
type Named = (name: string, attribute?: string) => string;
type Make = (stack: Stack, named: Named) => void;

const code = lambda.Code.fromInline('exports.handler = async () => 1');
const fn = (stack: Stack, id = 'Fn', more: Partial<lambda.FunctionProps> = {}): lambda.Function =>
  new lambda.Function(stack, id, { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code, ...more });
const svc = (name: string): iam.ServicePrincipal => new iam.ServicePrincipal(name);
const only =
  (type: string, properties: JsonObject): Make =>
  (stack) => {
    new CfnResource(stack, 'Own', { type, properties });
  };

/** What people have beside an agent, in the stack of the agent, as the CDK's own constructs make it. */
const NEIGHBOURS: readonly (readonly [id: string, make: Make])[] = [
  [
    'lambda',
    (s) => {
      fn(s);
    },
  ],
  [
    'lambda-of-table-and-queue',
    (s) => {
      const t = new ddb.Table(s, 'T', { partitionKey: { name: 'id', type: ddb.AttributeType.STRING } });
      const q = new sqs.Queue(s, 'Q');
      const f = fn(s);
      t.grantReadWriteData(f);
      q.grantSendMessages(f);
      f.addEventSource(new les.SqsEventSource(q));
    },
  ],
  [
    'lambda-stream',
    (s) => {
      const t = new ddb.TableV2(s, 'T', {
        partitionKey: { name: 'id', type: ddb.AttributeType.STRING },
        dynamoStream: ddb.StreamViewType.NEW_IMAGE,
      });
      fn(s).addEventSource(new les.DynamoEventSource(t, { startingPosition: lambda.StartingPosition.LATEST }));
    },
  ],
  [
    'lambda-alias-provisioned',
    (s) => {
      fn(s).addAlias('live', { provisionedConcurrentExecutions: 1 });
    },
  ],
  [
    'lambda-url-iam',
    (s) => {
      fn(s).addFunctionUrl({ authType: lambda.FunctionUrlAuthType.AWS_IAM });
    },
  ],
  [
    'rest-api-iam',
    (s) => {
      new apigw.LambdaRestApi(s, 'Api', {
        handler: fn(s),
        defaultMethodOptions: { authorizationType: apigw.AuthorizationType.IAM },
      });
    },
  ],
  [
    'rest-api-open-health',
    (s) => {
      new apigw.LambdaRestApi(s, 'Api', { handler: fn(s) });
    },
  ],
  [
    'rest-api-cognito',
    (s) => {
      const up = new cognito.UserPool(s, 'Users');
      new apigw.LambdaRestApi(s, 'Api', {
        handler: fn(s),
        defaultMethodOptions: {
          authorizer: new apigw.CognitoUserPoolsAuthorizer(s, 'Auth', { cognitoUserPools: [up] }),
        },
      });
    },
  ],
  [
    'http-api-jwt',
    (s) => {
      const api = new apigw2.HttpApi(s, 'Api', {
        defaultAuthorizer: new authz.HttpJwtAuthorizer('A', 'https://login.example.com', { jwtAudience: ['app'] }),
      });
      api.addRoutes({ path: '/tickets', integration: new integ.HttpLambdaIntegration('I', fn(s)) });
    },
  ],
  [
    'web-app-launches-sessions-behind-jwt',
    (s, r) => {
      const lg = new logs.LogGroup(s, 'Logs');
      const role = new iam.Role(s, 'Role', { assumedBy: svc('lambda.amazonaws.com') });
      lg.grantWrite(role);
      role.addToPolicy(
        new iam.PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [r('AgentSessionsLaunchFunction', 'Arn')],
        }),
      );
      const f = fn(s, 'Fn', { role, logGroup: lg, environment: { LAUNCH: r('AgentSessionsLaunchFunction') } });
      const api = new apigw2.HttpApi(s, 'Api', {
        defaultAuthorizer: new authz.HttpJwtAuthorizer('A', 'https://login.example.com', { jwtAudience: ['app'] }),
      });
      api.addRoutes({
        path: '/tickets',
        methods: [apigw2.HttpMethod.POST],
        integration: new integ.HttpLambdaIntegration('I', f),
      });
    },
  ],
  [
    'step-functions-launches',
    (s, r) => {
      const l = lambda.Function.fromFunctionAttributes(s, 'L', {
        functionArn: r('AgentSessionsLaunchFunction', 'Arn'),
        sameEnvironment: false,
      });
      new sfn.StateMachine(s, 'M', {
        definitionBody: sfn.DefinitionBody.fromChainable(new tasks.LambdaInvoke(s, 'Launch', { lambdaFunction: l })),
      });
    },
  ],
  [
    'eventbridge-schedule-own-lambda',
    (s) => {
      new events.Rule(s, 'Rule', {
        schedule: events.Schedule.rate(Duration.hours(1)),
        targets: [new targets.LambdaFunction(fn(s))],
      });
    },
  ],
  [
    'scheduler-own',
    (s) => {
      new scheduler.Schedule(s, 'S', {
        schedule: scheduler.ScheduleExpression.rate(Duration.hours(1)),
        target: new schedt.LambdaInvoke(fn(s)),
      });
    },
  ],
  [
    'rule-on-task-stopped',
    (s) => {
      const t = new sns.Topic(s, 'T');
      new events.Rule(s, 'Rule', {
        eventPattern: {
          source: ['aws.ecs'],
          detailType: ['ECS Task State Change'],
          detail: { lastStatus: ['STOPPED'] },
        },
        targets: [new targets.SnsTopic(t)],
      });
    },
  ],
  [
    'rule-on-alarm-change',
    (s) => {
      const t = new sns.Topic(s, 'T');
      new events.Rule(s, 'Rule', {
        eventPattern: { source: ['aws.cloudwatch'], detailType: ['CloudWatch Alarm State Change'] },
        targets: [new targets.SnsTopic(t)],
      });
    },
  ],
  [
    'rule-on-machine-to-own-lambda',
    (s, r) => {
      new events.Rule(s, 'Rule', {
        eventPattern: {
          source: ['aws.states'],
          detailType: ['Step Functions Execution Status Change'],
          detail: { stateMachineArn: [r('AgentApprovalsStateMachine')], status: ['RUNNING'] },
        },
        targets: [new targets.LambdaFunction(fn(s))],
      });
    },
  ],
  [
    'rule-guardduty-findings',
    (s) => {
      const t = new sns.Topic(s, 'T');
      new events.Rule(s, 'Rule', { eventPattern: { source: ['aws.guardduty'] }, targets: [new targets.SnsTopic(t)] });
    },
  ],
  [
    'rule-health-all',
    (s) => {
      const q = new sqs.Queue(s, 'T');
      new events.Rule(s, 'Rule', { eventPattern: { source: ['aws.health'] }, targets: [new targets.SqsQueue(q)] });
    },
  ],
  [
    'event-bus-own',
    (s) => {
      const b = new events.EventBus(s, 'B');
      b.archive('A', { eventPattern: { source: ['app'] }, retention: Duration.days(3) });
    },
  ],
  [
    'pipe-own',
    (s) => {
      const a = new sqs.Queue(s, 'A');
      const b = new sqs.Queue(s, 'B');
      const role = new iam.Role(s, 'R', { assumedBy: svc('pipes.amazonaws.com') });
      a.grantConsumeMessages(role);
      b.grantSendMessages(role);
      new pipes.CfnPipe(s, 'P', { roleArn: role.roleArn, source: a.queueArn, target: b.queueArn });
    },
  ],
  [
    'bucket-own',
    (s) => {
      new s3.Bucket(s, 'B', { enforceSSL: true, versioned: true, lifecycleRules: [{ expiration: Duration.days(30) }] });
    },
  ],
  [
    'bucket-auto-delete',
    (s) => {
      new s3.Bucket(s, 'B', { autoDeleteObjects: true, removalPolicy: RemovalPolicy.DESTROY });
    },
  ],
  [
    'bucket-notifications',
    (s) => {
      new s3.Bucket(s, 'B').addEventNotification(s3.EventType.OBJECT_CREATED, new s3n.LambdaDestination(fn(s)));
    },
  ],
  [
    'bucket-replicated-own',
    (s) => {
      const d = new s3.Bucket(s, 'D', { versioned: true });
      new s3.Bucket(s, 'B', { versioned: true, replicationRules: [{ destination: d }] });
    },
  ],
  [
    'public-website-bucket-cloudfront',
    (s) => {
      const b = new s3.Bucket(s, 'B');
      new cf.Distribution(s, 'D', { defaultBehavior: { origin: origins.S3BucketOrigin.withOriginAccessControl(b) } });
    },
  ],
  [
    'public-website',
    (s) => {
      new s3.Bucket(s, 'B', {
        websiteIndexDocument: 'index.html',
        publicReadAccess: true,
        blockPublicAccess: s3.BlockPublicAccess.BLOCK_ACLS_ONLY,
      });
    },
  ],
  [
    'kms-own',
    (s) => {
      new kms.Key(s, 'K', { enableKeyRotation: true, alias: 'alias/app' });
    },
  ],
  [
    'secret-own-rotated',
    (s) => {
      const x = new sm.Secret(s, 'S');
      const f = fn(s);
      x.grantRead(f);
    },
  ],
  [
    'handbook-sync-lambda',
    (s, r) => {
      const f = fn(s);
      f.addToRolePolicy(
        new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: [`${r('Handbook', 'Arn')}/support/*`] }),
      );
    },
  ],
  [
    'handbook-deployment-role-github',
    (s, r) => {
      const role = new iam.Role(s, 'R', { assumedBy: new iam.AccountRootPrincipal() });
      s3.Bucket.fromBucketArn(s, 'H', r('Handbook', 'Arn')).grantReadWrite(role);
    },
  ],
  [
    'handbook-notification-to-eventbridge',
    (s, r) => {
      const t = new sns.Topic(s, 'T');
      new events.Rule(s, 'Rule', {
        eventPattern: { source: ['aws.s3'], detail: { bucket: { name: [r('Handbook')] } } },
        targets: [new targets.SnsTopic(t)],
      });
    },
  ],
  [
    'efs-own',
    (s) => {
      new efs.FileSystem(s, 'F', { vpc: new ec2.Vpc(s, 'V') });
    },
  ],
  [
    'backup-own',
    (s) => {
      const t = new ddb.Table(s, 'T', { partitionKey: { name: 'id', type: ddb.AttributeType.STRING } });
      backup.BackupPlan.daily35DayRetention(s, 'P').addSelection('S', {
        resources: [backup.BackupResource.fromDynamoDbTable(t)],
      });
    },
  ],
  [
    'backup-handbook',
    (s, r) => {
      backup.BackupPlan.daily35DayRetention(s, 'P').addSelection('S', {
        resources: [backup.BackupResource.fromArn(r('Handbook', 'Arn'))],
      });
    },
  ],
  [
    'vpc-own',
    (s) => {
      new ec2.Vpc(s, 'V', { maxAzs: 3 }).addFlowLog('F');
    },
  ],
  [
    'vpc-endpoints-own',
    (s) => {
      const v = new ec2.Vpc(s, 'V');
      v.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
      v.addInterfaceEndpoint('Sm', { service: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER });
    },
  ],
  [
    'vpc-peering-own',
    (s) => {
      const a = new ec2.Vpc(s, 'A');
      const b = new ec2.Vpc(s, 'B', { ipAddresses: ec2.IpAddresses.cidr('10.9.0.0/16') });
      new ec2.CfnVPCPeeringConnection(s, 'P', { vpcId: a.vpcId, peerVpcId: b.vpcId });
    },
  ],
  [
    'bastion-ssm',
    (s) => {
      new ec2.BastionHostLinux(s, 'Bastion', { vpc: new ec2.Vpc(s, 'V') });
    },
  ],
  [
    'fargate-service',
    (s) => {
      new ecsp.ApplicationLoadBalancedFargateService(s, 'Svc', {
        taskImageOptions: { image: ecs.ContainerImage.fromRegistry('nginx@sha256:' + '1'.repeat(64)) },
        vpc: new ec2.Vpc(s, 'V'),
      });
    },
  ],
  [
    'fargate-service-with-secret',
    (s) => {
      const v = new ec2.Vpc(s, 'V');
      const c = new ecs.Cluster(s, 'C', { vpc: v });
      const td = new ecs.FargateTaskDefinition(s, 'Td');
      td.addContainer('app', {
        image: ecs.ContainerImage.fromEcrRepository(new ecr.Repository(s, 'R')),
        secrets: { DB: ecs.Secret.fromSecretsManager(new sm.Secret(s, 'S')) },
        logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'x' }),
      });
      new ecs.FargateService(s, 'Svc', { cluster: c, taskDefinition: td, enableExecuteCommand: true });
    },
  ],
  [
    'asg-web',
    (s) => {
      const v = new ec2.Vpc(s, 'V');
      new asg.AutoScalingGroup(s, 'A', {
        vpc: v,
        instanceType: new ec2.InstanceType('t4g.micro'),
        machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
        requireImdsv2: true,
      });
    },
  ],
  [
    'rds-aurora',
    (s) => {
      new rds.DatabaseCluster(s, 'D', {
        engine: rds.DatabaseClusterEngine.auroraPostgres({ version: rds.AuroraPostgresEngineVersion.VER_15_4 }),
        vpc: new ec2.Vpc(s, 'V'),
        writer: rds.ClusterInstance.serverlessV2('w'),
        storageEncrypted: true,
      }).addRotationSingleUser();
    },
  ],
  [
    'elasticache',
    (s) => {
      new elasticache.CfnServerlessCache(s, 'C', { engine: 'valkey', serverlessCacheName: 'c' });
    },
  ],
  [
    'alb-own',
    (s) => {
      const v = new ec2.Vpc(s, 'V');
      new elbv2.ApplicationLoadBalancer(s, 'L', { vpc: v, internetFacing: true }).addListener('l', {
        port: 80,
        defaultAction: elbv2.ListenerAction.redirect({ port: '443' }),
      });
    },
  ],
  [
    'batch',
    (s) => {
      const v = new ec2.Vpc(s, 'V');
      new batch.JobQueue(s, 'Q', {
        computeEnvironments: [
          { computeEnvironment: new batch.FargateComputeEnvironment(s, 'C', { vpc: v }), order: 1 },
        ],
      });
    },
  ],
  [
    'eks-cluster',
    only('AWS::EKS::Cluster', {
      Name: 'apps',
      RoleArn: 'arn:aws:iam::111122223333:role/eks',
      ResourcesVpcConfig: { SubnetIds: ['subnet-1', 'subnet-2'] },
    }),
  ],
  [
    'ecr-own',
    (s) => {
      new ecr.Repository(s, 'R', { lifecycleRules: [{ maxImageCount: 10 }] });
    },
  ],
  [
    'ecr-pull-through',
    (s) => {
      new ecr.CfnPullThroughCacheRule(s, 'R', { ecrRepositoryPrefix: 'hub', upstreamRegistryUrl: 'public.ecr.aws' });
    },
  ],
  [
    'ecr-scanning',
    (s) => {
      new ecr.CfnRegistryScanningConfiguration(s, 'R', {
        scanType: 'ENHANCED',
        rules: [{ scanFrequency: 'CONTINUOUS_SCAN', repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }] }],
      });
    },
  ],
  [
    'codebuild-pushes-agent-image',
    (s, r) => {
      const p = new cb.Project(s, 'P', {
        source: cb.Source.gitHub({ owner: 'x', repo: 'y' }),
        environment: { privileged: true },
      });
      const rep = ecr.Repository.fromRepositoryAttributes(s, 'Rep', {
        repositoryArn: r('AgentImages', 'Arn'),
        repositoryName: r('AgentImages'),
      });
      rep.grantPullPush(p);
    },
  ],
  [
    'codepipeline',
    (s) => {
      const src = new cp.Artifact();
      new cp.Pipeline(s, 'P', {
        stages: [
          {
            stageName: 'S',
            actions: [
              new cpa.CodeStarConnectionsSourceAction({
                actionName: 'a',
                owner: 'x',
                repo: 'y',
                output: src,
                connectionArn: 'arn:aws:codestar-connections:eu-west-1:111122223333:connection/x',
              }),
            ],
          },
          {
            stageName: 'B',
            actions: [
              new cpa.CodeBuildAction({ actionName: 'b', input: src, project: new cb.PipelineProject(s, 'Pr') }),
            ],
          },
        ],
      });
    },
  ],
  [
    'dashboard-of-runtime',
    (s, r) => {
      new cw.Dashboard(s, 'D', {
        widgets: [
          [
            new cw.GraphWidget({
              left: [
                new cw.Metric({
                  namespace: 'AWS/Lambda',
                  metricName: 'Duration',
                  dimensionsMap: { FunctionName: r('AgentGateFunction') },
                }),
              ],
            }),
            new cw.LogQueryWidget({ logGroupNames: [r('AgentGateLogs')], queryString: 'fields @timestamp' }),
          ],
        ],
      });
    },
  ],
  [
    'alarm-on-gate-errors',
    (s, r) => {
      const t = new sns.Topic(s, 'T');
      t.addSubscription(new subs.EmailSubscription('a@example.com'));
      new cw.Alarm(s, 'A', {
        metric: new cw.Metric({
          namespace: 'AWS/Lambda',
          metricName: 'Errors',
          dimensionsMap: { FunctionName: r('AgentGateFunction') },
        }),
        threshold: 1,
        evaluationPeriods: 1,
      }).addAlarmAction(new cwa.SnsAction(t));
    },
  ],
  [
    'metric-filter-on-gate-log',
    (s, r) => {
      new logs.MetricFilter(s, 'M', {
        logGroup: logs.LogGroup.fromLogGroupName(s, 'L', r('AgentGateLogs')),
        filterPattern: logs.FilterPattern.literal('ERROR'),
        metricName: 'e',
        metricNamespace: 'app',
      });
    },
  ],
  [
    'query-definition',
    (s, r) => {
      new logs.QueryDefinition(s, 'Q', {
        queryDefinitionName: 'denials',
        logGroups: [logs.LogGroup.fromLogGroupName(s, 'L', r('AgentGateLogs'))],
        queryString: new logs.QueryString({ fields: ['@timestamp'] }),
      });
    },
  ],
  [
    'composite-alarm',
    (s, r) => {
      new cw.CfnCompositeAlarm(s, 'C', {
        alarmRule: Fn.join('', ['ALARM("', r('AgentGateDenialSpike'), '")']),
        alarmName: 'agent',
      });
    },
  ],
  [
    'anomaly-detector',
    (s, r) => {
      new cw.CfnAnomalyDetector(s, 'C', {
        namespace: 'AWS/Lambda',
        metricName: 'Duration',
        stat: 'Average',
        dimensions: [{ name: 'FunctionName', value: r('AgentGateFunction') }],
      });
    },
  ],
  [
    'log-anomaly-detector',
    (s, r) => {
      new CfnResource(s, 'C', {
        type: 'AWS::Logs::LogAnomalyDetector',
        properties: { LogGroupArnList: [r('AgentGateLogs', 'Arn')], EvaluationFrequency: 'FIVE_MIN' },
      });
    },
  ],
  [
    'insight-rule',
    (s, r) => {
      new cw.CfnInsightRule(s, 'C', {
        ruleName: 'top',
        ruleState: 'ENABLED',
        ruleBody: Fn.join('', [
          '{"Schema":{"Name":"CloudWatchLogRule","Version":1},"LogGroupNames":["',
          r('AgentGateLogs'),
          '"],"LogFormat":"JSON","Contribution":{"Keys":["$.code"],"Filters":[]},"AggregateOn":"Count"}',
        ]),
      });
    },
  ],
  [
    'chatbot-alarms',
    (s) => {
      new chatbot.SlackChannelConfiguration(s, 'C', {
        slackChannelConfigurationName: 'ops',
        slackWorkspaceId: 'T1',
        slackChannelId: 'C1',
        notificationTopics: [new sns.Topic(s, 'T')],
      });
    },
  ],
  [
    'synthetics',
    (s) => {
      new synthetics.Canary(s, 'C', {
        runtime: synthetics.Runtime.SYNTHETICS_NODEJS_PUPPETEER_9_1,
        test: synthetics.Test.custom({
          code: synthetics.Code.fromInline('exports.handler=async()=>1'),
          handler: 'index.handler',
        }),
      });
    },
  ],
  ['xray-group', only('AWS::XRay::Group', { GroupName: 'agent', FilterExpression: 'service("gate")' })],
  [
    'xray-sampling',
    only('AWS::XRay::SamplingRule', {
      SamplingRule: {
        RuleName: 'all',
        Priority: 1,
        FixedRate: 0.05,
        ReservoirSize: 1,
        ServiceName: '*',
        ServiceType: '*',
        Host: '*',
        HTTPMethod: '*',
        URLPath: '*',
        ResourceARN: '*',
        Version: 1,
      },
    }),
  ],
  [
    'grafana',
    only('AWS::Grafana::Workspace', {
      AccountAccessType: 'CURRENT_ACCOUNT',
      AuthenticationProviders: ['AWS_SSO'],
      PermissionType: 'SERVICE_MANAGED',
      DataSources: ['CLOUDWATCH'],
    }),
  ],
  [
    'monitoring-role-read-only',
    (s) => {
      new iam.Role(s, 'R', {
        assumedBy: svc('grafana.amazonaws.com'),
        inlinePolicies: {
          p: new iam.PolicyDocument({
            statements: [
              new iam.PolicyStatement({
                actions: [
                  'cloudwatch:GetMetricData',
                  'cloudwatch:ListMetrics',
                  'cloudwatch:DescribeAlarms',
                  'tag:GetResources',
                ],
                resources: ['*'],
              }),
            ],
          }),
        },
      });
    },
  ],
  [
    'group-of-developers',
    (s) => {
      new iam.Group(s, 'G').addToPolicy(
        new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: ['arn:aws:iam::111122223333:role/dev'] }),
      );
    },
  ],
  [
    'group-may-assume-approver',
    (s, r) => {
      new iam.Group(s, 'G').addToPolicy(
        new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [r('AgentApprovalsApproverRole', 'Arn')] }),
      );
    },
  ],
  [
    'group-may-assume-operator',
    (s, r) => {
      new iam.Group(s, 'G').addToPolicy(
        new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [r('AgentOperatorsRole', 'Arn')] }),
      );
    },
  ],
  [
    'password-policy-users',
    (s) => {
      new iam.User(s, 'U');
    },
  ],
  [
    'service-linked-role',
    (s) => {
      new iam.CfnServiceLinkedRole(s, 'S', { awsServiceName: 'ecs.amazonaws.com' });
    },
  ],
  [
    'log-delivery-own-trail',
    (s) => {
      new trail.Trail(s, 'T', { sendToCloudWatchLogs: true, isMultiRegionTrail: true });
    },
  ],
  [
    'trail-management-events-kms',
    (s) => {
      new trail.Trail(s, 'T', { encryptionKey: new kms.Key(s, 'K'), managementEvents: trail.ReadWriteType.ALL });
    },
  ],
  [
    'budget',
    (s) => {
      new budgets.CfnBudget(s, 'B', {
        budget: { budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: 100, unit: 'USD' } },
        notificationsWithSubscribers: [
          {
            notification: { comparisonOperator: 'GREATER_THAN', notificationType: 'ACTUAL', threshold: 80 },
            subscribers: [{ subscriptionType: 'EMAIL', address: 'a@example.com' }],
          },
        ],
      });
    },
  ],
  [
    'cost-anomaly',
    only('AWS::CE::AnomalyMonitor', { MonitorName: 'm', MonitorType: 'DIMENSIONAL', MonitorDimension: 'SERVICE' }),
  ],
  [
    'config-rules',
    (s) => {
      new config.ManagedRule(s, 'C', { identifier: 'S3_BUCKET_PUBLIC_READ_PROHIBITED' });
    },
  ],
  [
    'config-recorder',
    (s) => {
      const r = new iam.Role(s, 'R', {
        assumedBy: svc('config.amazonaws.com'),
        managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWS_ConfigRole')],
      });
      new config.CfnConfigurationRecorder(s, 'C', { roleArn: r.roleArn, recordingGroup: { allSupported: true } });
      new config.CfnDeliveryChannel(s, 'D', { s3BucketName: new s3.Bucket(s, 'B').bucketName });
    },
  ],
  [
    'guardduty',
    only('AWS::GuardDuty::Detector', {
      Enable: true,
      Features: [
        { Name: 'S3_DATA_EVENTS', Status: 'ENABLED' },
        { Name: 'LAMBDA_NETWORK_LOGS', Status: 'ENABLED' },
      ],
    }),
  ],
  ['securityhub', only('AWS::SecurityHub::Hub', { EnableDefaultStandards: true })],
  ['inspector', only('AWS::InspectorV2::Filter', { Name: 'f', FilterAction: 'NONE', FilterCriteria: {} })],
  ['macie', only('AWS::Macie::Session', { Status: 'ENABLED' })],
  ['access-analyzer', only('AWS::AccessAnalyzer::Analyzer', { Type: 'ACCOUNT' })],
  [
    'unused-access-analyzer',
    only('AWS::AccessAnalyzer::Analyzer', {
      Type: 'ACCOUNT_UNUSED_ACCESS',
      AnalyzerConfiguration: { UnusedAccessConfiguration: { UnusedAccessAge: 90 } },
    }),
  ],
  ['detective', only('AWS::Detective::Graph', {})],
  [
    'resource-group-by-tag',
    only('AWS::ResourceGroups::Group', {
      Name: 'agent',
      ResourceQuery: {
        Type: 'TAG_FILTERS_1_0',
        Query: { ResourceTypeFilters: ['AWS::AllSupported'], TagFilters: [{ Key: 'app', Values: ['agent'] }] },
      },
    }),
  ],
  [
    'resource-group-by-stack',
    only('AWS::ResourceGroups::Group', {
      Name: 'agent',
      ResourceQuery: { Type: 'CLOUDFORMATION_STACK_1_0', Query: { StackIdentifier: { Ref: 'AWS::StackId' } } },
    }),
  ],
  ['app-registry', only('AWS::ServiceCatalogAppRegistry::Application', { Name: 'agent' })],
  [
    'app-registry-association',
    (s) => {
      const a = new CfnResource(s, 'A', {
        type: 'AWS::ServiceCatalogAppRegistry::Application',
        properties: { Name: 'agent' },
      });
      new CfnResource(s, 'X', {
        type: 'AWS::ServiceCatalogAppRegistry::ResourceAssociation',
        properties: { Application: a.ref, Resource: Aws.STACK_ID, ResourceType: 'CFN_STACK' },
      });
    },
  ],
  [
    'app-insights',
    only('AWS::ApplicationInsights::Application', { ResourceGroupName: 'agent', AutoConfigurationEnabled: true }),
  ],
  [
    'devops-guru',
    only('AWS::DevOpsGuru::ResourceCollection', {
      ResourceCollectionFilter: { CloudFormation: { StackNames: ['Quickstart'] } },
    }),
  ],
  ['resiliencehub', only('AWS::ResilienceHub::ResiliencyPolicy', { PolicyName: 'p', Tier: 'Critical', Policy: {} })],
  [
    'service-catalog',
    (s) => {
      const p = new sc.Portfolio(s, 'P', { displayName: 'p', providerName: 'me' });
      p.giveAccessToRole(new iam.Role(s, 'R', { assumedBy: new iam.AccountRootPrincipal() }));
    },
  ],
  [
    'athena',
    (s) => {
      const b = new s3.Bucket(s, 'B');
      new athena.CfnWorkGroup(s, 'W', {
        name: 'w',
        workGroupConfiguration: { resultConfiguration: { outputLocation: `s3://${b.bucketName}/r` } },
      });
    },
  ],
  [
    'firehose-own',
    (s) => {
      new firehose.DeliveryStream(s, 'F', { destination: new firehose.S3Bucket(new s3.Bucket(s, 'B')) });
    },
  ],
  [
    'kinesis',
    (s) => {
      new kinesis.Stream(s, 'K').grantRead(fn(s));
    },
  ],
  [
    'opensearch',
    (s) => {
      new os.Domain(s, 'O', {
        version: os.EngineVersion.OPENSEARCH_2_11,
        enforceHttps: true,
        nodeToNodeEncryption: true,
        encryptionAtRest: { enabled: true },
        fineGrainedAccessControl: { masterUserName: 'a' },
      });
    },
  ],
  ['aoss', only('AWS::OpenSearchServerless::Collection', { Name: 'c', Type: 'SEARCH' })],
  [
    'cognito',
    (s) => {
      const up = new cognito.UserPool(s, 'U', { selfSignUpEnabled: false });
      up.addClient('C');
      up.addDomain('D', { cognitoDomain: { domainPrefix: 'x' } });
    },
  ],
  [
    'identity-pool',
    (s) => {
      const p = new cognito.CfnIdentityPool(s, 'P', { allowUnauthenticatedIdentities: false });
      const role = new iam.Role(s, 'R', {
        assumedBy: new iam.FederatedPrincipal(
          'cognito-identity.amazonaws.com',
          {
            StringEquals: { 'cognito-identity.amazonaws.com:aud': p.ref },
            'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
          },
          'sts:AssumeRoleWithWebIdentity',
        ),
      });
      new s3.Bucket(s, 'B').grantRead(role, `\${cognito-identity.amazonaws.com:sub}/*`);
    },
  ],
  [
    'ses-identity',
    (s) => {
      new ses.EmailIdentity(s, 'I', { identity: ses.Identity.domain('example.com') });
    },
  ],
  [
    'waf-own',
    (s) => {
      new CfnResource(s, 'W', {
        type: 'AWS::WAFv2::WebACL',
        properties: {
          DefaultAction: { Allow: {} },
          Scope: 'REGIONAL',
          VisibilityConfig: { SampledRequestsEnabled: true, CloudWatchMetricsEnabled: true, MetricName: 'm' },
          Rules: [],
        },
      });
    },
  ],
  [
    'route53-zone',
    (s) => {
      const z = new r53.PublicHostedZone(s, 'Z', { zoneName: 'example.com' });
      new acm.Certificate(s, 'C', { domainName: 'a.example.com', validation: acm.CertificateValidation.fromDns(z) });
    },
  ],
  [
    'private-zone-own-vpc',
    (s) => {
      new r53.PrivateHostedZone(s, 'Z', { zoneName: 'app.local', vpc: new ec2.Vpc(s, 'V') });
    },
  ],
  [
    'sns-sqs',
    (s) => {
      const t = new sns.Topic(s, 'T');
      t.addSubscription(
        new subs.SqsSubscription(
          new sqs.Queue(s, 'Q', { deadLetterQueue: { maxReceiveCount: 3, queue: new sqs.Queue(s, 'D') } }),
        ),
      );
    },
  ],
  [
    'sns-alarm-topic-encrypted',
    (s) => {
      const k = new kms.Key(s, 'K');
      k.grant(svc('cloudwatch.amazonaws.com'), 'kms:Decrypt', 'kms:GenerateDataKey');
      new sns.Topic(s, 'T', { masterKey: k, enforceSSL: true });
    },
  ],
  [
    'ssm-params',
    (s, r) => {
      new ssm.StringParameter(s, 'P', {
        parameterName: '/agent/launch',
        stringValue: r('AgentSessionsLaunchFunction', 'Arn'),
      });
    },
  ],
  [
    'ssm-document',
    (s) => {
      new ssm.CfnDocument(s, 'D', { documentType: 'Command', content: { schemaVersion: '2.2', mainSteps: [] } });
    },
  ],
  [
    'ssm-maintenance-window',
    (s) => {
      new ssm.CfnMaintenanceWindow(s, 'D', {
        allowUnassociatedTargets: false,
        cutoff: 1,
        duration: 2,
        name: 'w',
        schedule: 'rate(7 days)',
      });
    },
  ],
  [
    'appconfig',
    (s) => {
      new appconfig.Application(s, 'A').addHostedConfiguration('H', {
        content: appconfig.ConfigurationContent.fromInlineText('x'),
      });
    },
  ],
  ['iot-thing', only('AWS::IoT::Thing', { ThingName: 't' })],
  [
    'transfer',
    only('AWS::Transfer::Server', {
      Protocols: ['SFTP'],
      EndpointType: 'PUBLIC',
      IdentityProviderType: 'SERVICE_MANAGED',
    }),
  ],
  [
    'fsx',
    only('AWS::FSx::FileSystem', {
      FileSystemType: 'LUSTRE',
      SubnetIds: ['subnet-0123456789abcdef0'],
      StorageCapacity: 1200,
    }),
  ],
  [
    'bedrock-guardrail',
    only('AWS::Bedrock::Guardrail', {
      Name: 'g',
      BlockedInputMessaging: 'no',
      BlockedOutputsMessaging: 'no',
      ContentPolicyConfig: { FiltersConfig: [{ Type: 'HATE', InputStrength: 'HIGH', OutputStrength: 'HIGH' }] },
    }),
  ],
  [
    'bedrock-kb',
    (s) => {
      const b = new s3.Bucket(s, 'B');
      const role = new iam.Role(s, 'R', {
        assumedBy: new iam.ServicePrincipal('bedrock.amazonaws.com', {
          conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
        }),
      });
      b.grantRead(role);
      const kb = new CfnResource(s, 'Kb', {
        type: 'AWS::Bedrock::KnowledgeBase',
        properties: {
          Name: 'kb',
          RoleArn: role.roleArn,
          KnowledgeBaseConfiguration: {
            Type: 'VECTOR',
            VectorKnowledgeBaseConfiguration: {
              EmbeddingModelArn: 'arn:aws:bedrock:eu-west-1::foundation-model/amazon.titan-embed-text-v2:0',
            },
          },
          StorageConfiguration: {
            Type: 'S3_VECTORS',
            S3VectorsConfiguration: { IndexArn: 'arn:aws:s3vectors:eu-west-1:111122223333:bucket/b/index/i' },
          },
        },
      });
      new CfnResource(s, 'Ds', {
        type: 'AWS::Bedrock::DataSource',
        properties: {
          Name: 'd',
          KnowledgeBaseId: kb.ref,
          DataSourceConfiguration: { Type: 'S3', S3Configuration: { BucketArn: b.bucketArn } },
        },
      });
    },
  ],
  [
    'bedrock-invocation-logging-profile',
    only('AWS::Bedrock::ApplicationInferenceProfile', {
      InferenceProfileName: 'p',
      ModelSource: { CopyFrom: 'arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-lite-v1:0' },
    }),
  ],
  [
    'redshift',
    (s) => {
      new CfnResource(s, 'R', {
        type: 'AWS::RedshiftServerless::Namespace',
        properties: { NamespaceName: 'n', ManageAdminPassword: true },
      });
    },
  ],
  [
    'auditor-by-entries',
    (s, r) => {
      const role = new iam.Role(s, 'R', { assumedBy: new iam.AccountRootPrincipal() });
      role.addToPolicy(
        new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [`${r('AgentLedgerPublication', 'Arn')}/*`] }),
      );
    },
  ],
  [
    'step-functions-own',
    (s) => {
      const f = fn(s);
      new sfn.StateMachine(s, 'M', {
        definitionBody: sfn.DefinitionBody.fromChainable(new tasks.LambdaInvoke(s, 'I', { lambdaFunction: f })),
        tracingEnabled: true,
        logs: { destination: new logs.LogGroup(s, 'L'), level: sfn.LogLevel.ALL },
      });
    },
  ],
  [
    'log-resource-policy-own',
    (s) => {
      const l = new logs.LogGroup(s, 'L');
      l.addToResourcePolicy(
        new iam.PolicyStatement({
          principals: [svc('es.amazonaws.com')],
          actions: ['logs:PutLogEvents'],
          resources: [l.logGroupArn],
        }),
      );
    },
  ],
  [
    'log-data-protection-own',
    (s) => {
      new logs.LogGroup(s, 'L', {
        dataProtectionPolicy: new logs.DataProtectionPolicy({ identifiers: [logs.DataIdentifier.EMAILADDRESS] }),
      });
    },
  ],
  [
    'lambda-insights-own',
    (s) => {
      fn(s, 'F', { insightsVersion: lambda.LambdaInsightsVersion.VERSION_1_0_333_0 });
    },
  ],
  [
    'lambda-in-vpc-own',
    (s) => {
      fn(s, 'F', { vpc: new ec2.Vpc(s, 'V') });
    },
  ],
  [
    'lambda-dlq-own',
    (s) => {
      fn(s, 'F', { deadLetterQueueEnabled: true, tracing: lambda.Tracing.ACTIVE, reservedConcurrentExecutions: 2 });
    },
  ],
  [
    'resource-explorer',
    (s) => {
      new CfnResource(s, 'R', { type: 'AWS::ResourceExplorer2::Index', properties: { Type: 'LOCAL' } });
    },
  ],
  [
    'quicksight',
    (s) => {
      new CfnResource(s, 'R', {
        type: 'AWS::QuickSight::Template',
        properties: { AwsAccountId: Aws.ACCOUNT_ID, TemplateId: 't' },
      });
    },
  ],
  [
    'webhook-for-onwaiting-own-lambda',
    (s) => {
      const f = fn(s);
      new events.Rule(s, 'R', {
        eventPattern: { source: ['aws.states'], detailType: ['Step Functions Execution Status Change'] },
        targets: [new targets.LambdaFunction(f, { retryAttempts: 2, deadLetterQueue: new sqs.Queue(s, 'Q') })],
      });
    },
  ],
  [
    'image-scan-finding-rule',
    (s, r) => {
      const t = new sns.Topic(s, 'T');
      new events.Rule(s, 'R', {
        eventPattern: {
          source: ['aws.ecr'],
          detailType: ['ECR Image Scan'],
          detail: { 'repository-name': [r('AgentImages')] },
        },
        targets: [new targets.SnsTopic(t)],
      });
    },
  ],
  [
    'autoscaling-own-table',
    (s) => {
      new ddb.Table(s, 'T', {
        partitionKey: { name: 'id', type: ddb.AttributeType.STRING },
        billingMode: ddb.BillingMode.PROVISIONED,
      })
        .autoScaleReadCapacity({ minCapacity: 1, maxCapacity: 5 })
        .scaleOnUtilization({ targetUtilizationPercent: 70 });
    },
  ],
  [
    'vpc-lattice-own',
    (s) => {
      new CfnResource(s, 'R', {
        type: 'AWS::VpcLattice::ServiceNetwork',
        properties: { Name: 'n', AuthType: 'AWS_IAM' },
      });
    },
  ],
  [
    'transit-gateway-own',
    (s) => {
      const v = new ec2.Vpc(s, 'V');
      const t = new ec2.CfnTransitGateway(s, 'T', {});
      new ec2.CfnTransitGatewayAttachment(s, 'A', {
        transitGatewayId: t.ref,
        vpcId: v.vpcId,
        subnetIds: v.privateSubnets.map((x) => x.subnetId),
      });
    },
  ],
  [
    'client-vpn-endpoint-own',
    (s) => {
      const v = new ec2.Vpc(s, 'V');
      new ec2.InterfaceVpcEndpoint(s, 'E', { vpc: v, service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY });
    },
  ],
  [
    'msk',
    (s) => {
      new CfnResource(s, 'R', {
        type: 'AWS::MSK::ServerlessCluster',
        properties: {
          ClusterName: 'c',
          VpcConfigs: [{ SubnetIds: ['subnet-1'] }],
          ClientAuthentication: { Sasl: { Iam: { Enabled: true } } },
        },
      });
    },
  ],
  [
    'amplify',
    (s) => {
      new CfnResource(s, 'R', { type: 'AWS::Amplify::App', properties: { Name: 'web' } });
    },
  ],
  [
    'ram-share-own',
    (s) => {
      const v = new ec2.Vpc(s, 'V');
      new CfnResource(s, 'R', {
        type: 'AWS::RAM::ResourceShare',
        properties: {
          Name: 'share',
          ResourceArns: [`arn:aws:ec2:${Aws.REGION}:${Aws.ACCOUNT_ID}:subnet/${v.privateSubnets[0]!.subnetId}`],
        },
      });
    },
  ],
  [
    's3-account-public-block',
    (s) => {
      new CfnResource(s, 'R', {
        type: 'AWS::S3::StorageLens',
        properties: { StorageLensConfiguration: { Id: 'x', IsEnabled: true, AccountLevel: { BucketLevel: {} } } },
      });
    },
  ],
  [
    'permission-set',
    (s) => {
      new CfnResource(s, 'R', {
        type: 'AWS::SSO::PermissionSet',
        properties: {
          Name: 'Viewer',
          InstanceArn: 'arn:aws:sso:::instance/ssoins-1',
          ManagedPolicies: ['arn:aws:iam::aws:policy/job-function/ViewOnlyAccess'],
        },
      });
    },
  ],
  [
    'permission-set-approver',
    (s, r) => {
      new CfnResource(s, 'R', {
        type: 'AWS::SSO::PermissionSet',
        properties: {
          Name: 'Approvers',
          InstanceArn: 'arn:aws:sso:::instance/ssoins-1',
          InlinePolicy: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: r('AgentApprovalsApproverRole', 'Arn') },
            ],
          },
        },
      });
    },
  ],
  [
    'scp',
    (s) => {
      new CfnResource(s, 'R', {
        type: 'AWS::Organizations::Policy',
        properties: {
          Name: 'p',
          Type: 'SERVICE_CONTROL_POLICY',
          Content: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Deny', Action: ['cloudtrail:StopLogging'], Resource: '*' }],
          },
        },
      });
    },
  ],
  [
    'lambda-powertools-layer',
    (s) => {
      fn(s, 'F', {
        layers: [
          lambda.LayerVersion.fromLayerVersionArn(
            s,
            'L',
            'arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsTypeScriptV2:1',
          ),
        ],
      });
    },
  ],
  [
    'cross-account-role-for-monitoring-sink',
    (s) => {
      new CfnResource(s, 'R', { type: 'AWS::Oam::Sink', properties: { Name: 'sink' } });
    },
  ],
  [
    'fis',
    (s) => {
      new CfnResource(s, 'R', {
        type: 'AWS::FIS::ExperimentTemplate',
        properties: {
          Description: 'd',
          RoleArn: 'arn:aws:iam::111122223333:role/fis',
          StopConditions: [{ Source: 'none' }],
          Targets: {},
          Actions: {},
        },
      });
    },
  ],
  [
    'app-role-with-bedrock-agentcore',
    (s) => {
      new CfnResource(s, 'R', {
        type: 'AWS::BedrockAgentCore::Memory',
        properties: { Name: 'm', EventExpiryDuration: 30, EncryptionKeyArn: new kms.Key(s, 'K').keyArn },
      });
    },
  ],
];

/** The sections of a template that the CDK writes. */
const SECTIONS = ['Resources', 'Parameters', 'Conditions', 'Mappings', 'Outputs'] as const;

/** Neighbours of the quickstart that its runtime doesn't know. */
export const CDK_NEIGHBOURS: readonly OtherMutation[] = NEIGHBOURS.map(([id, make]) => ({
  id: `cdk-${id}`,
  app: 'quickstart',
  dig: (dug) => {
    const app = new App();
    const stack = new Stack(app, 'Quickstart');
    make(stack, (name, attribute) =>
      Token.asString(attribute === undefined ? dug.ref(name) : dug.get(name, attribute)),
    );
    const made = app.synth().getStackByName('Quickstart').template as TemplateBody;
    const { body } = dug.stacks[0] as DugStack;
    for (const section of SECTIONS) {
      if (made[section] !== undefined) Object.assign((body[section] ??= {}) as JsonObject, made[section]);
    }
  },
}));
