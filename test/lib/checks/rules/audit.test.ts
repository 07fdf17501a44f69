import type { JsonObject } from '../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../check-template';

const deny = (actions: string[], condition?: JsonObject): JsonObject => ({
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Action: actions,
  Resource: '*',
  ...(condition === undefined ? {} : { Condition: condition }),
});

const notDeployer = { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/deploy' } };
const account = {
  Effect: 'Allow',
  Principal: { AWS: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:root` } },
  Action: 'kms:*',
  Resource: '*',
};

const ledger: JsonObject = {
  Key: {
    Type: 'AWS::KMS::Key',
    Properties: {
      KeyPolicy: {
        Statement: [
          account,
          deny(['kms:ScheduleKeyDeletion', 'kms:DisableKey']),
          deny(['kms:PutKeyPolicy'], notDeployer),
        ],
      },
    },
  },
  Ledger: {
    Type: 'AWS::S3::Bucket',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 365 } },
      },
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          {
            ServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms',
              KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] },
            },
          },
        ],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    },
  },
  LedgerPolicy: {
    Type: 'AWS::S3::BucketPolicy',
    Properties: {
      Bucket: { Ref: 'Ledger' },
      PolicyDocument: { Statement: [deny(['s3:*'], { Bool: { 'aws:SecureTransport': 'false' } })] },
    },
  },
  Writer: {
    Type: 'AWS::IAM::Role',
    Properties: {
      Policies: [
        {
          PolicyDocument: {
            Statement: { Effect: 'Allow', Action: 's3:PutObject', Resource: { 'Fn::Sub': `\${Ledger.Arn}/entries/*` } },
          },
        },
      ],
    },
  },
};
const bucket = ['Ledger', 'Properties'];
const encryption = [
  ...bucket,
  'BucketEncryption',
  'ServerSideEncryptionConfiguration',
  0,
  'ServerSideEncryptionByDefault',
];

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
    ['no bucket policy', ['LedgerPolicy'], undefined, 'without TLS'],
    ['deletion with the stack', ['Ledger', 'DeletionPolicy'], 'Delete', 'deleted with its stack'],
  ])('%s is found', (_name, path, value, message) => {
    expect(lines(changed(ledger, path, value))).toEqual([expect.stringContaining(message)]);
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

  test('a model caller without any ledger is found', () => {
    const agent: JsonObject = {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: 'bedrock:InvokeModel' } } }],
        },
      },
      Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] } } },
    };
    expect(lines(agent)).toEqual([expect.stringContaining('the app has no ledger')]);
    expect(lines({ ...ledger, ...agent })).toEqual([]);
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

describe('AuditKeysGuarded', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('AuditKeysGuarded', resources, around);
  const statements = ['Key', 'Properties', 'KeyPolicy', 'Statement'];

  test('a guarded key is fine, and one that isn’t the ledger’s is left alone', () => {
    expect(lines(ledger)).toEqual([]);
    expect(lines({ Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Statement: [account] } } } })).toEqual([]);
  });

  test('deletion, disabling and a policy that anybody may change are found', () => {
    expect(lines(changed(ledger, [...statements, 1], deny(['kms:DisableKey'])))).toEqual([
      expect.stringContaining("kms:ScheduleKeyDeletion isn't denied"),
    ]);
    expect(lines(changed(ledger, [...statements, 1], deny(['kms:ScheduleKeyDeletion'])))).toEqual([
      expect.stringContaining("kms:DisableKey isn't denied"),
    ]);
    expect(lines(changed(ledger, [...statements, 2], account))).toEqual([
      expect.stringContaining('kms:PutKeyPolicy isn’t denied'),
    ]);
  });

  const sparing = (...arns: unknown[]) =>
    changed(
      ledger,
      [...statements, 1],
      deny(['kms:ScheduleKeyDeletion', 'kms:DisableKey'], { ArnNotLike: { 'aws:PrincipalArn': arns } } as JsonObject),
    );

  test('one role for emergencies may be spared, more or nobody knows whom may not', () => {
    const breakGlass = 'arn:aws:iam::111122223333:role/break-glass';
    expect(lines(sparing(breakGlass))).toEqual([]);
    for (const arns of [[breakGlass, 'arn:aws:iam::111122223333:role/other'], ['arn:aws:iam::111122223333:role/b*']]) {
      expect(lines(sparing(...arns))).toEqual([
        expect.stringContaining('kms:ScheduleKeyDeletion is left to more than one named role'),
        expect.stringContaining('kms:DisableKey is left to more than one named role'),
      ]);
    }
    expect(lines(sparing({ Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toHaveLength(2);
  });

  const signing = (...more: unknown[]): JsonObject => {
    const guards = [deny(['kms:ScheduleKeyDeletion', 'kms:DisableKey']), deny(['kms:PutKeyPolicy'], notDeployer)];
    return {
      Sealer: { Type: 'AWS::IAM::Role', Properties: {} },
      Key: {
        Type: 'AWS::KMS::Key',
        Properties: { KeyUsage: 'SIGN_VERIFY', KeyPolicy: { Statement: [...guards, ...more] as JsonObject[] } },
      },
    };
  };
  const sign = (principal: unknown) => ({
    Effect: 'Allow',
    Principal: { AWS: principal },
    Action: 'kms:Sign',
    Resource: '*',
  });
  const onlySealer = deny(['kms:Sign'], {
    ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['Sealer', 'Arn'] } } as JsonObject,
  });

  test('a signing key of one role is fine: by a deny to the others, or by naming it alone', () => {
    expect(lines(signing(account, onlySealer))).toEqual([]);
    expect(lines(signing(sign({ 'Fn::GetAtt': ['Sealer', 'Arn'] })))).toEqual([]);
  });

  test('a signing key left to the account, or to two, is found', () => {
    expect(lines(signing(account))).toEqual([expect.stringContaining('kms:Sign is left to every role')]);
    const two = [sign({ 'Fn::GetAtt': ['Sealer', 'Arn'] }), sign('arn:aws:iam::111122223333:role/other')];
    expect(lines(signing(...two))).toEqual([expect.stringContaining('2 principals instead of one')]);
  });

  test('an unknown policy, statement or use of a key can’t be proven', () => {
    for (const path of [
      ['Key', 'Properties', 'KeyPolicy'],
      [...statements, 1],
      [...statements, 2],
    ]) {
      expect(lines(changed(ledger, path, { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).not.toEqual([]);
    }
    const use = changed(signing(), ['Key', 'Properties', 'KeyUsage'], { Ref: 'Unknown' });
    expect(lines(use, UNKNOWN_PARAMETER)).toEqual([expect.stringContaining("can't be proven")]);
  });
});
