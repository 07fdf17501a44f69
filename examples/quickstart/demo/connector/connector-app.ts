import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import {
  AgentImage,
  BedrockModel,
  Credential,
  HardenedAgentRuntime,
  McpConnector,
  OpenApiConnector,
  OpenApiDocument,
  ServerReview,
} from '../../../../lib';

/** An agent with the tools of one review file, whose server is played on this machine. */
const app = new App({ builtinCloudFormationValidation: false });
const stack = new Stack(app, 'Connector');
const context = (key: string) => app.node.tryGetContext(key) as string | undefined;
const common = {
  review: ServerReview.fromFile(context('review') ?? ''),
  credential: credentialOf(context('credential') ?? 'bearer'),
  // The stand-in listens on this machine.
  internal: true,
};
const document = context('document');
const connector =
  document === undefined
    ? new McpConnector(stack, 'Imported', common)
    : new OpenApiConnector(stack, 'Imported', {
        ...common,
        document: OpenApiDocument.fromFile(document),
        baseUrl: context('baseUrl') ?? '',
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

/** @param kind `bearer`, `basic`, or the name of a header after `header:` */
function credentialOf(kind: string): Credential {
  if (kind === 'basic') return Credential.basic('stand-in-token');
  const [, header] = /^header:(.+)$/.exec(kind) ?? [];
  return header === undefined ? Credential.bearer('stand-in-token') : Credential.header('stand-in-token', header);
}
