import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { InlineRole, inlineGrantee } from './inline-role';
import { classNames } from './props/given';

/**
 * Adds a permission to a principal's policy.
 * @param method the method that was called, such as `grantErase()`
 * @throws Error when no policy of this app gets the permission
 * @internal
 */
export function grantTo(scope: Construct, method: string, options: iam.GrantOnPrincipalOptions): iam.Grant {
  return mustAddStatements(scope, method, options.grantee.grantPrincipal, () => iam.Grant.addToPrincipal(options));
}

/**
 * The same for a resource that depends on no role of this library, such as a bucket: a role of this library then holds the
 * permission itself.
 * @internal
 */
export function grantInRole(scope: Construct, method: string, options: iam.GrantOnPrincipalOptions): iam.Grant {
  return mustAddStatements(scope, method, options.grantee.grantPrincipal, () =>
    iam.Grant.addToPrincipal({ ...options, grantee: inlineGrantee(options.grantee) }),
  );
}

/**
 * Runs code that adds statements to a principal's policy, and refuses when nothing was added. CDK reports success for
 * imported roles that it may not change and for principals that it doesn't know, so the policies themselves are looked at.
 * @internal
 */
export function mustAddStatements<T>(scope: Construct, method: string, principal: iam.IPrincipal, add: () => T): T {
  const refuse = (why: string): never => {
    throw new Error(`${scope.node.path}: ${method}: nothing can be granted to ${principal}: ${why}`);
  };
  const { account } = Stack.of(scope);
  const { principalAccount } = principal;
  if (principalAccount && Token.compareStrings(principalAccount, account) === TokenComparison.DIFFERENT) {
    refuse(
      `it belongs to account ${principalAccount}, and the stack to ${account}. Another account would also need statements in the ` +
        'policies of the bucket, the key or the function, which are closed to other accounts. Create a role in this account, let ' +
        'the other account assume it, and grant to that role.',
    );
  }
  const before = statementsIn(scope);
  const result = add();
  if (statementsIn(scope) === before && !addsLater(principal)) {
    refuse(
      'no policy of this app gets the permission. Services, accounts and ARNs have no policy. A role that was imported with mutable: false, ' +
        'and the unknown role of an imported resource, can’t be changed. Grant to a role, user or group of this account that the app ' +
        'creates, or import it with iam.Role.fromRoleArn(…) without mutable: false.',
    );
  }
  return result;
}

/** How many statements the identity policies of the app have. Known by their members, as an app may have two copies of aws-cdk-lib. */
function statementsIn(scope: Construct): number {
  return scope.node.root.node
    .findAll()
    .filter(
      (child): child is iam.Policy | iam.ManagedPolicy | InlineRole =>
        ('attachToRole' in child && 'document' in child) || child instanceof InlineRole,
    )
    .reduce((sum, { document }) => sum + document.statementCount, 0);
}

/** A lazy role gets its policy when it is first used. For the roles of `iam.Role.customizeRoles`, CDK writes a report. */
function addsLater(principal: iam.IPrincipal): boolean {
  const names = classNames(principal);
  return names.includes('LazyRole') || names.includes('PrecreatedRole');
}
