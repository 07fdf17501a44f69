import * as iam from 'aws-cdk-lib/aws-iam';
import { EndpointService } from '../../../lib/network/endpoint-service';
import { endpointPolicy, passes } from './endpoint-policy';
import { networkStack } from './network-stack';
import { ACCOUNT, REGION } from './template-values';

const arn = (service: string, resource: string, account = ACCOUNT, region = REGION) =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

test('image layers are read from the region’s layer bucket by anybody, and nothing else of it', () => {
  const { network, role, caller, template } = networkStack();
  network.endpoints.allowImagePull({ caller, executionRole: role, repositoryArn: arn('ecr', 'repository/r') });
  const policy = endpointPolicy(template(), 's3');
  const layer = {
    principalArn: 'arn:aws:iam::999999999999:role/ecr',
    action: 's3:GetObject',
    resource: `arn:aws:s3:::prod-${REGION}-starport-layer-bucket/layer`,
  };
  expect(passes(policy, layer)).toBe(true);
  expect(passes(policy, { ...layer, action: 's3:PutObject' })).toBe(false);
  expect(passes(policy, { ...layer, resource: 'arn:aws:s3:::prod-us-east-1-starport-layer-bucket/layer' })).toBe(false);
});

test('in the policy, uses of one principal are joined, and those of another are not', () => {
  const { stack, network, role, caller, template } = networkStack();
  const other = new iam.Role(stack, 'Other', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  for (const [principal, key] of [
    [role, 'a'],
    [role, 'b'],
    [other, 'c'],
  ] as const) {
    network.endpoints.allow(EndpointService.KMS, {
      caller,
      principal,
      actions: ['kms:Sign'],
      resources: [arn('kms', `key/${key}`)],
    });
  }
  const policy = endpointPolicy(template(), 'kms');
  expect(policy.map(({ Resource }) => Resource)).toEqual([
    [arn('kms', 'key/a'), arn('kms', 'key/b')],
    arn('kms', 'key/c'),
  ]);
});
