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
  readonly NotStartsWith?: unknown[];
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
    expect(files).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate' });
  });

  test('records everything of the evidence, and everything of the ledger and the witness but the sealer’s reads', () => {
    const data = selectors('Data').map((fields) => ({
      buckets: JSON.stringify(fields.find(({ Field }) => Field === 'resources.ARN')?.StartsWith),
      readOnly: fields.find(({ Field }) => Field === 'readOnly')?.Equals,
      notBy: fields.find(({ Field }) => Field === 'userIdentity.arn')?.NotStartsWith,
    }));
    const of = (id: string) => data.filter(({ buckets }) => buckets.includes(`"${id}"`));
    const sealer = expect.stringMatching(/:sts::.*:assumed-role\/.*LedgerSealerSealRole.*"\/"/);
    for (const id of [ledgerId, witnessId]) {
      const [writes, reads, ...others] = of(id);
      expect(writes).toMatchObject({ readOnly: ['false'], notBy: undefined });
      expect(reads.readOnly).toEqual(['true']);
      expect(reads.notBy?.map((each) => JSON.stringify(each))).toEqual([sealer]);
      expect(others).toEqual([]);
    }
    expect(of(evidenceId)).toEqual([expect.objectContaining({ readOnly: undefined, notBy: undefined })]);
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
  const rules = Object.entries(template.findResources('AWS::Events::Rule')).filter(
    ([, { Properties }]) => Properties.EventPattern,
  );
  const branches = rules.flatMap(([, { Properties }]) => Properties.EventPattern.detail.$or as Branch[]);
  const [trailId] = Object.keys(template.findResources('AWS::CloudTrail::Trail'));

  test('is matched for every bucket, by name, also for reads', () => {
    const [buckets] = branches.filter(({ requestParameters }) => requestParameters?.bucketName);
    expect(buckets).toEqual({
      errorCode: [{ prefix: 'AccessDenied' }],
      requestParameters: {
        bucketName: [{ Ref: ledgerId }, { Ref: witnessId }, { Ref: evidenceId }, { Ref: trailBucketId }],
      },
    });
  });

  const KEYS = ['LedgerKey', 'LedgerSealerSigningKey', 'LedgerWitnessKey', 'LedgerTrailFilesKey'];

  test.each<[string, (branch: Branch) => unknown]>([
    ['the message', ({ errorMessage }) => errorMessage],
    ['the resources of the event', ({ resources }) => resources?.ARN],
    ['the parameters of the request', ({ requestParameters }) => requestParameters?.keyId],
  ])('is matched for every key, in %s', (_, of) => {
    const matching = branches.filter((branch) => of(branch) !== undefined);
    expect(matching.map(({ errorCode }) => errorCode)).toEqual(matching.map(() => [{ prefix: 'AccessDenied' }]));
    for (const key of KEYS) expect(JSON.stringify(matching)).toMatch(new RegExp(`"${key}[0-9A-F]{8}"`));
  });

  test('raises the alarm at once, as stopping or changing the trail does, by its name or ARN', () => {
    const trail = branches.filter(({ eventName }) => eventName);
    expect(trail.map(({ eventName, requestParameters }) => [eventName, Object.keys(requestParameters ?? {})])).toEqual([
      [['StopLogging', 'DeleteTrail', 'UpdateTrail'], ['name']],
      [['PutEventSelectors'], ['trailName']],
    ]);
    const { TrailName: suffix } = only('AWS::CloudTrail::Trail').properties;
    for (const { requestParameters } of trail) expect(Object.values(requestParameters ?? {})).toEqual([[{ suffix }]]);
    const [alarm] = Object.values(template.findResources('AWS::CloudWatch::Alarm')).filter(
      ({ Properties }) => Properties.Metrics,
    );
    expect(alarm.Properties).toMatchObject({ Threshold: 1, EvaluationPeriods: 1, TreatMissingData: 'notBreaching' });
    const metrics = alarm.Properties.Metrics as { Expression?: string; MetricStat?: { Metric: unknown } }[];
    expect(metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []))).toEqual(
      rules.map(([id]) => ({
        Namespace: 'AWS/Events',
        MetricName: 'TriggeredRules',
        Dimensions: [{ Name: 'RuleName', Value: { Ref: id } }],
      })),
    );
    expect(metrics.find(({ Expression }) => Expression)?.Expression).toBe('rule1 + rule2');
  });

  test('isn’t reported for the calls that create the trail', () => {
    for (const [, { DependsOn }] of rules) expect(DependsOn).toContain(trailId);
  });

  test('is kept in a log group that only these rules write to; the stream is created without a condition', () => {
    const document = JSON.parse(unsplit(only('AWS::Logs::ResourcePolicy').properties.PolicyDocument)) as {
      Statement: Statement[];
    };
    const principals = { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] };
    expect(document.Statement).toMatchObject([
      { Action: 'logs:CreateLogStream', Principal: principals },
      { Action: 'logs:PutLogEvents', Principal: principals },
    ]);
    const [create, put] = document.Statement;
    expect(create.Condition).toBeUndefined();
    expect(put.Condition).toEqual({ ArnEquals: { 'aws:SourceArn': rules.map(([id]) => `<${id}.Arn>`) } });
    for (const [, { Properties }] of rules) expect(Properties.Targets).toHaveLength(1);
  });

  test('stays below the ten metrics of an alarm with the largest number of signing keys', () => {
    const many = new Stack(new App(), 'Stack');
    new Ledger(many, 'Ledger', { retention: Duration.days(30), signingKeys: 24 });
    const patterns = Object.values(Template.fromStack(many).findResources('AWS::Events::Rule'))
      .map(({ Properties }) => Properties.EventPattern?.detail.$or as Branch[] | undefined)
      .filter((each) => each !== undefined);
    expect(patterns.length).toBeLessThanOrEqual(10);
    const perRule = patterns.map((each) => each.flatMap(({ errorMessage }) => errorMessage ?? []).length);
    expect(perRule.reduce((sum, count) => sum + count)).toBe(27);
    expect(Math.max(...perRule)).toBe(3);
  });
});

interface Branch {
  readonly errorCode?: unknown;
  readonly errorMessage?: unknown[];
  readonly eventName?: string[];
  readonly resources?: { readonly ARN: unknown[] };
  readonly requestParameters?: Record<string, unknown[]>;
}

/** A policy that CDK wrote as text: its references as `<id.attribute>`. */
function unsplit(document: { 'Fn::Join': [string, (string | { 'Fn::GetAtt': string[] })[]] }): string {
  return document['Fn::Join'][1]
    .map((part) => (typeof part === 'string' ? part : `<${part['Fn::GetAtt'].join('.')}>`))
    .join('');
}
