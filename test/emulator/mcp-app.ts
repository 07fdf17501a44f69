import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { AgentImage, BedrockModel, Credential, HardenedAgentRuntime, McpConnector, ServerReview } from '../../lib';

/** An agent with the tools of real MCP servers, as their review files grant them. */
const app = new App({ builtinCloudFormationValidation: false });
const stack = new Stack(app, 'Mcp');
const names: readonly string[] = app.node.getContext('servers').split(',');
const connectors = names.map(
  (name) =>
    new McpConnector(stack, name, {
      review: ServerReview.fromFile(`${app.node.getContext('reviews')}/${name}.review.json`),
      credential: Credential.bearer(`${name}-token`),
      internal: true,
    }),
);
const agent = new HardenedAgentRuntime(stack, 'Agent', {
  image: AgentImage.fromEcrDigest(
    new ecr.Repository(stack, 'Images', { repositoryName: 'mcp', removalPolicy: RemovalPolicy.DESTROY }),
    `sha256:${'0'.repeat(64)}`,
  ),
  models: [BedrockModel.foundation('openai.gpt-oss-120b-1:0')],
  connectors,
  approvals: { approverGroups: ['leads'] },
  retention: Duration.days(1),
  ledger: { shortRetention: true },
});
for (const connector of connectors) for (const tool of connector.tools) agent.allow(tool);
const outputs = {
  AgentRoleArn: agent.agentRole.roleArn,
  EvidenceBucket: agent.ledger.evidenceBucket.bucketName,
  GateUrl: agent.gateUrl,
  LaunchFunctionArn: agent.launchFunction.functionArn,
  LedgerBucket: agent.ledger.ledgerBucket.bucketName,
  ...Object.fromEntries(connectors.map(({ node, secretArn }) => [`${node.id}Secret`, secretArn ?? ''])),
};
for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
