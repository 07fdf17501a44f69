import type { Assembly } from '../model/assembly';
import type { Resource } from '../model/template';
import { type Branch, memberOf, type Resolved, Text, Unresolved, type Value } from '../model/value';
import { nameOf } from './arn';
import { maybeAbsent, type Policy, readPolicy } from './policy';

/** A policy and its place in the template. */
export interface PlacedPolicy {
  readonly policy: Policy;
  readonly holder: Resource;
  /** Path of the document below the resource: `Properties.Policies[0].PolicyDocument`. */
  readonly property: string;
}

/** An AWS managed policy, or another one whose text isn't in the template. */
export interface ForeignPolicy {
  readonly holder: Resource;
  readonly property: string;
  readonly arn: Value;
  readonly assuming: readonly string[];
}

/** Separate policy resources, and the property with the name of their role, user or group. */
const SEPARATE = [
  ['AWS::IAM::RolePolicy', 'RoleName'],
  ['AWS::IAM::UserPolicy', 'UserName'],
  ['AWS::IAM::GroupPolicy', 'GroupName'],
] as const;

/** The identity policies of one role, user or group. */
export interface RolePolicies {
  readonly policies: readonly PlacedPolicy[];
  /** Attached by an ARN that no resource of the template has. */
  readonly foreign: readonly ForeignPolicy[];
}

/**
 * Every identity policy of an assembly, in each form, and the role that it is attached to.
 *
 * Forms: `Policies` of a role, user or group; AWS::IAM::Policy, RolePolicy, UserPolicy, GroupPolicy; a managed policy
 * with `Roles`, or attached by `ManagedPolicyArns`; by reference or by name. A managed policy that is only a permissions
 * boundary grants nothing and is left out.
 */
export class IdentityPolicies {
  /** All policies that grant something. */
  public readonly all: PlacedPolicy[] = [];
  /** All attachments whose policy isn't in the template. */
  public readonly foreign: ForeignPolicy[] = [];
  /** Policies whose role, user or group isn't known. */
  public readonly astray: PlacedPolicy[] = [];

  private readonly byHolder = new Map<string, { policies: PlacedPolicy[]; foreign: ForeignPolicy[] }>();
  private readonly holders = new Map<string, Resource>();

  constructor(private readonly assembly: Assembly) {
    const holders = assembly.ofType('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group');
    for (const holder of holders) this.holders.set(nameKey(nameOf(holder)) ?? holder.key, holder);
    for (const holder of holders) {
      for (const placed of inlinePolicies(holder)) {
        this.all.push(placed);
        this.entry(holder.key).policies.push(placed);
      }
      this.readManagedPolicies(holder);
    }
    for (const [type, member] of SEPARATE) {
      for (const holder of assembly.ofType(type)) {
        const placed = documentOf(holder);
        this.all.push(placed);
        this.attach(placed, holder.property(member));
      }
    }
    for (const holder of assembly.ofType('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy')) {
      const names = ['Roles', 'Users', 'Groups'].flatMap((member) => holder.items(member));
      const placed = documentOf(holder);
      if (holder.type === 'AWS::IAM::Policy' || names.length > 0 || !this.isBoundaryOnly(holder)) this.all.push(placed);
      this.attach(placed, names);
    }
  }

  private readManagedPolicies(holder: Resource): void {
    for (const item of holder.items('ManagedPolicyArns')) {
      const managed = this.assembly.find(item.value);
      if (managed?.type === 'AWS::IAM::ManagedPolicy') {
        this.entry(holder.key).policies.push(attachedUnder(item, documentOf(managed)));
        continue;
      }
      const property = holder.below(item.where);
      const attachment = { holder, property, arn: item.value, assuming: item.assuming };
      this.foreign.push(attachment);
      this.entry(holder.key).foreign.push(attachment);
    }
  }

  private attach(placed: PlacedPolicy, names: readonly Branch[]): void {
    for (const name of names) {
      const key = this.holderKey(name.value);
      if (key === undefined) this.astray.push(placed);
      else this.entry(key).policies.push(attachedUnder(name, placed));
    }
  }

  /** Policies of a role; undefined when the template neither contains it nor attaches a policy to its name. */
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

  /** True for a managed policy that is the boundary of a role and attached to none. */
  private isBoundaryOnly(policy: Resource): boolean {
    const named = (member: string): boolean =>
      this.assembly
        .ofType('AWS::IAM::Role', 'AWS::IAM::User', 'AWS::IAM::Group')
        .some((holder) => holder.items(member).some((item) => this.assembly.find(item.value) === policy));
    return named('PermissionsBoundary') && !named('ManagedPolicyArns');
  }
}

/** The identity policies of an assembly, which are read once. */
export function identityPoliciesOf(assembly: Assembly): IdentityPolicies {
  let known = KNOWN.get(assembly);
  if (known === undefined) {
    known = new IdentityPolicies(assembly);
    KNOWN.set(assembly, known);
  }
  return known;
}

const KNOWN = new WeakMap<Assembly, IdentityPolicies>();

/** The document of a policy resource. One that exists under a condition only may also say nothing. */
function documentOf(holder: Resource): PlacedPolicy {
  const policy = readPolicy(holder.logicalId, holder.path, holder.property('PolicyDocument'));
  return {
    policy: holder.presence === 'always' ? policy : maybeAbsent(policy),
    holder,
    property: 'Properties.PolicyDocument',
  };
}

/** Who is named under a condition only may be without the policy. */
function attachedUnder({ assuming }: Branch, placed: PlacedPolicy): PlacedPolicy {
  return assuming.length === 0 ? placed : { ...placed, policy: maybeAbsent(placed.policy) };
}

/**
 * The policies in a role, user or group, each with all that it may say. What stands at one place of the list is one policy; where it is
 * left out, the policy says nothing.
 */
function inlinePolicies(holder: Resource): PlacedPolicy[] {
  const list = holder.properties.Policies;
  const places = new Map<string, Resolved>();
  for (const { value, assuming, where } of holder.items('Policies')) {
    const document = memberOf(value, 'PolicyDocument') ?? new Unresolved('PolicyDocument', where, 'missing');
    places.set(where, [...(places.get(where) ?? []), { value: document, assuming }]);
  }
  // Each item of a written list is resolved by itself; a list that is chosen as a whole is there once for each choice.
  const choices = (index: number): Resolved =>
    Array.isArray(list) ? holder.property('Policies', index) : holder.property('Policies');
  return [...places].map(([where, documents], index) => {
    const property = `${holder.below(where)}.PolicyDocument`;
    const policy = readPolicy(`Policies[${index}]`, holder.path, documents);
    const place = Number(/\[(\d+)\]$/.exec(where)?.[1] ?? 0);
    return { policy: documents.length < choices(place).length ? maybeAbsent(policy) : policy, holder, property };
  });
}

/** A name, or the last part of an ARN, as a key; undefined when the text isn't known. */
function nameKey(value: Value): string | undefined {
  if (typeof value === 'string') return `name:${value.slice(value.lastIndexOf('/') + 1)}`;
  if (!(value instanceof Text)) return undefined;
  const last = value.pieces.at(-1);
  return typeof last === 'string' && last.includes('/') ? `name:${last.slice(last.lastIndexOf('/') + 1)}` : undefined;
}
