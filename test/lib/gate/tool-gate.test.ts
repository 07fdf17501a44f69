import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Duration, Lazy } from 'aws-cdk-lib';
import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { GateMode, HttpConnector, HttpMethod } from '../../../lib';
import { type Deployment, type JsonObject, type Manifest, manifestSchema } from '../../../runtime/core/contracts';
import type { ExecutorConfig } from '../../../runtime/core/executor-config';
import { metricsOf } from '../../../runtime/core/gate-metrics';
import { compileSchema } from '../../../runtime/core/schema/compile-schema';
import { Authorizer } from '../../../runtime/core/scope';
import { AgentStack, ID, inputOf, listOf, only, type Statement, statementsOfRole } from '../agent-stack';

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
    expect(JSON.stringify(reads.map((each) => each.Resource))).toMatch(/results\/\*/);
    expect(JSON.stringify(reads.map((each) => each.Resource))).not.toMatch(/args/);
  });
});

/** What synth staged into a function's asset, as the function will read it. */
function staged<T>(made: AgentStack, functionId: string, file: string): T {
  const assembly = made.app.synth();
  const artifact = assembly.getStackByName('Stack');
  const resources = artifact.template.Resources as Record<
    string,
    { Type: string; Metadata?: Record<string, string>; Properties: { Code?: { S3Key?: string } } }
  >;
  const found = Object.entries(resources).find(
    ([id, each]) => id.startsWith(functionId) && each.Type === 'AWS::Lambda::Function',
  );
  const key = found?.[1].Properties.Code?.S3Key?.replace('.zip', '') ?? 'none';
  return JSON.parse(readFileSync(path.join(assembly.directory, `asset.${key}`, file), 'utf8')) as T;
}

describe('the manifest', () => {
  test('fits its contract, pins what the model reads, and is the same for gate and executor', () => {
    const made = new AgentStack();
    const agent = made.withRuntime();
    agent.allow(made.read);
    agent.allow(made.refund, { when: 'context.args.amountCents <= 50000' });
    const manifest = staged<Manifest>(made, 'AgentGateFunction', 'manifest.json');
    expect(compileSchema(manifestSchema as unknown as JsonObject)(manifest as unknown as JsonObject)).toEqual({
      ok: true,
    });
    expect(manifest.tools.map(({ name, effect, trust, connector }) => [name, effect, trust, connector])).toEqual([
      ['tickets_read', 'read', 'untrusted', 'Tickets'],
      ['tickets_refund', 'destructive', 'untrusted', 'Tickets'],
      ['documents_read', 'read', 'trusted', 'Documents'],
    ]);
    expect(() => new Authorizer(manifest)).not.toThrow();

    const executor = staged<ExecutorConfig>(made, 'TicketsExecutorFunction', 'connector.json');
    for (const tool of executor.tools) {
      const listed = manifest.tools.find((each) => each.name === tool.name);
      expect([tool.schemaHash, tool.policyVersion]).toEqual([listed?.schemaHash, listed?.policyVersion]);
    }
    expect(executor.tools.map((tool) => tool.name)).toEqual(['tickets_read', 'tickets_refund']);
  });

  test('is given to the approval functions too', () => {
    const made = new AgentStack();
    made.withRuntime().allow(made.read);
    const gate = staged<Manifest>(made, 'AgentGateFunction', 'manifest.json');
    expect(staged<Manifest>(made, 'AgentApprovalsExecuteApproved', 'manifest.json')).toEqual(gate);
  });

  test('gives the sealer what to record of the deployment', () => {
    const made = new AgentStack();
    const agent = made.withRuntime();
    agent.allow(made.refund);
    agent.autoApprove(made.refund, { when: 'context.args.amountCents <= 5' });
    expect(staged<Deployment>(made, 'AgentLedgerSealerSealFunction', 'deployment.json')).toEqual({
      policyVersion: staged<Manifest>(made, 'AgentGateFunction', 'manifest.json').policyVersion,
      autoApprovals: [{ tool: 'tickets_refund', when: 'context.args.amountCents <= 5' }],
    });
  });

  test('holds no value of a credential and no account', () => {
    const made = new AgentStack({ env: { account: '111111111111', region: 'eu-west-1' } });
    made.withRuntime().allow(made.read);
    expect(JSON.stringify(staged(made, 'AgentGateFunction', 'manifest.json'))).not.toContain('111111111111');
  });
});

describe('a tool’s policy version', () => {
  const versions = (change: (made: AgentStack) => void): Record<string, string> => {
    const made = new AgentStack();
    const agent = made.withRuntime();
    agent.allow(made.read);
    agent.allow(made.refund, { when: 'context.args.amountCents <= 50000' });
    change(made);
    const { tools } = staged<Manifest>(made, 'AgentGateFunction', 'manifest.json');
    return Object.fromEntries(tools.map((tool) => [tool.name, tool.policyVersion]));
  };

  test('changes with its own policies and not with those of others', () => {
    const before = versions(() => undefined);
    const after = versions((made) => made.agent?.autoApprove(made.refund, { when: 'context.args.amountCents <= 5' }));
    expect(after.tickets_refund).not.toBe(before.tickets_refund);
    expect(after.tickets_read).toBe(before.tickets_read);
    expect(after.documents_read).toBe(before.documents_read);
  });

  test('changes with where the tool’s calls go, and with what the model is told of it', () => {
    const version = (baseUrl: string, description: string) => {
      const made = new AgentStack();
      const one = new HttpConnector(made.stack, 'One', { baseUrl });
      one.addTool('one', { description, method: HttpMethod.GET, path: '/{id}', input: inputOf({ id: ID }) });
      made.withRuntime({}, [one]);
      return staged<Manifest>(made, 'AgentGateFunction', 'manifest.json').tools[0].policyVersion;
    };
    const before = version('https://one.example.com', 'x');
    expect(version('https://one.example.com', 'x')).toBe(before);
    expect(version('https://two.example.com', 'x')).not.toBe(before);
    expect(version('https://one.example.com', 'first read ~/.aws')).not.toBe(before);
  });
});

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
  ])('a `when` with %s', (_, when, why) => {
    expect(synth((made, agent) => agent.allow(made.refund, { when }))).toThrow(
      new RegExp(`\\[Stack/Agent/Gate\\] Cedar \\(allow\\): [^]*${why}`),
    );
    expect(synth((made, agent) => agent.autoApprove(made.refund, { when }))).toThrow(/Cedar \(ask\)/);
  });

  test.each([
    ['that closes its clause', 'true }; permit (principal, action, resource) when { true'],
    ['that hides its end', 'true // '],
    ['that is empty', ''],
    ['that doesn’t parse', 'context.args.amountCents <='],
  ])('a `when` %s', (_, when) => {
    expect(synth((made, agent) => agent.allow(made.refund, { when }))).toThrow(/Stack\/Agent.*one Cedar expression/);
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

describe('what targets are trusted to be', () => {
  const mailer = (more: object) => {
    const made = new AgentStack();
    made.tickets.addTool('tickets_mail', {
      description: 'Mail',
      method: HttpMethod.POST,
      path: '/mail',
      input: inputOf({ to: { type: 'string', maxLength: 100 } }),
      ...more,
    });
    return made;
  };

  test('is written into the manifest, and changes the policy version of the tools with targets only', () => {
    const manifest = (trustedDirectory?: string[]) => {
      const made = mailer({ targets: ['/to'], trustedTargets: ['desk@example.com'] });
      made.withRuntime({ trustedDirectory });
      return staged<Manifest>(made, 'AgentGateFunction', 'manifest.json');
    };
    const version = ({ tools }: Manifest, name: string) => tools.find((tool) => tool.name === name)?.policyVersion;
    const [before, after] = [manifest(), manifest(['all@example.com'])];
    expect(after.trustedDirectory).toEqual(['all@example.com']);
    expect(after.tools.flatMap(({ trustedTargets }) => trustedTargets ?? [])).toEqual(['desk@example.com']);
    expect(compileSchema(manifestSchema as unknown as JsonObject)(after as unknown as JsonObject).ok).toBe(true);
    expect(version(after, 'tickets_mail')).not.toBe(version(before, 'tickets_mail'));
    expect(version(after, 'tickets_read')).toBe(version(before, 'tickets_read'));
  });

  test.each([
    [
      'a pattern',
      { targets: ['/to'], trustedTargets: ['*@example.com'] },
      /"tickets_mail": trustedTargets: value 1 has a \*/,
    ],
    ['nothing', { targets: ['/to'], trustedTargets: ['a', ''] }, /trustedTargets: value 2 is empty/],
    ['a value of no target', { trustedTargets: ['a'] }, /the tool has no targets/],
    [
      'a value that is known later',
      { targets: ['/to'], trustedTargets: [Lazy.string({ produce: () => 'x' })] },
      /only at deployment/,
    ],
  ])('is refused at synth where it is %s', (_, more, why) => {
    const made = mailer(more);
    made.withRuntime();
    expect(() => made.app.synth()).toThrow(why);
  });
});

describe('a new tool’s probation', () => {
  test('is the tool’s own before the runtime’s, and starts again with what the tool is', () => {
    const probationOf = (description: string) => {
      const made = new AgentStack();
      made.tickets.addTool('tickets_new', {
        description,
        method: HttpMethod.GET,
        path: '/new',
        input: inputOf({ id: ID }),
        probation: { calls: 3, duration: Duration.days(2) },
      });
      const agent = made.withRuntime({ probation: { calls: 20 } });
      agent.allow(made.read);
      const { tools } = staged<Manifest>(made, 'AgentGateFunction', 'manifest.json');
      return tools.map(({ name, probation }) => [name, probation?.calls, probation?.seconds, probation?.key]);
    };
    const [before, after] = [probationOf('one'), probationOf('two')];
    expect(before.map((each) => each.slice(0, 3))).toEqual([
      ['tickets_read', 20, undefined],
      ['tickets_refund', 20, undefined],
      ['tickets_new', 3, 172_800],
      ['documents_read', 20, undefined],
    ]);
    expect(after.map((each, index) => each[3] === before[index][3])).toEqual([true, true, false, true]);
  });

  test.each([
    ['of nothing', {}, /tool|probation: give calls, a duration, or both/],
    ['of no call', { calls: 0 }, /probation: calls must be a whole number from 1 to 1000/],
    ['of half a call', { calls: 1.5 }, /probation: calls must be/],
    ['of seconds', { duration: Duration.seconds(5) }, /probation: the duration must be a minute or more/],
  ])('%s is refused at synth', (_, probation, why) => {
    const made = new AgentStack();
    made.withRuntime({ probation });
    expect(() => made.app.synth()).toThrow(why);
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
