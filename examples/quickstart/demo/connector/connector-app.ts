import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import {
  AgentImage,
  BedrockModel,
  Credential,
  HardenedAgentRuntime,
  McpConnector,
  ServerReview,
} from '../../../../lib';

/** An agent with the tools of one review file, whose server is played on this machine. */
const app = new App({ builtinCloudFormationValidation: false });
const stack = new Stack(app, 'Connector');
const connector = new McpConnector(stack, 'Imported', {
  review: ServerReview.fromFile(app.node.getContext('review')),
  credential: Credential.bearer('stand-in-token'),
  // The stand-in listens on this machine.
  internal: true,
});
const agent = new HardenedAgentRuntime(stack, 'Agent', {
  image: AgentImage.fromEcrDigest(
    new ecr.Repository(stack, 'Images', { removalPolicy: RemovalPolicy.DESTROY }),
    `sha256:${'0'.repeat(64)}`,
  ),
  models: [BedrockModel.global('global.anthropic.claude-sonnet-5-5')],
  connectors: [connector],
  approvals: { approverGroups: ['leads'] },
  retention: Duration.days(1),
  ledger: { shortRetention: true },
  dashboard: false,
});
for (const tool of connector.tools) agent.allow(tool);

const outputs = {
  AgentRoleArn: agent.agentRole.roleArn,
  ApproverRoleArn: agent.approvals.approverRole.roleArn,
  DeskUrl: agent.approvals.deskUrl,
  ExecutorArn: connector.function.functionArn,
  GateUrl: agent.gateUrl,
  LaunchFunctionArn: agent.launchFunction.functionArn,
  SecretArn: connector.secretArn ?? '',
};
for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
