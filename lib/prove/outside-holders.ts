import type { Assembly } from '../template';
import { outsidersNamedIn } from '../template/iam/outsiders';
import { readPolicy } from '../template/iam/policy';

/** Policies of images and logs, some of which are the whole account's. Others are evaluated request by request. */
const POLICIES: { readonly [type: string]: string } = {
  'AWS::ECR::RegistryPolicy': 'PolicyText',
  'AWS::ECR::Repository': 'RepositoryPolicyText',
  'AWS::Logs::ResourcePolicy': 'PolicyDocument',
};

/** Principals of other accounts, or anybody, that such a policy lets in. */
export function outsideHolders(assembly: Assembly): string[] {
  return Object.entries(POLICIES).flatMap(([type, property]) =>
    assembly.ofType(type).flatMap((holder) => {
      const policy = readPolicy(property, holder.path, holder.property(property));
      return outsidersNamedIn(assembly, policy, holder).map((who) => `${holder.path} (${type}) lets ${who} in`);
    }),
  );
}
