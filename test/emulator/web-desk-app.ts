import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import {
  AgentImage,
  ApproverSignIn,
  BedrockModel,
  Credential,
  DeskIngress,
  Effect,
  HardenedAgentRuntime,
  HttpConnector,
  HttpMethod,
  InputSchema,
} from '../../lib';

/** An agent with one dangerous tool, whose approvers sign in at the web desk. */
const app = new App({ builtinCloudFormationValidation: false });
const stack = new Stack(app, 'WebDesk');
const connector = new HttpConnector(stack, 'Tickets', {
  baseUrl: app.node.getContext('ticketsUrl'),
  credential: Credential.bearer('tickets'),
});
const refund = connector.addTool('refund', {
  description: 'Refund an order',
  method: HttpMethod.POST,
  path: '/tickets/{id}/refund',
  input: InputSchema.fromString(
    JSON.stringify({
      type: 'object',
      additionalProperties: false,
      required: ['id', 'amountCents', 'account'],
      properties: {
        id: { type: 'string', pattern: '^T-[0-9]{1,8}$', maxLength: 10 },
        amountCents: { type: 'integer', minimum: 1, maximum: 100_000 },
        account: { type: 'string', pattern: '^AC-[0-9]{1,8}$', maxLength: 12 },
      },
    }),
  ),
  effect: Effect.DESTRUCTIVE,
});
const agent = new HardenedAgentRuntime(stack, 'Agent', {
  image: AgentImage.fromEcrDigest(
    new ecr.Repository(stack, 'Images', { repositoryName: 'web-desk', removalPolicy: RemovalPolicy.DESTROY }),
    `sha256:${'0'.repeat(64)}`,
  ),
  models: [BedrockModel.foundation('openai.gpt-oss-120b-1:0')],
  connectors: [connector],
  approvals: {
    approverGroups: ['support-leads'],
    signIn: ApproverSignIn.oidc({
      issuer: app.node.getContext('issuer'),
      clientId: 'desk',
      scopes: ['profile'],
      ingress: DeskIngress.privately({ vpcEndpointIds: ['vpce-0123456789abcdef0'] }),
    }),
  },
  retention: Duration.days(1),
  ledger: { shortRetention: true },
});
agent.allow(refund);
for (const [name, value] of Object.entries({
  AgentRoleArn: agent.agentRole.roleArn,
  DeskUrl: agent.approvals.deskUrl,
  GateUrl: agent.gateUrl,
  SecretArn: connector.secretArn ?? '',
  LaunchFunctionArn: agent.launchFunction.functionArn,
})) {
  new CfnOutput(stack, name, { value });
}
