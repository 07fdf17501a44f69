import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { Sha256 } from '@aws-crypto/sha256-js';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ECSClient, RunTaskCommand } from '@aws-sdk/client-ecs';
import { EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetObjectLockConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  DescribeExecutionCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import {
  type Deployment,
  type Emulator,
  type EmulatorCredentials,
  makeTlsAuthority,
  startEmulator,
  type TlsAuthority,
} from './runner';

const REPOSITORY = path.resolve(__dirname, '..', '..');
const TARGET_HOST = 'tickets.example.test';

function bundleHandlers(directory: string): void {
  const source = path.join(__dirname, 'runner', 'fixture-handlers');
  const entries = fs.readdirSync(source).map((name) => path.join(source, name));
  const esbuild = path.join(REPOSITORY, 'node_modules', '.bin', 'esbuild');
  const how = ['--bundle', '--platform=node', `--outdir=${directory}`, '--log-level=error'];
  execFileSync(esbuild, [...entries, ...how]);
}

async function runningProcesses(ids: number[]): Promise<number[]> {
  const running = () =>
    execFileSync('ps', ['-A', '-o', 'pid=,stat='], { encoding: 'utf8' })
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([id, state]) => ids.includes(Number(id)) && !state.startsWith('Z'))
      .map(([id]) => Number(id));
  for (let tries = 0; tries < 50 && running().length > 0; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return running();
}

describe('the emulator runner', () => {
  const progress: string[] = [];
  const received: string[] = [];
  let emulator: Emulator;
  let deployment: Deployment;
  let scratch: string;
  let server: https.Server;
  let authority: TlsAuthority;
  let out: Readonly<Record<string, string>>;
  let reader: EmulatorCredentials;
  let foreigner: EmulatorCredentials;

  beforeAll(async () => {
    process.env.RUNNER_TEST_LEAK = 'must not reach a Lambda';
    scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'runner-test-'));
    bundleHandlers(scratch);
    authority = await makeTlsAuthority([TARGET_HOST]);
    server = https.createServer({ cert: authority.certificate, key: authority.key }, (request, response) => {
      received.push(`${request.headers.host?.split(':')[0]} ${request.headers.authorization}`);
      response.end('hello');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    emulator = await startEmulator({
      onProgress: (line) => progress.push(line),
      extraEnvironment: authority.lambdaEnvironment,
    });
    deployment = await emulator.deploy({
      app: 'npx tsx test/emulator/runner/fixture-app.ts',
      context: { handlers: scratch, target: `https://${TARGET_HOST}:${(server.address() as AddressInfo).port}/` },
      outputsFile: path.join(scratch, 'outputs.json'),
    });
    out = deployment.outputs.Fixture;
    reader = await emulator.assumeRole(out.ReaderRole, 'reader');
    foreigner = await emulator.assumeRole(out.ForeignerRole, 'foreigner');
  }, 240_000);

  afterAll(async () => {
    const before = emulator?.processes() ?? [];
    await emulator?.stop();
    server?.close();
    authority?.remove();
    fs.rmSync(scratch, { recursive: true, force: true });
    delete process.env.RUNNER_TEST_LEAK;
    // The server and the workers of the functions that ran.
    expect(before.length).toBeGreaterThan(1);
    expect(await runningProcesses(before)).toEqual([]);
    expect(fs.existsSync(emulator.scratchDirectory)).toBe(false);
    expect(fs.existsSync(emulator.logFile)).toBe(true);
  });

  test('writes the outputs, without its own, and knows physical ids by path and by logical id', () => {
    expect(JSON.parse(fs.readFileSync(path.join(scratch, 'outputs.json'), 'utf8'))).toEqual(deployment.outputs);
    expect(Object.keys(out).filter((name) => name.startsWith('Emulator'))).toEqual([]);
    expect(emulator.physicalId('Fixture', 'Locked')).toBe(out.BucketName);
    expect(emulator.physicalId('Fixture', 'Fixture/Locked/Resource')).toBe(out.BucketName);
    expect(emulator.physicalId('Fixture', 'Machine')).toBe(out.MachineArn);
    expect(() => emulator.physicalId('Fixture', 'Nothing')).toThrow(/Fixture has no Nothing/);
  });

  test('tells each drop and each patch', () => {
    for (const type of ['EC2::FlowLog', 'EC2::SecurityGroupEgress', 'Route53Resolver::FirewallDomainList']) {
      expect(progress).toContainEqual(expect.stringMatching(`^dropped: AWS::${type}`));
    }
    expect(progress).toContainEqual(expect.stringMatching(/^dropped: Custom::VpcRestrictDefaultSG/));
    expect(progress).toContainEqual(expect.stringMatching(/^patched: policy condition on aws:SourceVpc removed/));
    expect(progress).toContainEqual(expect.stringMatching(/^patched: Deny of plain HTTP removed/));
    expect(progress).toContainEqual(expect.stringMatching(/^patched: Deny unless s3:if-none-match removed/));
    expect(progress).toContainEqual(expect.stringMatching(/^patched: the emulator has no DNS/));
    expect(progress).toContainEqual(expect.stringMatching(/^applied: PutObjectLockConfiguration/));
  });

  test('a secret is refused to a role that the resource policy does not name, though its own policy allows it', async () => {
    const command = new GetSecretValueCommand({ SecretId: out.SecretArn });
    const allowed = await new SecretsManagerClient(emulator.clientConfig(reader)).send(command);
    expect(allowed.SecretString).toBe('open sesame');
    const denied = new SecretsManagerClient(emulator.clientConfig(foreigner)).send(command);
    await expect(denied).rejects.toMatchObject({ name: expect.stringMatching(/AccessDenied/) });
  });

  test('a Lambda on the pinned Node reads the secret, and reaches a host by name over verified TLS', async () => {
    const lambda = new LambdaClient(emulator.clientConfig());
    const reply = await lambda.send(new InvokeCommand({ FunctionName: out.ReadFunction }));
    const pinned = execFileSync(path.join(REPOSITORY, 'node_modules', '.bin', 'node'), ['--version'], {
      encoding: 'utf8',
    });
    expect(JSON.parse(Buffer.from(reply.Payload ?? []).toString())).toEqual({
      status: 200,
      text: 'hello',
      node: pinned.trim(),
      shellLeak: null,
    });
    expect(received).toEqual([`${TARGET_HOST} Bearer open sesame`]);
  });

  test('a locked version can be deleted by nobody, not even by root', async () => {
    const root = new S3Client(emulator.clientConfig());
    const lock = await root.send(new GetObjectLockConfigurationCommand({ Bucket: out.BucketName }));
    expect(lock.ObjectLockConfiguration?.Rule?.DefaultRetention).toEqual({ Mode: 'COMPLIANCE', Days: 1 });
    const encryption = await root.send(new GetBucketEncryptionCommand({ Bucket: out.BucketName }));
    expect(encryption.ServerSideEncryptionConfiguration?.Rules?.[0].ApplyServerSideEncryptionByDefault).toEqual({
      SSEAlgorithm: 'aws:kms',
      KMSMasterKeyID: out.KeyArn,
    });

    const object = { Bucket: out.BucketName, Key: 'entry' };
    const s3 = new S3Client(emulator.clientConfig(reader));
    const { VersionId } = await s3.send(new PutObjectCommand({ ...object, Body: 'one', IfNoneMatch: '*' }));
    await expect(s3.send(new PutObjectCommand({ ...object, Body: 'two', IfNoneMatch: '*' }))).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    for (const client of [s3, root]) {
      const deletion = client.send(new DeleteObjectCommand({ ...object, VersionId }));
      await expect(deletion).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  });

  test('bucket and key policies deny what the role itself is allowed', async () => {
    const put = new PutObjectCommand({ Bucket: out.BucketName, Key: 'foreign', Body: 'x' });
    const denial = { name: expect.stringMatching(/AccessDenied/) };
    await expect(new S3Client(emulator.clientConfig(foreigner)).send(put)).rejects.toMatchObject(denial);
    const encrypt = new EncryptCommand({ KeyId: out.KeyArn, Plaintext: Buffer.from('x') });
    await new KMSClient(emulator.clientConfig(reader)).send(encrypt);
    await expect(new KMSClient(emulator.clientConfig(foreigner)).send(encrypt)).rejects.toMatchObject(denial);
  });

  describe('the private API', () => {
    async function callAs(credentials?: EmulatorCredentials): Promise<Response> {
      const url = new URL(`${emulator.apiUrl(out.ApiId, 'v1')}/call`);
      const body = '{"v":1}';
      const request = new HttpRequest({
        method: 'POST',
        protocol: url.protocol,
        hostname: url.hostname,
        port: Number(url.port),
        path: url.pathname,
        headers: { host: url.host, 'content-type': 'application/json' },
        body,
      });
      const signed = credentials
        ? await new SignatureV4({ credentials, region: emulator.region, service: 'execute-api', sha256: Sha256 }).sign(
            request,
          )
        : request;
      return fetch(url, { method: 'POST', headers: signed.headers, body });
    }

    test('answers the role it names, and tells the function which session called', async () => {
      const response = await callAs(await emulator.assumeRole(out.AgentRole, 'task-1'));
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({
        userArn: expect.stringMatching(/:assumed-role\/Fixture-Agent.*\/task-1$/),
        body: '{"v":1}',
      });
    });

    test('refuses a role it does not name, though its own policy allows the call', async () => {
      expect((await callAs(await emulator.assumeRole(out.StrangerRole, 'stranger'))).status).toBe(403);
    });

    test('refuses an unsigned call', async () => {
      expect((await callAs()).status).toBe(403);
    });
  });

  test('a workflow waits for its token, and the token is kept once', async () => {
    const sfn = new SFNClient(emulator.clientConfig());
    const table = new DynamoDBClient(emulator.clientConfig());
    const start = async () => {
      const input = JSON.stringify({ id: 'request-1' });
      return sfn.send(new StartExecutionCommand({ stateMachineArn: out.MachineArn, input }));
    };
    const ended = async (arn: string | undefined) => {
      for (;;) {
        const execution = await sfn.send(new DescribeExecutionCommand({ executionArn: arn }));
        if (execution.status !== 'RUNNING') {
          return execution;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    const token = async (): Promise<string> => {
      const found = await table.send(
        new GetItemCommand({ TableName: out.TableName, Key: { pk: { S: 'request-1' } }, ConsistentRead: true }),
      );
      return found.Item?.token.S ?? new Promise((resolve) => setTimeout(() => resolve(token()), 100));
    };

    const { executionArn } = await start();
    const taskToken = await token();
    // The same function on the same request: the table refuses the second token.
    const second = await new LambdaClient(emulator.clientConfig()).send(
      new InvokeCommand({ FunctionName: out.KeeperFunction, Payload: '{"id":"request-1","token":"forged"}' }),
    );
    expect(second.FunctionError).toBeDefined();
    expect(await token()).toBe(taskToken);
    expect((await sfn.send(new DescribeExecutionCommand({ executionArn }))).status).toBe('RUNNING');
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: '{"approved":true}' }));
    const { status, output } = await ended(executionArn);
    expect({ status, output: JSON.parse(output ?? '') }).toEqual({ status: 'SUCCEEDED', output: { approved: true } });

    const again = new PutItemCommand({
      TableName: out.TableName,
      Item: { pk: { S: 'request-1' } },
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    await expect(table.send(again)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  test('a task is taken on, though nothing runs', async () => {
    const started = await new ECSClient(emulator.clientConfig()).send(
      new RunTaskCommand({
        cluster: out.ClusterName,
        taskDefinition: out.TaskArn,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: [out.SubnetId] } },
      }),
    );
    expect(started.tasks?.[0].taskArn).toMatch(/:task\//);
  });

  test('an app that fails says what it said', async () => {
    const failure = emulator.deploy({
      app: `node -e "console.error('no such prop'); process.exit(7)"`,
      timeoutSeconds: 60,
    });
    await expect(failure).rejects.toThrow(/cdk synth failed with exit code 1:[\s\S]*no such prop/);
  }, 60_000);
});

describe('whatever ends the process that started an emulator', () => {
  test.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)(
    '%s leaves no process and no state behind',
    async (signal) => {
      const bin = path.join(REPOSITORY, 'node_modules', '.bin');
      const holder = spawn(
        path.join(bin, 'node'),
        ['--import', 'tsx', path.join(__dirname, 'runner', 'hold-emulator.ts')],
        {
          cwd: REPOSITORY,
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      const line = await new Promise<string>((resolve, reject) => {
        holder.stdout.once('data', (data) => resolve(String(data)));
        holder.once('exit', (code) => reject(new Error(`ended before it held an emulator: ${code}`)));
      });
      const held = JSON.parse(line) as { pid: number; processes: number[]; scratch: string };
      expect(held.processes.length).toBeGreaterThan(0);
      expect(fs.existsSync(held.scratch)).toBe(true);
      process.kill(held.pid, signal);
      expect(await runningProcesses([held.pid, ...held.processes])).toEqual([]);
      expect(fs.existsSync(held.scratch)).toBe(false);
    },
    120_000,
  );
});
