import type {
  GetFoundationModelAvailabilityCommandOutput,
  GetFoundationModelCommandOutput,
  GetInferenceProfileCommandOutput,
} from '@aws-sdk/client-bedrock';
import { models } from '../../../../bin/preflight/checks/models';
import { awsError, findingsOf, META } from '../fake-account';

const MODEL = 'anthropic.claude-sonnet-4-5-20250929-v1:0';
const PROFILE = `eu.${MODEL}`;
const model = (region: string) => `arn:aws:bedrock:${region}::foundation-model/${MODEL}`;

/** A role that may invoke these ARNs. */
const invoking = (...Resource: unknown[]) => ({
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        Policies: [
          {
            PolicyName: 'Models',
            PolicyDocument: {
              Statement: [{ Effect: 'Allow', Action: ['bedrock:InvokeModel'], Resource }],
            },
          },
        ],
      },
    },
  },
});
const OWN = { 'Fn::Sub': `arn:\${AWS::Partition}:bedrock:\${AWS::Region}::foundation-model/${MODEL}` };
const OWN_PROFILE = {
  'Fn::Sub': `arn:\${AWS::Partition}:bedrock:\${AWS::Region}:\${AWS::AccountId}:inference-profile/${PROFILE}`,
};

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModelAvailability.html */
const AVAILABLE = {
  ...META,
  modelId: MODEL,
  agreementAvailability: { status: 'AVAILABLE' },
  authorizationStatus: 'AUTHORIZED',
  entitlementAvailability: 'AVAILABLE',
  regionAvailability: 'AVAILABLE',
} satisfies GetFoundationModelAvailabilityCommandOutput;

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetFoundationModel.html */
const details = (...inferenceTypesSupported: ('ON_DEMAND' | 'PROVISIONED')[]) =>
  ({
    ...META,
    modelDetails: {
      modelArn: model('eu-west-1'),
      modelId: MODEL,
      inferenceTypesSupported,
      modelLifecycle: { status: 'ACTIVE' },
    },
  }) satisfies GetFoundationModelCommandOutput;

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_GetInferenceProfile.html */
const profile = (...regions: string[]) =>
  ({
    ...META,
    inferenceProfileName: 'EU Claude',
    inferenceProfileArn: `arn:aws:bedrock:eu-west-1:111122223333:inference-profile/${PROFILE}`,
    inferenceProfileId: PROFILE,
    models: regions.map((region) => ({ modelArn: model(region) })),
    status: 'ACTIVE',
    type: 'SYSTEM_DEFINED',
  }) satisfies GetInferenceProfileCommandOutput;

describe('a model that is called by its own id', () => {
  const said = async (answers: object) => (await findingsOf(models, invoking(OWN), answers as never)).at(0);

  test('is ready with access and on-demand throughput', async () => {
    const answers = {
      GetFoundationModelAvailabilityCommand: AVAILABLE,
      GetFoundationModelCommand: details('ON_DEMAND'),
    };
    expect(await said(answers)).toEqual({ verdict: 'ready', text: `access to ${MODEL}` });
  });

  test('needs an inference profile where it has no on-demand throughput', async () => {
    const answers = {
      GetFoundationModelAvailabilityCommand: AVAILABLE,
      GetFoundationModelCommand: details('PROVISIONED'),
    };
    expect(await said(answers)).toMatchObject({
      verdict: 'blocked',
      text: expect.stringContaining('needs an inference profile'),
      fix: expect.stringContaining('aws bedrock list-inference-profiles'),
    });
  });

  test.each([
    ['no agreement', { agreementAvailability: { status: 'NOT_AVAILABLE' } }, 'agreement NOT_AVAILABLE'],
    ['a pending agreement', { agreementAvailability: { status: 'PENDING' } }, 'agreement PENDING'],
    ['no authorization', { authorizationStatus: 'NOT_AUTHORIZED' }, 'authorization NOT_AUTHORIZED'],
    ['no entitlement', { entitlementAvailability: 'NOT_AVAILABLE' }, 'entitlement NOT_AVAILABLE'],
  ] as const)('%s', async (_, change, what) => {
    const answer = { ...AVAILABLE, ...change } satisfies GetFoundationModelAvailabilityCommandOutput;
    expect(await said({ GetFoundationModelAvailabilityCommand: answer })).toMatchObject({
      verdict: 'blocked',
      text: expect.stringContaining(`the account has no access to ${MODEL}: ${what}.`),
      fix: expect.stringContaining(`aws bedrock create-foundation-model-agreement --model-id ${MODEL}`),
    });
  });

  test.each([
    ['isn’t offered there', { ...AVAILABLE, regionAvailability: 'NOT_AVAILABLE' }],
    ['isn’t known there', awsError('ResourceNotFoundException')],
    ['has an unknown id', awsError('ValidationException')],
  ])('%s', async (_, answer) => {
    expect(await said({ GetFoundationModelAvailabilityCommand: answer })).toMatchObject({
      verdict: 'blocked',
      text: `eu-west-1 has no model ${MODEL}`,
    });
  });
});

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-lifecycle-legacy.html */
test.each([
  ['by its own id', invoking(OWN)],
  ['through an inference profile', invoking(OWN_PROFILE, OWN)],
])('a legacy model %s', async (_, body) => {
  const { modelDetails } = details('ON_DEMAND');
  const answers = {
    GetFoundationModelAvailabilityCommand: AVAILABLE,
    GetInferenceProfileCommand: profile('eu-west-1'),
    GetFoundationModelCommand: {
      ...META,
      modelDetails: {
        ...modelDetails,
        modelLifecycle: { status: 'LEGACY', endOfLifeTime: new Date('2027-01-31T00:00:00Z') },
      },
    } satisfies GetFoundationModelCommandOutput,
  };
  expect((await findingsOf(models, body, answers)).filter(({ verdict }) => verdict !== 'ready')).toEqual([
    {
      verdict: 'blocked',
      text: `${MODEL} is a legacy model: Bedrock refuses it to new customers and to inactive accounts, and after 2027-01-31 all calls fail`,
      fix: expect.stringContaining('aws bedrock list-foundation-models'),
    },
  ]);
});

describe('a model through an inference profile', () => {
  const both = invoking(OWN_PROFILE, OWN, model('eu-central-1'));

  test('is ready where the policies name all its regions', async () => {
    const answers = {
      GetInferenceProfileCommand: profile('eu-west-1', 'eu-central-1'),
      GetFoundationModelAvailabilityCommand: AVAILABLE,
      GetFoundationModelCommand: details('PROVISIONED'),
    };
    expect((await findingsOf(models, both, answers)).map(({ verdict }) => verdict)).toEqual(['ready', 'ready']);
  });

  test('names a region that the policies lack', async () => {
    const answers = {
      GetInferenceProfileCommand: profile('eu-west-1', 'eu-central-1', 'eu-north-1'),
      GetFoundationModelAvailabilityCommand: AVAILABLE,
      GetFoundationModelCommand: details('PROVISIONED'),
    };
    expect((await findingsOf(models, both, answers)).at(0)).toMatchObject({
      verdict: 'blocked',
      text: expect.stringContaining('also routes to eu-north-1'),
    });
  });

  test('a global profile’s policies name the model without a region', async () => {
    const global = invoking(OWN_PROFILE, OWN, `arn:aws:bedrock:::foundation-model/${MODEL}`);
    const answers = {
      GetInferenceProfileCommand: profile('eu-west-1', 'ap-south-1'),
      GetFoundationModelAvailabilityCommand: AVAILABLE,
      GetFoundationModelCommand: details('PROVISIONED'),
    };
    expect((await findingsOf(models, global, answers)).map(({ verdict }) => verdict)).toEqual(['ready', 'ready']);
  });

  test('that doesn’t exist in the region', async () => {
    const answers = {
      GetInferenceProfileCommand: awsError('ResourceNotFoundException'),
      GetFoundationModelAvailabilityCommand: AVAILABLE,
      GetFoundationModelCommand: details('PROVISIONED'),
    };
    expect((await findingsOf(models, both, answers)).at(0)).toMatchObject({
      verdict: 'blocked',
      text: `the region has no inference profile ${PROFILE}`,
    });
  });
});

test('templates without models ask nothing', async () => {
  expect(await findingsOf(models, {}, {})).toEqual([]);
});
