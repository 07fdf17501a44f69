import type { Assembly, Resource } from '../../template/index';

/**
 * A managed policy in the same construct as the role that nothing uses: an aspect replaced the role's boundary, and the
 * connector's own is left over.
 */
export function replacedBoundaryOf(assembly: Assembly, role: Resource): Resource | undefined {
  return assembly.ofType('AWS::IAM::ManagedPolicy').find((policy) => {
    const scope = policy.path.split('/').slice(0, -2).join('/');
    return scope.includes('/') && role.path.startsWith(`${scope}/`) && !isUsed(assembly, policy);
  });
}

function isUsed(assembly: Assembly, policy: Resource): boolean {
  const holders = assembly.ofType('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group');
  return (
    ['Roles', 'Users', 'Groups'].some((member) => policy.items(member).length > 0) ||
    holders.some((holder) =>
      ['PermissionsBoundary', 'ManagedPolicyArns'].some((member) =>
        holder.items(member).some(({ value }) => assembly.find(value) === policy),
      ),
    )
  );
}
