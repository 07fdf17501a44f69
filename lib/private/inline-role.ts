import { Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { estimatePolicySize } from '../network/policy-size';

/**
 * Characters of the rights in the role itself, and of those in its default policy. Together they stay below IAM's quota of 10,240
 * for all inline policies of a role. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_INLINE = 5000;
/** Characters of one managed policy with further rights. IAM's quota is 6,144. */
const MAX_MANAGED = 5800;

/** @internal */
export interface InlineRoleProps extends iam.RoleProps {
  /**
   * Nobody outside the role's construct gets the role, so whatever is granted to it is known not to be a dependency cycle.
   * @default false
   */
  readonly holdsEverything?: boolean;
}

/**
 * A role of this library. Its own rights are written in the role itself: no resource beside it, and they exist before
 * anything can use the role.
 *
 * What a right names must then not depend on the role. So only `addRight` writes into the role. What is granted in other ways,
 * also by users, goes to the default policy, which is a resource of its own, as in each role of CDK. Where a list of rights
 * becomes too long for IAM, the rest is put into managed policies.
 * @internal
 */
export class InlineRole extends iam.Role {
  /** The rights that are written in the role. */
  public readonly document: iam.PolicyDocument;

  private readonly holdsEverything: boolean;
  private inlineSize = 0;
  private defaultSize = 0;
  private further?: { readonly policy: iam.ManagedPolicy; readonly number: number; size: number };

  constructor(scope: Construct, id: string, { holdsEverything, ...props }: InlineRoleProps) {
    const document = new iam.PolicyDocument();
    super(scope, id, { ...props, inlinePolicies: { OwnRights: document } });
    this.document = document;
    this.holdsEverything = holdsEverything ?? false;
    const resource = this.node.defaultChild;
    if (resource instanceof iam.CfnRole) {
      // IAM refuses a policy without statements.
      resource.policies = Lazy.any(
        { produce: () => (document.isEmpty ? [] : [{ policyName: 'OwnRights', policyDocument: document }]) },
        { omitEmptyArray: true },
      );
    }
  }

  /** Adds a right of the library's own. What it names must not depend on the role. */
  public addRight(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    this.inlineSize += this.sizeOf(statement);
    if (this.inlineSize > MAX_INLINE) return this.addFurther(statement);
    this.document.addStatements(statement);
    return { statementAdded: true, policyDependable: this };
  }

  /** Adds a right that others grant. */
  public override addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    const namesNothing = statement.resources.every((resource) => resource === '*');
    if (this.holdsEverything || namesNothing) return this.addRight(statement);
    this.defaultSize += this.sizeOf(statement);
    return this.defaultSize > MAX_INLINE ? this.addFurther(statement) : super.addToPrincipalPolicy(statement);
  }

  private addFurther(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    const size = this.sizeOf(statement);
    if (this.further === undefined || this.further.size + size > MAX_MANAGED) {
      const number = (this.further?.number ?? 0) + 1;
      const policy = new iam.ManagedPolicy(this, `FurtherRights${number}`, {
        description: `Rights of ${this.node.path} that are too long for its inline policies`,
        roles: [this],
      });
      this.further = { policy, number, size: 0 };
    }
    const { policy } = this.further;
    this.further.size += size;
    policy.addStatements(statement);
    return { statementAdded: true, policyDependable: policy };
  }

  private sizeOf(statement: iam.PolicyStatement): number {
    return estimatePolicySize(Stack.of(this).resolve(statement.toStatementJson()));
  }
}

/**
 * Adds a right that names only what can't depend on the role: into the role itself if it is one of this library.
 * @internal
 */
export function addRight(role: iam.IRole, statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
  return role instanceof InlineRole ? role.addRight(statement) : role.addToPrincipalPolicy(statement);
}

/** The same as a grantee: what CDK grants to it is written into the role itself. @internal */
export function inlineGrantee(grantee: iam.IGrantable): iam.IGrantable {
  const { grantPrincipal } = grantee;
  return grantPrincipal instanceof InlineRole ? { grantPrincipal: new InlinePrincipal(grantPrincipal) } : grantee;
}

class InlinePrincipal extends iam.PrincipalBase {
  public readonly policyFragment: iam.PrincipalPolicyFragment;

  constructor(private readonly role: InlineRole) {
    super();
    this.policyFragment = role.policyFragment;
  }

  public override addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    return this.role.addRight(statement);
  }

  public dedupeString(): string | undefined {
    return undefined;
  }
}
