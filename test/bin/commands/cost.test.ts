import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { hardenedAgent } from '../hardened-agent-call';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cost-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(...args: string[]) {
  const { code, out, err } = await hardenedAgent(['cost', ...args]);
  return { code, out: out.join('\n'), err: err.join('\n') };
}

const endpoint = (service: string, zones: number) => ({
  Type: 'AWS::EC2::VPCEndpoint',
  Properties: {
    VpcEndpointType: 'Interface',
    ServiceName: { 'Fn::Join': ['', ['com.amazonaws.', { Ref: 'AWS::Region' }, `.${service}`]] },
    SubnetIds: Array.from({ length: zones }, (_, zone) => ({ Ref: `Subnet${zone}` })),
  },
});

/** A template, listed in the manifest of its folder as `cdk synth` does. */
function write(name: string, Resources: object) {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify({ Resources }));
  const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: basename(file) } };
  list(dirname(file), basename(file), stack);
}

function list(directory: string, id: string, artifact: object) {
  const file = join(directory, 'manifest.json');
  const manifest = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { version: '36.0.0', artifacts: {} };
  manifest.artifacts[id] = artifact;
  writeFileSync(file, JSON.stringify(manifest));
}

test('adds up the fixed costs of every template, nested assemblies included, assets not', async () => {
  write('A.template.json', {
    E: endpoint('ecr.api', 2),
    G: { Type: 'AWS::EC2::VPCEndpoint', Properties: { VpcEndpointType: 'Gateway' } },
  });
  mkdirSync(join(folder, 'assembly-Stage'));
  list(folder, 'Stage', { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Stage' } });
  write('assembly-Stage/B.template.json', { K: { Type: 'AWS::KMS::Key' }, S: { Type: 'AWS::SecretsManager::Secret' } });
  mkdirSync(join(folder, 'asset.1'));
  write('asset.1/C.template.json', { K: { Type: 'AWS::KMS::Key' } });
  // A stack that was removed from the app: its file stays, but the manifest doesn't list it.
  writeFileSync(join(folder, 'Old.template.json'), JSON.stringify({ Resources: { K: { Type: 'AWS::KMS::Key' } } }));
  const { code, out } = await run(folder, '--json');
  expect(code).toBe(0);
  const estimate = JSON.parse(out);
  expect(Object.keys(estimate)).toEqual([
    'fixedMonthlyUsd',
    'perSessionUsd',
    'per1000CallsUsd',
    'lines',
    'dependsOnUse',
    'agents',
  ]);
  expect(estimate.fixedMonthlyUsd).toBeCloseTo(2 * 7.3 + 1 + 0.4, 6);
  expect(estimate.lines[0]).toMatchObject({
    item: 'Endpoint of ecr.api',
    usd: 14.6,
    note: '2 zones: the task pulls its image',
  });
});

test('waives the NAT gateway behind each firewall endpoint, and charges the others', async () => {
  const firewall = { Type: 'AWS::NetworkFirewall::Firewall', Properties: { SubnetMappings: [{}] } };
  const nat = { Type: 'AWS::EC2::NatGateway' };
  write('A.template.json', { F: firewall, N1: nat, N2: nat });
  const { out } = await run(folder, '--json');
  expect(JSON.parse(out).fixedMonthlyUsd).toBeCloseTo(0.395 * 730 + 0.045 * 730, 6);
});

test('prices a session by the task’s size, architecture and time', async () => {
  const task = { Cpu: '512', Memory: '1024', RuntimePlatform: { CpuArchitecture: 'ARM64' } };
  write('A.template.json', { T: { Type: 'AWS::ECS::TaskDefinition', Properties: task } });
  const session = async (...args: string[]) => JSON.parse((await run(folder, '--json', ...args)).out).perSessionUsd;
  expect(await session('--session-minutes', '60')).toBeCloseTo(0.5 * 0.03238 + 0.00356, 6);
  expect(await session()).toBeCloseTo((0.5 * 0.03238 + 0.00356) / 6, 5);
});

test('prices calls only where there is a gate', async () => {
  write('A.template.json', {});
  expect(JSON.parse((await run(folder, '--json')).out).per1000CallsUsd).toBe(0);
  write('B.template.json', { Api: { Type: 'AWS::ApiGateway::RestApi' } });
  const { per1000CallsUsd, lines } = JSON.parse((await run(folder, '--json')).out);
  expect(per1000CallsUsd).toBeGreaterThan(0.01);
  expect(per1000CallsUsd).toBeCloseTo(
    lines.reduce((sum: number, line: { usd: number }) => sum + line.usd, 0),
    6,
  );
});

test('a trail of data events adds its line to each call', async () => {
  write('A.template.json', { Api: { Type: 'AWS::ApiGateway::RestApi' } });
  const without = JSON.parse((await run(folder, '--json')).out);
  write('B.template.json', { Trail: { Type: 'AWS::CloudTrail::Trail' } });
  const { per1000CallsUsd, lines } = JSON.parse((await run(folder, '--json')).out);
  expect(lines).toHaveLength(without.lines.length + 1);
  expect(per1000CallsUsd - without.per1000CallsUsd).toBeCloseTo(0.006, 6);
});

test('names what depends on use with its unit price, and adds it to no sum', async () => {
  write('A.template.json', { K: { Type: 'AWS::KMS::Key' } });
  const without = JSON.parse((await run(folder, '--json')).out);
  expect(without.dependsOnUse).toEqual([]);
  write('B.template.json', { Flows: { Type: 'AWS::EC2::FlowLog' } });
  const { fixedMonthlyUsd, dependsOnUse } = JSON.parse((await run(folder, '--json')).out);
  expect(fixedMonthlyUsd).toBe(without.fixedMonthlyUsd);
  expect(dependsOnUse).toEqual([
    { item: 'Flow logs', unitUsd: 0.5, unit: 'GB ingested', dependsOn: 'connections of all network interfaces' },
  ]);
  const { out } = await run(folder);
  expect(out).toMatch(/^Depends on, and not in the sums above:\n {2}Flow logs +\$0\.5 per GB ingested: connections/m);
});

test('says where the prices come from', async () => {
  write('A.template.json', { K: { Type: 'AWS::KMS::Key' } });
  const { out } = await run(folder);
  expect(out).toMatch(/Fixed, a month: \$1\.00/);
  expect(out).toMatch(/Prices of us-east-1 as entered on \d{4}-\d{2}-\d{2}, not checked/);
});

test.each([
  ['no folder', [], /Usage/],
  ['a folder that does not exist', ['/nowhere/at/all'], /doesn't exist/],
  ['a session without time', ['.', '--session-minutes', '0'], /Usage/],
  ['an unknown option', ['.', '--what'], /Unknown option/],
])('exits 2 for %s', async (_, args, message) => {
  const { code, err } = await run(...args);
  expect(code).toBe(2);
  expect(err).toMatch(message);
});

test('exits 2 for a folder that cdk synth didn’t write, and for a file that is not a template', async () => {
  expect((await run(folder)).code).toBe(2);
  for (const [name, text] of [
    ['A.template.json', '{'],
    ['list.json', '[]'],
    ['manifest.json', '{"version":"36.0.0"}'],
  ] as const) {
    writeFileSync(join(folder, name), text);
    const { code, err } = await run(join(folder, name));
    expect(code).toBe(2);
    expect(err).toMatch(/not a template/);
  }
});

test('reads YAML', async () => {
  writeFileSync(join(folder, 'app.yaml'), 'Resources: {K: {Type: AWS::KMS::Key}}');
  expect(JSON.parse((await run(join(folder, 'app.yaml'), '--json')).out).fixedMonthlyUsd).toBeCloseTo(1, 6);
});
