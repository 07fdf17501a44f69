import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { AgentImage, BedrockModel, HardenedAgentRuntime, SessionDocuments } from '../../lib';

/** An agent that reads the documents of its session, and nothing else. */
const app = new App({ builtinCloudFormationValidation: false });
const stack = new Stack(app, 'Documents');
const bucket = new s3.Bucket(stack, 'Files', { versioned: true, removalPolicy: RemovalPolicy.DESTROY });
const cases = new SessionDocuments(stack, 'Cases', { bucket, prefix: 'cases/' });
const agent = new HardenedAgentRuntime(stack, 'Agent', {
  image: AgentImage.fromEcrDigest(
    new ecr.Repository(stack, 'Images', { repositoryName: 'documents', removalPolicy: RemovalPolicy.DESTROY }),
    `sha256:${'0'.repeat(64)}`,
  ),
  models: [BedrockModel.foundation('openai.gpt-oss-120b-1:0')],
  connectors: [cases],
  approvals: { approverGroups: ['leads'] },
  retention: Duration.days(1),
  ledger: { shortRetention: true },
});
agent.allow(cases.tool);
for (const [name, value] of Object.entries({
  AgentRoleArn: agent.agentRole.roleArn,
  Bucket: bucket.bucketName,
  EvidenceBucket: agent.ledger.evidenceBucket.bucketName,
  ExecutorRoleArn: cases.role.roleArn,
  GateUrl: agent.gateUrl,
  LaunchFunctionArn: agent.launchFunction.functionArn,
  LaunchRoleArn: agent.launchFunction.role?.roleArn ?? '',
})) {
  new CfnOutput(stack, name, { value });
}
