import { Lazy } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { AgentImage } from '../../../lib';
import { AgentStack, DIGEST } from '../agent-stack';

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
});
