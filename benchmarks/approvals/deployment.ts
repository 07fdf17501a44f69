import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { TICKETS } from '../../examples/quickstart/demo/story';
import { TicketSystem } from '../../examples/quickstart/demo/ticket-system';
import { type Emulator, type EmulatorCredentials, makeTlsAuthority, startEmulator } from '../../test/emulator/runner';
import { Issuer } from './issuer';

const STACK = 'Approvals';

/** One session of the agent. */
export interface Session {
  readonly sessionId: string;
  readonly credentials: EmulatorCredentials;
}

/** The benchmark's agent, deployed to the emulator with one way in to its desk. Always `stop()` it. */
export class Deployment {
  /** @param signIn whether people sign in at an issuer. Otherwise they come by IAM */
  static async start(signIn: boolean): Promise<Deployment> {
    const ends: (() => unknown)[] = [];
    const stop = async () => {
      for (const end of ends.splice(0).reverse()) await end();
    };
    try {
      const authority = await makeTlsAuthority([TicketSystem.host, Issuer.host]);
      ends.push(() => authority.remove());
      const ticketSystem = new TicketSystem(authority, TICKETS);
      const ticketsUrl = await ticketSystem.start();
      ends.push(() => ticketSystem.stop());
      const issuer = new Issuer(authority);
      await issuer.start();
      ends.push(() => issuer.stop());
      const emulator = await startEmulator({ extraEnvironment: authority.lambdaEnvironment });
      ends.push(() => emulator.stop());
      const { outputs } = await emulator.deploy({
        app: 'npx tsx benchmarks/approvals/app.ts',
        context: { ticketsUrl, ...(signIn ? { issuer: issuer.url } : {}) },
        timeoutSeconds: 600,
      });
      const deployment = new Deployment(emulator, outputs[STACK] ?? {}, ticketSystem, issuer, stop);
      await new SecretsManagerClient(emulator.clientConfig()).send(
        new PutSecretValueCommand({ SecretId: deployment.output('SecretArn'), SecretString: ticketSystem.token }),
      );
      return deployment;
    } catch (error) {
      await stop();
      throw error;
    }
  }

  private constructor(
    readonly emulator: Emulator,
    private readonly outputs: Readonly<Record<string, string>>,
    readonly ticketSystem: TicketSystem,
    readonly issuer: Issuer,
    readonly stop: () => Promise<void>,
  ) {}

  output(name: string): string {
    const value = this.outputs[name];
    if (value === undefined) throw new Error(`The benchmark's stack has no output ${name}.`);
    return value;
  }

  get stateTable(): string {
    return this.emulator.physicalId(STACK, 'Agent/State/Table');
  }

  /** Where this machine reaches an API of the emulator. */
  localUrl(url: string): string {
    const [, api, stage] = /^https:\/\/([a-z0-9]+)[.-][^/]+\/([^/]+)\/?$/.exec(url) ?? [];
    if (!api || !stage) throw new Error(`${url} is not the address of a REST API's stage.`);
    return this.emulator.apiUrl(api, stage);
  }

  /** Starts a session as an application would, and assumes the role of its task. */
  async launch(user: string): Promise<Session> {
    const client = new LambdaClient(this.emulator.clientConfig());
    const { Payload } = await client.send(
      new InvokeCommand({
        FunctionName: this.output('LaunchFunctionArn'),
        Payload: JSON.stringify({ v: 1, user, taskText: 'Answer ticket T-1001' }),
      }),
    );
    client.destroy();
    const reply = Buffer.from(Payload ?? []).toString();
    const { sessionId, taskId } = JSON.parse(reply) as Partial<Record<string, string>>;
    if (!sessionId || !taskId) throw new Error(`No session was launched: ${reply}`);
    return { sessionId, credentials: await this.emulator.assumeRole(this.output('AgentRoleArn'), taskId) };
  }
}
