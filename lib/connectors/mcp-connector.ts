import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { EFFECTS, type EffectName } from '../../runtime/core/contracts';
import { METRICS_NAMESPACE } from '../../runtime/core/embedded-metric';
import type { ExecutorConfig } from '../../runtime/core/executor-config';
import { CHANGED_DEFINITIONS, CONNECTOR_DIMENSION, connectorDimension } from '../../runtime/core/executor-metrics';
import type { ReviewedTool } from '../../runtime/core/review/connector-review';
import type { PrivateFunction } from '../private/private-function';
import { checkArguments, checkConstruct } from '../private/props/check';
import { nearestName } from '../private/props/nearest-name';
import { flag, instanceOf, listOf, optional, struct, text } from '../private/props/shape';
import { Connector, type ConnectorOptions, type ConnectorSurroundings, type Tool } from './connector';
import { CREDENTIAL_OPTIONS, type CredentialOptions } from './credential-options';
import { Effect } from './effect';
import { refuseOwnPort } from './https-address';
import { InputSchema } from './input-schema';
import { checkedServerAddress } from './server-address';
import { ServerReview } from './server-review';
import type { ToolSettings } from './tool-options';
import { CONNECTOR_OPTIONS, TOOL_SETTINGS } from './tool-shapes';

/** What a reviewed tool declares beyond its review, such as its targets and limits. */
export interface ReviewedToolOptions extends ToolSettings {
  /** The tool's name in the review file. */
  readonly name: string;
}

/** Properties of `McpConnector`. */
export interface McpConnectorProps extends ConnectorOptions, CredentialOptions {
  /** The tools that a person granted, from `hardened-agent import`. */
  readonly review: ServerReview;
  /**
   * The server's address: `https://mcp.example.com/mcp`.
   * @default - the address that was imported
   */
  readonly url?: string;
  /**
   * Whether the server is in your own network: then its host may have a private address. An executor without it refuses one, so that no
   * name on the internet leads into your network.
   * @default false
   */
  readonly internal?: boolean;
  /**
   * What tools declare beyond their review: targets, limits, output, time. The effect is the review's; one that is given here
   * may only be worse.
   * @default - the review alone
   */
  readonly tools?: ReviewedToolOptions[];
}

const REVIEW = instanceOf(ServerReview, "ServerReview.fromFile('connectors/github.review.json')");

const TOOL = struct<ReviewedToolOptions>(
  { name: text('github_create_issue'), ...TOOL_SETTINGS },
  "{ name: 'github_create_issue', targets: [Target.named('/repo')] }",
);

const PROPS = struct<McpConnectorProps>(
  {
    ...CONNECTOR_OPTIONS,
    review: REVIEW,
    url: optional(text('https://mcp.example.com/mcp')),
    internal: optional(flag()),
    ...CREDENTIAL_OPTIONS,
    tools: optional(listOf(TOOL, "{ name: 'github_create_issue', targets: [Target.named('/repo')] }")),
  },
  "{ review: ServerReview.fromFile('connectors/github.review.json') }",
);

/**
 * A remote MCP server, over Streamable HTTP. Its tools are those that a person granted in the review file, each pinned by the hash
 * of its definition. Before each call the executor reads the server's listing again: a tool whose definition isn't the reviewed one
 * isn't called, the alarm goes off, and the difference is kept as evidence. See docs/mcp.md.
 *
 * The server gets the connector's credential and never one of a user. It can ask the agent, the model and the user nothing.
 *
 * Limitations: a server that keeps a tool's definition and changes what the tool does isn't noticed. Each call has a session of its
 * own, so tools that need what an earlier call left in the server's session don't work. Servers that are started by a local command
 * (stdio) are refused.
 */
export class McpConnector extends Connector {
  private readonly url: string;
  private readonly isInternal: boolean;
  /** All tools of the review, also those that nobody granted. */
  private readonly reviewed: readonly ReviewedTool[];
  private alarm?: cloudwatch.Alarm;

  /**
   * @throws Error when a prop has a wrong type or is unknown, the address isn't one of a remote server, the review can't be used or
   * grants nothing, or `tools` names a tool that isn't granted
   */
  constructor(scope: Construct, id: string, props: McpConnectorProps) {
    checkConstruct(McpConnector, scope, id, props, PROPS);
    super(scope, id, props, 'executor-http');
    const { path } = this.node;
    const review = props.review._of('mcp', path);
    this.url = checkedServerAddress(path, props.url ?? review.source.url ?? '');
    this.isInternal = props.internal ?? false;
    this.reviewed = review.tools;
    const granted = review.tools.filter((tool) => tool.granted);
    if (granted.length === 0) {
      throw new Error(`${path}: the review grants no tool; set "granted" to true for those that the agent may get`);
    }
    const settings = this.settingsByName(props.tools ?? []);
    for (const tool of granted) this.addReviewed(tool, settings.get(tool.name) ?? {});
  }

  /**
   * A tool, by its name in the review file: `agent.allow(github.tool('github_create_issue'))`.
   * @throws Error when the review has no tool of that name, or nobody granted it
   */
  public tool(name: string): Tool {
    const where = `${this.node.path}: tool()`;
    checkArguments(where, { name: [text('github_create_issue'), name] });
    const found = this.tools.find(({ toolName }) => toolName === name);
    if (!found) throw new Error(`${where}: ${this.notGranted(name)}`);
    return found;
  }

  /** Goes off when the server's definition of a tool isn't the reviewed one. Undefined until a runtime uses the connector. */
  public get changeAlarm(): cloudwatch.Alarm | undefined {
    return this.alarm;
  }

  /** @internal */
  public override get _internetHosts(): string[] {
    return [new URL(this.url).hostname];
  }

  /** @internal */
  public override get _alarms(): cloudwatch.Alarm[] {
    return this.alarm ? [this.alarm] : [];
  }

  /** @internal */
  public override _settings(): Pick<ExecutorConfig, 'baseUrl' | 'internal'> {
    return { baseUrl: this.url, ...(this.isInternal ? { internal: true } : {}) };
  }

  /** @internal */
  public override _bind(surroundings: ConnectorSurroundings): void {
    super._bind(surroundings);
    const { id } = this.node;
    this.alarm = new cloudwatch.Alarm(this, 'ToolChanged', {
      alarmDescription: `The server of the connector ${id} changed a tool since it was reviewed, so the tool is disabled: see what differs with "hardened-agent import --compare"`,
      metric: new cloudwatch.Metric({
        namespace: METRICS_NAMESPACE,
        metricName: CHANGED_DEFINITIONS,
        dimensionsMap: { [CONNECTOR_DIMENSION]: connectorDimension(surroundings.agentId, id) },
        statistic: cloudwatch.Stats.SUM,
      }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }

  /** @internal */
  protected _authorize(executor: PrivateFunction): void {
    refuseOwnPort(this.node.path, 'url', this.url, executor);
  }

  private addReviewed(tool: ReviewedTool, settings: Partial<ToolSettings>): void {
    const { name, original, pin, listed, input } = tool;
    this._addTool(
      name,
      {
        ...settings,
        description: tool.description,
        input: InputSchema.fromString(JSON.stringify(input)),
        effect: this.effectOf(tool, settings.effect),
      },
      { mcp: { original, pin, listed } },
    );
  }

  private effectOf({ name, effect }: ReviewedTool, given: Effect | undefined): Effect {
    if (given === undefined) return Effect._of(effect);
    if (rank(given._name) >= rank(effect)) return given;
    throw new Error(
      `${this.node.path}: tool "${name}": effect is ${given.name}, but the review says ${effect}; change it in the review file, unless the server itself says so`,
    );
  }

  private settingsByName(given: readonly ReviewedToolOptions[]): ReadonlyMap<string, ToolSettings> {
    const settings = new Map<string, ToolSettings>();
    for (const { name, ...own } of given) {
      const where = `${this.node.path}: tools: `;
      if (settings.has(name)) throw new Error(`${where}"${name}" is there twice; write it once`);
      if (!this.reviewed.some((tool) => tool.name === name && tool.granted)) {
        throw new Error(`${where}${this.notGranted(name)}`);
      }
      settings.set(name, own);
    }
    return settings;
  }

  private notGranted(name: string): string {
    if (this.reviewed.some((tool) => tool.name === name)) {
      return `nobody granted "${name}"; set "granted" to true in the review file, once you have read what it does`;
    }
    const names = this.reviewed.filter((tool) => tool.granted).map((tool) => tool.name);
    const meant = nearestName(name, names);
    return meant
      ? `the review has no tool "${name}"; did you mean "${meant}"?`
      : `the review has no tool "${name}"; it grants ${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ', …' : ''}`;
  }
}

const MOST_NAMED = 20;

function rank(effect: EffectName): number {
  return EFFECTS.indexOf(effect);
}
