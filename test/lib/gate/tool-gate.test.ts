import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { GateMode, type HardenedAgentRuntime, HttpConnector, HttpMethod } from '../../../lib';
import type { Manifest } from '../../../runtime/core/contracts';
import { metricsOf } from '../../../runtime/core/gate-metrics';
import { AgentStack, ID, inputOf, listOf, only, type Statement, statementsOfRole } from '../agent-stack';
import { staged } from './staged';

describe('the gate’s API', () => {
  let template: Template;
  let agentRole: string;
  beforeAll(() => {
    const made = new AgentStack();
    const agent = made.withRuntime();
    agent.allow(made.read);
    template = made.template();
    [agentRole] = only(template, 'AWS::IAM::Role', 'AgentAgentRole');
  });

  test('is private, and each of its two methods wants a signature', () => {
    const [, api] = only<{ EndpointConfiguration: object }>(template, 'AWS::ApiGateway::RestApi', 'AgentGateApi');
    expect(api.EndpointConfiguration).toEqual({ Types: ['PRIVATE'] });
    const methods = Object.entries(template.findResources('AWS::ApiGateway::Method')).filter(([id]) =>
      id.startsWith('AgentGateApi'),
    );
    expect(methods.map(([, { Properties }]) => [Properties.HttpMethod, Properties.AuthorizationType]).sort()).toEqual([
      ['GET', 'AWS_IAM'],
      ['POST', 'AWS_IAM'],
    ]);
  });

  test('admits the agent’s role by name, denies everybody else and every other network', () => {
    const [, api] = only<{ Policy: { Statement: Statement[] } }>(template, 'AWS::ApiGateway::RestApi', 'AgentGateApi');
    const [vpc] = only(template, 'AWS::EC2::VPC', 'AgentNetwork');
    const byId = Object.fromEntries(api.Policy.Statement.map((each) => [each.Sid, each]));
    expect(Object.keys(byId)).toEqual(['AgentOnly', 'NobodyElse', 'FromIsolatedNetworkOnly']);
    expect(byId.AgentOnly).toMatchObject({
      Effect: 'Allow',
      Principal: { AWS: { 'Fn::GetAtt': [agentRole, 'Arn'] } },
    });
    expect(byId.NobodyElse).toMatchObject({ Effect: 'Deny', Principal: { AWS: '*' } });
    const spared = byId.NobodyElse.Condition?.ArnNotLike['aws:PrincipalArn'] as unknown[];
    expect(spared).toHaveLength(2);
    for (const arn of spared) expect(JSON.stringify(arn)).toContain(agentRole);
    expect(byId.FromIsolatedNetworkOnly).toMatchObject({
      Effect: 'Deny',
      Condition: { StringNotEquals: { 'aws:SourceVpc': { Ref: vpc } } },
    });
  });

  test('logs neither bodies nor headers', () => {
    const [, stage] = only<{ MethodSettings: { DataTraceEnabled: boolean }[] }>(
      template,
      'AWS::ApiGateway::Stage',
      'AgentGateApi',
    );
    expect(stage.MethodSettings.map((each) => each.DataTraceEnabled)).toEqual([false]);
  });

  test('lets the gate call executors, write records, and read neither arguments nor secrets', () => {
    const [roleId] = only(template, 'AWS::IAM::Role', 'AgentGateRole');
    const allowed = statementsOfRole(template, roleId).filter((each) => each.Effect === 'Allow');
    const actions = allowed.flatMap((each) => listOf(each.Action));
    expect(actions.filter((action) => /^(secretsmanager|iam|sts|bedrock|ecs|ssm):|^\*/.test(action))).toEqual([]);
    expect(actions).not.toContain('dynamodb:DeleteItem');
    expect(actions).not.toContain('s3:DeleteObject');
    const executors = Object.keys(template.findResources('AWS::Lambda::Function')).filter((id) =>
      /^(Tickets|Documents)Executor/.test(id),
    );
    const invoked = allowed.filter((each) => listOf(each.Action).includes('lambda:InvokeFunction'));
    expect(invoked.flatMap((each) => [each.Resource].flat())).toEqual(
      expect.arrayContaining(executors.map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] }))),
    );
    const reads = allowed.filter((each) => listOf(each.Action).includes('s3:GetObject'));
    expect(JSON.stringify(reads.map((each) => each.Resource))).toMatch(/results\/Agent-[0-9a-f]{8}-\*/);
    expect(JSON.stringify(reads.map((each) => each.Resource))).not.toMatch(/args/);
  });
});

/** What synth staged into a function's asset, as the function will read it. */
describe('refused at synth, with the construct’s path', () => {
  const synth = (arrange: (made: AgentStack, agent: ReturnType<AgentStack['withRuntime']>) => void) => () => {
    const made = new AgentStack();
    const agent = made.withRuntime();
    arrange(made, agent);
    made.app.synth();
  };

  test.each([
    ['a typo in an attribute', 'context.args.amountCent <= 1', 'amountCent'],
    ['a comparison of unlike types', 'context.args.amountCents <= "5"', 'type'],
    ['a member that no schema declares', 'context.args.__proto__ == 1', '__proto__'],
    ['a condition that is no Boolean', 'context.args.amountCents', 'type'],
    ['an attribute of another tool', 'context.args.key == "x"', 'key'],
    [
      'bounds that exclude each other',
      'context.args.amountCents < 0 && context.args.amountCents > 5',
      'in agent.allow\\(tickets_refund, .*\\), the condition can never be true: no value of context.args.amountCents meets all comparisons',
    ],
  ])('a `when` with %s', (_, when, why) => {
    expect(synth((made, agent) => agent.allow(made.refund, { when }))).toThrow(
      new RegExp(`\\[Stack/Agent/Gate\\] Cedar \\(allow\\): [^]*${why}`),
    );
    // By the app's own calls, not by the generated ids of their policies.
    const call = (method: string) => `in agent.${method}(tickets_refund, { when: ${JSON.stringify(when)} })`;
    expect(synth((made, agent) => agent.allow(made.refund, { when }))).toThrow(call('allow'));
    expect(synth((made, agent) => agent.autoApprove(made.refund, { when }))).toThrow(/Cedar \(ask\)/);
    expect(synth((made, agent) => agent.autoApprove(made.refund, { when }))).toThrow(call('autoApprove'));
  });

  test.each([
    ['that closes its clause', 'true }; permit (principal, action, resource) when { true'],
    ['that hides its end', 'true // '],
    ['that is empty', ''],
    ['that doesn’t parse', 'context.args.amountCents <='],
  ])('a `when` %s', (_, when) => {
    expect(synth((made, agent) => agent.allow(made.refund, { when }))).toThrow(/Stack\/Agent.*one Cedar expression/);
  });

  test('an auto-approval of a tool that no policy allows', () => {
    expect(
      synth((made, agent) => {
        agent.allow(made.read);
        agent.autoApprove(made.refund);
      }),
    ).toThrow(
      '[Stack/Agent/Gate] the tool "tickets_refund" is auto-approved, but no policy allows it, so the gate denies each of its calls; write agent.allow(tool) as well',
    );
  });

  test('one name for two tools', () => {
    const made = new AgentStack();
    const other = new HttpConnector(made.stack, 'Other', { baseUrl: 'https://other.example.com' });
    other.addTool('tickets_read', {
      description: 'x',
      method: HttpMethod.GET,
      path: '/{id}',
      input: inputOf({ id: ID }),
    });
    made.withRuntime({}, [made.tickets, other]);
    expect(() => made.app.synth()).toThrow(
      /\[Stack\/Agent\/Gate\] the tool "tickets_read" is defined by Stack\/Tickets and by Stack\/Other/,
    );
  });

  test('a tool of a connector that the runtime doesn’t use', () => {
    const made = new AgentStack();
    const agent = made.withRuntime({}, [made.tickets]);
    expect(() => agent.allow(made.open)).toThrow(
      /^Stack\/Agent\/Gate: the tool "documents_read" belongs to Stack\/Documents/,
    );
  });
});

describe('a runtime that only logs', () => {
  test('says so in its manifest, in its template and at synth; by default it enforces', () => {
    const of = (mode?: GateMode) => {
      const made = new AgentStack();
      made.withRuntime(mode ? { mode } : {});
      const manifest = staged<Manifest>(made, 'AgentGateFunction', 'manifest.json');
      const warnings = Annotations.fromStack(made.stack).findWarning('*', Match.stringLikeRegexp('only logs'));
      return [manifest.mode, warnings.length, manifest.tools[0].policyVersion];
    };
    const [enforced, logging, standard] = [of(GateMode.ENFORCE), of(GateMode.LOG_ONLY), of()];
    expect(standard).toEqual(enforced);
    expect(standard.slice(0, 2)).toEqual([undefined, 0]);
    expect(logging.slice(0, 2)).toEqual(['LOG_ONLY', 1]);
    // What was approved or counted while nothing was enforced counts for nothing later.
    expect(logging[2]).not.toBe(standard[2]);
  });
});

test('a pattern that also matches names beside its prefix is warned of, with what to write', () => {
  const made = new AgentStack();
  const agent = made.withRuntime();
  agent.allow(made.read, { when: 'context.args.id like "team/T-1*"' });
  made.app.synth();
  const warnings = Annotations.fromStack(made.stack).findWarning(
    '/Stack/Agent/Gate',
    Match.stringLikeRegexp('"team/T-1\\*" also matches .*Write "team/T-1/\\*"'),
  );
  expect(warnings).toHaveLength(1);
});

describe('a runtime that allows nothing', () => {
  const warnings = (grant: (made: AgentStack, agent: HardenedAgentRuntime) => void, mode?: GateMode) => {
    const made = new AgentStack();
    grant(made, made.withRuntime({ mode }));
    made.app.synth();
    return Annotations.fromStack(made.stack).findWarning(
      '/Stack/Agent/Gate',
      Match.stringLikeRegexp('^No policy allows any tool, .* Write agent.allow.tool. for each tool that it needs'),
    ).length;
  };

  test('is warned of, because its gate denies every call', () => expect(warnings(() => undefined)).toBe(1));
  test('isn’t warned of once a tool is allowed', () =>
    expect(warnings((made, agent) => agent.allow(made.read))).toBe(0));
  test('isn’t warned of while its gate only logs', () => expect(warnings(() => undefined, GateMode.LOG_ONLY)).toBe(0));
});

describe('many denials at once', () => {
  test('sound an alarm on the metric that this gate’s log counts', () => {
    const made = new AgentStack();
    made.withRuntime({ maxDenialsPerSession: 7 });
    const [gateId] = only(made.template(), 'AWS::Lambda::Function', 'AgentGateFunction');
    const [, alarm] = only(made.template(), 'AWS::CloudWatch::Alarm', 'AgentGateDenialSpike');
    expect(alarm).toMatchObject({
      Namespace: 'HardenedAgent',
      MetricName: Object.keys(metricsOf({ event: 'denied' }, 0, 'x')).pop(),
      Dimensions: [{ Name: 'Gate', Value: { Ref: gateId } }],
      Statistic: 'Sum',
      Threshold: 14,
      TreatMissingData: 'notBreaching',
    });
  });

  test('sound another one where they end a session', () => {
    const made = new AgentStack();
    made.withRuntime();
    const [, alarm] = only(made.template(), 'AWS::CloudWatch::Alarm', 'AgentGateSessionStopped');
    const MetricName = Object.keys(metricsOf({ event: 'session_stopped' }, 0, 'x')).pop();
    expect(alarm).toMatchObject({ Namespace: 'HardenedAgent', MetricName, Threshold: 1 });
  });
});
