import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { GateReply, JsonObject } from '../../../runtime/core/contracts';
import type { AgentSession, LocalDeployment } from './local-deployment';
import { type SecretSearch, searchForSecret } from './secret-search';

const BRIDGE = path.join(__dirname, '../../../runtime-bundles/agent-bridge/index.js');

/** The result of a tool call: the text that a model would see, and the gate's reply if the call didn't succeed. */
export interface ToolAnswer {
  readonly text: string;
  readonly reply?: GateReply;
}

/**
 * Plays a model that obeys all text that it reads. It has what the task would have: the agent bridge as its MCP server and
 * the task role's credentials. It keeps everything that it sees, so that the demo can search it for secrets.
 */
export class FooledAgent {
  private readonly seen: string[] = [];

  static async start(
    deployment: Pick<LocalDeployment, 'gateUrl' | 'emulator'>,
    session: AgentSession,
  ): Promise<FooledAgent> {
    const client = new Client({ name: 'fooled-agent', version: '1.0.0' });
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [BRIDGE],
        env: {
          GATE_URL: deployment.gateUrl,
          AWS_REGION: deployment.emulator.region,
          AWS_ACCESS_KEY_ID: session.credentials.accessKeyId,
          AWS_SECRET_ACCESS_KEY: session.credentials.secretAccessKey,
          AWS_SESSION_TOKEN: session.credentials.sessionToken ?? '',
        },
      }),
    );
    return new FooledAgent(client, session);
  }

  private constructor(
    private readonly client: Client,
    readonly session: AgentSession,
  ) {}

  async toolNames(): Promise<string[]> {
    const { tools } = await this.client.listTools();
    this.seen.push(JSON.stringify(tools));
    return tools.map((tool) => tool.name);
  }

  async call(tool: string, args: JsonObject): Promise<ToolAnswer> {
    const result = await this.client.callTool({ name: tool, arguments: args });
    const [first] = result.content as { type: string; text?: string }[];
    const text = first?.text ?? '';
    this.seen.push(JSON.stringify(result));
    const isReply = text.startsWith('{"v":1,');
    return { text, ...(isReply ? { reply: JSON.parse(text) as GateReply } : {}) };
  }

  /** Searches all that the agent saw for a secret. */
  search(secret: string): SecretSearch {
    return searchForSecret(secret, this.seen);
  }

  stop(): Promise<void> {
    return this.client.close();
  }
}
