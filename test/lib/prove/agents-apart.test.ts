import { prove } from '../../../lib/prove/claims';
import { Assembly } from '../../../lib/template';
import type { JsonObject } from '../../../runtime/core/contracts';
import { templatesOf, twoAgents } from '../platform/agents-on-platform';
import { idOf, propertiesOf, type Resources } from './quickstart-template';

process.env.CDK_VALIDATION = 'false';

const { app, support, sales } = twoAgents();
const TEMPLATES = templatesOf(app);
const APART = 'agents-are-apart';

/** What breaks each claim in changed templates. */
function broken(
  change: (platform: Resources, sales: Resources, outputs: JsonObject) => void,
): Map<string, readonly string[]> {
  const { Platform, Sales } = structuredClone(TEMPLATES);
  change(Platform.Resources, Sales.Resources, Platform.Outputs as JsonObject);
  const assembly = Assembly.of(
    ...Object.entries({ Platform, Sales }).map(([name, body]) => ({
      name,
      text: JSON.stringify(body),
      body: body as JsonObject,
      stackName: name,
    })),
  );
  const { claims } = prove(assembly);
  return new Map(
    claims.flatMap(({ id, counterExamples }) => (counterExamples.length === 0 ? [] : [[id, counterExamples]])),
  );
}

const grant = (resources: Resources, role: string, statement: JsonObject) => {
  resources.Hole = {
    Type: 'AWS::IAM::RolePolicy',
    Properties: {
      RoleName: { Ref: idOf(resources, 'AWS::IAM::Role', role) },
      PolicyDocument: { Statement: { Effect: 'Allow', ...statement } },
    },
  };
};

const variablesOf = (resources: Resources, start: string): JsonObject =>
  (propertiesOf(resources, 'AWS::Lambda::Function', start).Environment as JsonObject).Variables as JsonObject;

test('two agents on one platform, in two stacks, are apart', () => {
  expect(Object.fromEntries(broken(() => {}))).toEqual({});
});

test.each([
  ['the sessions of all agents', 'dynamodb:GetItem', ['SESSION#*']],
  ['the sessions of the other agent', 'dynamodb:GetItem', [`SESSION#${sales.agentId}-*`]],
  ['the task tokens of the other agent', 'dynamodb:GetItem', [`TOKEN#${sales.agentId}-*`]],
  ['names that begin like its own', 'dynamodb:UpdateItem', [`SESSION#${support.agentId}*`]],
])('a gate that may use %s is named', (_what, action, keys) => {
  const found = broken((platform) =>
    grant(platform, 'SupportGateRole', {
      Action: action,
      Resource: { 'Fn::GetAtt': [idOf(platform, 'AWS::DynamoDB::Table', 'AgentsStateTable'), 'Arn'] },
      Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys } },
    }),
  );
  for (const claim of [APART, 'rights-are-exact']) {
    expect(found.get(claim)).toEqual([
      expect.stringContaining(`Hole #0 gives the gate of ${support.agentId} ${action}`),
    ]);
  }
});

test('a function that may read the entries of all agents is named', () => {
  const found = broken((platform) =>
    grant(platform, 'SupportSessionsEndRole', {
      Action: 's3:GetObject',
      Resource: {
        'Fn::Join': [
          '',
          [{ 'Fn::GetAtt': [idOf(platform, 'AWS::S3::Bucket', 'AgentsLedgerBucket'), 'Arn'] }, '/entries/*'],
        ],
      },
    }),
  );
  expect(found.get(APART)).toEqual([
    expect.stringMatching(/^Hole #0 gives the session end of Support-\w+ s3:GetObject on .*entries\/\*/),
  ]);
});

test('a gate that invokes another agent’s executor is named, also when its configuration names the executor', () => {
  const invoke = (platform: Resources, Sales: Resources, outputs: JsonObject) => {
    const Value = { 'Fn::GetAtt': [idOf(platform, 'AWS::Lambda::Function', 'SupportTicketsExecutorFunction'), 'Arn'] };
    outputs.Executor = { Value, Export: { Name: 'executor' } };
    const Resource = { 'Fn::ImportValue': 'executor' };
    grant(Sales, 'SalesGateRole', { Action: 'lambda:InvokeFunction', Resource });
    return Resource;
  };
  const found = broken(invoke);
  for (const claim of [APART, 'rights-are-exact']) expect(found.get(claim)?.join()).toContain('lambda:InvokeFunction');
  const configured = broken((platform, Sales, outputs) => {
    variablesOf(Sales, 'SalesGateFunction').EXECUTOR_ARN_OTHER = invoke(platform, Sales, outputs);
  });
  expect(configured.get(APART)?.join('\n')).toMatch(
    /SalesGateFunction\w+ of Sales-\w+ uses SupportTicketsExecutorFunction/,
  );
});

test('a gate that may call a gate’s API is named', () => {
  const found = broken((platform) => {
    const api = idOf(platform, 'AWS::ApiGateway::RestApi', 'SupportGateApi');
    const Resource = {
      'Fn::Join': [
        '',
        [
          'arn:aws:execute-api:',
          { Ref: 'AWS::Region' },
          ':',
          { Ref: 'AWS::AccountId' },
          ':',
          { Ref: api },
          '/v1/POST/calls',
        ],
      ],
    };
    grant(platform, 'SupportGateRole', { Action: 'execute-api:Invoke', Resource });
  });
  expect(found.get(APART)?.join()).toContain('execute-api:Invoke');
});

test.each([
  ['another agent’s id', sales.agentId, /serve one agent id/],
  ['a beginning of ids', 'S', /AGENT_ID S names no single agent/],
  ['a wildcard', '*', /AGENT_ID \* names no single agent/],
])('a gate with %s is named', (_what, id, message) => {
  const found = broken((platform) => {
    variablesOf(platform, 'SupportGateFunction').AGENT_ID = id;
  });
  expect(found.get(APART)?.join('\n')).toMatch(message);
});

test('a function without its agent’s id is named', () => {
  const found = broken((platform) => {
    variablesOf(platform, 'SupportSessionsEndFunction').AGENT_ID = undefined as never;
  });
  expect(found.get(APART)?.join('\n')).toMatch(/SupportSessionsEndFunction\w+: its AGENT_ID names no single agent/);
});

test('a function that may write to another agent’s log group is named', () => {
  const found = broken((platform, Sales, outputs) => {
    const { LoggingConfig } = propertiesOf(platform, 'AWS::Lambda::Function', 'SupportGateFunction');
    const group = (LoggingConfig as { LogGroup: { Ref: string } }).LogGroup.Ref;
    outputs.Logs = { Value: { 'Fn::GetAtt': [group, 'Arn'] }, Export: { Name: 'logs' } };
    grant(Sales, 'SalesGateRole', {
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: { 'Fn::ImportValue': 'logs' },
    });
  });
  expect(found.get(APART)?.join()).toContain(`gives the gate of ${sales.agentId} logs:CreateLogStream`);
});

describe('a store that admits one agent’s gate by its own policy is named', () => {
  const supportGate = (platform: Resources): JsonObject => ({
    'Fn::GetAtt': [idOf(platform, 'AWS::IAM::Role', 'SupportGateRole'), 'Arn'],
  });
  const salesGate = (Sales: Resources): JsonObject => ({
    'Fn::Join': [
      '',
      [
        'arn:aws:iam::',
        { Ref: 'AWS::AccountId' },
        ':role/',
        String(propertiesOf(Sales, 'AWS::IAM::Role', 'SalesGateRole').RoleName),
      ],
    ],
  });
  const admit = (AWS: JsonObject, Action: string, Resource: unknown = '*'): JsonObject =>
    ({ Effect: 'Allow', Principal: { AWS }, Action, Resource }) as JsonObject;
  const statementsOf = (document: unknown) => (document as { Statement: JsonObject[] }).Statement;
  const STORES: Record<string, (platform: Resources, who: JsonObject) => void> = {
    'the ledger': (platform, who) => {
      const { PolicyDocument } = propertiesOf(platform, 'AWS::S3::BucketPolicy', 'AgentsLedgerBucket');
      const bucket = { 'Fn::GetAtt': [idOf(platform, 'AWS::S3::Bucket', 'AgentsLedgerBucket'), 'Arn'] };
      const Resource = { 'Fn::Join': ['', [bucket, '/entries/*']] };
      statementsOf(PolicyDocument).push(admit(who, 's3:GetObject', Resource));
    },
    'the state table': (platform, who) => {
      propertiesOf(platform, 'AWS::DynamoDB::Table', 'AgentsStateTable').ResourcePolicy = {
        PolicyDocument: { Statement: [admit(who, 'dynamodb:GetItem')] },
      };
    },
    'the key of the evidence': (platform, who) => {
      const { KeyPolicy } = propertiesOf(platform, 'AWS::KMS::Key', 'AgentsLedgerEvidenceKey');
      statementsOf(KeyPolicy).push(admit(who, 'kms:Decrypt'));
    },
  };

  test.each(Object.entries(STORES))('%s, by reference and by name', (_store, open) => {
    for (const [who, found] of [
      [support.agentId, broken((platform) => open(platform, supportGate(platform)))],
      [sales.agentId, broken((platform, Sales) => open(platform, salesGate(Sales)))],
    ] as const) {
      for (const claim of [APART, 'rights-are-exact']) {
        expect(found.get(claim)).toEqual([
          expect.stringMatching(new RegExp(`: its own policy \\S+ #\\d+ admits the gate of ${who}$`)),
        ]);
      }
    }
  });
});
