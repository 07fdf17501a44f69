import { givenNamesOf, isCertainlyOn } from '../../template/iam/attachment';
import { maybeAbsent, type Policy, readPolicy } from '../../template/iam/policy';
import { type Assembly, keyOf, type Resource } from '../../template/index';

/** A resource policy that is a resource of its own. */
export interface ResourcePolicy {
  readonly holder: Resource;
  readonly property: string;
  readonly policy: Policy;
}

/**
 * Policies that may be attached to a resource: bucket policies, secret policies, function policies. One that may as well be attached
 * to something else, or not be there, has a version that says nothing.
 */
export function policiesOn(
  assembly: Assembly,
  target: Resource,
  shape: { readonly type: string; readonly names: string; readonly document: string },
): readonly ResourcePolicy[] {
  return holdersOf(assembly, shape.type, shape.names)
    .of(target)
    .map((holder) => {
      const policy = readPolicy(holder.logicalId, holder.path, holder.property(shape.document));
      const isCertain = isCertainlyOn(assembly, holder, shape.names, target);
      return { holder, property: `Properties.${shape.document}`, policy: isCertain ? policy : maybeAbsent(policy) };
    });
}

/** Policies of a bucket. */
export function bucketPoliciesOn(assembly: Assembly, bucket: Resource): readonly ResourcePolicy[] {
  return policiesOn(assembly, bucket, {
    type: 'AWS::S3::BucketPolicy',
    names: 'Bucket',
    document: 'PolicyDocument',
  });
}

/** The holders of one type by what they name: an app may have thousands of each. */
class Holders {
  private readonly byResource = new Map<Resource, Set<Resource>>();
  private readonly byName = new Map<string, Set<Resource>>();

  constructor(assembly: Assembly, type: string, names: string) {
    for (const holder of assembly.ofType(type)) {
      for (const { value } of holder.property(names)) {
        const found = assembly.find(value);
        if (found !== undefined) add(this.byResource, found, holder);
        else if (value !== undefined) add(this.byName, keyOf(value), holder);
      }
    }
  }

  /** The holders that name a resource: by reference, or by its literal name. In the order of the templates. */
  public of(target: Resource): readonly Resource[] {
    const found = [this.byResource.get(target), ...givenNamesOf(target).map((name) => this.byName.get(keyOf(name)))];
    return [...new Set(found.flatMap((holders) => [...(holders ?? [])]))];
  }
}

function add<K>(map: Map<K, Set<Resource>>, key: K, holder: Resource): void {
  const holders = map.get(key) ?? new Set();
  map.set(key, holders.add(holder));
}

const known = new WeakMap<Assembly, Map<string, Holders>>();

function holdersOf(assembly: Assembly, type: string, names: string): Holders {
  const ofAssembly = known.get(assembly) ?? new Map<string, Holders>();
  known.set(assembly, ofAssembly);
  const holders = ofAssembly.get(`${type} ${names}`) ?? new Holders(assembly, type, names);
  ofAssembly.set(`${type} ${names}`, holders);
  return holders;
}
