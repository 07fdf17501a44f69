import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  judgePublic,
  judgeTemplates,
  type PublicTemplate,
  type Verdict,
} from '../../../benchmarks/checks/public-templates';
import { RULES } from '../../../lib/checks/rules';

const OPEN = `Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Principal: { Service: lambda.amazonaws.com }, Action: sts:AssumeRole }] }
      Policies: [{ PolicyName: all, PolicyDocument: { Statement: [{ Effect: Allow, Action: '*', Resource: '*' }] } }]
  Agent:
    Type: AWS::Lambda::Function
    Properties: { Role: !GetAtt Role.Arn, Environment: { Variables: { MODEL: amazon.nova-lite-v1:0 } } }
`;

const folder = mkdtempSync(join(tmpdir(), 'public-templates-'));
afterAll(() => rmSync(folder, { recursive: true }));

function template(text: string, verdicts: readonly Verdict[] = [], path = 'a/template.yaml'): PublicTemplate {
  mkdirSync(join(folder, 'owner/name', path, '..'), { recursive: true });
  writeFileSync(join(folder, 'owner/name', path), text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { repo: 'owner/name', commit: '0'.repeat(40), path, sha256, licence: 'MIT', verdicts };
}

const goalsOf = (template: PublicTemplate) =>
  Object.fromEntries(judgeTemplates(folder, [template]).goals.map(({ name, value }) => [name, value]));

/** Every finding, as verdicts. */
function verdictsOn(text: string, right: boolean): Verdict[] {
  return judgeTemplates(folder, [template(text)]).detail.map((line) => {
    const [, rule = '', resource = '', property = ''] = /: (\w+)\S* \(\w+\) (\S*) (\S*):/.exec(line) ?? [];
    return { rule, resource, property, right, why: 'A test' };
  });
}

test('a finding without a verdict is unjudged', () => {
  expect(goalsOf(template(OPEN))['public unjudged']).toBeGreaterThan(0);
});

test('a finding counts as its verdict says, whatever its message and detail', () => {
  expect(goalsOf(template(OPEN, verdictsOn(OPEN, true)))).toMatchObject({
    'public precision %': 100,
    'public unjudged': 0,
  });
  const wrong = template(OPEN, verdictsOn(OPEN, false));
  expect(goalsOf(wrong)).toMatchObject({ 'public precision %': 0, 'public unjudged': 0 });
  expect(judgeTemplates(folder, [wrong]).detail[0]).toMatch(/^false owner\/name\/a\/template\.yaml: .*\(A test\)$/);
});

test('templates that no rule was mended for are also counted apart', () => {
  const seen = template(OPEN, verdictsOn(OPEN, true));
  const text = `${OPEN}# another\n`;
  const unseen = { ...template(text, verdictsOn(OPEN, false), 'c/template.yaml'), unseen: true as const };
  const { results, goals } = judgeTemplates(folder, [template(OPEN, seen.verdicts), unseen]);
  expect(results.find(({ name }) => name === 'public precision of the unseen %')).toMatchObject({ value: 0 });
  expect(goals.find(({ name }) => name === 'public precision %')).toMatchObject({ value: 50 });
});

test('a template of another commit is absent', () => {
  expect(goalsOf({ ...template(OPEN), sha256: '0' })).toMatchObject({ 'public absent': 1, 'public unjudged': 0 });
  expect(goalsOf({ ...template(OPEN), path: 'b.yaml' })).toMatchObject({ 'public absent': 1 });
});

test('a template that can’t be read is said to be', () => {
  expect(goalsOf(template('Resources: [', [], 'b/template.yaml'))).toMatchObject({ 'public unreadable': 1 });
});

test('without a folder, nothing is measured', () => {
  expect(judgePublic(['--json'])).toMatchObject({ goals: [], results: [{ value: 0 }] });
});

test('the list names each template once, with the rules that we have', () => {
  const index = join(__dirname, '../../corpus/agents/public.json');
  const templates = JSON.parse(readFileSync(index, 'utf8')) as PublicTemplate[];
  expect(templates.length).toBeGreaterThanOrEqual(40);
  expect(new Set(templates.map(({ repo, path }) => `${repo}/${path}`)).size).toBe(templates.length);
  const ids = RULES.map(({ id }) => id);
  for (const { commit, sha256, verdicts } of templates) {
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    for (const { rule, why } of verdicts) {
      expect(ids).toContain(rule);
      expect(why).not.toBe('');
    }
  }
});
