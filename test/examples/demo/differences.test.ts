import { Differences } from '../../../examples/quickstart/demo/differences';

test('counts the differences, and names the conditions that are not enforced by service', () => {
  const differences = new Differences();
  const lines = [
    'patched: policy condition on aws:SourceAccount removed from an Allow: the emulator never sets the key — A, B',
    'patched: policy condition on kms:EncryptionContext:aws:s3:arn removed from an Allow: the emulator never sets the key — A',
    'patched: policy condition on iam:PassedToService removed from an Allow: the emulator never sets the key — A',
    'patched: Deny of plain HTTP removed: the emulator is reached over plain HTTP on 127.0.0.1 — A',
    'patched: Deny unless s3:if-none-match and aws:SourceVpc removed: the emulator never sets the key and would always deny — A',
    'inert: Deny on s3:TlsVersion: the emulator never sets the key — A',
    'dropped: AWS::EC2::FlowLog: the emulator has no such type — A',
    'applied: PutBucketEncryption, which the emulator drops — A',
  ];
  for (const line of lines) expect(differences.add(line)).toBe(true);
  expect(differences.add('bootstrapping and synthesizing')).toBe(false);
  expect(differences.lines()).toEqual([
    expect.stringMatching(/^8 differences .* Not enforced here, but checked on$/),
    'the template by hardened-agent check and prove: network isolation, and policy conditions on these keys:',
    '  IAM, for every service: aws:SecureTransport, aws:SourceAccount, aws:SourceVpc',
    '  IAM, passed roles: iam:PassedToService',
    '  KMS: kms:EncryptionContext:aws:s3:arn',
    '  S3: s3:TlsVersion, s3:if-none-match',
  ]);
});
