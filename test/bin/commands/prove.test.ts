import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { AUTO_APPROVALS_KEY } from '../../../lib/private/metadata-keys';
import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import {
  idOf,
  propertiesOf,
  quickstartTemplate,
  type Resources,
  type TemplateBody,
} from '../../lib/prove/quickstart-template';
import { hardenedAgent } from '../hardened-agent-call';

interface ProofJson {
  claims: { id: string; holds: boolean; counterExamples: string[] }[];
  access: { role: string; part?: string; action: string; target: string; expected: boolean }[];
  expected: { role: string; action: string; target: string }[];
  paths: { workload: string; part?: string; kind: string; to: string; explained?: string }[];
  models: { part?: string; model: string; regions: string[] }[];
  lowered: { kind: string; what: string; path: string; reason: string }[];
}

let body: TemplateBody;

beforeAll(() => {
  body = quickstartTemplate();
});

async function run(template: JsonValue, ...args: string[]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'prove-'));
  const file = path.join(folder, 'Quickstart.template.json');
  writeFileSync(file, JSON.stringify(template));
  const { code, out, err } = await hardenedAgent(['prove', file, ...args]);
  const lines = [...out, ...err];
  return { code, lines, text: lines.join('\n') };
}

async function json(template: JsonValue): Promise<ProofJson> {
  return JSON.parse((await run(template, '--json')).text) as ProofJson;
}

function changed(change: (resources: Resources) => void): TemplateBody {
  const copy = structuredClone(body);
  change(copy.Resources);
  return copy;
}

const OPEN_GATE = (resources: Resources): void => {
  delete propertiesOf(resources, 'AWS::Lambda::Function', 'AgentGateFunction').VpcConfig;
  resources.Extra = {
    Type: 'AWS::IAM::RolePolicy',
    Properties: {
      RoleName: { Ref: idOf(resources, 'AWS::IAM::Role', 'AgentGateRole') },
      PolicyDocument: { Statement: { Effect: 'Allow', Action: 'dynamodb:DeleteItem', Resource: '*' } },
    },
  };
};

test('the quickstart is proven, on one screen', async () => {
  const { code, lines, text } = await run(body);
  expect(text).not.toContain('✗');
  expect(code).toBe(0);
  expect(lines.length).toBeLessThanOrEqual(63);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  expect(text).toContain('✓ Model callers reach VPC endpoints and nothing else.');
  expect(text).toMatch(/✓ agent +gate API invoke\n/);
  expect(text).toContain('  agent → model anthropic.claude-sonnet-5-5, which may answer in any commercial region\n');
  expect(text).toMatch(/✓ connector Tickets → the internet: a connector without connectorEgress/);
});

test('every path of the quickstart has its reason, every use is expected, and nothing expected is missing', async () => {
  const { access, expected, paths } = await json(body);
  expect(paths.length).toBeGreaterThan(20);
  expect(paths.filter(({ explained }) => explained === undefined)).toEqual([]);
  expect(access.length).toBeGreaterThan(40);
  expect(access.filter((each) => !each.expected)).toEqual([]);
  const found = new Set(access.map(({ role, action, target }) => `${role} ${action} ${target}`));
  expect(
    expected.map(({ role, action, target }) => `${role} ${action} ${target}`).filter((e) => !found.has(e)),
  ).toEqual([]);
});

test('each model is listed with the regions that may answer', async () => {
  const { models } = await json(body);
  expect(models).toEqual([
    {
      role: expect.stringContaining('AgentAgentRole'),
      part: 'agent',
      model: 'anthropic.claude-sonnet-5-5',
      regions: ['any commercial region'],
    },
  ]);
});

test('the agent may use the gate, and reaches what its endpoints are for', async () => {
  const { access, paths } = await json(body);
  const own = access.filter(({ part }) => part === 'agent');
  expect(own.map(({ action, target }) => [action, target.replace(/[0-9A-F]{8}$/, '')])).toEqual([
    ['execute-api:Invoke', 'AgentGateApi'],
  ]);
  const reached = paths.filter(({ part }) => part === 'agent').map(({ to }) => to);
  expect(reached).toEqual(expect.arrayContaining(['execute-api', 'bedrock-runtime']));
  expect(reached).not.toContain('lambda');
});

test('a difference is shown with what is expected, and the exit code is 1', async () => {
  const { code, text } = await run(changed(OPEN_GATE));
  expect(code).toBe(1);
  expect(text).toContain('✗ gate → the internet: nothing explains it');
  expect(text).toMatch(/✗ gate .*state read\+write\+delete[^:]*\n +expected: .*state read\+write,/);
  expect(text).toMatch(
    /✗ Each part of the runtime may use what it needs.*\n +AgentGateRole\w+ may dynamodb:DeleteItem/,
  );
});

test('every lowered guard is listed: auto-approvals, acknowledgements, and what an escape hatch broke', async () => {
  const template = changed((resources) => {
    const gate = resources[idOf(resources, 'AWS::Lambda::Function', 'AgentGateFunction')];
    const approvals: JsonValue = [
      { tool: 'tickets_refund', when: 'context.args.amountCents < 100' },
      { tool: 'tickets_note' },
      7,
    ];
    if (gate) gate.Metadata = { [AUTO_APPROVALS_KEY]: approvals } as JsonObject;
    const task = propertiesOf(resources, 'AWS::ECS::TaskDefinition', 'AgentTask');
    const [container] = task.ContainerDefinitions as { ReadonlyRootFilesystem?: boolean }[];
    delete container?.ReadonlyRootFilesystem;
    const role = resources[idOf(resources, 'AWS::IAM::Role', 'CustomVpcRestrictDefaultSG')];
    const id = `LeastPrivilegeNoWildcard[Policy::arn:\${AWS::Partition}:iam::aws:policy/ReadOnlyAccess]`;
    const managed = { 'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/ReadOnlyAccess` };
    if (role?.Properties) (role.Properties as JsonObject).ManagedPolicyArns = [managed];
    if (role) role.Metadata = { 'hardened-agent:acknowledged': [{ id, reason: 'It only writes logs.' }] };
  });
  const { lowered } = await json(template);
  expect(lowered.map(({ kind, what, reason }) => `${kind} ${what.split('[')[0]}: ${reason}`)).toEqual([
    'auto-approval tickets_refund: runs without a person when context.args.amountCents < 100',
    'auto-approval tickets_note: always runs without a person',
    "auto-approval can't be read: always runs without a person",
    'acknowledged LeastPrivilegeNoWildcard: It only writes logs.',
    'acknowledged SecretsReadApart: The ticket system of the example issues one token for everything.',
    expect.stringMatching(/^broken SandboxTaskHardened: .*ReadonlyRootFilesystem/),
  ]);
  const { text } = await run(template);
  expect(text).toContain('auto-approval tickets_refund at AgentGateFunction');
});

test('the diagram shows who reaches what, with unexplained paths in red', async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'prove-')), 'reach.svg');
  await run(body, '--diagram', file);
  const clean = readFileSync(file, 'utf8');
  expect(clean).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  expect(clean).toContain('endpoint: execute-api');
  expect(clean).not.toContain('class="bad"');
  await run(changed(OPEN_GATE), '--diagram', file);
  expect(readFileSync(file, 'utf8')).toMatch(/class="bad"[^>]*><title>gate → the internet: nothing explains it/);
});

test('what can’t be read, or written, is wrong usage', async () => {
  expect((await hardenedAgent(['prove'])).code).toBe(2);
  expect((await hardenedAgent(['prove', '--nope'])).code).toBe(2);
  const { code, err } = await hardenedAgent(['prove', '/nowhere.json']);
  expect(code).toBe(2);
  expect(err.join()).toContain('/nowhere.json');
  expect((await run(body, '--diagram', '/nowhere/reach.svg')).code).toBe(2);
});

test('without a runtime, nothing is proven', async () => {
  const without = { Resources: { Topic: { Type: 'AWS::SNS::Topic' } } };
  const { code, text } = await run(without);
  expect(code).toBe(1);
  expect(text.trim()).toMatch(/^✗ no runtime found: [^\n]*$/);
  const { claims } = JSON.parse((await run(without, '--json')).text);
  expect(claims).toEqual([expect.objectContaining({ id: 'runtime-is-there', holds: false, proven: false })]);
  const nothing = await run({ version: '36.0.0' });
  expect(nothing.code).toBe(2);
  expect(nothing.text).toContain('not a template');
});
