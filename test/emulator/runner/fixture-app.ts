import { App, CfnOutput, CfnResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as stepfunctions from 'aws-cdk-lib/aws-stepfunctions';

/** A small app with one of everything that the library deploys: what the runner's own test deploys. */
const app = new App();
const stack = new Stack(app, 'Fixture');
const code = lambda.Code.fromAsset(app.node.getContext('handlers'));

function role(id: string, service: string): iam.Role {
  return new iam.Role(stack, id, {
    assumedBy: new iam.ServicePrincipal(service, {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  });
}

function handler(id: string, functionRole: iam.IRole, environment: Record<string, string>): lambda.Function {
  const file = id.toLowerCase();
  return new lambda.Function(stack, id, {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: `${file}.handler`,
    code,
    role: functionRole,
    timeout: Duration.seconds(20),
    environment,
  });
}

// Network: what the emulator can't enforce must at least not stop the deployment.
const vpc = new ec2.Vpc(stack, 'Vpc', {
  maxAzs: 2,
  natGateways: 0,
  restrictDefaultSecurityGroup: true,
  subnetConfiguration: [{ name: 'isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }],
  flowLogs: { all: {} },
});
const closed = new ec2.SecurityGroup(stack, 'Closed', { vpc, allowAllOutbound: false, description: 'closed' });
const endpointGroup = new ec2.SecurityGroup(stack, 'EndpointGroup', {
  vpc,
  allowAllOutbound: false,
  description: 'endpoint',
});
closed.connections.allowTo(endpointGroup, ec2.Port.tcp(443), 'to the endpoint');
const endpoint = vpc.addInterfaceEndpoint('ExecuteApi', {
  service: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY,
  open: false,
  securityGroups: [endpointGroup],
});
vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 });
const domains = new CfnResource(stack, 'Domains', {
  type: 'AWS::Route53Resolver::FirewallDomainList',
  properties: { Domains: ['*'] },
});
new CfnOutput(stack, 'DomainsId', { value: domains.ref });

// Secret: only the reader may read it, whatever other roles' own policies say.
const reader = role('Reader', 'lambda.amazonaws.com');
const foreigner = role('Foreigner', 'lambda.amazonaws.com');
const secret = new secretsmanager.CfnSecret(stack, 'Secret', { secretString: 'open sesame' });
for (const grantee of [reader, foreigner]) {
  grantee.addToPolicy(
    new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.attrId] }),
  );
}
new secretsmanager.CfnResourcePolicy(stack, 'SecretPolicy', {
  secretId: secret.ref,
  resourcePolicy: {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OnlyTheReader',
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
        Condition: { ArnNotEquals: { 'aws:PrincipalArn': [reader.roleArn] } },
      },
    ],
  },
});
const read = handler('Read', reader, { SECRET_ARN: secret.attrId, TARGET: app.node.getContext('target') });

// Bucket: locked, encrypted, TLS only, create-only.
const key = new kms.Key(stack, 'Key', { enableKeyRotation: true, removalPolicy: RemovalPolicy.DESTROY });
const bucket = new s3.Bucket(stack, 'Locked', {
  encryption: s3.BucketEncryption.KMS,
  encryptionKey: key,
  versioned: true,
  objectLockEnabled: true,
  objectLockDefaultRetention: s3.ObjectLockRetention.compliance(Duration.days(1)),
  enforceSSL: true,
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  removalPolicy: RemovalPolicy.RETAIN,
});
bucket.addToResourcePolicy(
  new iam.PolicyStatement({
    sid: 'CreateOnly',
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('*')],
    conditions: { Null: { 's3:if-none-match': 'true' } },
  }),
);
bucket.addToResourcePolicy(
  new iam.PolicyStatement({
    sid: 'NotForForeigners',
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['s3:PutObject'],
    resources: [bucket.arnForObjects('*')],
    conditions: { ArnEquals: { 'aws:PrincipalArn': foreigner.roleArn } },
  }),
);
key.addToResourcePolicy(
  new iam.PolicyStatement({
    sid: 'NotForForeigners',
    effect: iam.Effect.DENY,
    principals: [new iam.AnyPrincipal()],
    actions: ['kms:Encrypt'],
    resources: ['*'],
    conditions: { ArnEquals: { 'aws:PrincipalArn': foreigner.roleArn } },
  }),
);
for (const grantee of [reader, foreigner]) {
  grantee.addToPolicy(new iam.PolicyStatement({ actions: ['kms:Encrypt'], resources: [key.keyArn] }));
  grantee.addToPolicy(
    new iam.PolicyStatement({
      actions: ['s3:PutObject', 's3:GetObject', 's3:DeleteObjectVersion'],
      resources: [bucket.arnForObjects('*')],
    }),
  );
}

// API: private, signed, and only for the agent's role, though the stranger's own policy would allow it.
const agent = role('Agent', 'ecs-tasks.amazonaws.com');
const stranger = role('Stranger', 'ecs-tasks.amazonaws.com');
const gate = handler('Gate', role('GateRole', 'lambda.amazonaws.com'), {});
const api = new apigateway.RestApi(stack, 'Api', {
  endpointConfiguration: { types: [apigateway.EndpointType.PRIVATE], vpcEndpoints: [endpoint] },
  deployOptions: { stageName: 'v1' },
  cloudWatchRole: false,
  policy: new iam.PolicyDocument({
    statements: [
      new iam.PolicyStatement({
        principals: [new iam.ArnPrincipal(agent.roleArn)],
        actions: ['execute-api:Invoke'],
        resources: ['execute-api:/*'],
        conditions: { StringEquals: { 'aws:SourceVpc': vpc.vpcId } },
      }),
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['execute-api:Invoke'],
        resources: ['execute-api:/*'],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': agent.roleArn } },
      }),
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: ['execute-api:Invoke'],
        resources: ['execute-api:/*'],
        conditions: { StringNotEquals: { 'aws:SourceVpc': vpc.vpcId } },
      }),
    ],
  }),
});
const call = api.root.addResource('call').addMethod('POST', new apigateway.LambdaIntegration(gate), {
  authorizationType: apigateway.AuthorizationType.IAM,
});
for (const grantee of [agent, stranger]) {
  grantee.addToPolicy(new iam.PolicyStatement({ actions: ['execute-api:Invoke'], resources: [call.methodArn] }));
}

// Approval: a task that waits for its token, which the function puts into a table once.
const table = new dynamodb.TableV2(stack, 'Table', {
  partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
  timeToLiveAttribute: 'ttl',
  removalPolicy: RemovalPolicy.DESTROY,
});
const keeperRole = role('KeeperRole', 'lambda.amazonaws.com');
keeperRole.addToPolicy(new iam.PolicyStatement({ actions: ['dynamodb:PutItem'], resources: [table.tableArn] }));
const keeper = handler('Keeper', keeperRole, { TABLE: table.tableName });
const machineRole = role('MachineRole', 'states.amazonaws.com');
machineRole.addToPolicy(
  new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [keeper.functionArn] }),
);
const machine = new stepfunctions.CfnStateMachine(stack, 'Machine', {
  roleArn: machineRole.roleArn,
  definition: {
    StartAt: 'Wait',
    States: {
      Wait: {
        Type: 'Task',
        Resource: `arn:${stack.partition}:states:::lambda:invoke.waitForTaskToken`,
        Parameters: {
          FunctionName: keeper.functionArn,
          Payload: { 'token.$': '$$.Task.Token', 'id.$': '$.id' },
        },
        TimeoutSeconds: 60,
        End: true,
      },
    },
  },
});

// Task: runs nowhere in the emulator, but its role and RunTask are real.
const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
const task = new ecs.FargateTaskDefinition(stack, 'Task', { taskRole: agent, cpu: 256, memoryLimitMiB: 512 });
task.addContainer('agent', {
  image: ecs.ContainerImage.fromRegistry('public.ecr.aws/docker/library/busybox:latest'),
  readonlyRootFilesystem: true,
});

const outputs = {
  AgentRole: agent.roleArn,
  StrangerRole: stranger.roleArn,
  ReaderRole: reader.roleArn,
  ForeignerRole: foreigner.roleArn,
  SecretArn: secret.attrId,
  KeyArn: key.keyArn,
  BucketName: bucket.bucketName,
  ApiId: api.restApiId,
  KeeperFunction: keeper.functionName,
  ReadFunction: read.functionName,
  TableName: table.tableName,
  MachineArn: machine.ref,
  ClusterName: cluster.clusterName,
  TaskArn: task.taskDefinitionArn,
  SubnetId: vpc.isolatedSubnets[0].subnetId,
  VpcCidr: vpc.vpcCidrBlock,
};
for (const [id, value] of Object.entries(outputs)) {
  new CfnOutput(stack, id, { value });
}
