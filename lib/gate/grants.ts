import { allowPolicy, autoApprovePolicy } from '../../runtime/core/cedar/policies';
import type { Tool } from '../connectors/tool';

/** Narrows a policy. */
export interface PolicyOptions {
  /**
   * A Cedar condition on the call, such as `context.args.amountCents <= 50000`.
   * @default - every valid call of the tool
   */
  readonly when?: string;
}

/** @internal */
export interface ToolPolicy {
  readonly tool: string;
  readonly text: string;
}

/**
 * What was granted, as Cedar policies in sets that are evaluated apart: `allow` is scope, `ask` is what runs without a
 * person.
 * @internal
 */
export class Grants {
  public readonly allow: ToolPolicy[] = [];
  public readonly ask: ToolPolicy[] = [];

  public addAllow(tool: Tool, options: PolicyOptions): void {
    this.allow.push({ tool: tool.toolName, text: allowPolicy(this.naming('allow', tool, options)) });
  }

  public addAutoApproval(tool: Tool, options: PolicyOptions): void {
    this.ask.push({ tool: tool.toolName, text: autoApprovePolicy(this.naming('auto-approve', tool, options)) });
  }

  private naming(kind: string, tool: Tool, options: PolicyOptions) {
    const set = kind === 'allow' ? this.allow : this.ask;
    const count = set.filter((policy) => policy.tool === tool.toolName).length + 1;
    return {
      id: `${kind}-${tool.toolName}-${count}`,
      tool: tool.toolName,
      connector: tool.connector.node.id,
      ...(options.when === undefined ? {} : { when: options.when }),
    };
  }
}
