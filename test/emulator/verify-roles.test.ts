import * as path from 'node:path';
import { CloudFormationClient, type ListStackResourcesCommandOutput } from '@aws-sdk/client-cloudformation';
import { DeleteRolePolicyCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { runCommandLine } from '../../bin/command-line/run-command-line';
import { verifyRolesWith } from '../../bin/commands/verify-roles';
import { type Emulator, startEmulator } from './runner';

let emulator: Emulator;
let secretArn: string;

beforeAll(async () => {
  emulator = await startEmulator();
  const { outputs } = await emulator.deploy({ app: 'npx tsx bin/app.ts' });
  secretArn = outputs.Quickstart.TicketsSecretArn;
}, 300_000);

afterAll(async () => {
  await emulator?.stop();
}, 60_000);

interface Difference {
  readonly role: string;
  readonly action: string;
  readonly template: string;
  readonly aws: string;
}

async function verified(): Promise<{ code: number; asked: number; differences: Difference[] }> {
  const config = emulator.clientConfig();
  const cloudFormation = new CloudFormationClient(config);
  // Its CloudFormation lists a secret by its name; AWS's by its ARN.
  cloudFormation.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { StackResourceSummaries = [] } = result.output as Partial<ListStackResourcesCommandOutput>;
      for (const summary of StackResourceSummaries) {
        if (summary.ResourceType === 'AWS::SecretsManager::Secret') summary.PhysicalResourceId = secretArn;
      }
      return result;
    },
    { step: 'initialize' },
  );
  const clients = {
    iam: new IAMClient(config),
    cloudFormation,
    sts: new STSClient(config),
  };
  const lines: string[] = [];
  const io = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(line), env: {} };
  // What was deployed there: the synthesized template, less what the emulator doesn't know.
  const template = path.join(emulator.scratchDirectory, 'assembly-1', 'Quickstart.template.json');
  const commands = { 'verify-roles': { summary: '', load: async () => verifyRolesWith(() => clients) } };
  const args = ['verify-roles', template, '--stack', 'Quickstart', '--json'];
  const code = await runCommandLine(args, io, commands);
  return { code, ...JSON.parse(lines.join('\n')) };
}

test('agrees with the deployed roles, and names a permission that was added by hand', async () => {
  const before = await verified();
  expect(before.differences).toEqual([]);
  expect(before.asked).toBeGreaterThan(500);
  expect(before.code).toBe(0);

  const iam = new IAMClient(emulator.clientConfig());
  const inline = { RoleName: emulator.physicalId('Quickstart', 'Agent/Sessions/End/Role'), PolicyName: 'by-hand' };
  const Statement = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutRolePolicyCommand({ ...inline, PolicyDocument }));
  const after = await verified();
  expect(after.code).toBe(1);
  expect(after.differences.map(({ action, template, aws }) => [action, template, aws])).toEqual([
    ['secretsmanager:GetSecretValue', 'false', 'allowed'],
  ]);
  expect(after.differences[0].role).toContain('Sessions/End');

  await iam.send(new DeleteRolePolicyCommand(inline));
  expect((await verified()).code).toBe(0);
}, 300_000);
