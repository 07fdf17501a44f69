import { describe, isTextual, type Resource, unknownIn } from '../template';
import type { Statement } from '../template/iam/policy';

const GUARDED_BY = 'bedrock:guardrailidentifier';

/**
 * Models that an agent may call without the guardrail that it has. Whoever fools the agent chooses its requests, so only a condition
 * makes each of them name the guardrail.
 *
 * Source: Bedrock user guide, "Set up permissions to use Amazon Bedrock Guardrails".
 */
export function modelsUnguarded(role: Resource, statements: readonly Statement[]): string[] {
  const allowed = statements.filter(({ effect }) => effect !== 'Deny');
  const hasGuardrail = allowed.some(
    (statement) => allows(statement, /^bedrock:ApplyGuardrail$/i) || guardrailsOf(statement).length > 0,
  );
  if (!hasGuardrail) return [];
  return allowed
    .filter((statement) => allows(statement, /^bedrock:(InvokeModel|\*)/i) && !isGuarded(statement))
    .map(({ sid }) => `${role.path} ${sid} lets it call a model without its guardrail`);
}

function allows({ action }: Statement, wanted: RegExp): boolean {
  return action.negated || action.patterns.some((pattern) => wanted.test(describe(pattern)));
}

function guardrailsOf({ conditions }: Statement): readonly Statement['conditions'][number][] {
  return conditions.filter(({ key }) => key.toLowerCase() === GUARDED_BY);
}

function isGuarded(statement: Statement): boolean {
  return guardrailsOf(statement).some(
    ({ operator, values }) =>
      /^StringEquals$/i.test(operator) &&
      values.length > 0 &&
      values.every((value) => isTextual(value) && unknownIn(value) === undefined),
  );
}
