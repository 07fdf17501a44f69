import type { BatchGetImageCommandOutput, GetDownloadUrlForLayerCommandOutput } from '@aws-sdk/client-ecr';
import { images } from '../../../../bin/preflight/checks/images';
import { awsError, findingsOf, META, verdicts } from '../fake-account';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const IMAGE = {
  'Fn::Sub': `\${AWS::AccountId}.dkr.ecr.\${AWS::Region}.\${AWS::URLSuffix}/support-agent@${DIGEST}`,
};
const task = (Image: unknown, CpuArchitecture = 'X86_64') => ({
  Task: {
    Type: 'AWS::ECS::TaskDefinition',
    Properties: { RuntimePlatform: { CpuArchitecture }, ContainerDefinitions: [{ Name: 'agent', Image }] },
  },
});

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html */
const manifest = (content: object) => ({
  BatchGetImageCommand: {
    ...META,
    images: [
      {
        registryId: '111122223333',
        repositoryName: 'support-agent',
        imageId: { imageDigest: DIGEST },
        imageManifest: JSON.stringify(content),
      },
    ],
    failures: [],
  } satisfies BatchGetImageCommandOutput,
});

/** https://github.com/opencontainers/image-spec/blob/main/image-index.md */
const index = (...architectures: string[]) =>
  manifest({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      ...architectures.map((architecture) => ({ digest: DIGEST, platform: { architecture, os: 'linux' } })),
      // BuildKit adds its attestations like this.
      { digest: DIGEST, platform: { architecture: 'unknown', os: 'unknown' } },
    ],
  });

/** https://github.com/opencontainers/image-spec/blob/main/manifest.md; the file it names: config.md */
const SINGLE = {
  ...manifest({
    schemaVersion: 2,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: 'sha256:c' },
  }),
  GetDownloadUrlForLayerCommand: {
    ...META,
    downloadUrl: 'https://signed',
    layerDigest: 'sha256:c',
  } satisfies GetDownloadUrlForLayerCommandOutput,
};

const named = `support-agent@${DIGEST}`;

test.each([
  ['an image for both processors', index('amd64', 'arm64'), 'X86_64', `ready: ${named} for amd64`],
  ['an image for both processors', index('amd64', 'arm64'), 'ARM64', `ready: ${named} for arm64`],
  [
    'an image that was built on a Mac',
    index('arm64'),
    'X86_64',
    `blocked: ${named} is for arm64, and the task runs on amd64`,
  ],
])('%s, on %s', async (_, answers, processor, expected) => {
  expect(verdicts(await findingsOf(images, { Resources: task(IMAGE, processor) }, answers))).toEqual([expected]);
});

test.each([
  ['amd64', `ready: ${named} for amd64`],
  ['arm64', `blocked: ${named} is for arm64, and the task runs on amd64`],
])('an image for one processor, %s: its configuration is read', async (architecture, expected) => {
  const downloads = { 'https://signed': JSON.stringify({ architecture, os: 'linux' }) };
  expect(verdicts(await findingsOf(images, { Resources: task(IMAGE) }, SINGLE, { downloads }))).toEqual([expected]);
});

test('a manifest that names no processor is unknown', async () => {
  expect((await findingsOf(images, { Resources: task(IMAGE) }, manifest({ schemaVersion: 2 }))).at(0)?.verdict).toBe(
    'unknown',
  );
});

test('a digest that isn’t there, and a repository that isn’t there', async () => {
  const absent = {
    BatchGetImageCommand: {
      ...META,
      images: [],
      failures: [
        { imageId: { imageDigest: DIGEST }, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' },
      ],
    } satisfies BatchGetImageCommandOutput,
  };
  expect(verdicts(await findingsOf(images, { Resources: task(IMAGE) }, absent))).toEqual([
    `blocked: support-agent has no image ${DIGEST} (ImageNotFound)`,
  ]);
  const noRepository = { BatchGetImageCommand: awsError('RepositoryNotFoundException') };
  expect(await findingsOf(images, { Resources: task(IMAGE) }, noRepository)).toEqual([
    {
      verdict: 'blocked',
      text: 'there is no repository support-agent',
      fix: 'aws ecr create-repository --repository-name support-agent',
    },
  ]);
});

test('an image in another region', async () => {
  const elsewhere = `111122223333.dkr.ecr.us-east-1.amazonaws.com/support-agent@${DIGEST}`;
  expect((await findingsOf(images, { Resources: task(elsewhere) }, {})).at(0)).toMatchObject({
    verdict: 'blocked',
    text: expect.stringContaining('is in us-east-1'),
  });
});

test('a public image is unknown', async () => {
  expect((await findingsOf(images, { Resources: task('public.ecr.aws/nginx:latest') }, {})).at(0)?.verdict).toBe(
    'unknown',
  );
});

describe('a repository of the same templates', () => {
  const Image = {
    'Fn::Join': [
      '',
      ['111122223333.dkr.ecr.', { Ref: 'AWS::Region' }, '.amazonaws.com/', { Ref: 'Images' }, `@${DIGEST}`],
    ],
  };
  const Resources = { ...task(Image), Images: { Type: 'AWS::ECR::Repository' } };

  test('that isn’t deployed yet can’t have an image', async () => {
    expect((await findingsOf(images, { Resources }, {})).at(0)).toMatchObject({
      verdict: 'ready',
      text: expect.stringContaining('this deployment creates the repository'),
    });
  });

  test('that is deployed is asked by its name', async () => {
    const deployed = { Images: 'support-agent' };
    expect(verdicts(await findingsOf(images, { Resources }, index('amd64'), { deployed }))).toEqual([
      `ready: ${named} for amd64`,
    ]);
  });
});
