import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import {
  AgentImage,
  AgentPlatform,
  BedrockModel,
  Credential,
  Effect,
  HardenedAgentRuntime,
  HttpConnector,
  HttpMethod,
  InputSchema,
} from '../../lib';

/** Three agents with four connectors each, on one platform, in three stacks. The first is in the platform's. */
const app = new App({ builtinCloudFormationValidation: false });
const baseUrl: string = app.node.getContext('ticketsUrl');
const shared = new Stack(app, 'Platform');
const platform = new AgentPlatform(shared, 'Agents', {
  approvals: { approverGroups: ['leads'] },
  retention: Duration.days(1),
  ledger: { shortRetention: true },
});
new CfnOutput(shared, 'DeskUrl', { value: platform.deskUrl });
new CfnOutput(shared, 'ApproverRoleArn', { value: platform.approverRole.roleArn });
new CfnOutput(shared, 'LedgerBucket', { value: platform.ledger.ledgerBucket.bucketName });
new CfnOutput(shared, 'EvidenceBucket', { value: platform.ledger.evidenceBucket.bucketName });
new CfnOutput(shared, 'SealFunctionArn', { value: platform.ledger.sealFunction.functionArn });

for (const [stack, id] of [
  [shared, 'Support'],
  [new Stack(app, 'Sales'), 'Sales'],
  [new Stack(app, 'Billing'), 'Billing'],
] as const) {
  addAgent(stack, id);
}

function addAgent(stack: Stack, id: string): void {
  const connectors = [1, 2, 3, 4].map((n) => connectorIn(stack, id, n));
  const repository = new ecr.Repository(stack, `${id}Images`, {
    repositoryName: `${id.toLowerCase()}-images`,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const agent = new HardenedAgentRuntime(stack, id, {
    image: AgentImage.fromEcrDigest(repository, `sha256:${'0'.repeat(64)}`),
    models: [BedrockModel.foundation('openai.gpt-oss-120b-1:0')],
    connectors,
    platform,
  });
  for (const tool of connectors.flatMap(({ tools }) => tools)) agent.allow(tool);
  const outputs = {
    AgentId: agent.agentId,
    AgentRoleArn: agent.agentRole.roleArn,
    GateUrl: agent.gateUrl,
    LaunchFunctionArn: agent.launchFunction.functionArn,
    SecretArns: connectors.map(({ secretArn }) => secretArn).join(','),
    ExecutorArns: connectors.map((connector) => connector.function.functionArn).join(','),
    ExecutorRoleArns: connectors.map(({ role }) => role.roleArn).join(','),
  };
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, `${id}${name}`, { value });
}

function connectorIn(stack: Stack, id: string, n: number): HttpConnector {
  const connector = new HttpConnector(stack, `${id}Tickets${n}`, {
    baseUrl,
    credential: Credential.bearer(`${id}-tickets-${n}`),
  });
  const ticket = { type: 'string', pattern: '^T-[0-9]{1,8}$', maxLength: 10 };
  const amountCents = { type: 'integer', minimum: 1, maximum: 100_000 };
  const account = { type: 'string', pattern: '^AC-[0-9]{1,8}$', maxLength: 12 };
  connector.addTool(`read_${n}`, {
    description: 'Read a ticket',
    method: HttpMethod.GET,
    path: '/tickets/{id}',
    input: inputOf({ id: ticket }),
    effect: Effect.READ,
  });
  connector.addTool(`refund_${n}`, {
    description: 'Refund an order',
    method: HttpMethod.POST,
    path: '/tickets/{id}/refund',
    input: inputOf({ id: ticket, amountCents, account }),
    effect: Effect.DESTRUCTIVE,
  });
  // Its calls take longer than the gate waits, as far as the gate knows.
  if (n === 1) {
    connector.addTool('read_slowly', {
      description: 'Read a ticket of the archive',
      method: HttpMethod.GET,
      path: '/tickets/{id}',
      input: inputOf({ id: ticket }),
      effect: Effect.READ,
      timeout: Duration.minutes(10),
    });
  }
  return connector;
}

function inputOf(properties: Record<string, unknown>): InputSchema {
  const required = Object.keys(properties);
  return InputSchema.fromString(JSON.stringify({ type: 'object', additionalProperties: false, required, properties }));
}
