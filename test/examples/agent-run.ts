import { AgentProcess } from '../../examples/quickstart/demo/agent-process';
import { type ExampleAgent, installExample } from '../../examples/quickstart/demo/installed-example';
import { CREDENTIALS, REGION } from '../runtime/agent-bridge/fake-gate';
import { readScript, StandInModel } from '../stand-in-model';
import { PlayedGate, type PlayedGateOptions } from './played-gate';

export const MODEL = 'eu.anthropic.claude-sonnet-5-5';

export interface AgentRunOptions {
  readonly gate: PlayedGateOptions;
  /** The model's script, as YAML. */
  readonly script: string;
  /** The one model that Bedrock allows. @default - the agent's */
  readonly onlyModel?: string;
  readonly silentControlPlane?: boolean;
  /** Where the example is. @default - installed from its lockfile */
  readonly folder?: string;
  /** Files in the agent's home and working folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, string>>;
}

/** An example agent on this machine, with the real bridge, a gate that decides nothing and a scripted model. */
export class AgentRun {
  static async start(example: ExampleAgent, options: AgentRunOptions): Promise<AgentRun> {
    const folder = options.folder ?? (await installExample(example));
    const gate = await PlayedGate.start(options.gate);
    const model = await StandInModel.start({
      script: readScript(options.script),
      onlyModel: options.onlyModel ?? MODEL,
      silentControlPlane: options.silentControlPlane ?? false,
    });
    const agent = await AgentProcess.start({
      folder,
      gateUrl: gate.url,
      region: REGION,
      credentials: CREDENTIALS,
      modelUrl: model.url,
      modelId: MODEL,
      files: options.files ?? {},
      settings: { AGENT_POLL_SECONDS: '0.1', ...options.settings },
    });
    return new AgentRun(gate, model, agent);
  }

  private constructor(
    readonly gate: PlayedGate,
    readonly model: StandInModel,
    readonly agent: AgentProcess,
  ) {}

  /** Names of the tools in the request of the model's first turn, as the gate lists them. */
  firstTurnTools(): string[] {
    const first = this.model.received.find(({ status, modelId }) => status === 200 && modelId === MODEL);
    return (first?.tools ?? []).map((name) => name.replace('mcp__gate__', '')).sort();
  }

  stop(): void {
    this.agent.kill();
    this.model.stop();
    this.gate.stop();
  }
}
