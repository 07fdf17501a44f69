import { regionOfApi, regionOfArn, useDefaultRegion } from '../../../bin/command-line/aws-region';

test.each([
  ['arn:aws:kms:eu-west-1:111122223333:key/1', 'eu-west-1'],
  ['arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/1', 'us-gov-west-1'],
  ['arn:aws:iam::111122223333:role/Approver', undefined],
  ['alias/x', undefined],
  ['', undefined],
])('the region of %s is %s', (arn, region) => expect(regionOfArn(arn)).toBe(region));

test.each([
  ['https://a1.execute-api.eu-central-1.amazonaws.com/desk', 'eu-central-1'],
  ['https://a1-vpce-2.execute-api.us-gov-east-1.amazonaws.com/desk', 'us-gov-east-1'],
  ['https://vpce-2.execute-api.eu-west-1.vpce.amazonaws.com/desk', 'eu-west-1'],
  ['https://desk.example.com/execute-api.eu-west-1.amazonaws.com', undefined],
])('the region of %s is %s', (url, region) => expect(regionOfApi(url)).toBe(region));

test.each([
  [{ AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-west-1'],
  [{ AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-west-1'],
  [{ AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'eu-west-1' }, 'us-east-1'],
  [{}, undefined],
])('as in the AWS CLI, %j means %s', (env: NodeJS.ProcessEnv, region) => {
  useDefaultRegion(env);
  expect(env.AWS_REGION).toBe(region);
  if (region === undefined) expect(env).not.toHaveProperty('AWS_REGION');
});
