import { saysOf, UNKNOWN, UNPROVEN } from '../../one-resource';

const HASH = '0'.repeat(64);
const REPOSITORY = '111122223333.dkr.ecr.eu-west-1.amazonaws.com';

describe('SandboxManagedImagePinned', () => {
  const says = (artifact: object) =>
    saysOf('SandboxManagedImagePinned', 'AWS::BedrockAgentCore::Runtime', { AgentRuntimeArtifact: artifact });
  const image = (uri: unknown) => says({ ContainerConfiguration: { ContainerUri: uri } });
  const object = (s3: unknown) => says({ CodeConfiguration: { Code: { S3: s3 }, EntryPoint: ['main.py'] } });

  test('a digest, and an asset of CDK, are fine', () => {
    expect(image(`${REPOSITORY}/desk@sha256:${HASH}`)).toEqual([]);
    expect(image(`${REPOSITORY}/cdk-hnb659fds-container-assets-111122223333-eu-west-1:${HASH}`)).toEqual([]);
    expect(image({ 'Fn::Join': ['', [`${REPOSITORY}/desk@`, UNKNOWN]] })).toEqual([]);
    expect(object({ Bucket: 'b', Prefix: `${HASH}.zip` })).toEqual([]);
    expect(object({ Bucket: 'b', Prefix: 'desk.zip', VersionId: 'v1' })).toEqual([]);
  });

  test('a tag is found, also where the repository is known only after deployment', () => {
    expect(image(`${REPOSITORY}/desk:latest`)).toEqual([
      `Properties.AgentRuntimeArtifact.ContainerConfiguration.ContainerUri: runs ${REPOSITORY}/desk:latest: the image isn't fixed by a digest`,
    ]);
    expect(
      image({ 'Fn::Join': ['', [{ Ref: 'AWS::AccountId' }, '.dkr.ecr.eu-west-1.amazonaws.com/desk:v1']] }),
    ).toHaveLength(1);
    expect(image(`${REPOSITORY}/desk`)).toHaveLength(1);
  });

  test('an object that may be replaced is found', () => {
    expect(object({ Bucket: 'b', Prefix: 'desk.zip' })).toEqual([
      'Properties.AgentRuntimeArtifact.CodeConfiguration.Code.S3: runs desk.zip: who may write the object replaces the agent’s code',
    ]);
  });

  test('a harness too', () => {
    const artifact = { EnvironmentArtifact: { ContainerConfiguration: { ContainerUri: 'desk:1' } } };
    expect(saysOf('SandboxManagedImagePinned', 'AWS::BedrockAgentCore::Harness', artifact)).toHaveLength(1);
  });

  test('an unknown image or object can’t be proven', () => {
    expect(image(UNKNOWN)).toEqual([UNPROVEN]);
    expect(image({ 'Fn::Join': ['', [`${REPOSITORY}/desk:`, UNKNOWN]] })).toHaveLength(1);
    expect(object(UNKNOWN)).toEqual([UNPROVEN]);
  });
});
