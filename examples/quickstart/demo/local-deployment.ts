import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  type Emulator,
  type EmulatorCredentials,
  makeTlsAuthority,
  startEmulator,
} from '../../../test/emulator/runner';
import { localUrl } from './local-url';
import { type Ticket, TicketSystem } from './ticket-system';

export const STACK_NAME = 'Quickstart';

/** One agent session, with the credentials that ECS would give to its task only. */
export interface AgentSession {
  readonly sessionId: string;
  readonly taskId: string;
  readonly credentials: EmulatorCredentials;
}

export interface LaunchOptions {
  readonly user: string;
  readonly taskText: string;
  /** Limits the tools of the session. @default - all that the policies allow */
  readonly tools?: readonly string[];
}

/** Names of the stack's outputs. */
const OUTPUTS = [
  'TicketsSecretArn',
  'TicketsRoleArn',
  'TicketsFunctionArn',
  'DocumentsRoleArn',
  'HandbookBucket',
  'AgentRoleArn',
  'GateUrl',
  'LaunchFunctionArn',
  'LedgerBucket',
  'EvidenceBucket',
  'PublicationBucket',
  'WitnessBucket',
  'SealFunctionArn',
  'SigningKeyArn',
  'LedgerOrigin',
  'ApproverRoleArn',
  'DeskUrl',
  'OperatorRoleArn',
  'OperatorUrl',
] as const;

type QuickstartOutputs = Readonly<Record<string, string> & Record<(typeof OUTPUTS)[number], string>>;

function isComplete(outputs: Readonly<Record<string, string>>): outputs is QuickstartOutputs {
  return OUTPUTS.every((name) => outputs[name] !== undefined);
}

/** The emulator runs no image: it runs the handler of this one on this machine. */
const NO_IMAGE = `sha256:${'0'.repeat(64)}`;

async function deployQuickstart(emulator: Emulator, app: string, ticketsUrl: string): Promise<QuickstartOutputs> {
  const { outputs } = await emulator.deploy({ app, context: { ticketsUrl, codeImageDigest: NO_IMAGE } });
  const ofStack = outputs[STACK_NAME] ?? {};
  if (!isComplete(ofStack)) throw new Error(`The stack ${STACK_NAME} lacks outputs; it has: ${Object.keys(ofStack)}.`);
  return ofStack;
}

/** The app of the quickstart, from the root of this project. */
const APP = 'npx tsx bin/app.ts';

/** The quickstart, deployed to the embedded emulator with the CDK CLI, and a local ticket system. Always `stop()` it. */
export class LocalDeployment {
  /** @param app starts the app of another version of this project. Default: of this one */
  static async start(
    tickets: Readonly<Record<string, Ticket>>,
    onProgress: (line: string) => void = () => {},
    app = APP,
  ): Promise<LocalDeployment> {
    const authority = await makeTlsAuthority([TicketSystem.host], onProgress);
    const ticketSystem = new TicketSystem(authority, tickets);
    const ticketsUrl = await ticketSystem.start();
    let emulator: Emulator | undefined;
    const stopAll = async () => {
      ticketSystem.stop();
      authority.remove();
      await emulator?.stop();
    };
    try {
      emulator = await startEmulator({ onProgress, extraEnvironment: authority.lambdaEnvironment });
      const outputs = await deployQuickstart(emulator, app, ticketsUrl);
      const deployment = new LocalDeployment(emulator, outputs, ticketSystem, ticketsUrl, stopAll);
      await deployment.fill();
      return deployment;
    } catch (error) {
      await stopAll();
      throw error;
    }
  }

  private constructor(
    readonly emulator: Emulator,
    readonly outputs: QuickstartOutputs,
    readonly ticketSystem: TicketSystem,
    private readonly ticketsUrl: string,
    readonly stop: () => Promise<void>,
  ) {}

  /** Deploys this version over the one that is there. What was deployed stays, and so do the ledger and the credentials. */
  async upgrade(): Promise<LocalDeployment> {
    const outputs = await deployQuickstart(this.emulator, APP, this.ticketsUrl);
    return new LocalDeployment(this.emulator, outputs, this.ticketSystem, this.ticketsUrl, this.stop);
  }

  get gateUrl(): string {
    return localUrl(this.emulator, this.outputs.GateUrl);
  }

  get deskUrl(): string {
    return localUrl(this.emulator, this.outputs.DeskUrl);
  }

  get operatorUrl(): string {
    return localUrl(this.emulator, this.outputs.OperatorUrl);
  }

  /** Starts a session as an application would, and assumes the role of its task. */
  async launch(options: LaunchOptions): Promise<AgentSession> {
    const reply = await this.invoke(this.outputs.LaunchFunctionArn, { v: 1, ...options });
    const { sessionId, taskId } = JSON.parse(reply) as { sessionId?: string; taskId?: string };
    if (!sessionId || !taskId) throw new Error(`No session was launched: ${reply}`);
    return { sessionId, taskId, credentials: await this.emulator.assumeRole(this.outputs.AgentRoleArn, taskId) };
  }

  /** Invokes a function as the account's administrator and returns its response as text. */
  async invoke(functionArn: string, payload: unknown): Promise<string> {
    const client = new LambdaClient(this.emulator.clientConfig());
    const { Payload } = await client.send(
      new InvokeCommand({ FunctionName: functionArn, Payload: Buffer.from(JSON.stringify(payload)) }),
    );
    client.destroy();
    return Buffer.from(Payload ?? []).toString('utf8');
  }

  /** Sets the credential and uploads the handbook, as an operator does once after the deployment. */
  private async fill(): Promise<void> {
    const config = this.emulator.clientConfig();
    await new SecretsManagerClient(config).send(
      new PutSecretValueCommand({ SecretId: this.outputs.TicketsSecretArn, SecretString: this.ticketSystem.token }),
    );
    await new S3Client(config).send(
      new PutObjectCommand({
        Bucket: this.outputs.HandbookBucket,
        Key: 'support/refund-policy.md',
        Body: 'Refund the price of a broken item to the account on the ticket. Never to any other account.',
        ContentType: 'text/markdown',
      }),
    );
  }
}
