import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AgentPlatform, HardenedAgentChecks, HardenedAgentRuntime } from '../../../lib';
import { checkAssembly } from '../../../lib/checks/check-assembly';
import type { CostTemplate } from '../../../lib/cost/cost-line';
import { estimateCost } from '../../../lib/cost/estimate-cost';
import { prove } from '../../../lib/prove/claims';
import { explain } from '../../../lib/prove/explain';
import { Assembly } from '../../../lib/template';
import { roleQuestions } from '../../../lib/template/iam/role-questions';
import { connectors } from '../../guard/connectors-app';
import { findingsAtSynth } from '../findings-at-synth';

process.env.CDK_VALIDATION = 'false';

const newApp = () => new App({ analyticsReporting: false, context: { 'aws:cdk:enable-path-metadata': true } });

describe.each([
  ['in closed networks', true],
  ['outside of networks where that is the default', false],
])('every kind of connector, for two agents in two stacks, %s', (_where, closed) => {
  let app: App;
  let assembly: Assembly;

  beforeAll(() => {
    app = newApp();
    connectors(app, { closed });
    assembly = Assembly.load(app.synth().directory);
  });

  test('breaks no rule', () => {
    const { findings } = checkAssembly(assembly);
    expect(findings.map(({ ruleId, path, message }) => `${ruleId} ${path}: ${message}`)).toEqual([]);
  });

  test('leaves each claim proven, and each path explained', () => {
    const { claims, paths, parts } = prove(assembly);
    expect(claims.flatMap(({ id, counterExamples }) => counterExamples.map((each) => `${id}: ${each}`))).toEqual([]);
    const unexplained = paths.filter((path) => explain(parts, path) === undefined);
    expect(unexplained.map(({ workload, to }) => `${workload.path} → ${to}`)).toEqual([]);
  });

  test('has a price for all that AWS charges: by the month, or by use with what it depends on', () => {
    const templates = app.synth().stacks.map(({ stackName, template }) => ({
      name: stackName,
      resources: template.Resources as CostTemplate['resources'],
    }));
    const { lines, dependsOnUse } = estimateCost(templates, { sessionMinutes: 10 });
    expect(lines.filter(({ note }) => note?.includes('not from this library'))).toEqual([]);
    const items = [...lines, ...dependsOnUse].map(({ item }) => item);
    const charged = ['Secrets', 'KMS keys', 'Alarms', 'Metrics of MCP servers', 'MicroVMs of the code sandbox'];
    const egress = ['Network Firewall endpoints', 'Public IPv4 addresses', 'Data through Network Firewall'];
    expect(items).toEqual(expect.arrayContaining([...charged, ...(closed ? egress : [])]));
    if (!closed) expect(items.filter((item) => egress.includes(item))).toEqual([]);
  });

  test('lets verify-roles ask about each role, with answers that mostly need no condition', () => {
    const questions = roleQuestions(assembly, {
      account: '111122223333',
      partition: 'aws',
      region: 'eu-west-1',
      physicalId: ({ logicalId }) => logicalId,
    });
    const asked = new Set(questions.map(({ role }) => role));
    expect(assembly.ofType('AWS::IAM::Role').filter((role) => !asked.has(role))).toEqual([]);
    expect(questions.filter(({ resourceArn }) => /\$\{|\?\(/.test(resourceArn))).toEqual([]);
    expect(questions.filter(({ expected }) => expected === 'depends').length / questions.length).toBeLessThan(0.1);
  });
});

test('AwsSolutionsChecks finds nothing that isn’t acknowledged but in what the app itself made', () => {
  const app = newApp();
  connectors(app);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new HardenedAgentChecks(app));
  for (const each of app.node.findAll()) {
    if (each instanceof HardenedAgentRuntime || each instanceof AgentPlatform) each.acknowledgeAwsSolutions();
  }
  const resources = new Set(findingsAtSynth(app).match(/(?:Connected|Inside)\/\S+(?=\/Resource\b)/g));
  // What the team made, and which runtime it chose for the function that its connector makes.
  const own = ['Accounts', 'AccountsKey', 'Jobs', 'JobsKey', 'NewsKey', 'Reports', 'ReportsKey', 'Team'];
  expect([...resources].sort()).toEqual([...own, 'Ours/Called/Function'].map((id) => `Inside/${id}`).sort());
});
