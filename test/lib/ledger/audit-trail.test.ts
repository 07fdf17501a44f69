import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Ledger } from '../../../lib/ledger/ledger';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Principal: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}
interface FieldSelector {
  readonly Field: string;
  readonly Equals?: string[];
  readonly StartsWith?: unknown[];
}

const stack = new Stack(new App(), 'Stack');
const ledger = new Ledger(stack, 'Ledger', { retention: Duration.days(30) });
const template = Template.fromStack(stack);

function only(type: string) {
  const found = Object.entries(template.findResources(type));
  expect(found).toHaveLength(1);
  const [[id, resource]] = found;
  return { id, resource, properties: resource.Properties };
}

const nameOf = (bucketName: string) => (stack.resolve(bucketName) as { Ref: string }).Ref;
const ledgerId = nameOf(ledger.ledgerBucket.bucketName);
const witnessId = nameOf(ledger.witnessBucket.bucketName);
const evidenceId = nameOf(ledger.evidenceBucket.bucketName);
const trailBucketId = nameOf(ledger.trailBucket?.bucketName ?? '');

function selectors(category: string): FieldSelector[][] {
  const all = only('AWS::CloudTrail::Trail').properties.AdvancedEventSelectors as { FieldSelectors: FieldSelector[] }[];
  return all
    .map(({ FieldSelectors }) => FieldSelectors)
    .filter((fields) => fields.some(({ Field, Equals }) => Field === 'eventCategory' && Equals?.[0] === category));
}

describe('the trail', () => {
  test('writes digest files, encrypted, into a locked bucket of its own', () => {
    const { properties } = only('AWS::CloudTrail::Trail');
    expect(properties).toMatchObject({ EnableLogFileValidation: true, IsLogging: true });
    expect(JSON.stringify(properties.KMSKeyId)).toContain('TrailFilesKey');
    expect(properties.S3BucketName).toEqual({ Ref: trailBucketId });
    const files = template.findResources('AWS::S3::Bucket')[trailBucketId];
    expect(files.Properties.ObjectLockConfiguration.Rule.DefaultRetention).toEqual({ Mode: 'COMPLIANCE', Days: 30 });
    expect(files).toMatchObject({ DeletionPolicy: 'Retain' });
  });

  test('records writes of the ledger and the witness, and everything of the evidence', () => {
    const data = selectors('Data').map((fields) => ({
      buckets: JSON.stringify(fields.find(({ Field }) => Field === 'resources.ARN')?.StartsWith),
      readOnly: fields.find(({ Field }) => Field === 'readOnly')?.Equals,
    }));
    const of = (id: string) => data.filter(({ buckets }) => buckets.includes(`"${id}"`));
    expect(of(ledgerId)).toEqual([expect.objectContaining({ readOnly: ['false'] })]);
    expect(of(witnessId)).toEqual([expect.objectContaining({ readOnly: ['false'] })]);
    expect(of(evidenceId)).toEqual([expect.objectContaining({ readOnly: undefined })]);
  });

  test('of its own bucket records deletions only: its own deliveries would make it deliver without end', () => {
    const own = selectors('Data').filter((fields) => JSON.stringify(fields).includes(`"${trailBucketId}"`));
    expect(own).toHaveLength(1);
    expect(own[0]).toContainEqual({ Field: 'eventName', StartsWith: ['Delete'] });
  });

  test('records changes of settings, keys and policies', () => {
    expect(selectors('Management')).toEqual([
      [
        { Field: 'eventCategory', Equals: ['Management'] },
        { Field: 'readOnly', Equals: ['false'] },
      ],
    ]);
  });

  test('only the trail may deliver, and it is created after the policy that allows it', () => {
    const { resource } = only('AWS::CloudTrail::Trail');
    const [policyId, policy] = Object.entries(template.findResources('AWS::S3::BucketPolicy')).find(
      ([, { Properties }]) => Properties.Bucket.Ref === trailBucketId,
    ) ?? ['', undefined];
    expect(resource.DependsOn).toContain(policyId);
    const statements = policy?.Properties.PolicyDocument.Statement as Statement[];
    const allowed = statements.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map(({ Sid }) => Sid)).toEqual(['TrailAsksWhose', 'TrailDelivers']);
    for (const { Principal, Condition } of allowed) {
      expect(Principal).toEqual({ Service: 'cloudtrail.amazonaws.com' });
      expect(JSON.stringify(Condition?.StringEquals['aws:SourceArn'])).toContain(':trail/');
    }
    const never = statements.find(({ Sid }) => Sid === 'NeverDelete');
    expect(never?.Action).toContain('s3:DeleteObjectVersion');
    expect(never?.Action).not.toContain('s3:PutObjectAcl');
    expect(statements.some(({ Sid }) => Sid === 'CreateOnly')).toBe(false);
  });

  test('can be left out, for a trail of the account', () => {
    const without = new Stack(new App(), 'Stack');
    const bare = new Ledger(without, 'Ledger', { retention: Duration.days(30), trail: false });
    expect(bare.trailBucket).toBeUndefined();
    expect(bare.refusedAlarm).toBeUndefined();
    Template.fromStack(without).resourceCountIs('AWS::CloudTrail::Trail', 0);
  });
});

describe('denied access to the ledger', () => {
  const rule = Object.entries(template.findResources('AWS::Events::Rule')).find(
    ([, { Properties }]) => Properties.EventPattern,
  );
  const pattern = rule?.[1].Properties.EventPattern;

  test('is matched for every locked bucket, by name', () => {
    const [buckets] = pattern.detail.$or;
    expect(buckets.errorCode).toEqual([{ prefix: 'AccessDenied' }]);
    expect(buckets.requestParameters.bucketName).toEqual([
      { Ref: ledgerId },
      { Ref: witnessId },
      { Ref: trailBucketId },
    ]);
  });

  test('is matched for every key, in the message', () => {
    const keys = JSON.stringify(pattern.detail.$or[1].errorMessage);
    for (const key of ['LedgerKey', 'LedgerSealerSigningKey', 'LedgerWitnessKey', 'LedgerTrailFilesKey']) {
      expect(keys).toContain(key);
    }
  });

  test('raises the alarm at once, as stopping the trail does', () => {
    expect(pattern.detail.$or[2].eventName).toEqual(['StopLogging', 'DeleteTrail']);
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/Events',
      MetricName: 'TriggeredRules',
      Dimensions: [{ Name: 'RuleName', Value: { Ref: rule?.[0] } }],
      Threshold: 1,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    });
  });

  test('is kept in a log group that only EventBridge of this account writes to', () => {
    const document = JSON.stringify(only('AWS::Logs::ResourcePolicy').properties.PolicyDocument);
    expect(document).toContain('events.amazonaws.com');
    expect(document).toContain('aws:SourceAccount');
    expect(rule?.[1].Properties.Targets).toHaveLength(1);
  });
});
