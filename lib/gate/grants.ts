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
    this.add('allow', 'permit', tool, allowPolicy, naming('allow', this.made.allow, tool, options.when));
  }

  public addAutoApproval(tool: Tool, options: PolicyOptions): void {
    this.add('ask', 'permit', tool, autoApprovePolicy, naming('auto-approve', this.made.ask, tool, options.when));
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

  private add(
    set: PolicySetName,
    effect: ToolPolicy['effect'],
    tool: Tool,
    write: (parts: PolicyParts) => string,
    parts: PolicyParts,
  ): void {
    this.made[set].push({ id: parts.id, effect, tools: [tool.toolName], text: write(parts) });
  }
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
  return [{ id: parts.id, effect: 'forbid', tools: [tool.toolName], text: askPolicy(parts) }];
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
