import { type Assembly, type Resource, resourcesNamedBy } from '../template';
import type { Access } from '../template/iam/access';
import { identityPoliciesOf } from '../template/iam/collect';
import { guardedResources } from './guarded';
import type { RuntimeParts } from './runtime-parts';

/**
 * Whether something concerns the runtime: it is of one, is a resource of its tools, may use one of them, or is meant to, by however many
 * roles and functions in between. What an app has beside that, such as a public web site, is its owner's.
 */
export function concernOf(
  assembly: Assembly,
  parts: RuntimeParts,
  accesses: readonly Access[],
): (resource: Resource) => boolean {
  const concerned = new Set([
    ...guardedResources(assembly, parts).keys(),
    ...assembly.resources.filter((each) => parts.ofRole(each) !== undefined || parts.ofWorkload(each) !== undefined),
  ]);
  // Where no runtime is, nothing is apart from it.
  if (concerned.size === 0) return () => true;
  const uses = usesIn(assembly, accesses);
  for (let before = -1; before < concerned.size; ) {
    before = concerned.size;
    for (const { user, used } of uses) if (used.some((each) => concerned.has(each))) concerned.add(user);
  }
  // Whoever of the app uses what its tools use is its own matter. What events tell of the runtime is in what they are sent to.
  const told = new Set(assembly.ofType('AWS::Events::Rule').flatMap((rule) => resourcesNamedBy(assembly, rule)));
  return (resource) => concerned.has(resource) || told.has(resource) || parts.placeOf(resource) !== undefined;
}

/** What acts with a role of its own. */
const ACTS = /^AWS::(Lambda::Function|StepFunctions::StateMachine|ECS::TaskDefinition)$/;

interface Use {
  readonly user: Resource;
  readonly used: readonly Resource[];
}

/** What roles may use, what their policies name, and which roles are used to act. */
function usesIn(assembly: Assembly, accesses: readonly Access[]): Use[] {
  const isRole = ({ type }: Resource): boolean => type === 'AWS::IAM::Role';
  return [
    ...accesses.map(({ role, target }) => ({ user: role, used: [target] })),
    // What is denied today may be allowed by the next change.
    ...assembly.ofType('AWS::IAM::Role').map((role) => ({
      user: role,
      used: identityPoliciesOf(assembly)
        .ofResource(role)
        .policies.flatMap(({ holder }) => resourcesNamedBy(assembly, holder)),
    })),
    ...assembly.resources
      .filter(({ type }) => ACTS.test(type))
      .map((user) => ({ user, used: resourcesNamedBy(assembly, user).filter(isRole) })),
  ];
}
