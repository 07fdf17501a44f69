import { networkStack } from './network-stack';
import { ACCOUNT } from './template-values';

function pull(region: string | undefined, repositoryArn: string): void {
  const { network, role, caller } = networkStack({}, region ? { account: ACCOUNT, region } : {});
  network.endpoints.allowImagePull({ caller, executionRole: role, repositoryArn });
}

const inRegion = (region: string) => `arn:aws:ecr:${region}:${ACCOUNT}:repository/r`;

test('T2-19: an image of another region is refused, because the endpoints don’t reach it', () => {
  expect(() => pull('eu-west-1', inRegion('us-east-1'))).toThrow(
    /^Stack\/Network\/Endpoints: the image repository is in us-east-1, and .* eu-west-1 only\. Replicate the image/,
  );
  expect(() => pull('eu-west-1', inRegion('eu-west-1'))).not.toThrow();
});

test('in a stack without a region nothing is known', () =>
  expect(() => pull(undefined, inRegion('us-east-1'))).not.toThrow());

test.each([
  'public.ecr.aws/nginx/nginx',
  `arn:aws:ecr:*:${ACCOUNT}:repository/r`,
  `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/*`,
])('%s isn’t a private repository', (arn) =>
  expect(() => pull(undefined, arn)).toThrow(/isn't the ARN of a private ECR repository/),
);
