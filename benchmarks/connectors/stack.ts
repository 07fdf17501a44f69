import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { AgentImage, BedrockModel, HardenedAgentRuntime } from '../../lib';
import { KINDS } from './kinds';

/** An agent with a connector of each kind. @param given the address of the target. Default: the context's `targetUrl` */
export function connectorsApp(given?: string): App {
  const app = new App({ builtinCloudFormationValidation: false });
  const targetUrl = given ?? (app.node.getContext('targetUrl') as string);
  const stack = new Stack(app, 'Connectors');
  const connectors = KINDS.map(({ declare }) => declare(stack, targetUrl));
  const agent = new HardenedAgentRuntime(stack, 'Agent', {
    image: AgentImage.fromEcrDigest(
      new ecr.Repository(stack, 'Images', { repositoryName: 'connectors', removalPolicy: RemovalPolicy.DESTROY }),
      `sha256:${'0'.repeat(64)}`,
    ),
    models: [BedrockModel.foundation('openai.gpt-oss-120b-1:0')],
    connectors,
    approvals: { approverGroups: ['support-leads'] },
    maxCallsPerSession: 100_000,
    maxDenialsPerSession: 100_000,
    retention: Duration.days(1),
    ledger: { shortRetention: true },
    dashboard: false,
  });
  for (const connector of connectors) {
    for (const tool of connector.tools) {
      agent.allow(tool);
      const secretArn = connector.secretArnFor(tool);
      if (secretArn) new CfnOutput(stack, `Secret${tool.toolName.replaceAll('_', '')}`, { value: secretArn });
    }
  }
  for (const [name, value] of Object.entries({
    AgentRoleArn: agent.agentRole.roleArn,
    GateUrl: agent.gateUrl,
    LaunchFunctionArn: agent.launchFunction.functionArn,
  })) {
    new CfnOutput(stack, name, { value });
  }
  return app;
}
