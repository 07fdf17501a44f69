import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ConnectorReview } from '../../../../runtime/core/review/connector-review';
import { formatReview } from '../../../../runtime/core/review/format-review';
import { type Emulator, makeTlsAuthority, startEmulator } from '../../../../test/emulator/runner';
import type { AgentSession } from '../local-deployment';
import { localUrl } from '../local-url';
import { StandInServer } from './stand-in-server';

const OUTPUTS = [
  'AgentRoleArn',
  'ApproverRoleArn',
  'DeskUrl',
  'ExecutorArn',
  'GateUrl',
  'LaunchFunctionArn',
  'SecretArn',
] as const;

/** What is known of an API besides its review. */
export interface PlayedApi {
  /** Its document. */
  readonly document: string;
  /** As `connector-app.ts` reads it. */
  readonly credential: string;
}

type Outputs = Readonly<Record<(typeof OUTPUTS)[number], string>>;

/** An agent with an imported connector on the emulator, and a stand-in for the connector's server. Always `stop()` it. */
export class ConnectorDeployment {
  /** @param api the document of an OpenAPI review, and the credential that it wants */
  static async start(
    review: ConnectorReview,
    onProgress: (line: string) => void,
    api?: PlayedApi,
  ): Promise<ConnectorDeployment> {
    const authority = await makeTlsAuthority([StandInServer.host], onProgress);
    const server = new StandInServer(authority, review);
    const folder = mkdtempSync(path.join(tmpdir(), 'hardened-agent-connector-'));
    let emulator: Emulator | undefined;
    const stop = async () => {
      server.stop();
      authority.remove();
      rmSync(folder, { recursive: true, force: true });
      await emulator?.stop();
    };
    try {
      const file = path.join(folder, 'connector.review.json');
      const url = await server.start();
      // The same review, with the stand-in in place of the server.
      writeFileSync(file, formatReview(api ? review : { ...review, source: { ...review.source, url } }));
      emulator = await startEmulator({ onProgress, extraEnvironment: authority.lambdaEnvironment });
      const { outputs } = await emulator.deploy({
        app: `npx tsx ${path.join(__dirname, 'connector-app.ts')}`,
        context: { review: file, ...(api ? { ...api, baseUrl: url } : {}) },
      });
      const deployment = new ConnectorDeployment(emulator, complete(outputs.Connector ?? {}), server, stop);
      await deployment.storeToken();
      return deployment;
    } catch (error) {
      await stop();
      throw error;
    }
  }

  private constructor(
    readonly emulator: Emulator,
    readonly outputs: Outputs,
    readonly server: StandInServer,
    readonly stop: () => Promise<void>,
  ) {}

  get gateUrl(): string {
    return localUrl(this.emulator, this.outputs.GateUrl);
  }

  get deskUrl(): string {
    return localUrl(this.emulator, this.outputs.DeskUrl);
  }

  /** Starts a session as an application would, and assumes the role of its task. */
  async launch(taskText: string): Promise<AgentSession> {
    const client = new LambdaClient(this.emulator.clientConfig());
    const payload = Buffer.from(JSON.stringify({ v: 1, user: 'ann', taskText }));
    const { Payload } = await client.send(
      new InvokeCommand({ FunctionName: this.outputs.LaunchFunctionArn, Payload: payload }),
    );
    client.destroy();
    const reply = Buffer.from(Payload ?? []).toString('utf8');
    const { sessionId, taskId } = JSON.parse(reply) as { sessionId?: string; taskId?: string };
    if (!sessionId || !taskId) throw new Error(`No session was launched: ${reply}`);
    return { sessionId, taskId, credentials: await this.emulator.assumeRole(this.outputs.AgentRoleArn, taskId) };
  }

  private async storeToken(): Promise<void> {
    const secrets = new SecretsManagerClient(this.emulator.clientConfig());
    await secrets.send(
      new PutSecretValueCommand({ SecretId: this.outputs.SecretArn, SecretString: this.server.token }),
    );
  }
}

function complete(outputs: Readonly<Record<string, string>>): Outputs {
  const missing = OUTPUTS.filter((name) => outputs[name] === undefined);
  if (missing.length > 0) throw new Error(`The stack lacks outputs: ${missing.join(', ')}.`);
  return outputs as Outputs;
}
