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

function faultOf({ sid, conditions, resource }: Statement): string | undefined {
  const accounts = conditions.filter(({ key }) => key.toLowerCase() === 'aws:resourceaccount');
  const several = accounts.find(({ values }) => values.length > 1);
  if (several !== undefined) return `${sid} serves resources of ${several.values.length} accounts, not of one`;
  const isLayers = resource?.patterns.some((pattern) => LAYERS.test(describe(pattern))) === true;
  // AWS owns the bucket, and signs the requests itself.
  return isLayers && conditions.length > 0
    ? `${sid} has a condition on the layers of images, which no request fulfils: no image is pulled`
    : undefined;
}
