import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type {
  DescribeStacksCommandOutput,
  ListStackResourcesCommandOutput,
  StackStatus,
} from '@aws-sdk/client-cloudformation';
import { preflightWith } from '../../../bin/commands/preflight';
import { CHECKS } from '../../../bin/preflight/run-checks';
import { hardenedAgent } from '../hardened-agent-call';
import { type Answers, awsError, fakeClients, META } from '../preflight/fake-account';
import { goodAccount, quickstart } from '../preflight/good-account';

const folder = mkdtempSync(path.join(tmpdir(), 'preflight-'));
const file = path.join(folder, 'Quickstart.template.json');

beforeAll(() => writeFileSync(file, JSON.stringify(quickstart())));

async function run(answers: Answers, ...args: string[]) {
  const { asked, clients } = fakeClients(answers);
  const commands = { preflight: { summary: '', load: async () => preflightWith(() => clients) } };
  const { code, out, err } = await hardenedAgent(['preflight', ...(args.length > 0 ? args : [file])], {}, commands);
  return { code, out, err, asked };
}

test('an account where nothing stands in the way', async () => {
  const { code, out, err } = await run(goodAccount());
  expect([...err, ...out.filter((line) => /^ {2}[✗?]/.test(line))]).toEqual([]);
  expect(code).toBe(0);
  expect(out[0]).toBe('Account 111122223333, eu-west-1');
  expect(out).toContain('  ✓ stack: Quickstart will be created');
  expect(out).toContain('  ✓ CDK bootstrap: version 27 of the bootstrap stack; the templates need 6');
  expect(out.at(-1)).toMatch(/^✓ \d+ answers: nothing stands in the way of the deployment$/);
});

test('it only reads, and the help names the permission of every question', async () => {
  const { asked } = await run(goodAccount());
  const commands = [...new Set(asked.map(({ command }) => command.replace(/Command$/, '')))];
  // IAM's simulator only reads too.
  expect(commands.filter((command) => !/^(Get|List|Describe|Simulate)/.test(command))).toEqual([]);
  expect(commands.length).toBeGreaterThan(20);
  const { permissions = [] } = preflightWith(() => fakeClients({}).clients);
  const actions = permissions.map((permission) => permission.slice(permission.indexOf(':') + 1));
  // API Gateway's permissions name the HTTP method.
  expect(commands.filter((command) => command !== 'GetAccount' && !actions.includes(command))).toEqual([]);
  expect(permissions).toContain('apigateway:GET');
});

test('docs/getting-started.md has the policy for it, with exactly these permissions', () => {
  const document = readFileSync(path.join(__dirname, '../../../docs/getting-started.md'), 'utf8');
  const policy = JSON.parse(/```json\n(\{\s+"Version"[^`]*)```/.exec(document)?.[1] ?? '{}');
  const allowed = policy.Statement.flatMap(({ Action }: { Action: string[] }) => Action);
  expect(allowed.sort()).toEqual([...(preflightWith(() => fakeClients({}).clients).permissions ?? [])].sort());
});

test('an empty string as the token of the next page ends each listing', async () => {
  let asked = 0;
  const answers = Object.fromEntries(
    Object.entries(goodAccount()).map(([name, given]) => [
      name,
      (input: never) => {
        asked += 1;
        if (asked > 1000) throw new ReferenceError('asks without end');
        const answer = typeof given === 'function' ? given(input) : given;
        return answer instanceof Error ? answer : { ...answer, NextToken: '', nextToken: '', Marker: '' };
      },
    ]),
  );
  const [once, empty] = [await run(goodAccount()), await run(answers)];
  expect(empty.out).toEqual(once.out);
  expect(empty.asked).toEqual(once.asked);
});

test('what a person judges is marked with !, and doesn’t change the exit code', async () => {
  const answers = { ...goodAccount(), GetAccountSettingsCommand: concurrency(10) };
  const { code, out } = await run(answers);
  expect(code).toBe(0);
  expect(out.filter((line) => /^ {2}[✗?!]/.test(line))).toEqual([
    expect.stringMatching(/^ {2}! Lambda concurrency: 10 functions may run at once; one session needs up to 5/),
  ]);
  expect(out.at(-1)).toMatch(/nothing stands in the way of the deployment, 1 for you to judge \(!\)$/);
});

test('what stands in the way is marked, with the command that fixes it', async () => {
  const { code, out } = await run({ ...goodAccount(), GetAccountCommand: META });
  expect(code).toBe(1);
  const at = out.findIndex((line) => line.startsWith('  ✗ API Gateway’s log role: the account never set'));
  expect(out[at + 1]).toMatch(/^ {6}→ add new ApiGatewayAccountLogging/);
  expect(out.at(-1)).toMatch(/^✗ \d+ answers: 1 stand in the way, 0 could not be asked$/);
});

test('a denied question is marked with ?, is no pass, and stops no other', async () => {
  const denied = awsError(
    'AccessDeniedException',
    'User: arn:aws:sts::111122223333:assumed-role/Dev/ann is not authorized to perform: ssm:GetParameter on resource: arn:aws:ssm:x',
  );
  const { code, out } = await run({ ...goodAccount(), GetParameterCommand: denied });
  expect(code).toBe(1);
  const marked = out.filter((line) => /^ {2}[✗?]/.test(line));
  expect(marked).toHaveLength(1);
  expect(marked[0]).toMatch(
    /^ {2}\? CDK bootstrap: could not be asked: AWS denied ssm:GetParameter on arn:aws:ssm:x to /,
  );
  expect(out.at(-1)).toMatch(/0 stand in the way, 1 could not be asked$/);
});

test('a service that the region doesn’t have can’t be asked', async () => {
  const unreachable = Object.assign(new Error('getaddrinfo ENOTFOUND bedrock.xx-north-1.amazonaws.com'), {
    code: 'ENOTFOUND',
  });
  const { out } = await run({ ...goodAccount(), GetFoundationModelAvailabilityCommand: unreachable });
  expect(out.join('\n')).toContain('? models: could not be asked: getaddrinfo ENOTFOUND');
});

test('without credentials, one clear error and nothing else', async () => {
  const none = Object.assign(new Error('Could not load credentials from any providers'), {
    name: 'CredentialsProviderError',
  });
  const { code, out, err } = await run({ GetCallerIdentityCommand: none });
  expect([code, out]).toEqual([1, []]);
  expect(err[0]).toMatch(/^No AWS credentials were found\. Run "aws sso login"/);
});

test('a fault of this program isn’t an answer of AWS', async () => {
  const { GetParameterCommand: _, ...without } = goodAccount();
  expect((await run(without)).code).toBe(3);
});

describe('a stack for one environment', () => {
  function assembly(environment: string): string {
    const out = mkdtempSync(path.join(tmpdir(), 'assembly-'));
    writeFileSync(path.join(out, 'Quickstart.template.json'), readFileSync(file));
    const stack = {
      type: 'aws:cloudformation:stack',
      environment,
      properties: { templateFile: 'Quickstart.template.json' },
    };
    writeFileSync(
      path.join(out, 'manifest.json'),
      JSON.stringify({ version: '36.0.0', artifacts: { Quickstart: stack } }),
    );
    return out;
  }

  test('of this account and region is checked', async () => {
    expect((await run(goodAccount(), assembly('aws://111122223333/eu-west-1'))).code).toBe(0);
  });

  test.each(['aws://111122223333/us-east-1', 'aws://444455556666/eu-west-1'])(
    'for %s is refused',
    async (environment) => {
      const { code, out } = await run(goodAccount(), assembly(environment));
      expect(code).toBe(1);
      expect(out.filter((line) => line.startsWith('  ✗'))).toHaveLength(1);
      const [, account, region] = /aws:\/\/(\d+)\/(.*)/.exec(environment) ?? [];
      expect(out.join('\n')).toContain(`✗ stack: Quickstart is for ${account} in ${region}`);
      expect(out.join('\n')).toContain(`AWS_REGION=${region}`);
    },
  );
});

const concurrency = (UnreservedConcurrentExecutions: number) => ({
  ...META,
  AccountLimit: { UnreservedConcurrentExecutions },
});

describe('a stack that exists', () => {
  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html */
  const deployed = (StackStatus: StackStatus) => ({
    ...goodAccount(),
    DescribeStacksCommand: {
      ...META,
      Stacks: [{ StackName: 'Quickstart', CreationTime: new Date(0), StackStatus }],
    } satisfies DescribeStacksCommandOutput,
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html
    ListStackResourcesCommand: {
      ...META,
      StackResourceSummaries: Object.entries(quickstart().Resources).map(([LogicalResourceId, { Type }]) => ({
        LogicalResourceId,
        ResourceType: Type,
        PhysicalResourceId: `physical-${LogicalResourceId}`.toLowerCase(),
        LastUpdatedTimestamp: new Date(0),
        ResourceStatus: 'CREATE_COMPLETE' as const,
      })),
    } satisfies ListStackResourcesCommandOutput,
    BatchGetImageCommand: {
      ...META,
      images: [{ imageManifest: '{"manifests":[{"platform":{"os":"linux","architecture":"amd64"}}]}' }],
    },
  });

  test('needs no new names and quotas, and its image must be there', async () => {
    const { code, out, asked } = await run(deployed('UPDATE_COMPLETE'));
    expect(out.filter((line) => /^ {2}[✗?]/.test(line))).toEqual([]);
    expect(code).toBe(0);
    expect(out).toContain('  ✓ stack: Quickstart will be updated (UPDATE_COMPLETE)');
    const commands = asked.map(({ command }) => command);
    expect(commands).toContain('BatchGetImageCommand');
    for (const command of ['GetTrailCommand', 'DescribeVpcsCommand', 'DescribeTrailsCommand']) {
      expect(commands).not.toContain(command);
    }
  });

  test('UPDATE_FAILED is live: it is rolled back, and what it owns isn’t new', async () => {
    const { code, out, asked } = await run(deployed('UPDATE_FAILED'));
    expect(code).toBe(1);
    const at = out.findIndex((line) => line.startsWith('  ✗ stack: Quickstart is UPDATE_FAILED'));
    expect(out[at + 1]).toBe('      → npx cdk rollback Quickstart, or deploy again with --no-rollback');
    expect(asked.map(({ command }) => command)).not.toContain('GetTrailCommand');
  });
});

test('a first deployment that was rolled back counts as new: cdk deploy deletes it', async () => {
  const Stacks = [{ StackName: 'Quickstart', CreationTime: new Date(0), StackStatus: 'ROLLBACK_COMPLETE' as const }];
  const answer = { ...META, Stacks } satisfies DescribeStacksCommandOutput;
  const { code, out } = await run({ ...goodAccount(), DescribeStacksCommand: answer });
  expect(out).toContain('  ✓ stack: Quickstart will be created again; cdk deploy deletes the failed one');
  expect(code).toBe(0);
});

test('reads what is deployed of nested stacks too', async () => {
  const nested = path.join(folder, 'Nested.json');
  writeFileSync(
    nested,
    JSON.stringify({ Resources: { Trail: { Type: 'AWS::CloudTrail::Trail', Properties: { TrailName: 'T' } } } }),
  );
  const parent = path.join(folder, 'Parent.json');
  const Child = { Type: 'AWS::CloudFormation::Stack', Metadata: { 'aws:asset:path': 'Nested.json' } };
  writeFileSync(parent, JSON.stringify({ Resources: { Child } }));
  const child = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/Parent-Child-1/2';
  const resourcesOf: { [name: string]: [string, string] } = { Parent: ['Child', child], [child]: ['Trail', 'T'] };
  const { out, asked } = await run(
    {
      ...goodAccount(),
      DescribeStacksCommand: { ...META, Stacks: [{ StackStatus: 'UPDATE_COMPLETE' }] },
      ListTypesCommand: { ...META, TypeSummaries: [{ TypeName: 'AWS::CloudTrail::Trail' }] },
      ListStackResourcesCommand: ({ StackName }: { StackName: string }) => {
        const [LogicalResourceId, PhysicalResourceId] = resourcesOf[StackName] ?? [];
        return { ...META, StackResourceSummaries: [{ LogicalResourceId, PhysicalResourceId }] };
      },
    },
    parent,
  );
  expect(out.filter((line) => /^ {2}[✗?]/.test(line))).toEqual([]);
  expect(asked.map(({ command }) => command)).not.toContain('GetTrailCommand');
});

test('prints every finding as JSON', async () => {
  const { out } = await run({ ...goodAccount(), GetAccountCommand: META }, file, '--json');
  const { account, region, findings } = JSON.parse(out.join('\n'));
  expect([account, region]).toEqual(['111122223333', 'eu-west-1']);
  expect(findings.filter(({ verdict }: { verdict: string }) => verdict !== 'ready')).toEqual([
    {
      check: CHECKS[2]?.title.replace('’', '\u2019'),
      verdict: 'blocked',
      text: expect.any(String),
      fix: expect.any(String),
    },
  ]);
});
