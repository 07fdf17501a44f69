import { App, Duration, type Environment, LegacyStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Ledger, type LedgerProps } from '../../../lib/ledger/ledger';
import { IsolatedNetwork } from '../../../lib/network/isolated-network';
import { lagMetric } from '../../../runtime/core/ledger/sealing-metrics';
import { statementsOfRole } from '../agent-stack';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Record<string, unknown>;
}

const WITNESS_KEY = 'arn:aws:kms:eu-west-1:222222222222:key/0000-1111';

function ledgerTemplate(more: Partial<LedgerProps> = {}, prepare: (stack: Stack) => Partial<LedgerProps> = () => ({})) {
  const stack = new Stack(new App(), 'Stack');
  new Ledger(stack, 'Ledger', { retention: Duration.days(30), ...more, ...prepare(stack) });
  return Template.fromStack(stack);
}

const plain = ledgerTemplate();

function signingKey(template: Template) {
  const [id, key] = Object.entries(
    template.findResources('AWS::KMS::Key', { Properties: { KeyUsage: 'SIGN_VERIFY' } }),
  )[0];
  return { id, key, statements: key.Properties.KeyPolicy.Statement as Statement[] };
}

function sealerStatements(template: Template): Statement[] {
  return statementsOfRole(template, 'LedgerSealer') as Statement[];
}

describe('the signing key', () => {
  const { key, statements } = signingKey(plain);

  test('makes Ed25519 signatures, as C2SP notes require', () => {
    expect(key.Properties.KeySpec).toBe('ECC_NIST_EDWARDS25519');
  });

  test('is denied to every principal but the sealer, also through a KMS grant', () => {
    const [only] = statements.filter(({ Sid }) => Sid === 'OnlyTheSealerSigns');
    expect(only).toMatchObject({ Effect: 'Deny', Principal: { AWS: '*' }, Action: ['kms:Sign', 'kms:CreateGrant'] });
    expect(JSON.stringify(only.Condition)).toMatch(/ArnNotLike.*aws:PrincipalArn.*LedgerSealerSealRole/);
  });

  test('can’t be disabled, and outlives the stack', () => {
    const [never] = statements.filter(({ Sid }) => Sid === 'NeverDisableKey');
    expect(never).toMatchObject({ Effect: 'Deny', Principal: { AWS: '*' } });
    expect(never.Action).toEqual(expect.arrayContaining(['kms:DisableKey', 'kms:DeleteImportedKeyMaterial']));
    expect(never.Condition).toBeUndefined();
    expect(key).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  test('only the deployment can change its policy, or delete it when its creation is rolled back', () => {
    const [keep] = statements.filter(({ Sid }) => Sid === 'OnlyDeploymentChangesKey');
    expect(keep).toMatchObject({ Effect: 'Deny', Principal: { AWS: '*' } });
    expect(keep.Action).toEqual(['kms:ScheduleKeyDeletion', 'kms:PutKeyPolicy']);
    expect(JSON.stringify(keep.Condition)).toMatch(/^{"ArnNotLike":{"aws:PrincipalArn":\[[^,]*cfn-exec-role[^,]*\]}}$/);
  });
});

describe('a stack whose deployment role isn’t known', () => {
  const stack = new Stack(new App(), 'Stack', { synthesizer: new LegacyStackSynthesizer() });
  new Ledger(stack, 'Ledger', { retention: Duration.days(30) });
  const template = Template.fromStack(stack);

  test('keeps what nobody may delete, because a rollback that tries to delete it would fail', () => {
    const { key, statements } = signingKey(template);
    const [keep] = statements.filter(({ Sid }) => Sid === 'OnlyDeploymentChangesKey');
    expect(keep.Condition).toBeUndefined();
    expect(key.DeletionPolicy).toBe('Retain');
    const locked = Object.values(
      template.findResources('AWS::S3::Bucket', { Properties: { ObjectLockEnabled: true } }),
    );
    expect(locked.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(['Retain', 'Retain', 'Retain']);
  });
});

describe('the sealer', () => {
  test('may sign with this key, write create-only places and publish, and nothing else', () => {
    const statements = sealerStatements(plain);
    const actions = new Set(statements.flatMap(({ Action }) => [Action].flat()));
    expect([...actions].sort()).toEqual([
      'kms:Decrypt',
      'kms:GenerateDataKey',
      'kms:GetPublicKey',
      'kms:Sign',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
    ]);
    for (const { Resource } of statements) expect(Resource).not.toBe('*');
  });

  test('runs every minute, and an alarm is raised when it doesn’t', () => {
    plain.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' });
    plain.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Errors', TreatMissingData: 'breaching' });
  });

  test('raises an alarm when entries stay unsealed too long, or the metric is missing', () => {
    const template = ledgerTemplate({ mergeDelay: Duration.minutes(2) });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'HardenedAgent',
      MetricName: Object.keys(lagMetric(0, 0, 'x')).pop(),
      Dimensions: [{ Name: 'Sealer', Value: { Ref: Match.stringLikeRegexp('^LedgerSealerSeal') } }],
      Statistic: 'Maximum',
      Threshold: 540,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'breaching',
    });
  });

  test('takes its delays from the props', () => {
    ledgerTemplate({ mergeDelay: Duration.minutes(2), heartbeat: Duration.minutes(30) }).hasResourceProperties(
      'AWS::Lambda::Function',
      { Environment: { Variables: Match.objectLike({ MERGE_DELAY_SECONDS: '120', HEARTBEAT_SECONDS: '1800' }) } },
    );
  });

  test('in an isolated network, reaches S3 and KMS for exactly what it does', () => {
    const template = ledgerTemplate({}, (stack) => ({ network: new IsolatedNetwork(stack, 'Network') }));
    template.hasResourceProperties('AWS::Lambda::Function', { VpcConfig: Match.anyValue() });
    const endpoints = Object.values(template.findResources('AWS::EC2::VPCEndpoint'));
    const actions = endpoints.flatMap((endpoint) =>
      (endpoint.Properties.PolicyDocument.Statement as Statement[]).flatMap(({ Action }) => [Action].flat()),
    );
    expect([...new Set(actions)].sort()).toEqual([
      'kms:GetPublicKey',
      'kms:Sign',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
    ]);
  });
});

describe('the witness', () => {
  test('is by default a second locked bucket under a key of its own', () => {
    const locked = ledgerTemplate({ trail: false }).findResources('AWS::S3::Bucket', {
      Properties: { ObjectLockEnabled: true },
    });
    const keys = Object.values(locked).map((bucket) => JSON.stringify(bucket.Properties.BucketEncryption));
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
  });

  test('can be a bucket of another account, which the endpoint then admits too', () => {
    const template = ledgerTemplate({ trail: false }, (stack) => ({
      network: new IsolatedNetwork(stack, 'Network'),
      witnessBucket: s3.Bucket.fromBucketAttributes(stack, 'Elsewhere', {
        bucketArn: 'arn:aws:s3:::witness-of-others',
        account: '222222222222',
        encryptionKey: kms.Key.fromKeyArn(stack, 'Key', WITNESS_KEY),
      }),
    }));
    expect(
      Object.keys(template.findResources('AWS::S3::Bucket', { Properties: { ObjectLockEnabled: true } })),
    ).toHaveLength(1);
    const endpoints = JSON.stringify(template.findResources('AWS::EC2::VPCEndpoint'));
    expect(endpoints).toContain('"aws:ResourceAccount":"222222222222"');
    expect(endpoints).toContain('arn:aws:s3:::witness-of-others/*');
    // The bucket may or may not have a bucket key, so its objects' ARNs may be the encryption context too.
    expect(sealerStatements(template)).toContainEqual({
      Sid: 'WitnessKey',
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: WITNESS_KEY,
      Condition: {
        StringLike: {
          'kms:EncryptionContext:aws:s3:arn': [
            'arn:aws:s3:::witness-of-others',
            'arn:aws:s3:::witness-of-others/checkpoints/*',
          ],
        },
      },
    });
  });

  const refused = (attributes: Partial<s3.BucketAttributes>, more: Partial<LedgerProps> = {}, env?: Environment) => {
    const stack = new Stack(new App(), 'Stack', { env });
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', WITNESS_KEY);
    const given = { bucketName: 'witness', account: '222222222222', encryptionKey, ...attributes };
    const witnessBucket = s3.Bucket.fromBucketAttributes(stack, 'Elsewhere', given);
    try {
      new Ledger(stack, 'Ledger', { retention: Duration.days(30), witnessBucket, ...more });
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  const here = { account: '111111111111', region: 'eu-west-1' };

  test('is refused where an import doesn’t say its account or its key', () => {
    const account =
      /^Stack\/Ledger: the imported witnessBucket Stack\/Elsewhere doesn't say which account owns it.*account: '222222222222'.*witnessInThisAccount: true$/;
    expect(refused({ account: undefined })).toMatch(account);
    expect(refused({ account: undefined }, {}, here)).toMatch(account);
    expect(refused({ encryptionKey: undefined })).toMatch(
      /doesn't say which key encrypts it.*encryptionKey: Key\.fromKeyArn\(…\).*witnessEncryptedByS3: true/,
    );
    const alias = { keyArn: 'arn:aws:kms:eu-west-1:222222222222:alias/witness' } as kms.IKey;
    expect(refused({ encryptionKey: alias })).toMatch(/alias\/witness" .* isn't the ARN of one key/);
    const elsewhere = { region: 'us-east-1' };
    expect(refused(elsewhere, {}, here)).toBe('');
    const network = new IsolatedNetwork(new Stack(new App(), 'Other', { env: here }), 'Network');
    expect(refused(elsewhere, { network }, here)).toMatch(/is in us-east-1, and the network .* eu-west-1 only/);
  });

  test('is accepted where the app says so', () => {
    expect(refused({})).toBe('');
    expect(refused({}, {}, here)).toBe('');
    expect(refused({ account: undefined }, { witnessInThisAccount: true })).toBe('');
    expect(refused({ encryptionKey: undefined }, { witnessEncryptedByS3: true })).toBe('');
  });

  test('contradictions are refused', () => {
    expect(refused({}, { witnessInThisAccount: true })).toMatch(/is in the account 222222222222; remove/);
    expect(refused({}, { witnessEncryptedByS3: true })).toMatch(/has an encryption key; remove/);
    expect(() => ledgerTemplate({ witnessInThisAccount: true })).toThrow(/for an imported witnessBucket only/);
    expect(() => ledgerTemplate({ witnessEncryptedByS3: true })).toThrow(/for an imported witnessBucket only/);
  });
});

describe('the ledger bucket', () => {
  const [bucketId] = Object.keys(
    plain.findResources('AWS::S3::Bucket', { Properties: { ObjectLockEnabled: true } }),
  ).filter((id) => !id.includes('Witness'));
  const statements = Object.values(plain.findResources('AWS::S3::BucketPolicy'))
    .filter((policy) => policy.Properties.Bucket.Ref === bucketId)
    .flatMap((policy) => policy.Properties.PolicyDocument.Statement as Statement[]);
  const denied = (action: string) =>
    statements.filter(({ Effect, Action }) => Effect === 'Deny' && [Action].flat().includes(action));

  test('locks every version for the retention, in COMPLIANCE mode, and is never removed with the stack', () => {
    plain.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 30 } } },
        VersioningConfiguration: { Status: 'Enabled' },
      },
    });
  });

  test('accepts each key once: a write that may overwrite is denied to everyone', () => {
    const [create] = statements.filter(({ Sid }) => Sid === 'CreateOnly');
    expect(create).toMatchObject({ Effect: 'Deny', Condition: { Null: { 's3:if-none-match': 'true' } } });
    for (const prefix of ['entries', 'batches', 'checkpoints']) {
      expect(JSON.stringify(create.Resource)).toContain(`/${prefix}/*`);
    }
  });

  test.each([
    's3:DeleteObject',
    's3:DeleteObjectVersion',
    's3:PutObjectRetention',
    's3:PutObjectLegalHold',
    's3:BypassGovernanceRetention',
  ])('denies %s to everyone', (action) => {
    const [statement] = denied(action);
    expect(statement).toMatchObject({ Principal: { AWS: '*' } });
    expect(statement.Condition).toBeUndefined();
  });

  test.each([
    's3:DeleteBucket',
    's3:PutBucketPolicy',
    's3:PutBucketVersioning',
    's3:PutBucketObjectLockConfiguration',
    's3:PutLifecycleConfiguration',
  ])('denies %s to everyone except the deployment', (action) => {
    expect(JSON.stringify(denied(action)[0].Condition)).toContain('cfn-exec-role');
  });

  test('exempts only the break-glass role', () => {
    const template = ledgerTemplate({}, (stack) => ({
      breakGlassRole: new iam.Role(stack, 'BreakGlass', { assumedBy: new iam.AccountRootPrincipal() }),
    }));
    const policies = JSON.stringify(template.findResources('AWS::S3::BucketPolicy'));
    expect(policies).toMatch(/NeverDelete.{0,2000}BreakGlass/);
  });
});

describe('a short retention', () => {
  const warnings = (props: LedgerProps) => {
    const stack = new Stack(new App(), 'Stack');
    new Ledger(stack, 'Ledger', props);
    return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('locked for only'));
  };

  test('is warned about', () => {
    const [warning] = warnings({ retention: Duration.days(29) });
    // The prop is one level down in HardenedAgentRuntime.
    expect(warning?.entry.data).toContain(
      'write shortRetention: true; for HardenedAgentRuntime, ledger: { shortRetention: true }.',
    );
    expect(warnings({ retention: Duration.days(30) })).toHaveLength(0);
  });

  test('is accepted with shortRetention', () => {
    expect(warnings({ retention: Duration.days(1), shortRetention: true })).toHaveLength(0);
  });
});

describe('a role that may erase', () => {
  const stack = new Stack(new App(), 'Stack');
  const privacy = new iam.Role(stack, 'Privacy', { assumedBy: new iam.AccountRootPrincipal() });
  new Ledger(stack, 'Ledger', { retention: Duration.days(30) }).grantErase(privacy);
  const [policy] = Object.entries(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap(
    ([id, { Properties }]) => (id.startsWith('Privacy') ? [JSON.stringify(Properties.PolicyDocument)] : []),
  );

  test('records erasures and deletes evidence, and reads or deletes nothing else', () => {
    expect(policy).toContain('entries/erasures/*');
    expect(policy.match(/s3:DeleteObject"/g)).toHaveLength(1);
    expect(policy).toMatch(/"s3:DeleteObject".*LedgerEvidence.*args\/\*.*results\/\*/);
    expect(policy).not.toMatch(/entries\/\*"/);
  });
});

describe('more than one signing key', () => {
  const template = ledgerTemplate({ signingKeys: 2 });

  test('gives keys that only the sealer can use, and a sealer that has all of them', () => {
    const keys = Object.values(template.findResources('AWS::KMS::Key', { Properties: { KeyUsage: 'SIGN_VERIFY' } }));
    expect(keys).toHaveLength(2);
    for (const key of keys) {
      const sids = (key.Properties.KeyPolicy.Statement as Statement[]).map(({ Sid }) => Sid);
      expect(sids).toEqual(
        expect.arrayContaining(['OnlyTheSealerSigns', 'NeverDisableKey', 'OnlyDeploymentChangesKey']),
      );
    }
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ LATER_SIGNING_KEY_ARNS: Match.anyValue() }) },
    });
  });

  test('keeps a later key even when its deployment is rolled back: the log may have been handed over to it', () => {
    const keys = template.findResources('AWS::KMS::Key', { Properties: { KeyUsage: 'SIGN_VERIFY' } });
    const [later] = Object.entries(keys).filter(([id]) => id.includes('SigningKey2'));
    expect(later[1]).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('doesn’t change the first key, so the log stays the same', () => {
    const ids = (one: Template) =>
      Object.keys(one.findResources('AWS::KMS::Key', { Properties: { KeyUsage: 'SIGN_VERIFY' } }));
    expect(ids(template)).toEqual(expect.arrayContaining(ids(plain)));
  });

  test.each([0, 1.5, 25])('is a whole number of keys, not %d', (signingKeys) => {
    expect(() => ledgerTemplate({ signingKeys })).toThrow(/signingKeys/);
  });
});
