import { checkAssembly, fails } from '../../../lib/checks/check-assembly';
import type { Rule } from '../../../lib/checks/rule';
import { Assembly } from '../../../lib/template';
import type { JsonObject } from '../../../runtime/core/contracts';
import { linesOf } from './check-template';

const rule = (id: string, check: Rule['check']): Rule => ({
  id,
  pillar: 'audit',
  severity: 'error',
  holds: '',
  source: '',
  fix: '',
  lists: [],
  insecure: '',
  secure: '',
  check,
});

const assembly = (resources: JsonObject) => Assembly.of({ name: 'T.template.json', body: { Resources: resources } });

test('a rule that throws is a finding, keeps its earlier findings, and doesn’t stop other rules', () => {
  const app = assembly({ A: { Type: 'AWS::S3::Bucket' } });
  const [bucket] = app.resources;
  if (bucket === undefined) throw new Error('no bucket');
  const broken = rule('Broken', function* () {
    yield { resource: bucket, property: 'Properties', message: 'found before' };
    throw new Error('no way on');
  });
  const next = rule('Next', () => [{ resource: bucket, property: 'Properties', message: 'found after' }]);
  const result = checkAssembly(app, [broken, next]);
  expect(result.findings.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([
    'Broken: found before',
    "Broken: can't be proven: the rule failed (no way on)",
    'Next: found after',
  ]);
  expect(fails(result)).toBe(true);
});

test('no rule throws on a malformed template', () => {
  const odd: JsonObject[] = [
    { A: { Type: 'AWS::S3::Bucket', Properties: 'text' } },
    { A: { Type: 'AWS::ECS::TaskDefinition', Properties: { ContainerDefinitions: 'text' } } },
    { A: { Type: 'AWS::IAM::Policy', Properties: { Roles: {}, PolicyDocument: [1, null] } } },
    { A: { Type: 'AWS::EC2::SecurityGroup', Properties: { SecurityGroupEgress: [null, 1, 'x'] } } },
    { A: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: '[]', Definition: 4 } } },
    {
      A: { Type: 'AWS::KMS::Key', Properties: { KeyUsage: 'SIGN_VERIFY', KeyPolicy: { Statement: [[], 'x', null] } } },
    },
    {
      A: {
        Type: 'AWS::EC2::VPCEndpoint',
        Properties: { PolicyDocument: { Statement: { Principal: 3, Condition: 'x' } } },
      },
    },
    { A: { Type: 'AWS::SecretsManager::Secret', Metadata: { 'hardened-agent:acknowledged': [null, 1, {}] } } },
    { A: null, B: { Properties: {} }, 'Fn::ForEach::C': [] },
  ];
  for (const resources of odd) {
    const messages = checkAssembly(assembly(resources)).findings.map(({ message }) => message);
    expect(messages.filter((message) => message.includes('broke down'))).toEqual([]);
  }
});

describe('TemplateReadable', () => {
  const lines = (resources: JsonObject, around?: JsonObject) => linesOf('TemplateReadable', resources, around);

  test('plain resources are readable', () => expect(lines({ A: { Type: 'AWS::S3::Bucket' } })).toEqual([]));

  test.each<[string, JsonObject, JsonObject]>([
    ['a macro', {}, { Transform: ['Mine'] }],
    ['a loop', { 'Fn::ForEach::B': ['X', ['a'], {}] }, {}],
    [
      'a nested template from elsewhere',
      { N: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://x' } } },
      {},
    ],
    ['a stack set', { N: { Type: 'AWS::CloudFormation::StackSet' } }, {}],
    ['a module', { N: { Type: 'My::Own::Thing::MODULE' } }, {}],
    ['properties from a macro', { N: { Type: 'AWS::S3::Bucket', Properties: { 'Fn::Transform': { Name: 'M' } } } }, {}],
  ])('%s can’t be proven', (_name, resources, around) => {
    expect(lines(resources, around)).toEqual([expect.stringContaining("can't be proven")]);
  });
});

describe('an acknowledgement that ends', () => {
  const acknowledged = (until: unknown) =>
    assembly({
      A: {
        Type: 'AWS::S3::Bucket',
        Metadata: { 'hardened-agent:acknowledged': [{ id: 'Found', reason: 'A test', until } as JsonObject] },
      },
    });
  const judged = (until: unknown, today: string) => {
    const app = acknowledged(until);
    const always = rule('Found', () => app.resources.map((resource) => ({ resource, property: '', message: 'found' })));
    return checkAssembly(app, [always], today);
  };

  test('counts on its last day', () => expect(judged('2027-01-31', '2027-01-31').findings).toEqual([]));

  test('ended the day after', () => {
    const { findings } = judged('2027-01-31', '2027-02-01');
    expect(findings).toMatchObject([{ severity: 'fatal', message: 'found (its acknowledgement ended on 2027-01-31)' }]);
  });

  test.each([2027, null, {}, '2027-1-1', '2027-13-01'])('is refused when it isn’t a day: %j', (until) => {
    expect(judged(until, '2026-01-01').findings).toMatchObject([{ message: expect.stringContaining('YYYY-MM-DD') }]);
  });
});
