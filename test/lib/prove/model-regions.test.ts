import { App, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import {
  AgentImage,
  BedrockModel,
  Effect,
  HardenedAgentRuntime,
  HttpConnector,
  HttpMethod,
  InputSchema,
} from '../../../lib';
import { modelRegions } from '../../../lib/prove/model-regions';
import { Assembly } from '../../../lib/template';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';

const CLAUDE = 'anthropic.claude-sonnet-5-5';
const ON_DEMAND = 'openai.gpt-oss-120b-1:0';

function regionsOf(models: BedrockModel[], props: StackProps = {}) {
  const app = new App({ builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Stack', props);
  const tickets = new HttpConnector(stack, 'Tickets', { baseUrl: 'https://tickets.example.com' });
  const tool = tickets.addTool('tickets_list', {
    description: 'List tickets',
    method: HttpMethod.GET,
    path: '/tickets',
    input: InputSchema.fromString('{"type":"object","additionalProperties":false,"properties":{}}'),
    effect: Effect.READ,
  });
  const agent = new HardenedAgentRuntime(stack, 'Agent', {
    image: AgentImage.fromEcrDigest(
      Repository.fromRepositoryName(stack, 'Images', 'agent'),
      `sha256:${'0'.repeat(64)}`,
    ),
    models,
    connectors: [tickets],
    approvals: { approverGroups: ['support-leads'] },
    retention: Duration.days(365),
  });
  agent.allow(tool);
  return found(app.synth().getStackByName('Stack').template as JsonObject, props.env?.region);
}

function found(body: JsonObject, region?: string) {
  const assembly = Assembly.of({ name: 'Stack', body, region });
  return modelRegions(assembly).map(({ model, regions }) => [model, regions]);
}

const role = (resource: JsonValue, action: JsonValue = 'bedrock:InvokeModel') => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [
          { PolicyName: 'P', PolicyDocument: { Statement: { Effect: 'Allow', Action: action, Resource: resource } } },
        ],
      },
    },
  },
});

test('a model of the stack answers in its region', () => {
  expect(regionsOf([BedrockModel.foundation(ON_DEMAND)])).toEqual([[ON_DEMAND, ['the region of the stack']]]);
  expect(
    regionsOf([BedrockModel.foundation(ON_DEMAND)], { env: { region: 'eu-west-1', account: '111122223333' } }),
  ).toEqual([[ON_DEMAND, ['eu-west-1']]]);
});

test('an inference profile answers in the regions that were given, a global one in any', () => {
  const profile = BedrockModel.inferenceProfile(`eu.${CLAUDE}`, ['eu-west-1', 'eu-central-1']);
  const inIreland = { env: { region: 'eu-west-1', account: '111122223333' } };
  expect(regionsOf([profile], inIreland)).toEqual([[CLAUDE, ['eu-central-1', 'eu-west-1']]]);
  expect(regionsOf([profile])).toEqual([[CLAUDE, ['eu-central-1', 'eu-west-1', 'the region of the stack']]]);
  expect(regionsOf([BedrockModel.global(`global.${CLAUDE}`)])).toEqual([[CLAUDE, ['any commercial region']]]);
});

test('a policy on everything lets any model answer anywhere', () => {
  expect(found(role('*', 'bedrock:*'))).toEqual([['any model', ['any commercial region']]]);
  expect(found(role(['arn:aws:bedrock:*::foundation-model/m']))).toEqual([['m', ['any commercial region']]]);
});

test('other permissions name no model', () => {
  expect(found(role('*', 's3:GetObject'))).toEqual([]);
  expect(found(role('arn:aws:bedrock:eu-west-1:111122223333:inference-profile/eu.m'))).toEqual([]);
});
