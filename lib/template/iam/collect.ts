import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import { piecesOf, Text, Unresolved, type Value } from '../model/value';
import { nameOf } from './arn';
import { type Policy, readPolicy } from './policy';

/** A policy and where it stands: for messages, and for the place to change. */
export interface PlacedPolicy {
  readonly policy: Policy;
  readonly holder: Resource;
  /** Path of the document below the resource: `Properties.Policies[0].PolicyDocument`. */
  readonly property: string;
}

/** An AWS-managed policy, or one whose text isn't in the template. */
export interface ForeignPolicy {
  readonly holder: Resource;
  readonly property: string;
  readonly arn: Value;
  readonly assuming: readonly string[];
}

/** What one role may do by its own policies. */
export interface RolePolicies {
  readonly policies: readonly PlacedPolicy[];
  /** Attached by an ARN that leads out of the template. */
  readonly foreign: readonly ForeignPolicy[];
}

/**
 * Every identity policy of an assembly, whatever its shape, and the role that it lands on.
 *
 * Shapes: `Policies` of a role, user or group; AWS::IAM::Policy, RolePolicy, UserPolicy, GroupPolicy; a managed policy
 * with `Roles`, or attached by `ManagedPolicyArns`; by reference or by name. A managed policy that serves only as a
 * permissions boundary grants nothing and is left out.
 */
export class IdentityPolicies {
  /** All policies that grant something to somebody. */
  public readonly all: readonly PlacedPolicy[];
  /** All attachments whose policy isn't in the template. */
  public readonly foreign: readonly ForeignPolicy[];
  /** Policies of which it isn't known whom they are attached to. */
  public readonly astray: readonly PlacedPolicy[];

  private readonly byHolder = new Map<string, { policies: PlacedPolicy[]; foreign: ForeignPolicy[] }>();
  private readonly holders = new Map<string, Resource>();

  constructor(private readonly assembly: Assembly) {
    const all: PlacedPolicy[] = [];
    const foreign: ForeignPolicy[] = [];
    const astray: PlacedPolicy[] = [];
    const attach = (placed: PlacedPolicy, names: readonly Value[]): void => {
      for (const name of names) {
        const key = this.holderKey(name);
        if (key === undefined) astray.push(placed);
        else this.entry(key).policies.push(placed);
      }
    };
    const holders = assembly.ofType('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group');
    for (const holder of holders) this.holders.set(nameKey(nameOf(holder)) ?? holder.key, holder);

    for (const holder of holders) {
      for (const placed of inlinePolicies(holder)) {
        all.push(placed);
        this.entry(holder.key).policies.push(placed);
      }
      for (const item of holder.items('ManagedPolicyArns')) {
        const property = below(holder, item.where);
        const managed = assembly.find(item.value);
        if (managed?.type === 'AWS::IAM::ManagedPolicy') {
          this.entry(holder.key).policies.push(documentOf(managed));
          continue;
        }
        const attachment = { holder, property, arn: item.value, assuming: item.assuming };
        foreign.push(attachment);
        this.entry(holder.key).foreign.push(attachment);
      }
    }
    const separate = { 'AWS::IAM::RolePolicy': 'RoleName', 'AWS::IAM::UserPolicy': 'UserName' };
    for (const [type, member] of Object.entries({ ...separate, 'AWS::IAM::GroupPolicy': 'GroupName' })) {
      for (const holder of assembly.ofType(type)) {
        const placed = documentOf(holder);
        all.push(placed);
        attach(
          placed,
          holder.property(member).map((branch) => branch.value),
        );
      }
    }
    for (const holder of assembly.ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy')) {
      const names = ['Roles', 'Users', 'Groups'].flatMap((member) => holder.items(member).map((item) => item.value));
      const placed = documentOf(holder);
      if (holder.type === 'AWS::IAM::Policy' || names.length > 0 || !this.isBoundaryOnly(holder)) all.push(placed);
      attach(placed, names);
    }
    this.all = all;
    this.foreign = foreign;
    this.astray = astray;
  }

  /** Policies of a role; undefined when the value names none that is in the template or attached to by name. */
  public of(role: Value): RolePolicies | undefined {
    const key = this.holderKey(role);
    return key === undefined ? undefined : this.byHolder.get(key);
  }

  /** Policies of a role, user or group of the template. */
  public ofResource(holder: Resource): RolePolicies {
    return this.byHolder.get(holder.key) ?? { policies: [], foreign: [] };
  }

  /** The role resource that a value names: by reference, by name or by ARN. */
  public roleOf(value: Value): Resource | undefined {
    const found = this.assembly.find(value);
    if (found?.type.startsWith('AWS::IAM::')) return found;
    const key = nameKey(value);
    return key === undefined ? undefined : this.holders.get(key);
  }

  private holderKey(value: Value): string | undefined {
    return this.roleOf(value)?.key ?? nameKey(value);
  }

  private entry(key: string): { policies: PlacedPolicy[]; foreign: ForeignPolicy[] } {
    let entry = this.byHolder.get(key);
    if (entry === undefined) {
      entry = { policies: [], foreign: [] };
      this.byHolder.set(key, entry);
    }
    return entry;
  }

  /** True for a managed policy that roles name as their boundary and nobody has attached. */
  private isBoundaryOnly(policy: Resource): boolean {
    const named = (member: string): boolean =>
      this.assembly
        .ofType('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group')
        .some((holder) => holder.items(member).some((item) => this.assembly.find(item.value) === policy));
    return named('PermissionsBoundary') && !named('ManagedPolicyArns');
  }
}

/** Reads each assembly's policies once. */
export function identityPoliciesOf(assembly: Assembly): IdentityPolicies {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    known = new IdentityPolicies(assembly);
    KNOWN.set(assembly, known);
  }
  return known;
}

const KNOWN = new WeakMap<Assembly, IdentityPolicies>();

/** The document of a policy resource. */
function documentOf(holder: Resource): PlacedPolicy {
  const document = holder.property('PolicyDocument');
  return {
    policy: readPolicy(holder.logicalId, holder.path, document),
    holder,
    property: 'Properties.PolicyDocument',
  };
}

function inlinePolicies(holder: Resource): PlacedPolicy[] {
  return holder.items('Policies').map((item, index) => {
    const property = `${below(holder, item.where)}.PolicyDocument`;
    const value = item.value;
    const document =
      value instanceof Unresolved
        ? value
        : ((value as { PolicyDocument?: Value } | null)?.PolicyDocument ??
          new Unresolved('PolicyDocument', item.where, 'missing'));
    return {
      policy: readPolicy(`Policies[${index}]`, holder.path, [{ value: document, assuming: item.assuming }]),
      holder,
      property,
    };
  });
}

/** `Properties.X[0]` of `LogicalId.Properties.X[0]`. */
function below(resource: Resource, where: string): string {
  return where.startsWith(`${resource.logicalId}.`) ? where.slice(resource.logicalId.length + 1) : where;
}

/** A name, or the last part of an ARN, as a key; undefined when it isn't known text. */
function nameKey(value: Value): string | undefined {
  if (typeof value === 'string') return `name:${value.slice(value.lastIndexOf('/') + 1)}`;
  if (!(value instanceof Text)) return undefined;
  const pieces = piecesOf(value) ?? [];
  const last = pieces[pieces.length - 1];
  return typeof last === 'string' && last.includes('/') ? `name:${last.slice(last.lastIndexOf('/') + 1)}` : undefined;
}
