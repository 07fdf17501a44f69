import { App, Duration, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import {
  AgentImage,
  type AgentPlatform,
  BedrockModel,
  type Connector,
  ConnectorFunction,
  HardenedAgentRuntime,
  IsolatedNetwork,
  LambdaConnector,
} from '../../../lib';
import { DIGEST, inputOf } from '../agent-stack';
import { agentIn, platformIn, templatesOf, twoAgents, unnamedImage } from './agents-on-platform';

process.env.CDK_VALIDATION = 'false';

/** Types that cost something each month, whether they are used or not. */
const FIXED = [
  'AWS::EC2::VPCEndpoint',
  'AWS::NetworkFirewall::Firewall',
  'AWS::CloudWatch::Dashboard',
  'AWS::Route53Resolver::FirewallDomainList',
  'AWS::CloudTrail::Trail',
  'AWS::EC2::NatGateway',
];

test('the stack of a platform refers to no stack of an agent, and is deployed first', () => {
  const { app } = twoAgents();
  const assembly = app.synth();
  const [platform, sales] = ['Platform', 'Sales'].map((name) => assembly.getStackByName(name));
  expect(platform?.dependencies.map(({ id }) => id).filter((id) => !id.endsWith('.assets'))).toEqual([]);
  expect(sales?.dependencies.map(({ id }) => id)).toContain('Platform');
  expect(JSON.stringify(platform?.template)).not.toContain('Sales:Export');
});

test('a second agent adds alarms, keys and secrets, and nothing else with a fixed price', () => {
  const { Sales } = templatesOf(twoAgents().app);
  const types = Object.values(Sales.Resources).map(({ Type }) => Type);
  expect(types.filter((type) => FIXED.includes(type))).toEqual([]);
  expect(types.filter((type) => type === 'AWS::Lambda::Function')).toHaveLength(8);
  expect(types.filter((type) => type === 'AWS::ECS::Cluster')).toEqual([]);
  expect(types.filter((type) => type === 'AWS::DynamoDB::Table' || type === 'AWS::S3::Bucket')).toEqual([]);
});

test('each agent’s id is its own, and no id is the beginning of another’s names', () => {
  const app = new App();
  const platform = platformIn(app);
  const stack = new Stack(app, 'Other');
  const ids = ['Support', 'Support2', 'Support-Team-of-the-South'].map(
    (id) => agentIn(stack, id, { platform }).agentId,
  );
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9]{1,16}-[0-9a-f]{8}$/);
  for (const id of ids) expect(ids.filter((other) => other.startsWith(`${id}-`) || other === id)).toEqual([id]);
});

test('an agent keeps its id when others come and go, and has it without a platform too', () => {
  const alone = () => {
    const stack = new Stack(new App(), 'Stack');
    return agentIn(stack, 'Support', { approvals: { approverGroups: ['leads'] }, retention: Duration.days(90) });
  };
  expect(alone().agentId).toBe(alone().agentId);
  const app = new App();
  const platform = platformIn(app);
  const stack = new Stack(app, 'Stack');
  agentIn(stack, 'First', { platform });
  expect(agentIn(stack, 'Support', { platform }).agentId).toBe(alone().agentId);
});

describe('a platform refuses', () => {
  const refused = (props: object, message: RegExp) => {
    const app = new App();
    const platform = platformIn(app);
    const stack = new Stack(app, 'Other');
    expect(() => agentIn(stack, 'Support', { platform, ...props })).toThrow(message);
  };

  test.each([
    ['a retention', { retention: Duration.days(90) }, 'retention'],
    ['a retention of evidence', { evidenceRetention: Duration.days(9) }, 'evidenceRetention'],
    ['a ledger', { ledger: { trail: false } }, 'ledger'],
    ['zones', { availabilityZones: ['us-east-1a'] }, 'availabilityZones'],
    ['approvers', { approvals: { approverGroups: ['others'] } }, 'approvals.approverGroups'],
    [
      'principals that approve',
      { approvals: { approverPrincipals: [new iam.AccountPrincipal('111111111111')] } },
      'approvals.approverPrincipals',
    ],
  ])('%s of an agent', (_what, props, name) => {
    refused(
      props,
      new RegExp(`^Other/Support: ${name}: all agents of the platform Platform/Agents have this in common; write it`),
    );
  });

  test('a network of an agent', () => {
    const app = new App();
    const platform = platformIn(app);
    const stack = new Stack(app, 'Other');
    const network = new IsolatedNetwork(stack, 'Network');
    expect(() => agentIn(stack, 'Support', { platform, network })).toThrow(/network: all agents of the platform/);
  });

  test('an agent of another region or stage', () => {
    const app = new App();
    const platform = platformIn(app, { env: { region: 'eu-central-1' } });
    const elsewhere = new Stack(app, 'Elsewhere', { env: { region: 'us-east-1' } });
    expect(() => agentIn(elsewhere, 'Support', { platform })).toThrow(
      /^Elsewhere\/Support: the platform Platform\/Agents is in another region; give both stacks the same env/,
    );
    const staged = new Stack(new Stage(app, 'Prod'), 'Stack', { env: { region: 'eu-central-1' } });
    expect(() => agentIn(staged, 'Support', { platform })).toThrow(/is in another stage, which is deployed apart/);
  });

  test('a repository in the agent’s stack that only the deployment names', () => {
    const app = new App();
    const platform = platformIn(app);
    const stack = new Stack(app, 'Other');
    expect(() => new HardenedAgentRuntime(stack, 'Support', { ...unnamedImage(stack), platform })).toThrow(
      /Other\/Images\/Resource: the platform's endpoints must name this AWS::ECR::Repository, but its stack is deployed after/,
    );
  });
});

test('agents with one construct id in several stacks give the desk’s role a policy each', () => {
  const app = new App();
  const platform = platformIn(app);
  const stacks = ['Blue', 'Green', 'Red'].map((name) => {
    const stack = new Stack(app, name);
    agentIn(stack, 'Agent', { platform });
    return stack;
  });
  // Inline policies of one role with one name overwrite each other.
  const names = stacks.map((stack) => {
    const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy');
    return Object.entries(policies).flatMap(([id, { Properties }]) =>
      id.includes('ResumeWorkflow') ? [Properties.PolicyName] : [],
    );
  });
  expect(names.map(({ length }) => length)).toEqual([1, 1, 1]);
  expect(new Set(names.flat()).size).toBe(3);
});

describe('an agent in a nested stack', () => {
  const NESTED = {
    'of the platform’s stack': (platform: AgentPlatform) => Stack.of(platform),
    'of another stack': (platform: AgentPlatform) => new Stack(platform.node.root as App, 'Other'),
  };
  const namesIn = (stackAround: (platform: AgentPlatform) => Stack) => {
    const app = new App();
    const platform = platformIn(app);
    const around = stackAround(platform);
    const nested = new NestedStack(around, 'Nested');
    agentIn(nested, 'Support', { platform });
    // Fails on a cycle, which the nested stack and a key that names it would be.
    const shared = Template.fromStack(Stack.of(platform)).toJSON();
    const { Resources } = Template.fromStack(nested).toJSON();
    const names = (Object.values(Resources) as { Properties?: { RoleName?: string; FunctionName?: string } }[]).flatMap(
      ({ Properties = {} }) => [Properties.RoleName ?? [], Properties.FunctionName ?? []].flat(),
    );
    return { app, names, around: around.stackName, policies: JSON.stringify(shared) };
  };

  test.each(Object.entries(NESTED))('%s is named by the platform without a reference to it', (_where, stackAround) => {
    const { app, names, around, policies } = namesIn(stackAround);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(policies).toContain(name);
    expect(policies).toContain(`:log-group:${around}-`);
    app.synth();
  });

  test('has names that differ by the stack around it', () => {
    const inStack = (name: string) =>
      namesIn((platform) => new Stack(platform.node.root as App, 'Other', { stackName: name })).names;
    const [blue, green] = [inStack('Blue'), inStack('Green')];
    expect(blue.filter((name) => green.includes(name))).toEqual([]);
    expect(blue).toEqual(inStack('Blue'));
  });
});

test('without a platform, approvals and retention are missed with their names', () => {
  const stack = new Stack(new App(), 'Stack');
  expect(() => agentIn(stack, 'Support', {})).toThrow(/props\.approvals is missing[\s\S]*props\.retention is missing/);
});

test('an alarm action of the platform notifies of the ledger, and an agent’s of its own alarms', () => {
  const { support, sales, app } = twoAgents();
  const platform = Stack.of(support).node.findChild('Agents') as AgentPlatform;
  expect(platform.alarms).toHaveLength(3);
  expect(sales.alarms.some((alarm) => platform.alarms.includes(alarm))).toBe(false);
  expect(sales.dashboard).toBeUndefined();
  app.synth();
});

describe('a later stack', () => {
  /** An agent of another stack whose connector uses things of that stack. */
  const using = (connectorIn: (stack: Stack) => Connector) => {
    const app = new App();
    const platform = platformIn(app);
    const stack = new Stack(app, 'Other');
    const connector = connectorIn(stack);
    const images = ecr.Repository.fromRepositoryName(stack, 'Images', 'images');
    new HardenedAgentRuntime(stack, 'Support', {
      image: AgentImage.fromEcrDigest(images, DIGEST),
      models: [BedrockModel.foundation('openai.gpt-oss-120b-1:0')],
      connectors: [connector],
      platform,
    });
  };
  const calling = (stack: Stack, handler: lambda.IFunction) => {
    const team = new LambdaConnector(stack, 'Theirs', { handler: ConnectorFunction.existing(handler) });
    team.addTool('count', { description: 'Count', input: inputOf({}) });
    return team;
  };
  const functionIn = (stack: Stack, functionName?: string) =>
    new lambda.Function(stack, 'Team', {
      functionName,
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('0'),
    });

  // A name that is given now replaces a function that was deployed without one, under all of its callers.
  test.each<[string, (stack: Stack) => Connector, RegExp]>([
    [
      'a function',
      (stack) => calling(stack, functionIn(stack)),
      /Other\/Team\/Resource: .*give it a name \(functionName\)/,
    ],
    [
      'an alias of a function',
      (stack) => calling(stack, functionIn(stack).addAlias('live')),
      /Other\/Team\/Resource: .*give it a name \(functionName\)/,
    ],
  ])('isn’t given names for what is the app’s own: %s', (_what, toolsIn, problem) => {
    expect(() => using(toolsIn)).toThrow(problem);
  });
});
