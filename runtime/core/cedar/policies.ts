import { type DetailedError, policySetTextToParts } from '#cedar';
import { tooDeep } from './too-deep';

export interface PolicyParts {
  /** Its name in decisions and denials. */
  readonly id: string;
  readonly tool: string;
  readonly connector: string;
  /** A Cedar expression on the call. */
  readonly when?: string;
}

/** A policy that puts one tool in scope. @throws Error if the condition isn't one Cedar expression */
export function allowPolicy(parts: PolicyParts): string {
  return policy('permit', parts);
}

/** A policy that lets one tool run without a person. @throws Error if the condition isn't one Cedar expression */
export function autoApprovePolicy(parts: PolicyParts): string {
  return policy('permit', parts);
}

/** A policy of the ask set that requires a person's approval. @throws Error if the condition isn't one Cedar expression */
export function askPolicy(parts: PolicyParts): string {
  return policy('forbid', parts);
}

function policy(effect: 'permit' | 'forbid', { id, tool, connector, when }: PolicyParts): string {
  const head = `@id(${JSON.stringify(id)})\n${effect} (principal, action == Action::${JSON.stringify(tool)}, resource == Connector::${JSON.stringify(connector)})`;
  if (when === undefined) return `${head};\n`;
  const text = `${head}\nwhen { ${when} };\n`;
  const problem = conditionProblem(when, text);
  if (problem !== undefined) {
    throw new Error(
      `The condition of "${id}" isn't one Cedar expression: ${problem}; write for example context.args.amountCents <= 50000`,
    );
  }
  return text;
}

/** Why a condition, and the policy made of it, isn't one expression. */
function conditionProblem(when: string, policy: string): string | undefined {
  if (when.trim() === '') return 'it is empty';
  // A comment or a brace could end the clause early and begin another policy.
  const [early] = /\/\/|[{}]|;/.exec(when.replace(/"(?:[^"\\]|\\.)*"/g, '""')) ?? [];
  if (early === '//') return 'it contains //, and a comment could hide the end of the policy';
  if (early !== undefined) {
    return `it contains ${early}, which could end the policy and begin another one; if the condition needs it, put the policy in a file for CedarPolicies`;
  }
  const deep = tooDeep(policy);
  if (deep !== undefined) return deep;
  const parsed = policySetTextToParts(policy);
  if (parsed.type === 'failure') return `Cedar can't parse it (${syntaxError(parsed.errors.at(0))})`;
  const isOne = parsed.policies.length === 1 && parsed.policy_templates.length === 0;
  return isOne ? undefined : 'Cedar reads it as a template or as several policies';
}

/** What Cedar says, without the place: it counts from the start of the generated policy. */
function syntaxError(error: DetailedError | undefined): string {
  const said = [error?.message ?? 'syntax error', error?.help, error?.sourceLocations?.at(0)?.label];
  return said.filter((part) => part).join(', ');
}
