import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { QuickstartStack } from '../../examples/quickstart/quickstart-stack';
import { VENV_PYTHON } from '../emulator/runner/paths';
import { ensureVirtualEnvironment } from '../emulator/runner/virtual-environment';

type Resources = Record<string, { Type: string; Properties?: Record<string, unknown>; DependsOn?: string | string[] }>;

let outdir: string;
let templateFile: string;
let resources: Resources;

beforeAll(() => {
  outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'hardened-agent-quickstart-'));
  const app = new App({ outdir });
  const stack = new QuickstartStack(app, 'Quickstart', {
    ticketsUrl: 'https://tickets.example.com',
    imageDigest: `sha256:${'1'.repeat(64)}`,
  });
  app.synth();
  templateFile = path.join(outdir, stack.templateFile);
  resources = (JSON.parse(fs.readFileSync(templateFile, 'utf8')) as { Resources: Resources }).Resources;
}, 60_000);

afterAll(() => fs.rmSync(outdir, { recursive: true, force: true }));

const ofType = (type: string) => Object.values(resources).filter((resource) => resource.Type === type);

test('has no way to the internet: no gateway, no address, no peering, no route but the local one', () => {
  const ways = Object.values(resources).filter(({ Type }) =>
    /InternetGateway|NatGateway|::EIP|VPCPeering|TransitGateway|VPNGateway|CarrierGateway|EC2::Route$/.test(Type),
  );
  expect(ways).toEqual([]);
  expect(ofType('AWS::EC2::VPC')).toHaveLength(1);
  for (const subnet of ofType('AWS::EC2::Subnet')) expect(subnet.Properties?.MapPublicIpOnLaunch).toBe(false);
});

test('runs a task that can’t write, can’t gain privilege and holds no secret', () => {
  const [task] = ofType('AWS::ECS::TaskDefinition');
  const { ContainerDefinitions } = task.Properties as { ContainerDefinitions: Record<string, unknown>[] };
  const [container] = ContainerDefinitions;
  expect(container).toMatchObject({
    ReadonlyRootFilesystem: true,
    Privileged: false,
    LinuxParameters: { Capabilities: { Drop: ['ALL'] } },
  });
  expect(container.User).toMatch(/^[1-9]\d*(:[1-9]\d*)?$/);
  expect(container.Secrets).toBeUndefined();
  expect(JSON.stringify(container.Image)).toContain('@sha256:');
});

test('gives no two functions one role', () => {
  const roles = ofType('AWS::Lambda::Function').map((fn) => JSON.stringify(fn.Properties?.Role));
  expect(roles.length).toBeGreaterThan(8);
  expect(new Set(roles).size).toBe(roles.length);
});

test('has no cycle of references', () => {
  const edges = new Map(
    Object.entries(resources).map(([id, resource]) => [id, [...references(resource)].filter((to) => resources[to])]),
  );
  const done = new Set<string>();
  const visit = (id: string, trail: string[]): void => {
    if (trail.includes(id)) throw new Error(`cycle: ${[...trail.slice(trail.indexOf(id)), id].join(' → ')}`);
    if (done.has(id)) return;
    for (const to of edges.get(id) ?? []) visit(to, [...trail, id]);
    done.add(id);
  };
  for (const id of edges.keys()) visit(id, []);
  expect(done.size).toBeGreaterThan(100);
});

test('names no partition, region or account', () => {
  const text = fs.readFileSync(templateFile, 'utf8');
  expect(text).not.toMatch(/arn:aws(-us-gov|-cn)?:/);
  expect(text).not.toMatch(/\.amazonaws\.com\.cn/);
});

test('satisfies cfn-lint', async () => {
  await ensureVirtualEnvironment(() => {});
  const lint = path.join(path.dirname(VENV_PYTHON), 'cfn-lint');
  const run = () => execFileSync(lint, ['--ignore-checks', 'W', '--', templateFile], { stdio: 'pipe' });
  expect(run).not.toThrow();
}, 180_000);

function references(node: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(node)) for (const child of node) references(child, found);
  else if (node && typeof node === 'object') {
    for (const [key, child] of Object.entries(node)) {
      if (key === 'Ref' && typeof child === 'string') found.add(child);
      else if (key === 'Fn::GetAtt') found.add(Array.isArray(child) ? String(child[0]) : String(child).split('.')[0]);
      else if (key === 'Fn::Sub') {
        const text = String(Array.isArray(child) ? child[0] : child);
        for (const [, name] of text.matchAll(/\$\{([^!.}][^.}]*)/g)) found.add(name);
        references(child, found);
      } else if (key === 'DependsOn') for (const name of [child].flat()) found.add(String(name));
      else references(child, found);
    }
  }
  return found;
}
