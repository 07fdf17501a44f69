import { App, Duration, Stack } from 'aws-cdk-lib';
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
} from '../lib';
import type { CostTemplate } from '../lib/cost/cost-line';
import { estimateCost } from '../lib/cost/estimate-cost';

/** Fixed costs that an agent may add: alarms, keys and secrets. */
const MAY_ADD = ['KMS keys', 'Secrets', 'Alarms'];

export interface SecondAgent {
  readonly resources: number;
  readonly fixedUsd: number;
  /** Of the fixed cost, what isn't for alarms, keys and secrets. */
  readonly otherFixedUsd: number;
}

/** What a second agent with one connector of two tools adds to a platform: two apps, synthesized and compared. */
export function secondAgent(): SecondAgent {
  const [one, two] = [1, 2].map((agents) => {
    const templates = templatesOf(agents);
    const { fixedMonthlyUsd, lines } = estimateCost(templates, { sessionMinutes: 10 });
    const other = lines.filter(({ kind, item }) => kind === 'fixed' && !MAY_ADD.includes(item));
    return {
      resources: templates.reduce((sum, { resources }) => sum + Object.keys(resources).length, 0),
      fixedUsd: fixedMonthlyUsd,
      otherFixedUsd: other.reduce((sum, { usd }) => sum + usd, 0),
    };
  }) as [SecondAgent, SecondAgent];
  return {
    resources: two.resources - one.resources,
    fixedUsd: two.fixedUsd - one.fixedUsd,
    otherFixedUsd: two.otherFixedUsd - one.otherFixedUsd,
  };
}

/** Agents on one platform, all in one stack; the image's repository is in another. */
function templatesOf(agents: number): CostTemplate[] {
  const app = new App({ analyticsReporting: false });
  const images = new ecr.Repository(new Stack(app, 'Images'), 'Images');
  const stack = new Stack(app, 'Platform');
  const platform = new AgentPlatform(stack, 'Agents', {
    approvals: { approverGroups: ['leads'] },
    retention: Duration.days(365),
  });
  for (let n = 1; n <= agents; n += 1) addAgent(stack, platform, images, `Support${n}`);
  return app
    .synth()
    .stacks.map(({ stackName, template }) => ({ name: stackName, resources: template.Resources ?? {} }));
}

function addAgent(stack: Stack, platform: AgentPlatform, images: ecr.IRepository, id: string): void {
  const tickets = new HttpConnector(stack, `${id}Tickets`, {
    baseUrl: 'https://tickets.example.com',
    credential: Credential.bearer('tickets-api'),
  });
  const input = InputSchema.fromString(
    JSON.stringify({
      type: 'object',
      additionalProperties: false,
      required: ['id'],
      properties: { id: { type: 'string', pattern: '^T-[0-9]{1,8}$', maxLength: 10 } },
    }),
  );
  const more = { description: 'A ticket', path: '/tickets/{id}', input };
  const read = tickets.addTool('tickets_read', { ...more, method: HttpMethod.GET, effect: Effect.READ });
  const close = tickets.addTool('tickets_close', { ...more, method: HttpMethod.DELETE });
  const agent = new HardenedAgentRuntime(stack, id, {
    image: AgentImage.fromEcrDigest(images, `sha256:${'0'.repeat(64)}`),
    models: [BedrockModel.foundation('openai.gpt-oss-120b-1:0')],
    connectors: [tickets],
    platform,
  });
  agent.allow(read);
  agent.allow(close);
}
