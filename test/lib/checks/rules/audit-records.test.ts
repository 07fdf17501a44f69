import type { JsonObject } from '../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../check-template';

const arn = (id: string): JsonObject => ({ 'Fn::GetAtt': [id, 'Arn'] });
const deny = (action: string, resource: unknown, condition: JsonObject) =>
  ({ Effect: 'Deny', Principal: '*', Action: action, Resource: resource, Condition: condition }) as JsonObject;
const policyOf = (id: string, ...more: JsonObject[]): JsonObject => ({
  Type: 'AWS::S3::BucketPolicy',
  Properties: {
    Bucket: { Ref: id },
    PolicyDocument: { Statement: [deny('s3:*', '*', { Bool: { 'aws:SecureTransport': 'false' } }), ...more] },
  },
});
const bucketOf = (more: JsonObject = {}): JsonObject => ({
  Type: 'AWS::S3::Bucket',
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
  Properties: {
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [
        {
          ServerSideEncryptionByDefault: {
            SSEAlgorithm: 'aws:kms',
            KMSMasterKeyID: 'arn:aws:kms:x:111122223333:key/k',
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
    ...more,
  },
});
const locked = () =>
  bucketOf({
    ObjectLockEnabled: true,
    ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 365 } } },
    VersioningConfiguration: { Status: 'Enabled' },
  });
const once = (id: string, prefix: string) =>
  deny('s3:PutObject', [{ 'Fn::Sub': `\${${id}.Arn}/${prefix}/*` }], { Null: { 's3:if-none-match': 'true' } });
const selector = (ids: string[], ...more: JsonObject[]): JsonObject => ({
  FieldSelectors: [
    { Field: 'eventCategory', Equals: ['Data'] },
    { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
    { Field: 'resources.ARN', StartsWith: ids.map((id) => ({ 'Fn::Sub': `\${${id}.Arn}/` })) },
    ...more,
  ],
});

/** A runtime's sealer and gate, and what they write to. */
const runtime: JsonObject = {
  Gate: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Environment: { Variables: { LEDGER_BUCKET: { Ref: 'Ledger' }, EVIDENCE_BUCKET: { Ref: 'Evidence' } } },
    },
  },
  Sealer: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      Environment: { Variables: { WITNESS_BUCKET: { Ref: 'Witness' }, PUBLICATION_BUCKET: { Ref: 'Publication' } } },
    },
  },
  Ledger: locked(),
  LedgerPolicy: policyOf('Ledger', once('Ledger', 'entries')),
  Witness: locked(),
  WitnessPolicy: policyOf('Witness', once('Witness', 'checkpoints')),
  Files: locked(),
  FilesPolicy: policyOf('Files'),
  Evidence: bucketOf(),
  EvidencePolicy: policyOf('Evidence'),
  Publication: changed(bucketOf(), ['Properties', 'BucketEncryption'], undefined),
  PublicationPolicy: policyOf('Publication'),
  Trail: {
    Type: 'AWS::CloudTrail::Trail',
    Properties: {
      S3BucketName: { Ref: 'Files' },
      IsLogging: true,
      EnableLogFileValidation: true,
      AdvancedEventSelectors: [
        selector(['Ledger', 'Witness'], { Field: 'readOnly', Equals: ['false'] }),
        selector(['Evidence']),
      ],
    },
  },
  Agent: {
    Type: 'AWS::ECS::TaskDefinition',
    Properties: {
      TaskRoleArn: arn('AgentRole'),
      ContainerDefinitions: [
        { LogConfiguration: { LogDriver: 'awslogs', Options: { 'awslogs-group': { Ref: 'AgentLog' } } } },
      ],
    },
  },
  AgentRole: {
    Type: 'AWS::IAM::Role',
    Properties: { Policies: [{ PolicyDocument: { Statement: { Effect: 'Allow', Action: 'bedrock:InvokeModel' } } }] },
  },
  AgentLog: { Type: 'AWS::Logs::LogGroup' },
};

describe('AuditLedgerLocked', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('AuditLedgerLocked', resources, around);

  test('a runtime’s ledger, witness and trail files that are locked are fine', () =>
    expect(lines(runtime)).toEqual([]));

  test.each(['Ledger', 'Witness', 'Files'])('%s doesn’t drop out of the rule together with its lock', (id) => {
    const open = changed(
      changed(runtime, [id, 'Properties', 'ObjectLockEnabled'], undefined),
      [id, 'Properties', 'ObjectLockConfiguration'],
      undefined,
    );
    expect(lines(open)).toEqual([
      expect.stringContaining(`${id} Properties.ObjectLockEnabled: Object Lock is not set`),
      expect.stringContaining('not locked by default'),
    ]);
  });

  test.each<[string, JsonObject, boolean]>([
    ['expires after a day', { ExpirationInDays: 1 }, false],
    ['expires at a date', { ExpirationDate: '2030-01-01T00:00:00Z' }, false],
    ['drops old versions after a day', { NoncurrentVersionExpiration: { NoncurrentDays: 1 } }, false],
    ['expires when nobody knows', { ExpirationInDays: { Ref: 'Unknown' } }, false],
    ['expires when the lock has ended', { ExpirationInDays: 365 }, true],
    ['moves to cheaper storage', { Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 30 }] }, true],
    ['is switched off', { Status: 'Disabled', ExpirationInDays: 1 }, true],
  ])('a lifecycle rule that %s', (_name, rule, fine) => {
    const path = ['Ledger', 'Properties', 'LifecycleConfiguration'];
    const found = lines(changed(runtime, path, { Rules: [{ Status: 'Enabled', ...rule }] }), UNKNOWN_PARAMETER);
    expect(found).toHaveLength(fine ? 0 : 1);
  });

  test('an entry or a checkpoint that can be written over is found', () => {
    for (const id of ['Ledger', 'Witness']) {
      const statement = [`${id}Policy`, 'Properties', 'PolicyDocument', 'Statement', 1];
      for (const [path, value] of [
        [[], undefined],
        [['Effect'], 'Allow'],
        [['Resource'], { 'Fn::Sub': `\${${id}.Arn}/other/*` }],
        [['Condition', 'Null', 's3:if-none-match'], 'false'],
        [['Condition', 'Bool'], { 'aws:SecureTransport': 'true' }],
        [['Action'], { Ref: 'Unknown' }],
      ] as [string[], unknown][]) {
        expect(lines(changed(runtime, [...statement, ...path], value), UNKNOWN_PARAMETER)).toEqual([
          expect.stringContaining('can be overwritten'),
        ]);
      }
    }
  });
});

describe('AuditRecordsPrivate', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('AuditRecordsPrivate', resources, around);

  test('records that nobody else gets are fine, and other buckets are left alone', () => {
    expect(
      lines({ ...runtime, Website: { Type: 'AWS::S3::Bucket', Properties: { AccessControl: 'PublicRead' } } }),
    ).toEqual([]);
  });

  test.each<[string, (string | number)[], unknown, string]>([
    [
      'evidence without a block',
      ['Evidence', 'Properties', 'PublicAccessBlockConfiguration', 'BlockPublicAcls'],
      false,
      'BlockPublicAcls',
    ],
    [
      'a published tree without a block',
      ['Publication', 'Properties', 'PublicAccessBlockConfiguration', 'BlockPublicPolicy'],
      false,
      'BlockPublicPolicy',
    ],
    ['evidence without a key of its own', ['Evidence', 'Properties', 'BucketEncryption'], undefined, 'not encrypted'],
    ['evidence without TLS', ['EvidencePolicy'], undefined, 'without TLS'],
    ['evidence that goes with its stack', ['Evidence', 'DeletionPolicy'], 'Delete', 'the evidence is deleted'],
    ['a public ACL', ['Ledger', 'Properties', 'AccessControl'], 'PublicRead', 'the ACL PublicRead'],
    ['a website', ['Evidence', 'Properties', 'WebsiteConfiguration'], { IndexDocument: 'i' }, 'website'],
    [
      'replication elsewhere',
      ['Ledger', 'Properties', 'ReplicationConfiguration'],
      { Rules: [{ Destination: { Bucket: 'arn:aws:s3:::theirs', Account: '999999999999' } }] },
      'arn:aws:s3:::theirs receives what is written here',
    ],
    [
      'replication to a name that only contains one of ours',
      ['Ledger', 'Properties', 'ReplicationConfiguration'],
      { Rules: [{ Destination: { Bucket: { 'Fn::Sub': `arn:aws:s3:::theirs-\${Evidence}` } } }] },
      'receives what is written here',
    ],
    [
      'an inventory elsewhere',
      ['Files', 'Properties', 'InventoryConfigurations'],
      [{ Destination: { BucketArn: 'arn:aws:s3:::theirs' } }],
      'receives what is written here',
    ],
    [
      'a topic elsewhere that is told',
      ['Evidence', 'Properties', 'NotificationConfiguration'],
      { TopicConfigurations: [{ Topic: 'arn:aws:sns:x:999999999999:t' }] },
      'receives what is written here',
    ],
    [
      'the agent’s log elsewhere',
      ['Filter'],
      {
        Type: 'AWS::Logs::SubscriptionFilter',
        Properties: { LogGroupName: { Ref: 'AgentLog' }, DestinationArn: 'arn:aws:logs:x:999999999999:destination:d' },
      },
      "receives the agent's log",
    ],
  ])('%s is found', (_name, path, value, message) => {
    expect(lines(changed(runtime, path, value))).toContainEqual(expect.stringContaining(message));
  });

  test('copies inside the app are fine', () => {
    const copied = changed(runtime, ['Ledger', 'Properties', 'ReplicationConfiguration'], {
      Rules: [{ Destination: { Bucket: arn('Files') } }],
    });
    expect(lines(copied)).toEqual([]);
    const stream = { Type: 'AWS::Kinesis::Stream' };
    const filter = {
      Type: 'AWS::Logs::SubscriptionFilter',
      Properties: { LogGroupName: { Ref: 'AgentLog' }, DestinationArn: arn('Stream') },
    };
    expect(lines({ ...runtime, Stream: stream, Filter: filter })).toEqual([]);
  });

  test('what isn’t known can’t be proven', () => {
    for (const path of [
      ['Evidence', 'Properties', 'PublicAccessBlockConfiguration', 'BlockPublicAcls'],
      ['Evidence', 'Properties', 'BucketEncryption'],
      ['Evidence', 'Properties', 'AccessControl'],
    ]) {
      expect(lines(changed(runtime, path, { Ref: 'Unknown' }), UNKNOWN_PARAMETER)).toEqual([
        expect.stringContaining("can't be proven"),
      ]);
    }
    const rules = { Rules: [{ Destination: { Bucket: { Ref: 'Unknown' } } }] };
    expect(
      lines(changed(runtime, ['Ledger', 'Properties', 'ReplicationConfiguration'], rules), UNKNOWN_PARAMETER),
    ).toEqual([expect.stringContaining("can't be proven")]);
  });
});

describe('AuditTrailed', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('AuditTrailed', resources, around);
  const selectors = ['Trail', 'Properties', 'AdvancedEventSelectors'];
  const basic = (type: string, values: unknown[]) =>
    changed(
      changed(runtime, selectors, undefined),
      ['Trail', 'Properties', 'EventSelectors'],
      [{ ReadWriteType: type, DataResources: [{ Type: 'AWS::S3::Object', Values: values }] }],
    );

  test('a trail on ledger, witness and evidence is fine, in either way to select them', () => {
    expect(lines(runtime)).toEqual([]);
    expect(
      lines(changed(runtime, selectors, [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }] }])),
    ).toEqual([]);
    expect(lines(basic('All', ['arn:aws:s3']))).toEqual([]);
    expect(
      lines(
        basic(
          'All',
          ['Ledger', 'Witness', 'Evidence'].map((id) => ({ 'Fn::Sub': `\${${id}.Arn}/` })),
        ),
      ),
    ).toEqual([]);
  });

  test('an app without a runtime needs none', () => expect(lines({ Bucket: locked() })).toEqual([]));

  test.each<[string, (string | number)[], unknown, number]>([
    ['no trail', ['Trail'], undefined, 3],
    ['a trail that is off', ['Trail', 'Properties', 'IsLogging'], false, 1],
    ['files that can’t be checked', ['Trail', 'Properties', 'EnableLogFileValidation'], undefined, 1],
    ['no selectors', selectors, undefined, 3],
    ['no selector of evidence', [...selectors, 1], undefined, 1],
    ['writes of evidence only', [...selectors, 1], selector(['Evidence'], { Field: 'readOnly', Equals: ['false'] }), 1],
    [
      'deletions only',
      [...selectors, 0],
      selector(['Ledger', 'Witness'], { Field: 'eventName', StartsWith: ['Delete'] }),
      2,
    ],
    [
      'reads of the ledger only',
      [...selectors, 0],
      selector(['Ledger', 'Witness'], { Field: 'readOnly', Equals: ['true'] }),
      2,
    ],
    ['another bucket', [...selectors, 1], selector(['Files']), 1],
    ['a selector that nobody knows', [...selectors, 1], { Ref: 'Unknown' }, 1],
    ['a condition that nobody knows', ['Trail', 'Properties', 'IsLogging'], { Ref: 'Unknown' }, 1],
  ])('%s is found', (_name, path, value, count) => {
    expect(lines(changed(runtime, path, value), UNKNOWN_PARAMETER)).toHaveLength(count);
  });

  test('writes alone don’t do where reads are to be seen', () => {
    expect(lines(basic('WriteOnly', ['arn:aws:s3:::']))).toEqual([expect.stringContaining('Evidence')]);
  });
});
