import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { bucket, encryption, ledger } from './ledger-template';

describe('AuditLedgerLocked', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('AuditLedgerLocked', resources, around);

  test('a locked ledger is fine', () => expect(lines(ledger)).toEqual([]));

  test.each<[string, (string | number)[], unknown, string]>([
    [
      'a governance lock',
      [...bucket, 'ObjectLockConfiguration', 'Rule', 'DefaultRetention', 'Mode'],
      'GOVERNANCE',
      'GOVERNANCE',
    ],
    [
      'a retention of nothing',
      [...bucket, 'ObjectLockConfiguration', 'Rule', 'DefaultRetention', 'Days'],
      0,
      'retention',
    ],
    [
      'a lock without retention',
      [...bucket, 'ObjectLockConfiguration', 'Rule', 'DefaultRetention', 'Days'],
      undefined,
      'no retention',
    ],
    ['a lock taken away', [...bucket, 'ObjectLockEnabled'], undefined, 'Object Lock is not set'],
    ['no versions', [...bucket, 'VersioningConfiguration', 'Status'], 'Suspended', 'versioning is not enabled'],
    ['encryption by S3', [...encryption, 'SSEAlgorithm'], 'AES256', 'not encrypted with KMS'],
    ['the account’s shared key', [...encryption, 'KMSMasterKeyID'], undefined, 'key that the whole account shares'],
    ['no encryption', [...bucket, 'BucketEncryption'], undefined, 'not encrypted'],
    ['public policies', [...bucket, 'PublicAccessBlockConfiguration', 'BlockPublicPolicy'], false, 'BlockPublicPolicy'],
    ['requests without TLS', ['LedgerPolicy', 'Properties', 'PolicyDocument', 'Statement'], [], 'without TLS'],
    [
      'requests without TLS for some objects only',
      ['LedgerPolicy', 'Properties', 'PolicyDocument', 'Statement', 0, 'Resource'],
      { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Ledger', 'Arn'] }, '/entries/*']] },
      'without TLS',
    ],
    ['no bucket policy', ['LedgerPolicy'], undefined, 'without TLS'],
    ['deletion with the stack', ['Ledger', 'DeletionPolicy'], 'Delete', 'deleted with its stack'],
    ['no word on deletion', ['Ledger', 'DeletionPolicy'], undefined, 'deleted with its stack'],
    ['deletion by replacement', ['Ledger', 'UpdateReplacePolicy'], 'Delete', 'deleted with its stack'],
    ['a policy only for deletion', ['Ledger', 'UpdateReplacePolicy'], 'RetainExceptOnCreate', 'deleted with its stack'],
  ])('%s is found', (_name, path, value, message) => {
    expect(lines(changed(ledger, path, value))).toEqual([expect.stringContaining(message)]);
  });

  test('a ledger that is deleted only if its creation is rolled back is fine', () => {
    expect(lines(changed(ledger, ['Ledger', 'DeletionPolicy'], 'RetainExceptOnCreate'))).toEqual([]);
  });

  test('a ledger that lost its whole lock is still known by who writes to it', () => {
    const open = changed(
      changed(ledger, [...bucket, 'ObjectLockEnabled'], undefined),
      [...bucket, 'ObjectLockConfiguration'],
      undefined,
    );
    expect(lines(open)).toEqual([
      expect.stringContaining('Object Lock is not set'),
      expect.stringContaining('not locked by default'),
    ]);
  });

  test('a model caller of a runtime without any ledger is found, another app’s isn’t', () => {
    const agent: JsonObject = {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: 'bedrock:InvokeModel' } } }],
        },
      },
      Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
    };
    const gate: JsonObject = {
      Gate: {
        Type: 'AWS::Lambda::Function',
        Properties: { Environment: { Variables: { AGENT_ROLE_NAME: { Ref: 'Role' } } } },
      },
    };
    expect(lines({ ...agent, ...gate })).toEqual([expect.stringContaining('the runtime has no ledger')]);
    expect(lines({ ...ledger, ...agent, ...gate })).toEqual([]);
    expect(lines(agent)).toEqual([]);
  });

  test('T2-33: a bucket with Object Lock to which AWS delivers logs is no ledger, also beside an agent', () => {
    const logs: JsonObject = {
      AccessLogs: {
        Type: 'AWS::S3::Bucket',
        Properties: {
          ObjectLockEnabled: true,
          ObjectLockConfiguration: {
            ObjectLockEnabled: 'Enabled',
            Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 30 } },
          },
        },
      },
      Site: {
        Type: 'AWS::S3::Bucket',
        Properties: { LoggingConfiguration: { DestinationBucketName: { Ref: 'AccessLogs' } } },
      },
    };
    expect(lines(logs)).toEqual([]);
    const role = (service: string, statement: JsonObject): JsonObject => ({
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
        },
        Policies: [{ PolicyDocument: { Statement: statement } }],
      },
    });
    const write = { Effect: 'Allow', Action: 's3:PutObject', Resource: { 'Fn::Sub': `\${AccessLogs.Arn}/log/*` } };
    const agent: JsonObject = {
      Model: role('lambda.amazonaws.com', { Effect: 'Allow', Action: 'bedrock:InvokeModel' }),
      Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Model', 'Arn'] } } },
    };
    const stream = { ...logs, Stream: role('firehose.amazonaws.com', write) };
    expect(lines(stream)).toEqual([]);
    expect(lines({ ...stream, ...agent })).toEqual([]);
    // Code of the app that writes records there makes it the agent's ledger.
    const kept = lines({ ...logs, ...agent, Recorder: role('lambda.amazonaws.com', write) });
    expect(kept).toContainEqual(expect.stringContaining('AccessLogs'));
    expect(kept).toContainEqual(expect.stringContaining('GOVERNANCE'));
  });

  test('what isn’t known can’t be proven', () => {
    for (const path of [
      [...bucket, 'ObjectLockEnabled'],
      [...bucket, 'ObjectLockConfiguration', 'Rule', 'DefaultRetention', 'Days'],
      [...bucket, 'VersioningConfiguration'],
      [...encryption, 'SSEAlgorithm'],
    ]) {
      expect(lines(changed(ledger, path, { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toContainEqual(
        expect.stringContaining("can't be proven"),
      );
    }
    const policy = changed(ledger, ['LedgerPolicy', 'Properties', 'PolicyDocument'], { Ref: 'Unknown' });
    expect(lines(policy, UNKNOWN_PARAMETER)).toEqual([expect.stringContaining('can’t be proven')]);
  });
});
