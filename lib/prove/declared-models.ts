import { type Assembly, describe, memberOf, type Resource } from '../template';
import { identityPoliciesOf } from '../template/iam/collect';
import { matchAction } from '../template/iam/evaluate';
import { type Statement, statementsOf } from '../template/iam/policy';

/**
 * Models for which a template counts tokens, and which no role of the template may invoke. The library creates such
 * alarms for each model of a runtime, so they tell the models apart from the policies.
 *
 * Source: Bedrock user guide, "Amazon Bedrock runtime metrics" (namespace `AWS/Bedrock`, dimension `ModelId`).
 */
export function uncallableModels(assembly: Assembly): string[] {
  const alarms = assembly
    .ofType('AWS::CloudWatch::Alarm')
    .filter((alarm) => alarm.property('Namespace').some(({ value }) => value === 'AWS/Bedrock'));
  const byModel = new Map<string, { readonly alarm: Resource; readonly model: string }>();
  for (const alarm of alarms) {
    for (const { value } of alarm.items('Dimensions')) {
      if (memberOf(value, 'Name') !== 'ModelId') continue;
      const model = describe(memberOf(value, 'Value'));
      const key = `${alarm.template.name} ${model}`;
      if (!byModel.has(key)) byModel.set(key, { alarm, model });
    }
  }
  const policies = identityPoliciesOf(assembly).all;
  return [...byModel.values()]
    .filter(
      ({ alarm, model }) =>
        !policies.some(
          ({ holder, policy }) =>
            holder.template === alarm.template && statementsOf(policy).some((statement) => invokes(statement, model)),
        ),
    )
    .map(
      ({ alarm, model }) =>
        `the agent lacks bedrock:InvokeModel on ${model}: role: no role may invoke the model of ${alarm.path}`,
    );
}

function invokes({ effect, action, resource }: Statement, model: string): boolean {
  if (effect === 'Deny' || action.negated) return false;
  const isInvoke = action.patterns.some((pattern) => matchAction(pattern, 'bedrock:InvokeModel') === 'true');
  return (
    isInvoke &&
    (resource?.patterns ?? []).some((pattern) => {
      const text = describe(pattern);
      return text === '*' || text.endsWith(`/${model}`);
    })
  );
}
