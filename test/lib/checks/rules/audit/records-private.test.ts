import type { JsonObject } from '../../../../../runtime/core/contracts';
import { changed, linesOf, UNKNOWN_PARAMETER } from '../../check-template';
import { arn, runtime } from './records-template';

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
