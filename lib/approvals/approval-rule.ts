import { MAX_APPROVAL_PEOPLE, MAX_APPROVAL_SECONDS } from '../../runtime/core/contracts';
import { Tool } from '../connectors/connector';
import { duration } from '../private/props/cdk-shapes';
import { fromFactory } from '../private/props/from-factory';
import { instanceOf, listOf, number, optional, struct, text } from '../private/props/shape';
import type { ApprovalRuleOptions } from './approval-rule-options';

const TOOLS = listOf(instanceOf(Tool, 'the result of tickets.addTool(…)'), 'refund');
const OPTIONS = struct<ApprovalRuleOptions>(
  {
    groups: optional(listOf(text('finance'), "'finance'")),
    people: optional(number(2)),
    when: optional(text('context.args.amountCents > 50000')),
    expiry: optional(duration('Duration.hours(4)')),
    remindAfter: optional(duration('Duration.hours(1)')),
  },
  "{ groups: ['finance'], people: 2 }",
);

/**
 * What it takes to approve calls of some tools. If several rules hold for a call, the strictest of each kind counts: the most people, every
 * rule's groups, the shortest time. A rule never makes a call ask that otherwise runs without a person: `autoApprove` and `askWhen` decide that.
 *
 * Rules are part of a tool's policy version. A deployment that changes them voids the tool's waiting approvals.
 */
export class ApprovalRule {
  /** @param tools of the runtime's connectors */
  public static forTools(tools: Tool[], options: ApprovalRuleOptions): ApprovalRule {
    const given = { tools: [TOOLS, tools], options: [OPTIONS, options] } as const;
    return fromFactory(ApprovalRule, 'ApprovalRule.forTools', given, () => {
      const problem = problemOf(tools, options);
      if (problem !== undefined) throw new Error(problem);
      return new ApprovalRule(tools, options);
    });
  }

  private constructor(
    /** @internal */
    public readonly _tools: readonly Tool[],
    /** @internal */
    public readonly _options: ApprovalRuleOptions,
  ) {}
}

function problemOf(tools: readonly Tool[], options: ApprovalRuleOptions): string | undefined {
  const { groups, people, expiry, remindAfter } = options;
  if (tools.length === 0) return 'it names no tool, so it would hold for nothing; list at least one';
  if ([groups, people, expiry, remindAfter].every((each) => each === undefined)) {
    return "it asks for nothing; write groups, people, expiry or remindAfter, such as { groups: ['finance'] }";
  }
  if (groups?.length === 0) return 'groups is empty, so nobody could approve; list a group, or leave it out';
  if (people !== undefined && (!Number.isInteger(people) || people < 1 || people > MAX_APPROVAL_PEOPLE)) {
    return `people is ${people}; write a whole number from 1 to ${MAX_APPROVAL_PEOPLE}`;
  }
  if (expiry && (expiry.toMilliseconds() < 60_000 || expiry.toMilliseconds() > MAX_APPROVAL_SECONDS * 1000)) {
    return `an expiry of ${expiry.toHumanString()} is refused: it is too short to decide or too long to trust a decision; write between Duration.minutes(1) and Duration.days(7)`;
  }
  if (remindAfter && remindAfter.toMilliseconds() < 30_000) {
    return `remindAfter is ${remindAfter.toHumanString()}; write Duration.seconds(30) or more`;
  }
  if (remindAfter && expiry && remindAfter.toMilliseconds() >= expiry.toMilliseconds()) {
    return `remindAfter (${remindAfter.toHumanString()}) isn't before the expiry (${expiry.toHumanString()}), so nobody would be reminded; write less`;
  }
  return undefined;
}
