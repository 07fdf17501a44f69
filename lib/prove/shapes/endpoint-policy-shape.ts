import { describe } from '../../template';
import { readPolicy, type Statement, statementsOf } from '../../template/iam/policy';
import type { Judge } from './shape';

/** A statement about the bucket of AWS in which the layers of images are. */
const LAYERS = /starport-layer-bucket/;

/** What an endpoint serves: resources of one account a statement, and layers of images without a condition. */
export const endpointPolicy: Judge = (value, { resource }) => {
  const policy = readPolicy(resource.logicalId, resource.path, [{ value, assuming: [] }]);
  return statementsOf(policy)
    .filter(({ effect }) => effect !== 'Deny')
    .map(faultOf)
    .find((fault) => fault !== undefined);
};

function faultOf({ sid, action, conditions, resource }: Statement): string | undefined {
  const accounts = conditions.filter(({ key }) => key.toLowerCase() === 'aws:resourceaccount');
  const several = accounts.find(({ values }) => values.length > 1);
  if (several !== undefined) return `${sid} serves resources of ${several.values.length} accounts, not of one`;
  const unknown = action.patterns.find((each) => typeof each !== 'string');
  if (unknown !== undefined) return `${sid} can't be proven: what it serves is ${describe(unknown)}`;
  const whole = action.patterns.find((each) => /^(\*|[\w-]+:\*)$/.test(describe(each)));
  if (action.negated || whole !== undefined) return `${sid} serves every action`;
  if (resource?.patterns.some((pattern) => LAYERS.test(describe(pattern)))) {
    // AWS owns the bucket, and signs the requests itself.
    return conditions.length === 0
      ? undefined
      : `${sid} has a condition on the layers of images, which no request fulfils: no image is pulled`;
  }
  const own = action.patterns.filter(
    (each) => OF_ACCOUNT.test(describe(each)) && !WITHOUT_RESOURCE.includes(describe(each)),
  );
  if (own.length === 0) return undefined;
  if (accounts.length === 0) return `${sid} doesn’t say whose resources it serves by aws:ResourceAccount`;
  return resource === undefined || resource.negated || resource.patterns.some((each) => each === '*')
    ? `${sid} serves every resource of the account`
    : undefined;
}

/** Services whose requests tell in which account the resource is. */
const OF_ACCOUNT = /^(s3|dynamodb|kms|lambda|states|secretsmanager|logs|ecr|ecs):/;
/** Actions that take no resource. */
const WITHOUT_RESOURCE = ['ecr:GetAuthorizationToken', 'ecs:ListTasks'];
