import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type GivenCredentials, TaskCredentials } from './task-credentials';

const BRIDGE = path.join(__dirname, '../../../runtime-bundles/agent-bridge/index.js');

export interface AgentProcessOptions {
  /** Where the example is installed. */
  readonly folder: string;
  readonly gateUrl: string;
  readonly region: string;
  readonly credentials: GivenCredentials;
  /** Where Bedrock is played. */
  readonly modelUrl: string;
  readonly modelId: string;
  /** Files in the agent's home and working folder, by path. @default none */
  readonly files?: Readonly<Record<string, string>>;
  /** Further settings of the example. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** One line that the example printed. */
export interface AgentEvent {
  readonly event: string;
  readonly tool?: string;
  readonly tools?: readonly string[];
  readonly outcome?: string;
  readonly reason?: string;
}

export interface AgentEnd {
  readonly code: number | null;
  readonly outcome: string;
  readonly reason: string;
}

/**
 * Runs an example agent as a task would: a process of its own, with an environment that holds only what the task has, and
 * the task role's credentials where ECS serves them.
 */
export class AgentProcess {
  readonly events: AgentEvent[] = [];
  /** All that it printed. */
  printed = '';
  /** When the process has ended. */
  readonly ended: Promise<AgentEnd>;

  static async start(options: AgentProcessOptions): Promise<AgentProcess> {
    return new AgentProcess(options, await TaskCredentials.serve(options.credentials));
  }

  private readonly child: ChildProcess;

  private constructor(options: AgentProcessOptions, credentials: TaskCredentials) {
    const home = mkdtempSync(path.join(tmpdir(), 'hardened-agent-home-'));
    for (const [file, text] of Object.entries(options.files ?? {})) {
      mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
      writeFileSync(path.join(home, file), text);
    }
    this.child = spawn(process.execPath, [path.join(options.folder, 'agent.mjs')], {
      cwd: home,
      env: {
        PATH: '/usr/bin:/bin',
        HOME: home,
        GATE_URL: options.gateUrl,
        GATE_BRIDGE: BRIDGE,
        AWS_REGION: options.region,
        AWS_CONTAINER_CREDENTIALS_FULL_URI: credentials.url,
        AGENT_MODEL: options.modelId,
        // Claude's SDK reads the first, the AWS SDK of Strands the second.
        ANTHROPIC_BEDROCK_BASE_URL: options.modelUrl,
        AWS_ENDPOINT_URL_BEDROCK_RUNTIME: options.modelUrl,
        ...options.settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, which ends with it as a container does.
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.printed += text;
      });
    }
    this.child.once('exit', () => this.kill());
    this.ended = new Promise((resolve) => {
      this.child.once('close', (code) => {
        credentials.stop();
        rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
        for (const line of this.printed.split('\n')) {
          if (line.startsWith('{"event":')) this.events.push(JSON.parse(line) as AgentEvent);
        }
        const { outcome = 'none', reason = this.printed.slice(-500) } = this.events.at(-1) ?? {};
        resolve({ code, outcome, reason });
      });
    });
  }

  /** Tells it to end, as ECS does. */
  stop(): void {
    this.child.kill('SIGTERM');
  }

  /** Ends it and all that it started at once. */
  kill(): void {
    if (this.child.pid === undefined) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch (error) {
      // The whole group has ended.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
