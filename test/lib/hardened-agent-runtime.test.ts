import { App, Duration, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import {
  AgentImage,
  BedrockModel,
  ConnectorEgress,
  Credential,
  Effect,
  HardenedAgentRuntime,
  type HardenedAgentRuntimeProps,
  HttpConnector,
  HttpMethod,
  InputSchema,
  IsolatedNetwork,
} from '../../lib';

// CDK's own review of templates takes ten times as long as their synthesis, and isn't what is tested here.
process.env.CDK_VALIDATION = 'false';

const input = InputSchema.fromString(
  JSON.stringify({
    type: 'object',
    additionalProperties: false,
    required: ['id'],
    properties: { id: { type: 'string', pattern: '^[0-9]{1,8}$', maxLength: 8 } },
  }),
);

function connector(stack: Construct, id = 'Tickets', baseUrl = 'https://tickets.example.com'): HttpConnector {
  const made = new HttpConnector(stack, id, { baseUrl, credential: Credential.bearer('tickets-api') });
  made.addTool(`${id.toLowerCase()}_read`, {
    description: 'Read a ticket',
    method: HttpMethod.GET,
    path: '/tickets/{id}',
    effect: Effect.READ,
    input,
  });
  return made;
}

function runtime(stack: Construct, more: Partial<HardenedAgentRuntimeProps> = {}): HardenedAgentRuntime {
  const connectors = more.connectors ?? [connector(stack)];
  const agent = new HardenedAgentRuntime(stack, 'Agent', {
    image: AgentImage.fromEcrDigest(new ecr.Repository(stack, 'Images'), `sha256:${'0'.repeat(64)}`),
    models: [BedrockModel.global('global.anthropic.claude-sonnet-5-5')],
    approvals: { approverGroups: ['leads'] },
    retention: Duration.days(1),
    ...more,
    connectors,
  });
  for (const one of connectors) for (const tool of one.tools) agent.allow(tool);
  return agent;
}

const newStack = () => new Stack(new App(), 'Stack');

describe('five props are enough', () => {
  let template: Template;
  beforeAll(() => {
    const stack = newStack();
    runtime(stack);
    template = Template.fromStack(stack);
  });

  test('the agent’s role may call the gate and the named model, and is denied everything else', () => {
    const policies = Object.values(template.findResources('AWS::IAM::Policy')).filter((policy) =>
      JSON.stringify(policy.Properties.Roles).includes('AgentAgentRole'),
    );
    const statements = policies.flatMap((policy) => policy.Properties.PolicyDocument.Statement);
    const allowed = statements
      .filter(({ Effect: effect }) => effect === 'Allow')
      .flatMap(({ Action }) => [Action].flat());
    expect([...new Set(allowed)].sort()).toEqual([
      'bedrock:InvokeModel',
      'bedrock:InvokeModelWithResponseStream',
      'execute-api:Invoke',
    ]);
    expect(statements).toContainEqual({
      Sid: 'NeverAnythingElse',
      Effect: 'Deny',
      NotAction: ['execute-api:Invoke', 'bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
      Resource: '*',
    });
  });

  test('the gate’s API admits the agent’s role alone', () => {
    const gate = Object.values(template.findResources('AWS::ApiGateway::RestApi')).find(
      (api) => api.Properties.EndpointConfiguration?.Types?.[0] === 'PRIVATE',
    );
    const statements = gate?.Properties.Policy.Statement as { Effect: string; Principal: unknown }[];
    for (const { Principal } of statements.filter(({ Effect: effect }) => effect === 'Allow')) {
      expect(JSON.stringify(Principal)).toMatch(/AgentAgentRole/);
    }
    expect(statements.some(({ Effect: effect }) => effect === 'Deny')).toBe(true);
    for (const method of Object.values(template.findResources('AWS::ApiGateway::Method'))) {
      expect(method.Properties.AuthorizationType).toBe('AWS_IAM');
    }
  });

  test('each executor’s own policy denies everyone except the gate and the workflow', () => {
    const [policy] = Object.values(template.findResources('AWS::Lambda::ResourcePolicy'));
    expect(policy.Properties.PolicyDocument.Statement[0]).toMatchObject({
      Effect: 'Deny',
      Principal: '*',
      Action: ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'],
    });
    expect(JSON.stringify(policy.Properties.PolicyDocument)).toMatch(
      /AgentGateRole.*AgentApprovalsExecuteApprovedRole/,
    );
  });
});

test('puts connectors behind the egress firewall, a subnet each, when it is given', () => {
  const stack = newStack();
  const network = new IsolatedNetwork(stack, 'Network');
  const connectorEgress = new ConnectorEgress(stack, 'Egress', { agentNetwork: network });
  const connectors = [connector(stack), connector(stack, 'Crm', 'https://crm.example.com')];
  runtime(stack, { network, connectorEgress, connectors });
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::NetworkFirewall::Firewall', 1);
  const subnets = Object.entries(template.findResources('AWS::Lambda::Function'))
    .filter(([id]) => /^(Tickets|Crm)Executor/.test(id))
    .map(([, fn]) => JSON.stringify(fn.Properties.VpcConfig?.SubnetIds));
  expect(subnets).toHaveLength(2);
  expect(new Set(subnets).size).toBe(2);
  for (const each of subnets) expect(each).toMatch(/Egress/);
  const rules = JSON.stringify(template.findResources('AWS::NetworkFirewall::RuleGroup'));
  expect(rules).toContain('tickets.example.com');
  expect(rules).toContain('crm.example.com');
});

test('two runtimes share a network: each has groups of its own', () => {
  const stack = newStack();
  const network = new IsolatedNetwork(stack, 'Network');
  for (const id of ['Support', 'Sales']) {
    const part = new Construct(stack, id);
    runtime(part, { network, connectors: [connector(part)] });
  }
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::EC2::VPC', 1);
  const groups = Object.keys(template.findResources('AWS::EC2::SecurityGroup'));
  for (const id of ['Support', 'Sales']) {
    for (const own of ['AgentGateGroup', 'AgentAgentGroup', 'AgentLedgerSealerGroup']) {
      expect(groups.filter((group) => group.startsWith(`${id}${own}`))).toHaveLength(1);
    }
  }
});

describe('the session launcher', () => {
  const launcher = (more: Partial<HardenedAgentRuntimeProps>) => {
    const stack = newStack();
    runtime(stack, more);
    // Fails on a dependency cycle.
    const template = Template.fromStack(stack);
    const [[, fn]] = Object.entries(template.findResources('AWS::Lambda::Function')).filter(([id]) =>
      id.startsWith('AgentSessionsLaunch'),
    );
    const ecs = Object.values(template.findResources('AWS::EC2::VPCEndpoint')).filter(({ Properties }) =>
      JSON.stringify(Properties.ServiceName).includes('.ecs'),
    );
    return { vpc: fn.Properties.VpcConfig, ecs };
  };

  test('runs outside by default, so that no endpoint of ECS is paid for', () =>
    expect(launcher({})).toEqual({ vpc: undefined, ecs: [] }));

  test('runs inside with launcherInNetwork, and its endpoint allows only to start this one task and to stop tasks of the cluster', () => {
    const { vpc, ecs } = launcher({ launcherInNetwork: true });
    expect(vpc.SubnetIds).toHaveLength(2);
    expect(ecs).toHaveLength(1);
    const Condition = {
      ArnEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': [expect.stringContaining('SessionsLaunchRole'), 'Arn'] } },
      StringEquals: { 'aws:ResourceAccount': { Ref: 'AWS::AccountId' } },
    };
    const tasks = { 'Fn::Join': ['', expect.arrayContaining([{ Ref: expect.stringContaining('Cluster') }, '/*'])] };
    expect(ecs[0].Properties.PolicyDocument.Statement).toEqual([
      expect.objectContaining({
        Action: 'ecs:RunTask',
        Resource: { Ref: expect.stringContaining('TaskDefinition') },
        Condition,
      }),
      expect.objectContaining({ Action: 'ecs:TagResource', Resource: tasks, Condition }),
      // The sweep stops tasks of this cluster, and finds those of broken launches.
      expect.objectContaining({ Action: 'ecs:StopTask' }),
      expect.objectContaining({ Action: 'ecs:ListTasks', Resource: '*' }),
    ]);
  });
});

describe('a bad prop fails at synth with the construct path', () => {
  test.each<[string, (stack: Stack) => unknown, RegExp]>([
    ['no connector', (stack) => runtime(stack, { connectors: [] }), /Stack\/Agent: .*connectors/],
    [
      'a connector twice',
      (stack) => {
        const one = connector(stack);
        return runtime(stack, { connectors: [one, one] });
      },
      /Stack\/Agent: .*twice/,
    ],
    ['no model', (stack) => runtime(stack, { models: [] }), /Stack\/Agent: no model/],
    ['no call at all', (stack) => runtime(stack, { maxCallsPerSession: 0 }), /maxCallsPerSession/],
    ['nobody who approves', (stack) => runtime(stack, { approvals: {} }), /Stack\/Agent\/Approvals.*nobody/],
    [
      'an approval that lasts for weeks',
      (stack) => runtime(stack, { approvals: { approverGroups: ['x'], expiry: Duration.days(30) } }),
      /expiry/,
    ],
    [
      'a port that the egress firewall doesn’t pass',
      (stack) => {
        const network = new IsolatedNetwork(stack, 'Network');
        const connectorEgress = new ConnectorEgress(stack, 'Egress', { agentNetwork: network });
        const connectors = [connector(stack, 'Odd', 'https://odd.example.com:8443')];
        return runtime(stack, { network, connectorEgress, connectors });
      },
      /Stack\/Odd: .*443 only/,
    ],
    [
      'a connector of another runtime',
      (stack) => {
        const connectors = [connector(stack)];
        runtime(stack, { connectors });
        return new HardenedAgentRuntime(stack, 'Second', {
          image: AgentImage.fromEcrDigest(new ecr.Repository(stack, 'More'), `sha256:${'0'.repeat(64)}`),
          models: [BedrockModel.global('global.anthropic.claude-sonnet-5-5')],
          approvals: { approverGroups: ['leads'] },
          retention: Duration.days(1),
          connectors,
        });
      },
      /two runtimes/,
    ],
    [
      'a connector in another stack',
      (stack) => runtime(stack, { connectors: [connector(new Stack(stack.node.root as App, 'Other'))] }),
      /^Stack\/Agent: the connector Other\/Tickets is in another stack.* create it in the same stack/,
    ],
    [
      'a network in another stack',
      (stack) =>
        runtime(stack, { network: new IsolatedNetwork(new Stack(stack.node.root as App, 'Other'), 'Network') }),
      /^Stack\/Agent: the network Other\/Network is in another stack/,
    ],
    [
      'evidence that is kept for hours',
      (stack) => runtime(stack, { evidenceRetention: Duration.hours(3) }),
      /^Stack\/Agent: evidenceRetention is 0\.125 days.*Duration\.days\(1\)/,
    ],
    [
      'sessions without time',
      (stack) => runtime(stack, { sessionDuration: Duration.seconds(0) }),
      /^Stack\/Agent: a sessionDuration of 0 seconds.*Duration\.minutes\(1\)/,
    ],
    [
      'sessions for years',
      (stack) => runtime(stack, { sessionDuration: Duration.days(3000) }),
      /^Stack\/Agent: a sessionDuration of/,
    ],
    [
      'CPU that Fargate hasn’t',
      (stack) => runtime(stack, { cpu: 300 }),
      /^Stack\/Agent: .* 300 CPU units; write cpu: 256/,
    ],
    [
      'memory that Fargate hasn’t',
      (stack) => runtime(stack, { memoryLimitMiB: 77 }),
      /^Stack\/Agent: .* 77 MiB with 1024 CPU units; write memoryLimitMiB: 2048, 3072/,
    ],
    [
      'memory that is only there with more CPU',
      (stack) => runtime(stack, { cpu: 256, memoryLimitMiB: 4096 }),
      /write memoryLimitMiB: 512, 1024, 2048$/,
    ],
    ...(['retention', 'evidenceRetention', 'sessionDuration'] as const).map(
      (name): [string, (stack: Stack) => unknown, RegExp] => [
        `a ${name} that is known at deployment only`,
        (stack) => runtime(stack, { [name]: Duration.days(Token.asNumber({ Ref: 'Days' })) }),
        new RegExp(
          `^Stack/Agent: props\\.${name} must be a Duration, .* got a Duration that is known only at deployment`,
        ),
      ],
    ),
    [
      'a group that is known at deployment only',
      (stack) => runtime(stack, { approvals: { approverGroups: [Token.asString({ Ref: 'Group' })] } }),
      /^Stack\/Agent\/Approvals\/Approver: an approver group is known only at deployment/,
    ],
  ])('%s', (_, make, message) => {
    expect(() => make(newStack())).toThrow(message);
  });
});
