import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { AgentStack, only } from './agent-stack';

interface Widget {
  readonly type: string;
  readonly properties: { title: string; query?: string; alarms?: unknown[]; metrics?: unknown[] };
}

/** The one dashboard's widgets, references written as `<LogicalId>`. */
function widgets(made: AgentStack): Widget[] {
  const [, { DashboardBody }] = only<{ DashboardBody: { 'Fn::Join': [string, unknown[]] } }>(
    made.template(),
    'AWS::CloudWatch::Dashboard',
  );
  const text = DashboardBody['Fn::Join'][1]
    .map((part) =>
      typeof part === 'string'
        ? part
        : `<${Object.values(part as object)
            .flat()
            .join('.')}>`,
    )
    .join('');
  return JSON.parse(text).widgets;
}

describe('the dashboard', () => {
  const made = new AgentStack();
  const agent = made.withRuntime();
  const shown = widgets(made);

  test('shows every alarm of the runtime', () => {
    const [status] = shown.filter(({ type }) => type === 'alarm');
    expect(status.properties.alarms).toHaveLength(agent.alarms.length);
    const all = Object.keys(made.template().findResources('AWS::CloudWatch::Alarm'));
    expect(agent.alarms).toHaveLength(all.length);
  });

  test('shows the counts of the gate’s log, the ledger’s lag and the models’ tokens', () => {
    const text = JSON.stringify(shown);
    for (const metric of ['Denials', 'Questions', 'LetThrough', 'SessionsStopped', 'LedgerLag', 'InputTokenCount']) {
      expect(text).toContain(`"${metric}"`);
    }
    const [query] = shown.filter(({ type }) => type === 'log');
    expect(query.properties.query).toMatch(/SOURCE '<AgentGateLogs.*event = "denied".*by code/s);
  });

  test('has a name that CloudFormation makes, so that two runtimes fit one region', () => {
    const [, properties] = only(made.template(), 'AWS::CloudWatch::Dashboard');
    expect(properties).not.toHaveProperty('DashboardName');
  });

  test('is left out on demand', () => {
    const without = new AgentStack();
    expect(without.withRuntime({ dashboard: false }).dashboard).toBeUndefined();
    without.template().resourceCountIs('AWS::CloudWatch::Dashboard', 0);
  });
});

test('one call sets what every alarm notifies', () => {
  const made = new AgentStack();
  const topic = new sns.Topic(made.stack, 'Topic');
  made.withRuntime().addAlarmAction(new actions.SnsAction(topic));
  const alarms = Object.values(made.template().findResources('AWS::CloudWatch::Alarm'));
  expect(alarms.length).toBeGreaterThan(7);
  for (const { Properties } of alarms) {
    expect(Properties.AlarmActions).toEqual([{ Ref: expect.stringMatching(/^Topic/) }]);
  }
});
