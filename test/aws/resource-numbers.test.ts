import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import {
  AgentImage,
  AgentPlatform,
  BedrockModel,
  ConnectorEgress,
  Credential,
  Effect,
  HardenedAgentRuntime,
  HttpConnector,
  HttpMethod,
} from '../../lib';
import type { MaskedTemplate } from '../guard/masked-template';
import { DIGEST, ID, inputOf } from '../lib/agent-stack';
import { inlinePolicies } from './inline-policies';
import { guardedTemplates, resourcesOf } from './templates';

/** Ten connectors behind the egress firewall, each with a credential and twenty tools, in one stack with their agent. */
function tenConnectors(platformIn: 'the same stack' | 'another stack'): MaskedTemplate {
  const app = new App();
  const stack = new Stack(app, 'Ten');
  const platform = new AgentPlatform(platformIn === 'another stack' ? new Stack(app, 'Shared') : stack, 'Platform', {
    approvals: { approverGroups: ['support-leads'] },
    retention: Duration.days(90),
  });
  const connectorEgress = new ConnectorEgress(stack, 'Egress', { agentNetwork: platform.network });
  const numbers = (length: number) => Array.from({ length }, (_, number) => number);
  const connectors = numbers(10).map((number) => {
    const connector = new HttpConnector(stack, `System${number}`, {
      baseUrl: `https://system-${number}.example.com`,
      credential: Credential.bearer(`system-${number}`),
    });
    for (const tool of numbers(20)) {
      connector.addTool(`system_${number}_tool_${tool}`, {
        description: 'Read something',
        method: HttpMethod.GET,
        path: `/tool-${tool}/{id}`,
        input: inputOf({ id: ID }),
        effect: Effect.READ,
      });
    }
    return connector;
  });
  const agent = new HardenedAgentRuntime(stack, 'Agent', {
    image: AgentImage.fromEcrDigest(new ecr.Repository(stack, 'Images', { repositoryName: 'images' }), DIGEST),
    models: [BedrockModel.foundation('openai.gpt-oss-120b-1:0')],
    connectors,
    platform,
    connectorEgress,
  });
  for (const tool of connectors.flatMap(({ tools }) => tools)) agent.allow(tool);
  return app.synth().getStackByName('Ten').template as MaskedTemplate;
}

const ten = tenConnectors('the same stack');
const [quickstart] = guardedTemplates().filter(({ name }) => name.startsWith('quickstart/'));

/** A stack has at most 500 resources. More here is a cost for each app, so it needs a reason. */
test.each([
  ['the quickstart', quickstart.template, 218],
  ['an agent with ten connectors behind the egress firewall', ten, 342],
  // About half of what a stack may have.
  ['the same without its platform, which is in another stack', tenConnectors('another stack'), 254],
])('%s has no more resources than it had', (_, template, most) => {
  expect(resourcesOf(template).length).toBeLessThanOrEqual(most);
});

test('no role of ten connectors with twenty tools each comes near the quota of IAM for inline policies', () => {
  const sizes = inlinePolicies(ten).map(([, size]) => size);
  expect(sizes.length).toBeGreaterThan(20);
  expect(Math.max(...sizes)).toBeGreaterThan(2000);
  expect(Math.max(...sizes)).toBeLessThan(8000);
});

test('a role’s policies beside it are only what would be a dependency cycle in it', () => {
  const beside = resourcesOf(ten, 'AWS::IAM::Policy').map(([id]) => id.replace(/[0-9A-F]{8}$/, ''));
  expect(beside.sort()).toEqual([
    'AgentAgentRoleDefaultPolicy',
    'AgentApprovalsExecuteApprovedRoleDefaultPolicy',
    'AgentApprovalsResumeWorkflow',
    'AgentGateRoleDefaultPolicy',
    'PlatformApprovalsApproverRoleDefaultPolicy',
    'PlatformLedgerSealerSealRoleDefaultPolicy',
  ]);
});
