import { type Assembly, Resource, resourcesNamedBy, type Template } from '../../template';
import { recognizeParts } from './recognize-parts';

const known = new WeakMap<Assembly, RuntimeResources>();

/**
 * Whether a resource is of a runtime that this library makes, is attached to one, or names a resource of one. What surrounds a runtime's
 * network, keys and API decides whether the other protections hold, so nobody may answer for it with a reason.
 *
 * A template is of a runtime when one of its resources is a part.
 */
export function isOfRuntime(assembly: Assembly, subject: Resource | Template): boolean {
  let resources = known.get(assembly);
  if (resources === undefined) {
    resources = new RuntimeResources(assembly);
    known.set(assembly, resources);
  }
  return resources.include(subject);
}

/** Types that belong to what they name. Any other that names a part, such as an app's own function, only uses it. */
const ATTACHED =
  /^AWS::(EC2::(?!Instance$|LaunchTemplate$)|Route53Resolver::|ApiGateway::|S3::BucketPolicy|KMS::Alias|Lambda::Permission|SecretsManager::ResourcePolicy)/;

class RuntimeResources {
  private readonly own: ReadonlySet<Resource>;
  private readonly parts: readonly Resource[];

  constructor(private readonly assembly: Assembly) {
    this.parts = partsOfRuntimes(assembly);
    const used = this.usedBy(this.parts);
    const attached =
      this.parts.length === 0
        ? []
        : assembly.resources.filter(({ type }) => ATTACHED.test(type)).filter((each) => this.namesAny(each, used));
    this.own = this.usedBy([...used, ...attached]);
  }

  public include(subject: Resource | Template): boolean {
    if (subject instanceof Resource) return this.own.has(subject) || this.namesAny(subject, this.own);
    return this.parts.some(({ template }) => template === subject);
  }

  /** The resources, everything that they name, what that names, and so on. */
  private usedBy(resources: readonly Resource[]): Set<Resource> {
    const found = new Set(resources);
    // A set that grows is read to its end.
    for (const each of found) for (const target of resourcesNamedBy(this.assembly, each)) found.add(target);
    return found;
  }

  private namesAny(resource: Resource, targets: ReadonlySet<Resource>): boolean {
    return targets.size > 0 && resourcesNamedBy(this.assembly, resource).some((target) => targets.has(target));
  }
}

/**
 * What the CDK adds is in everybody's templates. And a function may have a variable of the same name (`TASK_DEFINITION_ARN`) by chance,
 * but a runtime has a gate, or several other parts.
 */
function partsOfRuntimes(assembly: Assembly): Resource[] {
  const parts = recognizeParts(assembly).filter(({ kind }) => kind !== 'AWS CDK');
  const kinds = new Set(parts.map(({ kind }) => kind));
  return kinds.has('gate') || kinds.size > 1 ? parts.map(({ workload }) => workload) : [];
}
