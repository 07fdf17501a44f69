import { App, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { BedrockModel } from '../../../lib/network/bedrock-model';
import { ModelAccess, type ModelAccessProps } from '../../../lib/network/model-access';
import { synthesize } from './network-stack';
import { ACCOUNT, deployed, ofType, REGION } from './template-values';

const ID = 'mistral.test-v1:0';
const arns = (model: BedrockModel) => deployed({ Resources: {} }, Stack.of(stack).resolve(model.resourceArns(stack)));
const stack = new Stack(new App(), 'Stack');

test('a model of the region is its own ARN', () => {
  expect(arns(BedrockModel.foundation(ID))).toEqual([`arn:aws:bedrock:${REGION}::foundation-model/${ID}`]);
});

test('a cross-region profile is the profile and the model in every member region', () => {
  expect(arns(BedrockModel.inferenceProfile(`eu.${ID}`, ['eu-west-1', 'eu-central-1', 'eu-west-1']))).toEqual([
    `arn:aws:bedrock:${REGION}:${ACCOUNT}:inference-profile/eu.${ID}`,
    `arn:aws:bedrock:${REGION}::foundation-model/${ID}`,
    `arn:aws:bedrock:eu-west-1::foundation-model/${ID}`,
    `arn:aws:bedrock:eu-central-1::foundation-model/${ID}`,
  ]);
});

test('the calling region is named once, whether the profile routes to it or not', () => {
  const zurich = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: 'eu-central-2' } });
  const regionsOf = (regions: string[]) =>
    BedrockModel.inferenceProfile(`eu.${ID}`, regions)
      .foundationModelArns(zurich)
      .map((arn) => arn.split(':')[3]);
  expect(regionsOf(['eu-west-1', 'eu-central-2'])).toEqual(['eu-central-2', 'eu-west-1']);
  expect(regionsOf(['eu-west-1', 'eu-west-3'])).toEqual(['eu-central-2', 'eu-west-1', 'eu-west-3']);
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
  // AWS's own pattern takes these: a product's name with its version.
  ['a product for a model', () => BedrockModel.foundation('claude-sonnet-4.5'), /list-foundation-models/],
  ['another product', () => BedrockModel.foundation('gpt.4.1'), /isn't the id of one model, PROVIDER\.MODEL/],
  ['a name without its provider', () => BedrockModel.foundation('claude-sonnet-4-5'), /list-foundation-models/],
  ['a profile of a product', () => BedrockModel.global('global.claude-sonnet-4.5'), /list-foundation-models/],
  [
    'a regional profile of a product',
    () => BedrockModel.inferenceProfile('eu.claude-sonnet-4.5', ['eu-west-1']),
    /list-foundation-models/,
  ],
  ['a model for a global profile', () => BedrockModel.global(ID), /list-inference-profiles/],
  ['a model for a profile', () => BedrockModel.inferenceProfile(ID, ['eu-west-1']), /list-inference-profiles/],
  ['no id', () => BedrockModel.foundation(''), /isn't the id of one model/],
  [
    'a model that searches the web',
    () => BedrockModel.global('global.amazon.nova-2-lite-v1:0'),
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
  expect(BedrockModel.global('global.amazon.nova-2-lite-v1:0', { allowWebSearch: true }).searchesTheWeb).toBe(true);
});

describe('a model that needs an inference profile', () => {
  const app = new Stack(new App(), 'Stack');
  const use = (model: BedrockModel) => model.resourceArns(app);

  // The first eight have no "In-Region" column or region in AWS's tables; the last four have it in one region or two.
  test.each([
    'anthropic.claude-sonnet-4-5-20250929-v1:0',
    'anthropic.claude-sonnet-5-5',
    'anthropic.claude-opus-4-6-v1',
    'anthropic.claude-3-5-sonnet-20241022-v2:0',
    'anthropic.claude-3-7-sonnet-20250219-v1:0',
    'deepseek.r1-v1:0',
    'meta.llama4-scout-17b-instruct-v1:0',
    'openai.gpt-6-sol',
    'anthropic.claude-sonnet-4-6',
    'meta.llama3-1-70b-instruct-v1:0',
    'meta.llama3-3-70b-instruct-v1:0',
    'xai.grok-4.7',
  ])('isn’t called by its own id: %s', (id) => {
    expect(() => use(BedrockModel.foundation(id))).toThrow(
      `Write BedrockModel.global('global.${id}'), or BedrockModel.inferenceProfile('eu.${id}', […])`,
    );
    expect(use(BedrockModel.foundation(id, { onDemand: true }))).toHaveLength(1);
    expect(use(BedrockModel.global(`global.${id}`))).toHaveLength(3);
  });

  test.each([
    'amazon.nova-lite-v1:0',
    'anthropic.claude-3-haiku-20240307-v1:0',
    'anthropic.claude-v2:1',
    'meta.llama3-70b-instruct-v1:0',
    'deepseek.v3-v1:0',
    'mistral.mistral-large-3-675b-instruct',
    'openai.gpt-oss-120b-1:0',
    'qwen.qwen3-32b-v1:0',
  ])('others are: %s', (id) => expect(use(BedrockModel.foundation(id))).toHaveLength(1));
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
    const invocations = allows.filter(({ Action }) => Action !== 'bedrock:ApplyGuardrail');
    expect(invocations).toHaveLength(2);
    for (const allow of invocations)
      expect(allow).toMatchObject({ Condition: { StringEquals: { 'bedrock:GuardrailIdentifier': guardrail } } });
  });

  // https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-permissions-id.html, examples 1 and 2
  test.each([
    ['1', `arn:aws:bedrock:${REGION}:${ACCOUNT}:guardrail/abc:1`],
    ['DRAFT', `arn:aws:bedrock:${REGION}:${ACCOUNT}:guardrail/abc`],
  ])('may apply version %s of the guardrail, whose ARN has no version', (version, identifier) => {
    const arn = `arn:aws:bedrock:${REGION}:${ACCOUNT}:guardrail/abc`;
    const profile = `arn:aws:bedrock:us-east-2:${ACCOUNT}:guardrail-profile/us.guardrail.v1:0`;
    const found = statements({
      models: [BedrockModel.foundation(ID)],
      guardrail: `${arn}:${version}`,
      guardrailProfileArns: [profile],
    }).statements;
    expect(found).toContainEqual(
      expect.objectContaining({ Effect: 'Allow', Action: 'bedrock:ApplyGuardrail', Resource: [arn, profile] }),
    );
    expect(found[0]).toMatchObject({ Condition: { StringEquals: { 'bedrock:GuardrailIdentifier': identifier } } });
  });

  test('takes a guardrail that is known only at deployment', () => {
    const resourceOf = (guardrail: string): unknown => {
      const owner = new Stack(new App(), 'Stack');
      const role = new iam.Role(owner, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
      new ModelAccess(owner, 'Models', { role, models: [BedrockModel.foundation(ID)], guardrail });
      const [policy] = Object.values(Template.fromStack(owner).findResources('AWS::IAM::Policy'));
      const { Statement } = policy.Properties.PolicyDocument as { Statement: { Action: unknown; Resource: unknown }[] };
      return Statement.find(({ Action }) => Action === 'bedrock:ApplyGuardrail')?.Resource;
    };
    const arn = Token.asString({ 'Fn::GetAtt': ['Guardrail', 'GuardrailArn'] });
    const version = Token.asString({ 'Fn::GetAtt': ['Version', 'Version'] });
    const attribute = { 'Fn::GetAtt': ['Guardrail', 'GuardrailArn'] };
    expect(resourceOf(`${arn}:1`)).toEqual(attribute);
    expect(resourceOf(`${arn}:${version}`)).toEqual(attribute);
    // Both in one value: the first six fields are the ARN.
    const whole = { 'Fn::ImportValue': 'guardrail-with-version' };
    const fields = [0, 1, 2, 3, 4, 5].map((field) => ({ 'Fn::Select': [field, { 'Fn::Split': [':', whole] }] }));
    expect(resourceOf(Token.asString(whole))).toEqual({ 'Fn::Join': [':', fields] });
  });

  test('refuses a profile that isn’t one, a profile without a guardrail, and a guardrail of another region', () => {
    const models = [BedrockModel.foundation(ID)];
    const guardrail = `arn:aws:bedrock:${REGION}:${ACCOUNT}:guardrail/abc:1`;
    const profile = `arn:aws:bedrock:${REGION}:${ACCOUNT}:guardrail-profile/eu.guardrail.v1:0`;
    expect(() => statements({ models, guardrail, guardrailProfileArns: [guardrail] })).toThrow(
      /isn't the ARN of a guardrail profile\. Write one for each destination region/,
    );
    expect(() => statements({ models, guardrailProfileArns: [profile] })).toThrow(/without a guardrail/);
    expect(() => {
      const stack = new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: 'eu-west-3' } });
      const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
      new ModelAccess(stack, 'Models', { role, models, guardrail });
    }).toThrow(new RegExp(`is in ${REGION}, but models are called in eu-west-3`));
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
