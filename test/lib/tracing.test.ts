import { AgentStack, statementsOfRole } from './agent-stack';

const made = new AgentStack();
made.withRuntime();
const template = made.template();
const functions = Object.entries(template.findResources('AWS::Lambda::Function')).map(([id, { Properties }]) => ({
  id,
  description: String(Properties.Description),
  traced: Properties.TracingConfig?.Mode === 'Active',
}));
const named = (start: RegExp) => functions.filter(({ description }) => start.test(description));

test('a call can be followed through the gate, approvals and sessions', () => {
  const traced = named(/^(Gate|Approvals|Sandbox): /);
  expect(traced.length).toBeGreaterThanOrEqual(8);
  for (const fn of traced) expect(fn).toMatchObject({ traced: true });
  for (const stage of Object.values(template.findResources('AWS::ApiGateway::Stage'))) {
    expect(stage.Properties.TracingEnabled).toBe(true);
  }
});

test('functions with a credential or a signing key send nothing to X-Ray', () => {
  const silent = named(/^(Connector|Ledger)[ :]/);
  expect(silent).toHaveLength(3);
  for (const fn of silent) expect(fn).toMatchObject({ traced: false });
});

test('the agent’s own role can’t write traces: they would be a way out', () => {
  const allowed = statementsOfRole(template, 'AgentAgentRole').filter(({ Effect }) => Effect === 'Allow');
  expect(allowed.flatMap(({ Action }) => Action ?? []).join()).not.toMatch(/xray/);
});
