import { policiesNotAsMade } from '../../../lib/prove/own-policies';
import { RuntimeParts } from '../../../lib/prove/runtime-parts';
import { Assembly } from '../../../lib/template';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import {
  propertiesOf,
  quickstartTemplate,
  type Resources,
  statementsIn,
  type TemplateBody,
} from './quickstart-template';

const FUNCTION_POLICY = 'AWS::Lambda::ResourcePolicy';
const BUCKET_POLICY = 'AWS::S3::BucketPolicy';
const KEY = 'AWS::KMS::Key';
const API = 'AWS::ApiGateway::RestApi';

let clean: TemplateBody;

beforeAll(() => {
  clean = quickstartTemplate();
});

function faults(change: (r: Resources, body: TemplateBody) => void): string[] {
  const body = structuredClone(clean);
  change(body.Resources, body);
  const assembly = Assembly.of({ name: 'Q.template.json', body });
  return policiesNotAsMade(assembly, new RuntimeParts(assembly));
}

const DOCUMENT: { readonly [type: string]: string } = {
  [KEY]: 'KeyPolicy',
  [API]: 'Policy',
  'AWS::SecretsManager::ResourcePolicy': 'ResourcePolicy',
};

/** The statements of a resource's policy that deny or allow an action. */
function statements(r: Resources, type: string, start: string, action: string): JsonObject[] {
  const document = propertiesOf(r, type, start)[DOCUMENT[type] ?? 'PolicyDocument'];
  return statementsIn(document).filter(({ Action }) => [Action].flat().includes(action));
}

type Edit = (statement: JsonObject) => unknown;
const EDITS: readonly (readonly [name: string, edit: Edit])[] = [
  ['allows instead', (each) => Object.assign(each, { Effect: 'Allow' })],
  ['is for a stranger', (each) => Object.assign(each, { Principal: { AWS: 'arn:aws:iam::999988887777:root' } })],
  ['lacks its actions', (each) => Object.assign(each, { Action: 'tag:GetResources' })],
  [
    'has a second condition',
    (each) =>
      Object.assign(each, { Condition: { ...(each.Condition as object), Bool: { 'aws:ViaAWSService': 'true' } } }),
  ],
  [
    'spares whoever has a name',
    (each) => Object.assign(each, { Condition: { ArnNotLike: { 'aws:PrincipalArn': '*' } } }),
  ],
  [
    'spares what nobody knows',
    (each) =>
      Object.assign(each, { Condition: { ArnNotLike: { 'aws:PrincipalArn': { 'Fn::ImportValue': 'Theirs' } } } }),
  ],
  ['is about something else', (each) => Object.assign(each, { Resource: 'arn:aws:s3:::other' })],
];

const DENIALS: readonly (readonly [type: string, start: string, place: string, action: string])[] = [
  [FUNCTION_POLICY, 'AgentGateOnlyItsCallers', 'gate', 'lambda:InvokeFunctionUrl'],
  [FUNCTION_POLICY, 'AgentSweepOnlyItsCallers', 'session sweep', 'lambda:InvokeFunctionUrl'],
  [FUNCTION_POLICY, 'TicketsExecutorOnlyItsCallers', 'executor', 'lambda:InvokeFunctionUrl'],
  [BUCKET_POLICY, 'AgentLedgerBucketPolicy', 'ledger', 's3:DeleteObject'],
  [BUCKET_POLICY, 'AgentLedgerBucketPolicy', 'ledger', 's3:PutBucketPolicy'],
  [BUCKET_POLICY, 'AgentLedgerBucketPolicy', 'ledger', 's3:PutObject'],
  [BUCKET_POLICY, 'AgentLedgerEvidencePolicy', 'evidence', 's3:*'],
  [KEY, 'AgentLedgerKey', 'key of the ledger', 'kms:DisableKey'],
  [KEY, 'AgentLedgerSealerSigningKey', 'signing key', 'kms:Sign'],
  ['AWS::SecretsManager::ResourcePolicy', 'TicketsCredential', 'credential', 'secretsmanager:GetSecretValue'],
];

test.each(EDITS)('a Deny that %s is found, whatever it denies', (_, edit) => {
  const found = faults((r) => {
    for (const [type, start, , action] of DENIALS) {
      for (const each of statements(r, type, start, action)) if (each.Effect === 'Deny') edit(each);
    }
  });
  for (const [, , place] of DENIALS) {
    expect(found).toContainEqual(expect.stringMatching(new RegExp(`, the ${place}: nothing certainly denies`)));
  }
  for (const action of ['s3:DeleteObject, ', 's3:DeleteBucketPolicy, ', 's3:PutObject to ']) {
    expect(found).toContainEqual(expect.stringContaining(`nothing certainly denies ${action}`));
  }
});

test('a Deny of the gate’s API for another network, or for nobody, is found', () => {
  for (const sid of ['FromIsolatedNetworkOnly', 'NobodyElse']) {
    const found = faults((r) => {
      const policy = propertiesOf(r, API, 'AgentGateApi').Policy as { Statement: JsonObject[] };
      policy.Statement = policy.Statement.filter(({ Sid }) => Sid !== sid);
    });
    expect(found).toEqual([
      expect.stringMatching(/^AgentGateApi\w+, the gate API: nothing certainly denies execute-api/),
    ]);
  }
});

test('a Deny that is there under a condition only is found', () => {
  const found = faults((r, body) => {
    body.Conditions = { Open: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] } };
    for (const each of statements(r, FUNCTION_POLICY, 'AgentGateOnlyItsCallers', 'lambda:InvokeFunctionUrl')) {
      each.Action = { 'Fn::If': ['Open', 'lambda:InvokeFunctionUrl', each.Action as JsonValue] };
    }
  });
  expect(found).toHaveLength(2);
});

test('a boundary that leaves a connector more rights is found', () => {
  const found = faults((r) => {
    for (const each of statements(r, 'AWS::IAM::ManagedPolicy', 'TicketsBoundary', 'iam:*')) each.Action = ['iam:*'];
  });
  expect(found).toEqual([
    expect.stringContaining('nothing certainly denies sts:AssumeRole*, organizations:*'),
    expect.stringContaining('nothing certainly denies lambda:InvokeFunction, states:*'),
  ]);
});

test('a key of a log that a service may use for more, or for everybody, is found', () => {
  const logs = (r: Resources): JsonObject =>
    statements(r, KEY, 'AgentNetworkLogsKey', 'kms:Encrypt').find(({ Principal }) =>
      JSON.stringify(Principal).includes('logs'),
    ) as JsonObject;
  expect(faults((r) => Object.assign(logs(r), { Action: 'kms:*' }))).toEqual([
    expect.stringMatching(/key of a log: .* allows a service kms:\*$/),
  ]);
  const anybody = [
    {},
    { Condition: {} },
    { Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:*:*:*' } } },
  ];
  for (const condition of anybody) {
    const found = faults((r) => {
      const statement = logs(r);
      delete statement.Condition;
      Object.assign(statement, condition);
    });
    expect(found).toEqual([expect.stringMatching(/allows a service to act for everybody$/)]);
  }
});

test('other spellings, and a Deny of more, are no finding', () => {
  const found = faults((r) => {
    for (const each of statements(r, BUCKET_POLICY, 'AgentLedgerBucketPolicy', 's3:DeleteObject')) each.Action = 's3:*';
    for (const each of statements(r, FUNCTION_POLICY, 'AgentGateOnlyItsCallers', 'lambda:InvokeFunctionUrl')) {
      if (each.Effect === 'Deny') Object.assign(each, { Principal: { AWS: '*' }, Action: 'lambda:Invoke*' });
    }
  });
  expect(found).toEqual([]);
});
