import { App, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { QuickstartStack } from '../../../examples/quickstart/quickstart-stack';
import {
  AgentImage,
  BedrockModel,
  ClosedNetwork,
  CodeLanguage,
  CodeSandbox,
  CodeSandboxImage,
  HardenedAgentRuntime,
} from '../../../lib';
import { codeClosed } from '../../../lib/checks/rules/sandbox/code-closed';
import { prove } from '../../../lib/prove/claims';
import { explain } from '../../../lib/prove/explain';
import { proofScreen } from '../../../lib/prove/report';
import { Assembly } from '../../../lib/template';
import { AgentStack, DIGEST } from '../agent-stack';
import { platformIn } from '../platform/agents-on-platform';
import { OPENINGS } from './code-openings';
import type { TemplateBody } from './quickstart-template';

const CLAIM = 'code-reaches-nothing';

function templateWith(sandboxesIn: (made: AgentStack) => CodeSandbox[]): TemplateBody {
  const made = new AgentStack();
  const sandboxes = sandboxesIn(made);
  const agent = made.withRuntime({}, [made.tickets, made.documents, ...sandboxes]);
  for (const sandbox of sandboxes) agent.allow(sandbox.run);
  return made.template().toJSON() as TemplateBody;
}

const imageIn = ({ stack }: AgentStack): CodeSandboxImage =>
  CodeSandboxImage.fromEcrDigest(new ecr.Repository(stack, 'CodeImages'), DIGEST);

const proofOf = (body: TemplateBody) => prove(Assembly.of({ name: 'Stack.template.json', body }));

/** Everything that is wrong, by check and by prove. */
function complaintsOf({ claims, checked, parts, paths }: ReturnType<typeof prove>): string[] {
  return [
    // A warning stands beside the sandbox: the fixture's tickets have one credential for reads and refunds.
    ...checked.findings
      .filter(({ severity }) => severity !== 'warning')
      .map(({ ruleId, path, message }) => `${ruleId} ${path}: ${message}`),
    ...claims.flatMap(({ id, counterExamples }) => counterExamples.map((example) => `${id}: ${example}`)),
    ...paths.filter((path) => explain(parts, path) === undefined).map(({ to }) => `unexplained: ${to}`),
  ];
}

const complaints = (body: TemplateBody): string[] => complaintsOf(proofOf(body));

let clean: TemplateBody;

beforeAll(() => {
  clean = templateWith((made) => [new CodeSandbox(made.stack, 'Code', { image: imageIn(made) })]);
});

test.each<[name: string, make: (made: AgentStack) => CodeSandbox[]]>([
  ['an image', (made) => [new CodeSandbox(made.stack, 'Code', { image: imageIn(made) })]],
  [
    'a shared working directory',
    (made) => [new CodeSandbox(made.stack, 'Code', { image: imageIn(made), shareWorkingDirectory: true })],
  ],
  [
    'a shared network',
    (made) => {
      const network = new ClosedNetwork(made.stack, 'Nowhere');
      const shared = { network, image: imageIn(made) };
      return [
        new CodeSandbox(made.stack, 'One', { ...shared, languages: [CodeLanguage.PYTHON] }),
        new CodeSandbox(made.stack, 'Two', { ...shared, languages: [CodeLanguage.JAVASCRIPT] }),
      ];
    },
  ],
])('an agent with a code sandbox with %s passes every rule and every claim', (_name, make) => {
  expect(complaints(templateWith(make))).toEqual([]);
});

test('the example with a code sandbox is proven: the sandbox reaches nothing and may do nothing', () => {
  const app = new App({ builtinCloudFormationValidation: false });
  new QuickstartStack(app, 'Quickstart', {
    ticketsUrl: 'https://tickets.example.com',
    imageDigest: DIGEST,
    codeImageDigest: DIGEST,
  });
  const assembly = Assembly.load(app.synth().directory);
  const proof = prove(assembly);
  expect(complaintsOf(proof)).toEqual([]);
  expect(proofScreen(assembly, proof)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^✓ The code sandbox reaches nothing and may do nothing/)]),
  );
});

test('two agents of a platform, in two stacks, with sandboxes in one network, pass every rule and every claim', () => {
  const app = new App();
  const platform = platformIn(app);
  const home = Stack.of(platform);
  const network = new ClosedNetwork(home, 'Nowhere');
  for (const [stack, id] of [
    [home, 'Support'],
    [new Stack(app, 'Sales'), 'Sales'],
  ] as const) {
    const [first, second] = ['Agent', 'Code'].map((what) => {
      const repositoryName = `${id}-${what}`.toLowerCase();
      return new ecr.Repository(stack, `${id}${what}Images`, { repositoryName });
    });
    const sandbox = new CodeSandbox(stack, `${id}Code`, {
      network,
      image: CodeSandboxImage.fromEcrDigest(second as ecr.Repository, DIGEST),
    });
    const agent = new HardenedAgentRuntime(stack, id, {
      platform,
      image: AgentImage.fromEcrDigest(first as ecr.Repository, DIGEST),
      models: [BedrockModel.foundation('openai.gpt-oss-120b-1:0')],
      connectors: [sandbox],
    });
    agent.allow(sandbox.run);
  }
  expect(complaintsOf(prove(Assembly.load(app.synth().directory)))).toEqual([]);
});

test('there are at least 14 different ways to open it', () => {
  expect(new Set(OPENINGS.map(({ name }) => name)).size).toBe(OPENINGS.length);
  expect(OPENINGS.length).toBeGreaterThanOrEqual(14);
});

test.each(OPENINGS)('check and prove both name a code sandbox that was opened by $name', ({ names, open }) => {
  const body = structuredClone(clean);
  open(body.Resources);
  const { claims, checked } = proofOf(body);
  const found = checked.findings
    .filter(({ ruleId }) => ruleId === codeClosed.id)
    .map(({ resource, property, message }) => `${resource} ${property}: ${message}`);
  expect(found).toEqual(expect.arrayContaining([expect.stringMatching(names)]));
  const proven = claims.find(({ id }) => id === CLAIM)?.counterExamples ?? [];
  expect(proven).toEqual(expect.arrayContaining([expect.stringMatching(names.source.replace(/^\^/, '#'))]));
});

test.each<[name: string, change: (body: TemplateBody) => void]>([
  [
    'alarms and a dashboard that name its function',
    ({ Resources: r }) => {
      const [code] = Object.keys(r).filter((id) => id.startsWith('CodeFunction'));
      r.Alarm = {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: { Dimensions: [{ Name: 'FunctionName', Value: { Ref: code as string } }], MetricName: 'Errors' },
      };
    },
  ],
  [
    'a metric and a query of its log',
    ({ Resources: r }) => {
      const [log] = Object.keys(r).filter((id) => id.startsWith('CodeLogs'));
      const LogGroupName = { Ref: log as string };
      r.Metric = { Type: 'AWS::Logs::MetricFilter', Properties: { LogGroupName, FilterPattern: '' } };
      r.Query = { Type: 'AWS::Logs::QueryDefinition', Properties: { Name: 'q', LogGroupNames: [LogGroupName] } };
    },
  ],
  [
    'others whose names and tags merely hold its name',
    ({ Resources: r }) => {
      const [code] = Object.keys(r).filter((id) => id.startsWith('CodeFunction'));
      Object.assign((r[code as string] as (typeof r)[string]).Properties, { FunctionName: 'code' });
      r.Bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'source-code' } };
      r.Same = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'code', Tags: [{ Key: 'kind', Value: 'code' }] } };
      r.Topic = { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'zip-code' } };
    },
  ],
  [
    'another permissions boundary of the app',
    ({ Resources: r }) => {
      const PermissionsBoundary = 'arn:aws:iam::111122223333:policy/Most';
      for (const { Type, Properties } of Object.values(r)) {
        if (Type === 'AWS::IAM::Role') Object.assign(Properties, { PermissionsBoundary });
      }
    },
  ],
  [
    'tags, a name and more memory',
    ({ Resources: r }) => {
      const [code] = Object.keys(r).filter((id) => id.startsWith('CodeFunction'));
      Object.assign((r[code as string] as (typeof r)[string]).Properties, {
        Tags: [{ Key: 'team', Value: 'x' }],
        FunctionName: 'code-sandbox',
        MemorySize: 2304,
        TracingConfig: { Mode: 'PassThrough' },
        Layers: [],
      });
    },
  ],
])('%s don’t open it', (_name, change) => {
  const body = structuredClone(clean);
  change(body);
  expect(complaints(body).filter((each) => each.startsWith(codeClosed.id) || each.startsWith(CLAIM))).toEqual([]);
});

test('a marked function that isn’t of this library is held to the same', () => {
  const body: TemplateBody = {
    Resources: {
      Mine: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Runtime: 'python3.13',
          Handler: 'x.y',
          Code: { ZipFile: 'x' },
          Role: 'arn:aws:iam::111122223333:role/r',
          Environment: { Variables: { CODE_SANDBOX: '1' } },
        },
      },
    },
  };
  const messages = proofOf(body).checked.findings.filter(({ ruleId }) => ruleId === codeClosed.id);
  expect(messages.map(({ message }) => message).join('\n')).toMatch(
    /share a microVM[\s\S]*no subnet[\s\S]*reaches the internet[\s\S]*role isn't in the template[\s\S]*no executor names it/,
  );
});

test('by the evaluation of IAM, its Deny cancels what a bucket’s policy gives the role', () => {
  const usesIn = (change: (statements: { Sid?: string }[]) => void): string[] => {
    const body = structuredClone(clean);
    const [role] = Object.keys(body.Resources).filter((id) => id.startsWith('CodeRole'));
    const resources = body.Resources;
    resources.Given = { Type: 'AWS::S3::Bucket', Properties: {} };
    resources.GivenPolicy = {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'Given' },
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: { 'Fn::GetAtt': [role as string, 'Arn'] } },
              Action: 's3:*',
              Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Given', 'Arn'] }, '/*']] },
            },
          ],
        },
      },
    };
    const properties = (resources[role as string] as (typeof resources)[string]).Properties;
    const { Policies } = properties;
    // Its boundary would cancel it too.
    delete (properties as { PermissionsBoundary?: unknown }).PermissionsBoundary;
    change((Policies as [{ PolicyDocument: { Statement: { Sid?: string }[] } }])[0].PolicyDocument.Statement);
    return proofOf(body)
      .accesses.filter((access) => access.role.logicalId === role && access.target.logicalId === 'Given')
      .map(({ action }) => action);
  };
  expect(usesIn(() => {})).toEqual([]);
  const withoutDeny = usesIn((statements) => {
    statements.splice(
      statements.findIndex(({ Sid }) => Sid === 'NothingElse'),
      1,
    );
  });
  expect(withoutDeny).toEqual(expect.arrayContaining(['s3:GetObject', 's3:PutObject']));
});

test('an executor whose code sandbox isn’t in the template can’t be proven', () => {
  const body = structuredClone(clean);
  const [executor] = Object.keys(body.Resources).filter((id) => id.startsWith('CodeExecutorFunction'));
  const { Properties } = body.Resources[executor as string] as (typeof body.Resources)[string];
  (Properties.Environment as { Variables: Record<string, string> }).Variables.CODE_SANDBOX_ARN =
    'arn:aws:lambda:eu-west-1:111122223333:function:other';
  const { checked } = proofOf(body);
  expect(checked.findings.filter(({ ruleId }) => ruleId === codeClosed.id).map(({ message }) => message)).toEqual(
    expect.arrayContaining(["can't be proven: the function that it runs code in isn't in the template"]),
  );
});
