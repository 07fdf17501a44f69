import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import {
  AgentImage,
  ApprovalRule,
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

/** An agent with one dangerous tool. With an issuer in the context, its approvers sign in there; otherwise they come by IAM. */
const app = new App({ builtinCloudFormationValidation: false });
const stack = new Stack(app, 'Approvals');
const issuer = app.node.tryGetContext('issuer') as string | undefined;
const tickets = new HttpConnector(stack, 'Tickets', {
  baseUrl: app.node.getContext('ticketsUrl') as string,
  credential: Credential.bearer('tickets'),
});
const object = (properties: Readonly<Record<string, object>>) =>
  InputSchema.fromString(
    JSON.stringify({ type: 'object', additionalProperties: false, required: Object.keys(properties), properties }),
  );
const id = { type: 'string', pattern: '^T-[0-9]{1,8}$', maxLength: 10 };
const read = tickets.addTool('read', {
  description: 'Read a ticket',
  method: HttpMethod.GET,
  path: '/tickets/{id}',
  input: object({ id }),
  effect: Effect.READ,
});
const refund = tickets.addTool('refund', {
  description: 'Refund an order',
  method: HttpMethod.POST,
  path: '/tickets/{id}/refund',
  input: object({
    id,
    amountCents: { type: 'integer', minimum: 1, maximum: 100_000 },
    account: { type: 'string', pattern: '^AC-[0-9]{1,8}$', maxLength: 12 },
  }),
  effect: Effect.DESTRUCTIVE,
});
const agent = new HardenedAgentRuntime(stack, 'Agent', {
  image: AgentImage.fromEcrDigest(
    new ecr.Repository(stack, 'Images', { repositoryName: 'approvals', removalPolicy: RemovalPolicy.DESTROY }),
    `sha256:${'0'.repeat(64)}`,
  ),
  models: [BedrockModel.foundation('openai.gpt-oss-120b-1:0')],
  connectors: [tickets],
  // Every request has a session of its own.
  maxSessions: 1000,
  approvals: {
    approverGroups: ['support-leads'],
    expiry: Duration.hours(4),
    rules: [ApprovalRule.forTools([refund], { people: 2, when: 'context.args.amountCents > 50000' })],
    ...(issuer === undefined
      ? {}
      : {
          signIn: ApproverSignIn.oidc({
            issuer,
            clientId: 'desk',
            commandLineClientId: 'command-line',
            ingress: DeskIngress.privately({ vpcEndpointIds: ['vpce-0123456789abcdef0'] }),
          }),
        }),
  },
  retention: Duration.days(1),
  ledger: { shortRetention: true },
  dashboard: false,
});
agent.allow(read);
agent.allow(refund);
for (const [name, value] of Object.entries({
  AgentRoleArn: agent.agentRole.roleArn,
  ...(issuer === undefined ? { ApproverRoleArn: agent.approvals.approverRole.roleArn } : {}),
  DeskUrl: agent.approvals.deskUrl,
  GateUrl: agent.gateUrl,
  SecretArn: tickets.secretArn ?? '',
  LaunchFunctionArn: agent.launchFunction.functionArn,
  LedgerBucket: agent.ledger.ledgerBucket.bucketName,
})) {
  new CfnOutput(stack, name, { value });
}
