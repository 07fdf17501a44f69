import { allowPolicy } from '../../runtime/core/cedar/policies';
import { validatePolicies } from '../../runtime/core/cedar/validate-policies';
import type { ApprovalRule as ApprovalRuleManifest, JsonObject } from '../../runtime/core/contracts';
import type { ApprovalRule } from '../approvals/approval-rule';
import type { Tool } from '../connectors/connector';

/** The approval rules of a tool, as the gate evaluates them. @throws Error if a condition isn't one Cedar expression @internal */
export function approvalRulesOf(tool: Tool, rules: readonly ApprovalRule[]): ApprovalRuleManifest[] {
  const own = rules.filter(({ _tools }) => _tools.includes(tool));
  return own.map(({ _options: { groups, people, when, expiry, remindAfter } }, index) => {
    const id = `approval-${tool.toolName}-${index + 1}`;
    const parts = { id, tool: tool.toolName, connector: tool.connector.node.id };
    return {
      id,
      ...(when === undefined ? {} : { policy: allowPolicy({ ...parts, when }) }),
      ...(groups ? { groups } : {}),
      ...(people === undefined ? {} : { people }),
      ...(expiry ? { expirySeconds: Math.floor(expiry.toMilliseconds() / 1000) } : {}),
      ...(remindAfter ? { remindAfterSeconds: Math.floor(remindAfter.toMilliseconds() / 1000) } : {}),
    };
  });
}

/** What the rules are checked against. @internal */
export interface ApprovalGround {
  readonly tools: readonly Tool[];
  readonly schema: JsonObject;
  /** Groups that approvers can prove to be in. */
  readonly approverGroups: readonly string[];
  readonly approvalExpirySeconds: number;
}

/** What is wrong with approval rules. Empty: they can be used. @internal */
export function approvalRuleProblems(rules: readonly ApprovalRule[], ground: ApprovalGround): string[] {
  return [
    ...rules.flatMap((rule) => placeProblems(rule, ground)),
    ...(rules.length === 0 ? [] : ground.tools.flatMap((tool) => conditionProblems(tool, rules, ground.schema))),
  ];
}

function placeProblems(
  { _tools, _options: { groups = [], expiry, remindAfter } }: ApprovalRule,
  { tools, approverGroups, approvalExpirySeconds }: ApprovalGround,
): string[] {
  const names = _tools.map(({ toolName }) => toolName).join(', ');
  const foreign = _tools.filter((tool) => !tools.includes(tool));
  const unknown = groups.filter((group) => !approverGroups.includes(group));
  const late = remindAfter && !expiry && remindAfter.toMilliseconds() >= approvalExpirySeconds * 1000;
  return [
    ...foreign.map(
      ({ toolName, connector }) =>
        `approvals.rules: the tool "${toolName}" belongs to ${connector.node.path}, which this runtime doesn't use; add it to "connectors"`,
    ),
    ...unknown.map(
      (group) =>
        `approvals.rules: the rule for ${names} asks for the group "${group}", which isn't among approverGroups, so nobody could approve; add it there, or correct the rule`,
    ),
    ...(late
      ? [
          `approvals.rules: remindAfter of the rule for ${names} isn't before the expiry, so nobody would be reminded; write less, or give the rule an expiry`,
        ]
      : []),
  ];
}

function conditionProblems(tool: Tool, rules: readonly ApprovalRule[], schema: JsonObject): string[] {
  const where = `approvals.rules: the rule for ${tool.toolName}`;
  try {
    const policies = approvalRulesOf(tool, rules).flatMap(({ policy }) => policy ?? []);
    const problems = policies.length === 0 ? [] : validatePolicies(policies.join('\n'), schema);
    return problems.map((problem) => `${where}: ${problem}`);
  } catch (error) {
    return [`${where}: when: ${(error as Error).message}`];
  }
}
