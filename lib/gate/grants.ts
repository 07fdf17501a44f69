import { allowPolicy, askPolicy, autoApprovePolicy, type PolicyParts } from '../../runtime/core/cedar/policies';
import {
  type PolicySetName,
  readWrittenPolicies,
  POLICY_SETS as SETS,
  type WrittenPolicy,
} from '../../runtime/core/cedar/written-policies';
import type { JsonObject } from '../../runtime/core/contracts';
import type { Tool } from '../connectors/connector';
import type { CedarPolicies } from './cedar-policies';

/** Limits a policy. */
export interface PolicyOptions {
  /**
   * A Cedar condition on the call, such as `context.args.amountCents <= 50000`.
   * @default - every valid call of the tool
   */
  readonly when?: string;
}

/** @internal */
export interface ToolPolicy {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  /** Names of the tools that it applies to. */
  readonly tools: readonly string[];
  readonly text: string;
  /** The file of a hand-written policy. */
  readonly path?: string;
  /** How the app wrote it, if it isn't hand-written. */
  readonly call?: string;
}

/** What policies are validated against. @internal */
export interface PolicyGround {
  readonly tools: readonly Tool[];
  readonly schema: JsonObject;
}

/**
 * The grants as Cedar policies, in three sets that are evaluated separately: `deny` overrides everything, `allow` is the
 * scope, `ask` is whether a person is asked.
 * @internal
 */
export class Grants {
  private readonly made: Record<PolicySetName, ToolPolicy[]> = { deny: [], allow: [], ask: [] };

  constructor(private readonly written: readonly CedarPolicies[] = []) {}

  public addAllow(tool: Tool, options: PolicyOptions): void {
    const parts = naming('allow', this.made.allow, tool, options.when);
    this.add('allow', { ...policyOf('permit', tool, allowPolicy, parts), call: callOf('allow', tool, options) });
  }

  public addAutoApproval(tool: Tool, options: PolicyOptions): void {
    const parts = naming('auto-approve', this.made.ask, tool, options.when);
    const call = callOf('autoApprove', tool, options);
    this.add('ask', { ...policyOf('permit', tool, autoApprovePolicy, parts), call });
  }

  /** All policies of a set. Complete only if `problems` finds none. */
  public policies(set: PolicySetName, ground: PolicyGround): ToolPolicy[] {
    return [
      ...this.made[set],
      ...(set === 'ask' ? ground.tools.flatMap((tool) => declaredAsk(tool)) : []),
      ...this.read(set, ground).flatMap(({ file, policies }) =>
        policies.map((policy): ToolPolicy => ({ ...policy, path: file.path })),
      ),
    ];
  }

  /** What is wrong with declared conditions and hand-written policies. Empty: `policies` can be used. */
  public problems(ground: PolicyGround): string[] {
    const problems = [
      ...ground.tools.flatMap((tool) => askProblems(tool)),
      ...SETS.flatMap((set) =>
        this.read(set, ground).flatMap(({ file, problems: found }) =>
          found.map((problem) => `${file.path}: ${problem}`),
        ),
      ),
    ];
    return problems.length > 0 ? problems : this.sharedIds(ground);
  }

  /** A problem with the app's own call in the place of the generated id of its policy, which the app's author never saw. */
  public withCall(problem: string, set: PolicySetName, ground: PolicyGround): string {
    return problem.replace(/for policy `([^`]+)`/g, (whole, id: string) => {
      const call = this.policies(set, ground).find((policy) => policy.id === id)?.call;
      return call === undefined ? whole : `in ${call}`;
    });
  }

  /** The tools of which some call may be in scope. */
  public allowedTools(ground: PolicyGround): Tool[] {
    const permits = this.policies('allow', ground).filter(({ effect }) => effect === 'permit');
    const names = new Set(permits.flatMap(({ tools }) => tools));
    return ground.tools.filter(({ toolName }) => names.has(toolName));
  }

  /** Whether no call of any tool can be in scope. */
  public allowNothing(ground: PolicyGround): boolean {
    return this.policies('allow', ground).every(({ tools }) => tools.length === 0);
  }

  /** Auto-approvals of tools that no policy allows: the gate denies such a call before it decides whether to ask a person. */
  public uselessAutoApprovals(ground: PolicyGround): string[] {
    const allowed = new Set(this.policies('allow', ground).flatMap(({ tools }) => tools));
    const approved = new Set(this.made.ask.flatMap(({ tools }) => tools));
    return [...approved]
      .filter((tool) => !allowed.has(tool))
      .map(
        (tool) =>
          `the tool "${tool}" is auto-approved, but no policy allows it, so the gate denies each of its calls; write agent.allow(tool) as well`,
      );
  }

  private sharedIds(ground: PolicyGround): string[] {
    const policies = SETS.flatMap((set) => this.policies(set, ground));
    return policies.flatMap(({ id, path }, index) => {
      const other = policies.find((each, at) => at !== index && each.id === id);
      if (path === undefined || !other) return [];
      return [
        `${path}: policy "${id}": ${other.path ?? 'this app'} has a policy with the same @id; give each policy an @id of its own`,
      ];
    });
  }

  private read(set: PolicySetName, { tools, schema }: PolicyGround) {
    const known = tools.map(toolOfPolicies);
    return this.written
      .filter((file) => file._set === set)
      .map((file): { file: CedarPolicies; policies: readonly WrittenPolicy[]; problems: readonly string[] } => ({
        file,
        ...readWrittenPolicies(file._text, set, known, schema),
      }));
  }

  private add(set: PolicySetName, policy: ToolPolicy): void {
    this.made[set].push(policy);
  }
}

function policyOf(
  effect: ToolPolicy['effect'],
  tool: Tool,
  write: (parts: PolicyParts) => string,
  parts: PolicyParts,
): ToolPolicy {
  return { id: parts.id, effect, tools: [tool.toolName], text: write(parts) };
}

/** A grant as the app wrote it, but with the tool's name for its variable. */
function callOf(method: 'allow' | 'autoApprove', tool: Tool, { when }: PolicyOptions): string {
  const options = when === undefined ? '' : `, { when: ${JSON.stringify(when)} }`;
  return `agent.${method}(${tool.toolName}${options})`;
}

/** A tool as policies and their schema know it. @internal */
export function toolOfPolicies(tool: Tool) {
  return {
    name: tool.toolName,
    connector: tool.connector.node.id,
    effect: tool.effect._name,
    schema: tool._options.input._document,
  };
}

function askProblems(tool: Tool): string[] {
  try {
    declaredAsk(tool);
    return [];
  } catch (error) {
    return [`${tool.connector.node.path}: tool "${tool.toolName}": askWhen: ${(error as Error).message}`];
  }
}

/** The tool's own condition for asking a person. */
function declaredAsk(tool: Tool): ToolPolicy[] {
  const { askWhen } = tool._options;
  if (askWhen === undefined) return [];
  const parts = naming('ask', [], tool, askWhen);
  const call = `the tool ${tool.toolName}, askWhen: ${JSON.stringify(askWhen)}`;
  return [{ ...policyOf('forbid', tool, askPolicy, parts), call }];
}

function naming(kind: string, set: readonly ToolPolicy[], tool: Tool, when: string | undefined): PolicyParts {
  const count = set.filter(({ tools }) => tools.includes(tool.toolName)).length + 1;
  return {
    id: `${kind}-${tool.toolName}-${count}`,
    tool: tool.toolName,
    connector: tool.connector.node.id,
    ...(when === undefined ? {} : { when }),
  };
}
