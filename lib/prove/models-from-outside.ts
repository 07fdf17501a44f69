import { describe, isTextual, type Resource, unknownIn } from '../template';
import { isCertainlyDenied } from '../template/iam/certain-denials';
import type { ConditionEntry } from '../template/iam/condition';
import { type Policy, type Statement, statementsOf } from '../template/iam/policy';

const INVOKE = ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'];
/** A model behind an inference profile is named under this condition. Who can't call the profile doesn't reach it. */
const BEHIND_PROFILE = 'bedrock:inferenceprofilearn';

/**
 * Models that an agent's role may call from outside its network. The credentials of a stopped task stay valid for hours, so a Deny
 * must tie each call to the VPC. That it is the agent's own VPC follows from the agent's need to call its models.
 */
export function modelsFromOutside(role: Resource, policies: readonly Policy[]): string[] {
  const called = policies
    .flatMap(statementsOf)
    .filter(({ effect, conditions }) => effect !== 'Deny' && !conditions.some(namesProfile))
    .filter(({ action }) => action.negated || action.patterns.some((pattern) => INVOKE.includes(describe(pattern))))
    .flatMap(resourcesOf);
  const free = [...new Set(called)].filter(
    (resource) =>
      !isCertainlyDenied(
        policies,
        (each) => isTiedToNetwork(each) && ['*', resource].some((tied) => resourcesOf(each).includes(tied)),
      ),
  );
  return free.map((resource) => `${role.path} lacks the Deny of ${resource} to calls from outside its network`);
}

function isTiedToNetwork({ action, conditions }: Statement): boolean {
  const [condition, ...others] = conditions;
  if (action.negated || condition === undefined || others.length > 0) return false;
  const denied = action.patterns.map(describe);
  return (
    INVOKE.every((each) => denied.includes(each)) &&
    condition.operator.toLowerCase() === 'stringnotequals' &&
    condition.key.toLowerCase() === 'aws:sourcevpc' &&
    condition.values.length === 1
  );
}

function resourcesOf({ resource }: Statement): string[] {
  return resource === undefined || resource.negated ? ['what its policies say'] : resource.patterns.map(describe);
}

/** A condition that names profiles. One with a wildcard lets the model be called without any that the role may call. */
function namesProfile({ operator, key, values }: ConditionEntry): boolean {
  return (
    key.toLowerCase() === BEHIND_PROFILE &&
    /^(String|Arn)(Equals|Like)$/i.test(operator) &&
    values.length > 0 &&
    values.every((value) => isTextual(value) && unknownIn(value) === undefined && !/[*?]/.test(describe(value)))
  );
}
