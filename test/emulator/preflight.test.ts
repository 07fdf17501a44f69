import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { APIGatewayClient, UpdateAccountCommand } from '@aws-sdk/client-api-gateway';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { quickstartTemplate } from '../lib/prove/quickstart-template';
import { type Emulator, startEmulator } from './runner';

const COMMAND_LINE = path.join(__dirname, '../../build/bin/hardened-agent.js');

let emulator: Emulator;
let template: string;

beforeAll(async () => {
  emulator = await startEmulator();
  template = path.join(emulator.scratchDirectory, 'Quickstart.template.json');
  writeFileSync(template, JSON.stringify(quickstartTemplate()));
}, 300_000);

afterAll(async () => {
  await emulator?.stop();
}, 60_000);

/** Runs the packed command line against the emulator, over HTTP. */
function preflight(): Promise<{ code: number | string; lines: string[] }> {
  const { endpoint, region, credentials } = emulator.clientConfig();
  const env = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  return new Promise((resolve) =>
    execFile(process.execPath, [COMMAND_LINE, 'preflight', template], { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, lines: `${stdout}${stderr}`.split('\n') }),
    ),
  );
}

test('an empty account lacks what a new account lacks, and what it can’t answer is no pass', async () => {
  const { code, lines } = await preflight();
  expect(code).toBe(1);
  const said = lines.filter((line) => /^ {2}[✓✗?]/.test(line)).map((line) => line.replace(/(: .{0,28}).*/, '$1'));
  expect(said).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ {2}✗ CDK bootstrap: /),
      expect.stringMatching(/^ {2}✗ API Gateway’s log role: /),
      expect.stringMatching(/^ {2}✗ service-linked role of ECS: /),
      // The emulator doesn't know the request.
      expect.stringMatching(/^ {2}\? resource types: could not be asked/),
      expect.stringMatching(/^ {2}✓ trails: /),
      expect.stringMatching(/^ {2}✓ Lambda concurrency: /),
    ]),
  );
}, 120_000);

test('its settings turn each ✗ into ✓', async () => {
  const config = emulator.clientConfig();
  await new SSMClient(config).send(
    new PutParameterCommand({ Name: '/cdk-bootstrap/hnb659fds/version', Value: '27', Type: 'String' }),
  );
  const iam = new IAMClient(config);
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  for (const RoleName of ['ApiLogs', 'AWSServiceRoleForECS']) {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  }
  const Statement = [{ Effect: 'Allow', Action: ['logs:*'], Resource: '*' }];
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'ApiLogs', PolicyName: 'WriteLogs', PolicyDocument }));
  await new APIGatewayClient(config).send(
    new UpdateAccountCommand({
      patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value: 'arn:aws:iam::000000000000:role/ApiLogs' }],
    }),
  );
  const { lines } = await preflight();
  for (const check of ['CDK bootstrap', 'API Gateway’s log role', 'service-linked role of ECS']) {
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^ {2}✓ ${check}: `)));
  }
}, 120_000);
