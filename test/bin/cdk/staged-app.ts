import { App, CfnResource, Duration, Stack, Stage, Validations } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CodePipeline, CodePipelineSource, ShellStep } from 'aws-cdk-lib/pipelines';
import type { Construct } from 'constructs';
import {
  AgentImage,
  BedrockModel,
  Credential,
  Effect,
  HardenedAgentChecks,
  HardenedAgentRuntime,
  HttpConnector,
  HttpMethod,
  InputSchema,
} from '../../../lib';

/** What the app of the tests holds: words in the environment variable `WITH`. */
const asked = new Set((process.env.WITH ?? '').split(' '));

function agentStack(scope: Construct): void {
  const stack = new Stack(scope, 'Support');
  if (asked.has('small')) starOf(new iam.Role(stack, 'AgentRole', { assumedBy: new iam.AccountRootPrincipal() }));
  else agentIn(stack);
}

function starOf(role: iam.Role): void {
  if (!asked.has('star')) return;
  role.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['*'], resources: ['*'] }));
}

function agentIn(stack: Stack): void {
  const tickets = new HttpConnector(stack, 'Tickets', {
    baseUrl: 'https://tickets.example.com',
    credential: Credential.bearer('tickets-api'),
  });
  const input = InputSchema.fromString('{"type":"object","additionalProperties":false,"properties":{}}');
  const read = tickets.addTool('tickets_read', {
    description: 'Read the tickets',
    method: HttpMethod.GET,
    path: '/tickets',
    input,
    effect: Effect.READ,
  });
  const agent = new HardenedAgentRuntime(stack, 'Agent', {
    image: AgentImage.fromEcrDigest(new ecr.Repository(stack, 'Images'), `sha256:${'0'.repeat(64)}`),
    models: [BedrockModel.global('global.anthropic.claude-sonnet-5-5')],
    connectors: [tickets],
    approvals: { approverGroups: ['support-leads'] },
    retention: Duration.days(365),
  });
  agent.allow(read);
  // Beside a gate, each group must say whom it lets out to.
  const group = new CfnResource(stack, 'Group', {
    type: 'AWS::EC2::SecurityGroup',
    properties: { GroupDescription: 'A test' },
  });
  Validations.of(group).acknowledge({ id: 'HardenedAgentChecks::NetworkNoOpenGroup', reason: 'A test' });
  starOf(agent.agentRole);
}

class AgentStage extends Stage {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    agentStack(this);
    if (asked.has('own-checks')) Validations.of(this).addPlugins(new HardenedAgentChecks(this));
  }
}

function pipeline(app: App): void {
  const stack = new Stack(app, 'Pipeline');
  const repository = codecommit.Repository.fromRepositoryName(stack, 'Repository', 'agent');
  const synth = new ShellStep('Synth', {
    input: CodePipelineSource.codeCommit(repository, 'main'),
    commands: ['cdk synth --quiet'],
  });
  const delivery = new CodePipeline(stack, 'Delivery', { synth });
  delivery.addStage(new AgentStage(stack, 'Prod'));
}

const app = new App();
const addChecks = () => Validations.of(app).addPlugins(new HardenedAgentChecks(app));
if (asked.has('checks-first')) addChecks();
if (asked.has('pipeline')) pipeline(app);
else if (asked.has('stage')) new AgentStage(app, 'Prod');
else agentStack(app);
// The order of the README.
if (!asked.has('checks-first') && !asked.has('own-checks')) addChecks();
