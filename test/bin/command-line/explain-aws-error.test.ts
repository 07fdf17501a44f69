import { explainAwsError } from '../../../bin/command-line/explain-aws-error';

const error = (name: string, message: string) => Object.assign(new Error(message), { name });

test.each([
  ['no region', error('Error', 'Region is missing'), /Set AWS_REGION/],
  ['no credentials', error('CredentialsProviderError', 'Could not load credentials from any providers'), /AWS_PROFILE/],
  [
    'an expired SSO session',
    error('CredentialsProviderError', 'The SSO session has expired'),
    /expired.*aws sso login/,
  ],
  ['an expired token', error('ExpiredTokenException', 'The security token included is expired'), /have expired/],
  ['an expired token of S3', error('ExpiredToken', 'The provided token has expired.'), /have expired/],
  ['a wrong key', error('InvalidAccessKeyId', 'The key does not exist'), /does not accept these credentials/],
  [
    'a region that the account hasn’t enabled',
    error('InvalidClientTokenId', 'The security token included in the request is invalid'),
    /does not accept these credentials\..* Check the region too: one that is off by default/,
  ],
  ['a wrong secret', error('SignatureDoesNotMatch', 'The signature'), /AWS_SECRET_ACCESS_KEY/],
])('%s', (_, given, expected) => {
  const line = explainAwsError(given, []);
  expect(line).toMatch(expected);
  expect(line).not.toContain('\n');
});

test('a denial names principal, action, resource and what the command needs', () => {
  const message =
    'User: arn:aws:sts::111122223333:assumed-role/Dev/jo is not authorized to perform: kms:GetPublicKey on resource: arn:aws:kms:eu-west-1:111122223333:key/1 with an explicit deny in a service control policy';
  expect(explainAwsError(error('AccessDeniedException', message), ['kms:GetPublicKey'])).toBe(
    'AWS denied kms:GetPublicKey on arn:aws:kms:eu-west-1:111122223333:key/1 to arn:aws:sts::111122223333:assumed-role/Dev/jo. ' +
      'A policy denies it explicitly. This command needs kms:GetPublicKey. ' +
      'Choose a profile with AWS_PROFILE whose role has the permission, or add it to the role.',
  );
});

test('a denial without names still says what the command needs', () => {
  expect(explainAwsError(error('AccessDenied', 'Access Denied'), ['s3:GetObject', 's3:ListBucket'])).toMatch(
    /^AWS denied a request \(Access Denied\)\. This command needs s3:GetObject, s3:ListBucket\./,
  );
});

test('other errors are not explained', () => {
  expect(explainAwsError(error('NoSuchBucket', 'The bucket does not exist'), [])).toBeUndefined();
  expect(explainAwsError('Region is missing', [])).toBeUndefined();
});
