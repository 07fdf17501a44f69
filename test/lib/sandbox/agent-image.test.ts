import { Lazy } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { AgentImage } from '../../../lib';
import { AgentStack, DIGEST } from '../agent-stack';

describe('AgentImage', () => {
  test.each(['latest', 'sha256:abc', `sha512:${'0'.repeat(64)}`, DIGEST.toUpperCase(), `${DIGEST}0`, ''])(
    'refuses "%s", which isn’t a digest',
    (digest) => {
      const repository = new ecr.Repository(new AgentStack().stack, 'Images');
      expect(() => AgentImage.fromEcrDigest(repository, digest)).toThrow(/is not a digest; write sha256:/);
    },
  );

  test('takes a digest that a pipeline gives at deployment', () => {
    const repository = new ecr.Repository(new AgentStack().stack, 'Images');
    const digest = Lazy.string({ produce: () => DIGEST });
    expect(() => AgentImage.fromEcrDigest(repository, digest)).not.toThrow();
  });
});
