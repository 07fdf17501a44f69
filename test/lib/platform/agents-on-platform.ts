import { App, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import {
  AgentImage,
  AgentPlatform,
  BedrockModel,
  Credential,
  Effect,
  HardenedAgentRuntime,
  type HardenedAgentRuntimeProps,
  HttpConnector,
  HttpMethod,
} from '../../../lib';
import { DIGEST, ID, inputOf } from '../agent-stack';
import type { TemplateBody } from '../prove/quickstart-template';

/** A platform in a stack of its own. */
export function platformIn(app: App, props: StackProps = {}): AgentPlatform {
  return new AgentPlatform(new Stack(app, 'Platform', props), 'Agents', {
    approvals: { approverGroups: ['leads'] },
    retention: Duration.days(90),
  });
}

/** An agent with one connector of two tools. */
export function agentIn(stack: Stack, id: string, props: Partial<HardenedAgentRuntimeProps>): HardenedAgentRuntime {
  const connector = new HttpConnector(stack, `${id}Tickets`, {
    baseUrl: 'https://tickets.example.com',
    credential: Credential.bearer(`${id}-api`),
  });
  const more = { description: 'A ticket', path: '/tickets/{id}', input: inputOf({ id: ID }) };
  const name = id.toLowerCase();
  connector.addTool(`${name}_read`, { ...more, method: HttpMethod.GET, effect: Effect.READ });
  const close = connector.addTool(`${name}_close`, { ...more, method: HttpMethod.DELETE });
  const repository = new ecr.Repository(stack, `${id}Images`, {
    repositoryName: `${name}-images`,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const agent = new HardenedAgentRuntime(stack, id, {
    image: AgentImage.fromEcrDigest(repository, DIGEST),
    models: [BedrockModel.foundation('openai.gpt-oss-120b-1:0')],
    connectors: [connector],
    ...props,
  });
  agent.allow(close);
  return agent;
}

/** Two agents on one platform: Support in its stack, Sales in another. The templates by their stacks. */
export function twoAgents(): { support: HardenedAgentRuntime; sales: HardenedAgentRuntime; app: App } {
  const app = new App();
  const platform = platformIn(app);
  const support = agentIn(Stack.of(platform), 'Support', { platform });
  const sales = agentIn(new Stack(app, 'Sales'), 'Sales', { platform });
  return { support, sales, app };
}

/** The templates of an app, by stack. A copy: tests change them. */
export function templatesOf(app: App): Record<string, TemplateBody> {
  const { stacks } = app.synth();
  return Object.fromEntries(stacks.map((stack) => [stack.stackName, structuredClone(stack.template) as TemplateBody]));
}

/** An agent whose image is in a repository without a name. */
export function unnamedImage(stack: Stack): Pick<HardenedAgentRuntimeProps, 'image' | 'models' | 'connectors'> {
  const connector = new HttpConnector(stack, 'Tickets', { baseUrl: 'https://tickets.example.com' });
  return {
    image: AgentImage.fromEcrDigest(new ecr.Repository(stack, 'Images'), DIGEST),
    models: [BedrockModel.foundation('openai.gpt-oss-120b-1:0')],
    connectors: [connector],
  };
}
