import { randomBytes } from 'node:crypto';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GateClient } from '../../runtime/agent-bridge/gate-client';
import { type Emulator, makeTlsAuthority, startEmulator } from '../../test/emulator/runner';
import { type Accepted, Target } from './target';

const STACK = 'Connectors';

/** The output with the ARN of each secret, by a tool that has it. */
const SECRETS: Readonly<Record<keyof Accepted, string>> = {
  read: 'Secretnotesget',
  write: 'Secretnotesput',
  api: 'SecretapigetNote',
  mcp: 'Secretmcpgetnote',
};

/** The benchmark's agent, deployed to the emulator beside its target. Always `stop()` it. */
export class ConnectorsDeployment {
  static async start(): Promise<ConnectorsDeployment> {
    const authority = await makeTlsAuthority([Target.host]);
    const target = new Target(authority);
    const targetUrl = await target.start();
    let emulator: Emulator | undefined;
    try {
      emulator = await startEmulator({ extraEnvironment: authority.lambdaEnvironment });
      const { outputs } = await emulator.deploy({
        app: 'npx tsx benchmarks/connectors/app.ts',
        context: { targetUrl },
        timeoutSeconds: 600,
      });
      const deployment = new ConnectorsDeployment(emulator, outputs[STACK] ?? {}, target);
      await deployment.fill();
      return deployment;
    } catch (error) {
      target.stop();
      await emulator?.stop();
      throw error;
    }
  }

  readonly secrets: SecretsManagerClient;

  private constructor(
    readonly emulator: Emulator,
    private readonly outputs: Readonly<Record<string, string>>,
    readonly target: Target,
  ) {
    this.secrets = new SecretsManagerClient(emulator.clientConfig());
  }

  async stop(): Promise<void> {
    this.target.stop();
    await this.emulator.stop();
  }

  physicalId(place: string): string {
    return this.emulator.physicalId(STACK, place);
  }

  secretOf(kind: keyof Accepted): string {
    return this.output(SECRETS[kind]);
  }

  /** Starts a session as an application would, and answers as its task. */
  async session(): Promise<GateClient> {
    const client = new LambdaClient(this.emulator.clientConfig());
    const { Payload } = await client.send(
      new InvokeCommand({
        FunctionName: this.output('LaunchFunctionArn'),
        Payload: JSON.stringify({ v: 1, user: 'ann', taskText: 'Read note T-1' }),
      }),
    );
    client.destroy();
    const { taskId } = JSON.parse(Buffer.from(Payload ?? []).toString()) as { taskId?: string };
    if (!taskId) throw new Error(`No session was launched: ${Buffer.from(Payload ?? []).toString()}`);
    const credentials = await this.emulator.assumeRole(this.output('AgentRoleArn'), taskId);
    const [, api = '', stage = ''] = /^https:\/\/([a-z0-9]+)[.-][^/]+\/([^/]+)\/?$/.exec(this.output('GateUrl')) ?? [];
    return new GateClient({
      url: this.emulator.apiUrl(api, stage),
      region: this.emulator.region,
      credentials: async () => credentials,
    });
  }

  private output(name: string): string {
    const value = this.outputs[name];
    if (value === undefined) throw new Error(`The benchmark's stack has no output ${name}.`);
    return value;
  }

  private async fill(): Promise<void> {
    for (const kind of Object.keys(SECRETS) as (keyof Accepted)[]) {
      this.target.accepted[kind] = newSecret();
      const SecretString = this.target.accepted[kind];
      await this.secrets.send(new PutSecretValueCommand({ SecretId: this.secretOf(kind), SecretString }));
    }
    const Body = 'A file of a few words.';
    await new S3Client(this.emulator.clientConfig()).send(
      new PutObjectCommand({ Bucket: this.physicalId('Shelf'), Key: 'files/one', Body, ContentType: 'text/plain' }),
    );
  }
}

export function newSecret(): string {
  return `nk_${randomBytes(20).toString('hex')}`;
}
