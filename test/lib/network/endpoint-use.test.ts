import { EndpointService } from '../../../lib/network/endpoint-service';
import { networkStack } from './network-stack';
import { ACCOUNT, REGION } from './template-values';

const arn = (service: string, resource: string, account = ACCOUNT, region = REGION) =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

describe('a use is refused, with', () => {
  const use = { actions: ['s3:GetObject'], resources: ['arn:aws:s3:::bucket/*'] };
  const refused = (changes: Partial<typeof use>, message: RegExp, service = EndpointService.S3) => {
    const { network, role, caller } = networkStack();
    expect(() => network.endpoints.allow(service, { caller, principal: role, ...use, ...changes })).toThrow(message);
  };

  test('a use without actions or resources', () => {
    refused({ actions: [] }, /allows nothing/);
    refused({ resources: [] }, /allows nothing/);
  });
  test.each(['s3:*', '*', 's3:Get?bject', 's3:Get*', 'kms:Decrypt', 's3:'])('the action %s', (action) =>
    refused({ actions: [action] }, /exact actions of its own service/),
  );
  test.each(['*', 'arn:aws:s3:::*', 'arn:aws:s3:::*/*', 'arn:aws:s3:::bucket-*/key', 'arn:*:s3:::bucket', 'bucket'])(
    'the resource %s',
    (resource) => refused({ resources: [resource] }, /is refused/),
  );
  test('every resource of a kind', () =>
    refused(
      { actions: ['dynamodb:GetItem'], resources: [arn('dynamodb', 'table/*')] },
      /no single resource/,
      EndpointService.DYNAMODB,
    ));
  test('an ARN without account where the service tells none', () =>
    refused(
      { actions: ['events:PutEvents'], resources: [`arn:aws:events:${REGION}::event-bus/b`] },
      /names no account/,
      EndpointService.EVENTBRIDGE,
    ));
});
