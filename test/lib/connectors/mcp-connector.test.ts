import { Duration, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import {
  BoundCredential,
  ConnectorEgress,
  Credential,
  Effect,
  HttpConnector,
  HttpMethod,
  IsolatedNetwork,
  Limit,
  LimitScope,
  McpConnector,
  type McpConnectorProps,
  ServerReview,
  Target,
} from '../../../lib';
import { checkAssembly } from '../../../lib/checks/check-assembly';
import { prove } from '../../../lib/prove/claims';
import { Assembly } from '../../../lib/template';
import type { Manifest } from '../../../runtime/core/contracts';
import type { ExecutorConfig } from '../../../runtime/core/executor-config';
import { pinOfListed } from '../../../runtime/core/mcp/normalize-definition';
import { AgentStack, inputOf } from '../agent-stack';
import { staged } from '../gate/staged';
import { edited, githubReview, withProperties } from './github-review';

const review = (...given: Parameters<typeof githubReview>) => ServerReview.fromString(githubReview(...given));

function github(made?: AgentStack, more: Partial<McpConnectorProps> = {}): McpConnector {
  const credential = Credential.bearer('github-token');
  return new McpConnector(made?.stack ?? new Stack(undefined, 'Stack'), 'GitHub', {
    review: review(),
    credential,
    ...more,
  });
}

const CREATE = { name: 'github_create_issue' };

describe('the tools', () => {
  test('are those that a person granted, with their effects', () => {
    expect(github().tools.map(({ toolName, effect }) => [toolName, effect])).toEqual([
      ['github_get_issue', Effect.READ],
      ['github_create_issue', Effect.OUTBOUND],
    ]);
  });

  test('reach gate and executor with schema, pin and address', () => {
    const made = new AgentStack();
    const connector = github(made);
    made.withRuntime({}, [made.tickets, made.documents, connector]).allow(connector.tool('github_get_issue'));
    const manifest = staged<Manifest>(made, 'AgentGateFunction', 'manifest.json');
    const executor = staged<ExecutorConfig>(made, 'GitHubExecutorFunction', 'connector.json');
    expect(executor).toMatchObject({
      baseUrl: 'https://mcp.example.com/mcp',
      credential: { name: 'github-token', kind: 'bearer' },
      tools: [{ name: 'github_get_issue', effect: 'read', mcp: { original: 'get_issue' } }, CREATE],
    });
    expect(executor.internal).toBeUndefined();
    const { mcp, schema } = executor.tools[1] ?? {};
    expect(mcp?.listed).toMatchObject({ name: 'create_issue', description: 'Create an issue' });
    expect(schema).toMatchObject({ additionalProperties: false, required: ['title'] });
    expect(manifest.tools.find(({ name }) => name === CREATE.name)).toMatchObject({ effect: 'outbound', schema });
  });

  test('have another version of their policies once another definition is pinned', () => {
    const version = (text: string) => {
      const made = new AgentStack();
      made.withRuntime({}, [made.tickets, github(made, { review: ServerReview.fromString(text) })]);
      return staged<Manifest>(made, 'AgentGateFunction', 'manifest.json').tools.at(-1)?.policyVersion;
    };
    const titled = edited('create_issue', ({ listed }) => {
      const now = { ...listed, title: 'New' };
      return { listed: now, pin: pinOfListed(now) };
    });
    expect(version(githubReview(titled))).not.toBe(version(githubReview()));
  });

  test('declare targets, limits and time beside their review', () => {
    const made = new AgentStack();
    const connector = github(made, {
      tools: [
        {
          ...CREATE,
          targets: [Target.named('/title')],
          limits: [Limit.count(5, { per: LimitScope.SESSION, window: Duration.hours(1) })],
          timeout: Duration.seconds(15),
          effect: Effect.DESTRUCTIVE,
        },
      ],
    });
    made.withRuntime({}, [made.tickets, connector]);
    const manifest = staged<Manifest>(made, 'AgentGateFunction', 'manifest.json');
    expect(manifest.tools.find(({ name }) => name === CREATE.name)).toMatchObject({
      effect: 'destructive',
      targets: [{ pointer: '/title' }],
      timeoutMs: 15_000,
      callLimits: [{}],
    });
  });

  test('have several credentials by their effects', () => {
    const made = new AgentStack();
    const connector = github(made, { credentials: [BoundCredential.forReads(Credential.bearer('github-read'))] });
    made.withRuntime({}, [made.tickets, connector]);
    expect(connector.roleFor(connector.tool('github_get_issue'))).not.toBe(
      connector.roleFor(connector.tool(CREATE.name)),
    );
    made.template().resourceCountIs('AWS::SecretsManager::Secret', 3);
  });

  test('are found by name', () => {
    const connector = github();
    expect(connector.tool(CREATE.name)).toBe(connector.tools[1]);
    expect(() => connector.tool('github_create_isue')).toThrow(
      'Stack/GitHub: tool(): the review has no tool "github_create_isue"; did you mean "github_create_issue"?',
    );
    expect(() => connector.tool('nope')).toThrow(/it grants github_get_issue, github_create_issue$/);
    expect(() => connector.tool('github_delete_repo')).toThrow(/nobody granted "github_delete_repo"/);
  });

  test('clash with those of another connector by a synth error', () => {
    const made = new AgentStack();
    const connector = github(made);
    const other = new HttpConnector(made.stack, 'Other', { baseUrl: 'https://other.example.com' });
    other.addTool(CREATE.name, { description: 'x', method: HttpMethod.GET, path: '/x', input: inputOf({}) });
    made.withRuntime({}, [connector, other]);
    expect(() => made.template()).toThrow(/defined by Stack\/GitHub and by Stack\/Other/);
  });
});

function egressOf({ stack }: AgentStack) {
  const network = new IsolatedNetwork(stack, 'Net');
  const lists = { s3PrefixListId: 'pl-1', dynamoDbPrefixListId: 'pl-2' };
  return { network, connectorEgress: new ConnectorEgress(stack, 'Egress', { agentNetwork: network, ...lists }) };
}

describe('the runtime', () => {
  test('has an alarm for tools that their server changed', () => {
    const made = new AgentStack();
    const connector = github(made);
    const agent = made.withRuntime({}, [made.tickets, connector]);
    expect(agent.alarms).toContain(connector.changeAlarm);
    made.template().hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'HardenedAgent',
      MetricName: 'ChangedDefinitions',
      Dimensions: [{ Name: 'Connector', Value: `${agent.agentId}/GitHub` }],
      Threshold: 1,
      AlarmDescription: Match.stringLikeRegexp('GitHub'),
    });
  });

  test.each([false, true])('breaks no rule and proves each claim (behind an egress network: %p)', (isolated) => {
    const made = new AgentStack();
    const connector = github(made);
    const agent = made.withRuntime(isolated ? egressOf(made) : {}, [made.tickets, connector]);
    for (const tool of connector.tools) agent.allow(tool);
    const assembly = Assembly.of({ name: 'Stack.template.json', body: made.template().toJSON() });
    // Each app with an egress network has these: its zones, and prefix lists whose addresses aren't in the template.
    const ofEgress = isolated ? ['NetworkNoOpenGroup', 'NetworkMoreThanOneZone'] : [];
    // The warning that this server has one token for reads and refunds is right.
    const known = [...ofEgress, 'SecretsReadApart'];
    const found = checkAssembly(assembly).findings.filter(({ ruleId }) => !known.includes(ruleId));
    expect(found.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
    expect(prove(assembly).claims.flatMap(({ counterExamples }) => counterExamples)).toEqual([]);
  });

  test('takes a server of the own network only where that is said', () => {
    const made = new AgentStack();
    made.withRuntime({}, [made.tickets, github(made, { internal: true })]);
    expect(staged<ExecutorConfig>(made, 'GitHubExecutorFunction', 'connector.json').internal).toBe(true);
  });
});

const SECRET = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';

describe('is refused', () => {
  test.each([
    ['npx -y @modelcontextprotocol/server-github', /url is a local command \("npx …"\).*LambdaConnector/],
    [`/usr/bin/docker run -e TOKEN=${SECRET} img`, /url is a local command \("docker …"\)/],
    ['C:\\Python\\python.exe server.py', /url is a local command \("python …"\)/],
    ['my-server --port 1', /url is a local command \("my-server …"\)/],
    ['stdio:my-server', /url is a local command/],
    ['uvx', /url is a local command/],
    ['http://mcp.example.com/mcp', /only https/],
    ['https://10.0.0.1/mcp', /IP address/],
    [`https://user:${SECRET}@mcp.example.com/mcp`, /user or a password/],
    [`https://mcp.example.com/mcp?api_key=${SECRET}`, /looks like a credential/],
    [`https://mcp.example.com/mcp?x=${SECRET}`, /looks like a credential/],
    [`https://mcp.example.com/${SECRET}/mcp`, /looks like a credential/],
    ['https://mcp.example.com/mcp#x', /fragment/],
    ['https://localhost/mcp', /no host on the internet/],
    ['', /not a URL/],
  ])('the address %s', (url, message) => {
    const make = () => github(undefined, { url });
    expect(make).toThrow(message);
    expect(make).toThrow(/^Stack\/GitHub: /);
    expect(make).not.toThrow(SECRET);
  });

  test('but not an address with an ordinary query', () => {
    expect(() =>
      github(undefined, { url: 'https://mcp.example.com/mcp?project_ref=abc&read_only=true' }),
    ).not.toThrow();
  });

  test.each([
    ['a pin of another definition', edited('create_issue', () => ({ pin: '0'.repeat(64) })), /pin: it isn't the hash/],
    [
      'an edited definition',
      edited('create_issue', ({ listed }) => ({ listed: { ...listed, description: 'Other' } })),
      /pin: it isn't the hash/,
    ],
    [
      'an argument that the server doesn’t know',
      edited(
        'create_issue',
        withProperties((own) => ({ ...own, force: { type: 'boolean' } })),
      ),
      /github_create_issue: its input was edited .*\/force: the server has no such argument/,
    ],
    [
      'an argument of another type',
      edited(
        'create_issue',
        withProperties((own) => ({ ...own, title: { type: 'boolean' } })),
      ),
      /\/title: the type is string/,
    ],
    [
      'another value of a list',
      edited(
        'create_issue',
        withProperties((own) => ({ ...own, state: { type: 'string', enum: ['open', 'merged'] } })),
      ),
      /\/state: the server lists other values/,
    ],
    [
      'no list of values any more',
      edited(
        'create_issue',
        withProperties((own) => ({ ...own, state: { type: 'string', maxLength: 9 } })),
      ),
      /\/state: the server lists its values/,
    ],
    [
      'a required argument left out',
      edited('create_issue', ({ input }) => ({ input: { ...input, required: [], properties: {} } })),
      /\/title: the server requires it/,
    ],
    [
      'an unsafe input',
      edited('create_issue', ({ input }) => ({ input: { ...input, additionalProperties: true } })),
      /input/,
    ],
    ['a tool that is refused and granted', edited('create_issue', () => ({ refused: ['/: no'] })), /granted/],
    ['a tool without input', edited('create_issue', () => ({ input: undefined })), /input/],
    [
      'two tools of one name',
      edited('create_issue', () => ({ name: 'github_get_issue' })),
      /another tool has this name/,
    ],
    ['a built-in name', edited('create_issue', () => ({ name: 'get_task' })), /built-in tool/],
  ] as const)('a review with %s', (_, change, message) => {
    const make = () => github(undefined, { review: review(change) });
    expect(make).toThrow(message);
    expect(make).toThrow(/^Stack\/GitHub: props\.review: ServerReview\.fromString: /);
  });

  test('a review with an unknown key', () => {
    const misspelt = ServerReview.fromString(githubReview().replace('"granted": true', '"grant": true'));
    expect(() => github(undefined, { review: misspelt })).toThrow(/\/tools\/0\/grant: no such key/);
  });

  test('a review that grants nothing, or is of something else', () => {
    const none = review((tools) => tools.map((tool) => ({ ...tool, granted: false })));
    expect(() => github(undefined, { review: none })).toThrow(/^Stack\/GitHub: the review grants no tool/);
    const document = review(undefined, { kind: 'openapi' });
    expect(() => github(undefined, { review: document })).toThrow(/is the review of an OpenAPI document/);
  });

  test('a file that isn’t there', () => {
    expect(() => github(undefined, { review: ServerReview.fromFile('nope.json') })).toThrow(/nope\.json can't be read/);
  });

  test.each([
    ['an unknown tool', [{ name: 'github_create_isue' }], /did you mean "github_create_issue"/],
    ['a tool that nobody granted', [{ name: 'github_delete_repo' }], /nobody granted/],
    ['the same tool twice', [CREATE, CREATE], /twice/],
    ['a lower effect', [{ ...CREATE, effect: Effect.READ }], /effect is read, but the review says outbound/],
    ['a target that is no argument', [{ ...CREATE, targets: [Target.named('/nope')] }], /matches no argument/],
  ])('%s in tools', (_, tools, message) => {
    expect(() => github(undefined, { tools })).toThrow(message);
  });
});

test('hints of the server raise an effect that a person declared, and never lower it', () => {
  const granted = review(edited('delete_repo', () => ({ granted: true, effect: 'read' })));
  expect(github(undefined, { review: granted }).tool('github_delete_repo').effect).toBe(Effect.DESTRUCTIVE);
  const cautious = review(edited('get_issue', () => ({ effect: 'destructive' })));
  expect(github(undefined, { review: cautious }).tool('github_get_issue').effect).toBe(Effect.DESTRUCTIVE);
});

test('a person may tighten and loosen the stated bounds, and leave arguments out', () => {
  const narrowed = edited(
    'create_issue',
    withProperties(({ title }) => ({ title: { ...(title as object), maxLength: 20 } })),
  );
  expect(() => github(undefined, { review: review(narrowed) })).not.toThrow();
  const wider = edited(
    'create_issue',
    withProperties((own) => ({ ...own, title: { type: 'string', maxLength: 50_000 } })),
  );
  expect(() => github(undefined, { review: review(wider) })).not.toThrow();
});
