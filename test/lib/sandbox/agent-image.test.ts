import { CfnParameter, Lazy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { AgentImage } from '../../../lib';
import { AgentStack, DIGEST, only } from '../agent-stack';

describe('AgentImage', () => {
  test.each(['latest', 'sha256:abc', `sha512:${'0'.repeat(64)}`, DIGEST.toUpperCase(), `${DIGEST}0`, ''])(
    'refuses "%s", which isn’t a digest',
    (digest) => {
      const made = new AgentStack();
      const image = AgentImage.fromEcrDigest(new ecr.Repository(made.stack, 'Digests'), digest);
      expect(() => made.withRuntime({ image })).toThrow(
        /^Stack\/Agent: props\.image: AgentImage\.fromEcrDigest: ".*" is not a digest; write sha256:/,
      );
    },
  );

  test('takes a digest that a pipeline gives at deployment', () => {
    const repository = new ecr.Repository(new AgentStack().stack, 'Images');
    const digest = Lazy.string({ produce: () => DIGEST });
    expect(AgentImage.fromEcrDigest(repository, digest).digest).toBe(digest);
  });

  test('names the image by a digest that is known at deployment only, and not by a tag', () => {
    const made = new AgentStack();
    const digest = new CfnParameter(made.stack, 'Digest').valueAsString;
    made.withRuntime({ image: AgentImage.fromEcrDigest(new ecr.Repository(made.stack, 'Digests'), digest) });
    const [, task] = only<{ ContainerDefinitions: { Image: { 'Fn::Join': [string, unknown[]] } }[] }>(
      made.template(),
      'AWS::ECS::TaskDefinition',
    );
    const written = task.ContainerDefinitions[0]?.Image['Fn::Join'][1] ?? [];
    expect(written.slice(-2)).toEqual([expect.stringMatching(/@$/), { Ref: 'Digest' }]);
  });

  test('in another region than the stack is refused; the endpoints don’t reach it', () => {
    const env = { account: '111111111111', region: 'eu-west-1' };
    const refusal =
      /^Stack\/Agent: the image repository is in us-east-1, and the endpoints of ECR and S3 reach eu-west-1 only/;
    const imported = new AgentStack({ env });
    const elsewhere = ecr.Repository.fromRepositoryArn(
      imported.stack,
      'Elsewhere',
      'arn:aws:ecr:us-east-1:111111111111:repository/agent',
    );
    expect(() => imported.withRuntime({ image: AgentImage.fromEcrDigest(elsewhere, DIGEST) })).toThrow(refusal);

    const own = new AgentStack({ env });
    const other = new Stack(own.app, 'Other', { env: { ...env, region: 'us-east-1' }, crossRegionReferences: true });
    const image = AgentImage.fromEcrDigest(new ecr.Repository(other, 'Images'), DIGEST);
    expect(() => own.withRuntime({ image })).toThrow(refusal);

    const same = new AgentStack({ env });
    const here = ecr.Repository.fromRepositoryName(same.stack, 'Here', 'agent');
    expect(() => same.withRuntime({ image: AgentImage.fromEcrDigest(here, DIGEST) })).not.toThrow();
  });
});
