import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { QuickstartStack } from '../../../examples/quickstart/quickstart-stack';
import { ConnectorEgress, type HardenedAgentRuntimeProps, IsolatedNetwork } from '../../../lib';
import type { CostTemplate } from '../../../lib/cost/cost-line';
import { type CostEstimate, estimateCost } from '../../../lib/cost/estimate-cost';
import { AgentStack } from '../agent-stack';

function estimate(resources: CostTemplate['resources']): CostEstimate {
  return estimateCost([{ name: 'Stack', resources }], { sessionMinutes: 10 });
}

/** The example's runtime in some zones, with what else is wanted. */
function runtimeCost(
  maxAzs: number,
  more: (made: AgentStack, network: IsolatedNetwork) => Partial<HardenedAgentRuntimeProps>,
) {
  const made = new AgentStack();
  const network = new IsolatedNetwork(made.stack, 'Network', { maxAzs });
  const agent = made.withRuntime({ network, ...more(made, network) });
  agent.allow(made.read);
  return estimate(made.app.synth().getStackByName('Stack').template.Resources);
}

function quickstartCost(): CostEstimate {
  const outdir = mkdtempSync(path.join(tmpdir(), 'cost-'));
  const app = new App({ outdir });
  const stack = new QuickstartStack(app, 'Quickstart', {
    ticketsUrl: 'https://tickets.example.com',
    imageDigest: `sha256:${'1'.repeat(64)}`,
  });
  app.synth();
  const { Resources } = JSON.parse(readFileSync(path.join(outdir, stack.templateFile), 'utf8'));
  return estimate(Resources);
}

const endpointsOf = ({ lines }: CostEstimate) => lines.filter(({ item }) => item.startsWith('Endpoint of'));

let one: CostEstimate;
beforeAll(() => {
  one = runtimeCost(1, () => ({}));
});

test('in one zone the agent’s fixed costs stay under $100 a month', () => {
  expect(one.fixedMonthlyUsd).toBeLessThan(100);
  // Enough to be real: it isn't low because something was left out.
  expect(one.fixedMonthlyUsd).toBeGreaterThan(50);
});

test('a second zone costs each interface endpoint again, and nothing else', () => {
  const two = runtimeCost(2, () => ({}));
  expect(two.fixedMonthlyUsd - one.fixedMonthlyUsd).toBeCloseTo(endpointsOf(one).length * 7.3, 6);
});

test('an alarm on a math expression costs as much as one alarm for each of its metrics', () => {
  const stat = { MetricStat: { Metric: { Namespace: 'AWS/Events' } } };
  const { lines } = estimate({
    Plain: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Errors' } },
    Sum: { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [{ Expression: 'a + b' }, stat, stat] } },
  });
  expect(lines.map(({ item, usd }) => [item, usd])).toEqual([['Alarms', expect.closeTo(0.3, 6)]]);
});

test('the egress firewall is the one large line, and a launcher inside costs the endpoint of ECS', () => {
  const more = runtimeCost(1, ({ stack }, agentNetwork) => ({
    connectorEgress: new ConnectorEgress(stack, 'Egress', { agentNetwork }),
    launcherInNetwork: true,
  }));
  const names = (estimated: CostEstimate) => endpointsOf(estimated).map(({ item }) => item);
  expect(
    names(more)
      .filter((name) => !names(one).includes(name))
      .sort(),
  ).toEqual(['Endpoint of ecs', 'Endpoint of secretsmanager']);
  const firewall = more.fixedMonthlyUsd - one.fixedMonthlyUsd - 2 * 7.3;
  expect(firewall).toBeGreaterThan(288);
  expect(firewall).toBeLessThan(295);
});

test('the quickstart stays under $130 a month in two zones and $75 in one, with everything that is always billed', () => {
  const { fixedMonthlyUsd, lines } = quickstartCost();
  expect(fixedMonthlyUsd).toBeLessThanOrEqual(130);
  expect(fixedMonthlyUsd - endpointsOf(quickstartCost()).length * 7.3).toBeLessThanOrEqual(75);
  const items = lines.map(({ item }) => item);
  for (const item of ['Sealer runs', 'Sealer metric', 'Signatures of heartbeats']) expect(items).toContain(item);
  // 730 heartbeats a month, each signed with an ECC key, at the price of asymmetric keys.
  const signatures = lines.find(({ item }) => item === 'Signatures of heartbeats');
  expect(signatures).toMatchObject({ quantity: 730, unitUsd: 0.15 / 10_000 });
});

test('the quickstart’s costs by use are all named, with their unit prices', () => {
  const prices = Object.fromEntries(quickstartCost().dependsOnUse.map(({ item, unitUsd }) => [item, unitUsd]));
  expect(prices).toMatchObject({
    'Container Insights': 0.3,
    'Detailed metrics of REST APIs': 0.3,
    'Metrics of the gate': 0.3,
    'Flow logs': 0.5,
    'DNS query logs': 0.5,
    'Signatures of checkpoints': 0.15 / 10_000,
  });
});

test('a resource that isn’t there, or is turned off, adds no cost by use', () => {
  const stage = (MetricsEnabled: boolean) => ({
    Type: 'AWS::ApiGateway::Stage',
    Properties: { MethodSettings: [{ MetricsEnabled }] },
  });
  const cluster = (Value: string) => ({
    Type: 'AWS::ECS::Cluster',
    Properties: { ClusterSettings: [{ Name: 'containerInsights', Value }] },
  });
  const named = (resources: CostTemplate['resources']) => estimate(resources).dependsOnUse.map(({ item }) => item);
  expect(named({ Stage: stage(false), Cluster: cluster('disabled') })).toEqual([]);
  expect(named({ Stage: stage(true), Cluster: cluster('enabled') })).toEqual([
    'Container Insights',
    'Detailed metrics of REST APIs',
    'Performance log of Container Insights',
  ]);
  expect(named({ Cluster: cluster('enhanced') })).toContain('Container Insights, enhanced');
});

test('runs of code cost a microVM each, where there is a code sandbox', () => {
  const code = (Variables: object) =>
    estimate({
      Code: { Type: 'AWS::Lambda::Function', Properties: { Environment: { Variables } } },
    }).dependsOnUse.filter(({ item }) => item === 'MicroVMs of the code sandbox');
  expect(code({ CODE_SANDBOX: '1' })).toEqual([expect.objectContaining({ unitUsd: 0.000167 })]);
  expect(code({ OTHER: '1' })).toEqual([]);
});

test('docs/network.md says what each endpoint of the quickstart is for, and names no others', () => {
  const { fixedMonthlyUsd, lines } = quickstartCost();
  const services = endpointsOf({ lines } as CostEstimate).map(({ item }) => item.replace('Endpoint of ', ''));
  const document = readFileSync(path.join(__dirname, '../../../docs/network.md'), 'utf8');
  const documented = [...document.matchAll(/^\| `([a-z.-]+)` \|/gm)].map(([, service]) => service);
  expect(documented.sort()).toEqual(services.sort());
  const said = /about \$(\d+) a month in two zones, \$(\d+) in one/.exec(document)?.slice(1).map(Number) ?? [];
  expect(said).toHaveLength(2);
  // One more key or alarm doesn't require a change of the page.
  expect(Math.abs(said[0] - fixedMonthlyUsd)).toBeLessThan(4);
  expect(Math.abs(said[1] - (fixedMonthlyUsd - services.length * 7.3))).toBeLessThan(4);
});
