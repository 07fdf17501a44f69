import { App, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { BedrockModel } from '../../../lib/network/bedrock-model';
import { ModelAccess, type ModelAccessProps } from '../../../lib/network/model-access';
import { synthesize } from './network-stack';
import { ACCOUNT, deployed, ofType, REGION } from './template-values';

const ID = 'anthropic.claude-test-v1:0';
const arns = (model: BedrockModel) => deployed({ Resources: {} }, Stack.of(stack).resolve(model.resourceArns(stack)));
const stack = new Stack(new App(), 'Stack');

test('a model of the region is its own ARN', () => {
  expect(arns(BedrockModel.foundation(ID))).toEqual([`arn:aws:bedrock:${REGION}::foundation-model/${ID}`]);
});

test('a cross-region profile is the profile and the model in every member region', () => {
  expect(arns(BedrockModel.inferenceProfile(`eu.${ID}`, ['eu-west-1', 'eu-central-1', 'eu-west-1']))).toEqual([
    `arn:aws:bedrock:${REGION}:${ACCOUNT}:inference-profile/eu.${ID}`,
    `arn:aws:bedrock:eu-west-1::foundation-model/${ID}`,
    `arn:aws:bedrock:eu-central-1::foundation-model/${ID}`,
  ]);
});

test('a global profile is the profile, the model here, and the model without a region', () => {
  expect(arns(BedrockModel.global(`global.${ID}`))).toEqual([
    `arn:aws:bedrock:${REGION}:${ACCOUNT}:inference-profile/global.${ID}`,
    `arn:aws:bedrock:${REGION}::foundation-model/${ID}`,
    `arn:aws:bedrock:::foundation-model/${ID}`,
  ]);
});

test.each([
  ['a profile as a foundation model', () => BedrockModel.foundation(`eu.${ID}`), /is an inference profile/],
  ['a global profile as a foundation model', () => BedrockModel.foundation(`global.${ID}`), /is an inference profile/],
  ['a foundation model as a profile', () => BedrockModel.inferenceProfile(ID, ['eu-west-1']), /isn't a cross-region/],
  [
    'a global profile as a regional one',
    () => BedrockModel.inferenceProfile(`global.${ID}`, ['eu-west-1']),
    /isn't a cross-region/,
  ],
  ['a regional profile as a global one', () => BedrockModel.global(`eu.${ID}`), /isn't a global/],
  ['a profile without regions', () => BedrockModel.inferenceProfile(`eu.${ID}`, []), /no regions/],
  ['a region that is none', () => BedrockModel.inferenceProfile(`eu.${ID}`, ['*']), /"\*" is not a region/],
  ['a wildcard', () => BedrockModel.foundation('anthropic.*'), /isn't the id of one model/],
  ['no id', () => BedrockModel.foundation(''), /isn't the id of one model/],
  [
    'a model that searches the web',
    () => BedrockModel.foundation('amazon.nova-premier-v1:0'),
    /search the web by itself/,
  ],
  ['a model that writes to S3', () => BedrockModel.foundation('amazon.nova-reel-v1:1'), /writing to S3/],
])('refuses %s', (_, make, message) => {
  const owner = new Stack(new App(), 'Stack');
  const role = new iam.Role(owner, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
  const access = () => new ModelAccess(owner, 'Models', { role, models: [make()] });
  expect(access).toThrow(/^Stack\/Models: props\.models\[0\]: BedrockModel\.(foundation|inferenceProfile|global): /);
  expect(access).toThrow(message);
});

test('takes a model that searches the web when told to', () => {
  expect(BedrockModel.foundation('amazon.nova-premier-v1:0', { allowWebSearch: true }).searchesTheWeb).toBe(true);
});

describe('access of a role', () => {
  const statements = (props: Omit<ModelAccessProps, 'role'>) => {
    const app = new App();
    const owner = new Stack(app, 'Stack');
    const role = new iam.Role(owner, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    new ModelAccess(owner, 'Models', { role, ...props });
    const template = synthesize(app);
    const document = deployed(template, ofType(template, 'AWS::IAM::Policy')[0][1].Properties.PolicyDocument) as {
      Statement: Record<string, unknown>[];
    };
    return { statements: document.Statement, alarms: ofType(template, 'AWS::CloudWatch::Alarm') };
  };

  test('reaches a profile’s model only by way of the profile', () => {
    const profile = `arn:aws:bedrock:${REGION}:${ACCOUNT}:inference-profile/eu.${ID}`;
    const model = BedrockModel.inferenceProfile(`eu.${ID}`, ['eu-west-1', 'eu-central-1']);
    const allows = statements({ models: [model] }).statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allows).toHaveLength(2);
    expect(allows[0]).toMatchObject({ Resource: profile });
    expect(allows[1]).toMatchObject({ Condition: { StringEquals: { 'bedrock:InferenceProfileArn': profile } } });
  });

  test('has no API keys and no built-in tools', () => {
    const denies = statements({ models: [BedrockModel.foundation(ID)] }).statements.filter(
      ({ Effect }) => Effect === 'Deny',
    );
    expect(denies.map(({ Action }) => Action)).toEqual(['bedrock:CallWithBearerToken', 'bedrock:InvokeTool']);
  });

  test('needs the guardrail in every allow when one is given', () => {
    const guardrail = `arn:aws:bedrock:${REGION}:${ACCOUNT}:guardrail/abc:1`;
    const allows = statements({ models: [BedrockModel.global(`global.${ID}`)], guardrail }).statements.filter(
      ({ Effect }) => Effect === 'Allow',
    );
    for (const allow of allows)
      expect(allow).toMatchObject({ Condition: { StringEquals: { 'bedrock:GuardrailIdentifier': guardrail } } });
  });

  test.each([`arn:aws:bedrock:${REGION}:${ACCOUNT}:guardrail/abc`, 'abc', 'abc:1', '*', ''])(
    'refuses the guardrail "%s", which pins no version',
    (guardrail) =>
      expect(() => statements({ models: [BedrockModel.foundation(ID)], guardrail })).toThrow(
        /Stack\/Models: guardrail .*Write "<guardrail ARN>:1"/,
      ),
  );
  test('refuses no models, and a budget that is none', () => {
    expect(() => statements({ models: [] })).toThrow(/Name at least one/);
    expect(() => statements({ models: [BedrockModel.foundation(ID)], outputTokensPerHour: 0 })).toThrow(/budget 0/);
  });

  test('sounds an alarm on each model’s tokens, in and out', () => {
    const { alarms } = statements({ models: [BedrockModel.foundation(ID)], inputTokensPerHour: 7 });
    expect(alarms.map(([, { Properties }]) => [Properties.MetricName, Properties.Threshold])).toEqual([
      ['InputTokenCount', 7],
      ['OutputTokenCount', 400_000],
    ]);
  });
});
