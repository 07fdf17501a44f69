import { type Policy, readPolicy } from '../../template/iam/policy';
import { type Assembly, type Resource, sameValue, type Value } from '../../template/index';

/** A resource policy that is a resource of its own. */
export interface ResourcePolicy {
  readonly holder: Resource;
  readonly property: string;
  readonly policy: Policy;
}

/** Policies that are attached to a resource: bucket policies, secret policies, function policies. */
export function policiesOn(
  assembly: Assembly,
  target: Resource,
  shape: { readonly type: string; readonly names: string; readonly document: string },
): readonly ResourcePolicy[] {
  return assembly
    .ofType(shape.type)
    .filter((holder) => holder.property(shape.names).some(({ value }) => isNameOf(assembly, target, value)))
    .map((holder) => ({
      holder,
      property: `Properties.${shape.document}`,
      policy: readPolicy(holder.logicalId, holder.path, holder.property(shape.document)),
    }));
}

/** Policies of a bucket. */
export function bucketPoliciesOn(assembly: Assembly, bucket: Resource): readonly ResourcePolicy[] {
  return policiesOn(assembly, bucket, {
    type: 'AWS::S3::BucketPolicy',
    names: 'Bucket',
    document: 'PolicyDocument',
  });
}

/** Whether a value names a resource: by reference, or by its literal name. */
function isNameOf(assembly: Assembly, target: Resource, value: Value): boolean {
  if (assembly.find(value) === target) return true;
  return ['BucketName', 'Name', 'FunctionName'].some((member) =>
    target.property(member).some((given) => given.value !== undefined && sameValue(given.value, value)),
  );
}
