import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { SessionDocuments, type SessionDocumentsProps } from '../../../lib';
import { AgentStack, only, statementsOfRole } from '../agent-stack';

interface FunctionProperties {
  readonly Environment: { readonly Variables: Record<string, unknown> };
}

function withCases(made: AgentStack, more: Partial<SessionDocumentsProps> = {}): SessionDocuments {
  const encryptionKey = new kms.Key(made.stack, 'CasesKey');
  const bucket = new s3.Bucket(made.stack, 'CaseFiles', { versioned: true, encryptionKey });
  return new SessionDocuments(made.stack, 'Cases', { bucket, prefix: 'cases/', ...more });
}

test('its executor reads named versions below the prefix, the launcher only finds them, and the gate has no right', () => {
  const made = new AgentStack();
  const cases = withCases(made);
  made.withRuntime({}, [made.tickets, cases]).allow(cases.tool);
  const template = made.template();
  const [bucketId] = only(template, 'AWS::S3::Bucket', 'CaseFiles');
  const [keyId] = only(template, 'AWS::KMS::Key', 'CasesKey');
  const arn = { 'Fn::GetAtt': [bucketId, 'Arn'] };
  const about = (roleStart: string) => {
    const [roleId] = only(template, 'AWS::IAM::Role', roleStart);
    return statementsOfRole(template, roleId).filter((each) =>
      [bucketId, keyId].some((id) => JSON.stringify(each.Resource).includes(id)),
    );
  };
  expect(about('CasesExecutorRole')).toEqual([
    {
      Sid: 'ReadDocuments',
      Effect: 'Allow',
      Action: 's3:GetObjectVersion',
      Resource: { 'Fn::Join': ['', [arn, '/cases/*']] },
    },
    {
      Sid: 'DecryptDocuments',
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: { 'Fn::GetAtt': [keyId, 'Arn'] },
      Condition: {
        StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', ['s3.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
        StringLike: { 'kms:EncryptionContext:aws:s3:arn': [arn, { 'Fn::Join': ['', [arn, '/cases/*']] }] },
      },
    },
  ]);
  expect(about('AgentSessionsLaunchRole')).toEqual([
    {
      Sid: 'FindCases',
      Effect: 'Allow',
      Action: 's3:ListBucketVersions',
      Resource: arn,
      Condition: { StringLike: { 's3:prefix': 'cases/*' } },
    },
  ]);
  expect(about('AgentGateRole')).toEqual([]);
  expect(about('TicketsExecutorRole')).toEqual([]);
  expect(about('AgentAgentRole')).toEqual([]);
});

test('the launcher knows each prefix by its connector, and no other runtime’s', () => {
  const made = new AgentStack();
  const rules = s3.Bucket.fromBucketName(made.stack, 'RuleFiles', 'rules-of-before');
  const more = { prefix: 'rules/', toolName: 'get_rules', trusted: true };
  const connectors = [
    withCases(made),
    made.tickets,
    new SessionDocuments(made.stack, 'Rules', { bucket: rules, ...more }),
  ];
  made.withRuntime({}, connectors);
  const [, { Environment }] = only<FunctionProperties>(made.template(), 'AWS::Lambda::Function', 'AgentSessionsLaunch');
  const { DOCUMENTS, DOCUMENTS_2 } = Environment.Variables;
  expect(JSON.parse(String(DOCUMENTS))).toEqual([
    { connector: 'Cases', tool: 'get_document', prefix: 'cases/', bucketVariable: 'DOCUMENTS_1' },
    { connector: 'Rules', tool: 'get_rules', prefix: 'rules/', bucketVariable: 'DOCUMENTS_2' },
  ]);
  expect(DOCUMENTS_2).toBe('rules-of-before');
});

test('a runtime without documents has neither the variables nor the right', () => {
  const made = new AgentStack();
  made.withRuntime();
  const template = made.template();
  const [, { Environment }] = only<FunctionProperties>(template, 'AWS::Lambda::Function', 'AgentSessionsLaunch');
  expect(Object.keys(Environment.Variables).filter((name) => name.startsWith('DOCUMENTS'))).toEqual([]);
  const [roleId] = only(template, 'AWS::IAM::Role', 'AgentSessionsLaunchRole');
  expect(JSON.stringify(statementsOfRole(template, roleId))).not.toContain('ListBucketVersions');
});

test.each(['', '/cases/', 'cases', 'cases/*/', '?/', '/'])('refuses the prefix "%s"', (prefix) => {
  expect(() => withCases(new AgentStack(), { prefix })).toThrow(/^Stack\/Cases: the prefix ".*" is refused/);
});

test('refuses a bucket without versions, and one of elsewhere', () => {
  const made = new AgentStack({ env: { account: '111122223333', region: 'eu-west-1' } });
  expect(() => withCases(made, { bucket: new s3.Bucket(made.stack, 'Plain') })).toThrow(
    "Stack/Cases: the bucket Stack/Plain isn't versioned, so a document could change while a session reads it; create it with versioned: true",
  );
  const elsewhere = s3.Bucket.fromBucketAttributes(made.stack, 'Elsewhere', {
    bucketName: 'far-away',
    region: 'us-east-1',
  });
  expect(() => new SessionDocuments(made.stack, 'Far', { bucket: elsewhere, prefix: 'a/' })).toThrow(
    'Stack/Far: the bucket Stack/Elsewhere is in another account or region; use one of 111122223333 in eu-west-1',
  );
});

test('refuses the name of a built-in tool', () => {
  expect(() => withCases(new AgentStack(), { toolName: 'get_task' })).toThrow(
    'Stack/Cases: tool "get_task": the gate has a built-in tool of that name; write another name',
  );
});

test('its tool reads, and what it reads is untrusted unless it says otherwise', () => {
  const made = new AgentStack();
  const cases = withCases(made);
  expect(cases.tool.effect.name).toBe('read');
  expect(cases.trusted).toBe(false);
});
