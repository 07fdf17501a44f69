import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import {
  CloudFormationClient,
  paginateDescribeStacks,
  paginateListStackResources,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { type AfterwardsAction, applyAfterwards } from './apply-afterwards';
import { type CdkEnvironment, runCdk } from './cdk-command';
import { describeChanges, type EmulatorChange } from './change';
import type { EmulatorClientConfig, EmulatorCredentials } from './client-config';
import { type EmulatorServer, startServer, tail } from './emulator-server';
import { type RewrittenStack, rewriteAssembly } from './rewrite-assembly';
import { AFTERWARDS_PREFIX } from './rewrite-template';
import { placeOf } from './template';
import { ensureVirtualEnvironment, supportedResourceTypes } from './virtual-environment';

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';

export interface StartEmulatorOptions {
  /** Gets one line for each step, patch and drop. @default - nothing is told */
  readonly onProgress?: (line: string) => void;
  /** Added to the server's environment, which the Lambdas inherit: `NODE_OPTIONS`, `NODE_EXTRA_CA_CERTS`, … */
  readonly extraEnvironment?: Readonly<Record<string, string>>;
}

export interface DeployOptions {
  /** The command that runs the CDK app, such as `npx tsx bin/app.ts`, run in the repository's root. */
  readonly app: string;
  /** CDK context. @default - none */
  readonly context?: Readonly<Record<string, string>>;
  /** Added to the app's environment. @default - nothing */
  readonly environment?: Readonly<Record<string, string>>;
  /** Stacks to deploy. @default - all */
  readonly stacks?: readonly string[];
  /** A file to write the outputs to, as JSON `{stack: {output: value}}`. @default - none */
  readonly outputsFile?: string;
  /** Limit of the synthesis, and of the deployment. @default 240 */
  readonly timeoutSeconds?: number;
}

export type StackOutputs = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Deployment {
  /** Outputs by stack name and output name. */
  readonly outputs: StackOutputs;
  /** Everything that differs from what was synthesized. */
  readonly changes: readonly EmulatorChange[];
}

/**
 * Starts the embedded emulator with everything it needs: Python environment, server, scratch directories. Always
 * `stop()` it; when this process ends without, the server and its workers end too.
 *
 * @throws Error which says what is missing on the host, or how the server died
 */
export async function startEmulator(options: StartEmulatorOptions = {}): Promise<Emulator> {
  const onProgress = options.onProgress ?? (() => {});
  const python = await ensureVirtualEnvironment(onProgress);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'hardened-agent-emulator-'));
  try {
    const server = await startServer(python, scratch, options.extraEnvironment ?? {});
    onProgress(`emulator listens on ${server.endpoint} (log: ${path.relative(process.cwd(), server.logFile)})`);
    const { NODE_EXTRA_CA_CERTS, RESOLVE_TO_LOOPBACK } = options.extraEnvironment ?? {};
    if (RESOLVE_TO_LOOPBACK) {
      onProgress(`patched: the emulator has no DNS, so Lambdas find ${RESOLVE_TO_LOOPBACK} at 127.0.0.1`);
    }
    if (NODE_EXTRA_CA_CERTS) {
      onProgress('patched: Lambdas also trust a throw-away authority; they verify TLS as ever');
    }
    return new Emulator(server, scratch, onProgress);
  } catch (error) {
    fs.rmSync(scratch, { recursive: true, force: true });
    throw error;
  }
}

/** A running emulator. */
export class Emulator {
  public readonly region = REGION;
  public readonly account = ACCOUNT;
  private bootstrapped: Promise<void> | undefined;
  private readonly cdk: CdkEnvironment;
  private readonly physicalIds = new Map<string, Map<string, string>>();
  private deployments = 0;
  private readonly removeScratch = () => fs.rmSync(this.scratchDirectory, { recursive: true, force: true });

  /** @internal Use `startEmulator`. */
  constructor(
    private readonly server: EmulatorServer,
    /** Where the state of this run lies. */
    public readonly scratchDirectory: string,
    private readonly onProgress: (line: string) => void,
  ) {
    const logFile = server.logFile.replace(/ministack-/, 'cdk-');
    this.cdk = { endpoint: server.endpoint, scratch: scratchDirectory, region: REGION, logFile };
    process.on('exit', this.removeScratch);
  }

  public get endpoint(): string {
    return this.server.endpoint;
  }

  public get logFile(): string {
    return this.server.logFile;
  }

  /** Ids of the server and of the Lambda workers it started. */
  public processes(): number[] {
    return this.server.processes();
  }

  /**
   * Synthesizes the app, rewrites the assembly for the emulator, deploys it with the CDK CLI and applies what
   * CloudFormation dropped. Each difference is told as a line and returned.
   *
   * @throws Error with the end of the CLI's output, and of the emulator's log unless the app itself failed
   */
  public async deploy(options: DeployOptions): Promise<Deployment> {
    const timeoutSeconds = options.timeoutSeconds ?? 240;
    const assembly = path.join(this.scratchDirectory, `assembly-${++this.deployments}`);
    this.onProgress('bootstrapping and synthesizing');
    await settleAll([this.withLog(this.bootstrap()), this.synthesize(options, assembly, timeoutSeconds)]);
    const { stacks, changes } = rewriteAssembly(assembly, supportedResourceTypes());
    describeChanges(changes).forEach(this.onProgress);

    const cliOutputs = path.join(this.scratchDirectory, `outputs-${this.deployments}.json`);
    this.onProgress(`deploying ${stacks.map(({ stackName }) => stackName).join(', ')}`);
    await this.withLog(this.runDeployment(assembly, options.stacks ?? ['**'], cliOutputs, timeoutSeconds));

    const { outputs, actions } = separateActions(cliOutputs);
    const applied = await this.withLog(applyAfterwards(actions, this.clientConfig()));
    describeChanges(applied).forEach(this.onProgress);
    const deployed = await this.deployedStacks();
    await Promise.all(
      stacks.filter(({ stackName }) => deployed.has(stackName)).map((one) => this.readPhysicalIds(one)),
    );
    if (options.outputsFile) {
      fs.writeFileSync(options.outputsFile, `${JSON.stringify(outputs, undefined, 2)}\n`);
    }
    return { outputs, changes: [...changes, ...applied] };
  }

  /**
   * Physical id of a deployed resource.
   *
   * @param logicalIdOrPath logical id, or construct path with or without the stack's name and the `/Resource` at its end
   * @throws Error when no resource, or more than one, is meant
   */
  public physicalId(stackName: string, logicalIdOrPath: string): string {
    const known = this.physicalIds.get(stackName);
    if (!known) {
      throw new Error(`${stackName} isn't deployed; deployed: ${[...this.physicalIds.keys()].join(', ') || 'nothing'}`);
    }
    for (const prefix of ['', `${stackName}/`]) {
      for (const suffix of ['', '/Resource', '/Default']) {
        const found = known.get(`${prefix}${logicalIdOrPath}${suffix}`);
        if (found !== undefined) {
          return found;
        }
      }
    }
    throw new Error(`${stackName} has no ${logicalIdOrPath}; it has:\n${[...known.keys()].sort().join('\n')}`);
  }

  /** Configuration of an SDK client. @param credentials default: the root key, which bypasses every policy */
  public clientConfig(
    credentials: EmulatorCredentials = { accessKeyId: 'test', secretAccessKey: 'test' },
  ): EmulatorClientConfig {
    return { region: REGION, endpoint: this.endpoint, credentials, forcePathStyle: true, disableHostPrefix: true };
  }

  /** Really assumes a role: what is done with these credentials is checked against its policies. */
  public async assumeRole(roleArn: string, sessionName: string): Promise<EmulatorCredentials> {
    const sts = new STSClient(this.clientConfig());
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: sessionName }));
    sts.destroy();
    if (!Credentials?.AccessKeyId || !Credentials.SecretAccessKey) {
      throw new Error(`No credentials for ${roleArn}`);
    }
    return {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    };
  }

  /** Where a stage of a REST API answers, without a slash at the end. */
  public apiUrl(restApiId: string, stage: string): string {
    return `${this.endpoint}/_aws/execute-api/${restApiId}/${stage}`;
  }

  /** Ends the server and every process it started, and removes its state. The logs stay. */
  public async stop(): Promise<void> {
    await this.server.stop();
    this.removeScratch();
    process.removeListener('exit', this.removeScratch);
  }

  /** Adds to a failure what the emulator said last: the CLI often only knows that something failed. */
  private async withLog<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      this.server.assertAlive();
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${reason}\nThe end of the emulator's log (${this.logFile}):\n${tail(this.logFile, 25)}`, {
        cause: error,
      });
    }
  }

  private bootstrap(): Promise<void> {
    this.bootstrapped ??= runCdk(['bootstrap', `aws://${ACCOUNT}/${REGION}`], this.cdk, {}, 120);
    return this.bootstrapped;
  }

  private async synthesize(options: DeployOptions, assembly: string, timeoutSeconds: number): Promise<void> {
    const context = Object.entries(options.context ?? {}).flatMap(([key, value]) => ['--context', `${key}=${value}`]);
    const args = ['synth', '--app', options.app, '--output', assembly, '--quiet', ...context];
    await runCdk(args, this.cdk, options.environment ?? {}, timeoutSeconds);
  }

  private async runDeployment(
    assembly: string,
    stacks: readonly string[],
    outputsFile: string,
    timeoutSeconds: number,
  ): Promise<void> {
    const args = ['deploy', ...stacks, '--app', assembly, '--outputs-file', outputsFile];
    const how = ['--require-approval', 'never', '--method', 'direct', '--progress', 'events'];
    await runCdk([...args, ...how], this.cdk, {}, timeoutSeconds, (line) => {
      const done = /\|\s*(CREATE|UPDATE|DELETE)_(COMPLETE|FAILED)\s*\|\s*AWS::CloudFormation::Stack\s*\|\s*(\S+)/.exec(
        line,
      );
      if (done) {
        this.onProgress(`${done[3]}: ${done[1].toLowerCase()} ${done[2].toLowerCase()}`);
      }
    });
  }

  private async deployedStacks(): Promise<ReadonlySet<string>> {
    const client = new CloudFormationClient(this.clientConfig());
    const names = new Set<string>();
    for await (const page of paginateDescribeStacks({ client }, {})) {
      for (const { StackName } of page.Stacks ?? []) names.add(StackName ?? '');
    }
    client.destroy();
    return names;
  }

  private async readPhysicalIds({ stackName, template }: RewrittenStack): Promise<void> {
    const client = new CloudFormationClient(this.clientConfig());
    const ids = new Map<string, string>();
    const add = ({ LogicalResourceId: logicalId, PhysicalResourceId: physicalId }: StackResourceSummary) => {
      if (logicalId && physicalId) {
        ids.set(logicalId, physicalId);
        const resource = template.Resources[logicalId];
        if (resource) {
          ids.set(placeOf(logicalId, resource), physicalId);
        }
      }
    };
    for await (const page of paginateListStackResources({ client }, { StackName: stackName })) {
      page.StackResourceSummaries?.forEach(add);
    }
    client.destroy();
    this.physicalIds.set(stackName, ids);
  }
}

/** Takes what is to be applied afterwards out of the CLI's outputs. */
function separateActions(file: string): { outputs: StackOutputs; actions: AfterwardsAction[] } {
  const all = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as StackOutputs) : {};
  const outputs: Record<string, Record<string, string>> = {};
  const actions: AfterwardsAction[] = [];
  for (const [stackName, values] of Object.entries(all)) {
    outputs[stackName] = {};
    for (const [name, value] of Object.entries(values)) {
      if (name.startsWith(AFTERWARDS_PREFIX)) {
        actions.push(JSON.parse(value) as AfterwardsAction);
      } else {
        outputs[stackName][name] = value;
      }
    }
  }
  return { outputs, actions };
}

/** Waits for all before it throws the first failure: nothing still runs when the caller cleans up. */
async function settleAll(work: Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) {
    if (result.status === 'rejected') {
      throw result.reason;
    }
  }
}
