import { type Assembly, asNumber, listOf, memberOf, type Resource, Unresolved, type Value } from '../../template/index';

const ASSOCIATION = 'AWS::Route53Resolver::FirewallRuleGroupAssociation';

/** A DNS firewall rule group that may be associated with a VPC. */
export interface Associated {
  readonly association: Resource;
  /** Undefined when the template doesn't contain it. */
  readonly group: Resource | undefined;
  /** Whether it is certainly associated. */
  readonly always: boolean;
  readonly priority: number;
}

/** Rule groups that may be associated with a VPC, in the order in which the resolver asks them. */
export function associationsOf(assembly: Assembly, vpc: Resource): readonly Associated[] {
  return assembly
    .ofType(ASSOCIATION)
    .flatMap((association): Associated[] => {
      const networks = association.property('VpcId').map(({ value }) => value);
      if (!networks.some((value) => value instanceof Unresolved || assembly.find(value) === vpc)) return [];
      const always = association.presence === 'always' && networks.every((value) => assembly.find(value) === vpc);
      const priority = asNumber(association.property('Priority')[0]?.value) ?? Number.NaN;
      return association.property('FirewallRuleGroupId').map(({ value }, _index, all) => ({
        association,
        group: assembly.find(value),
        always: always && all.length === 1,
        priority,
      }));
    })
    .sort((a, b) => a.priority - b.priority);
}

/** Configurations that may be of a VPC's DNS firewall. */
export function firewallConfigsOf(assembly: Assembly, vpc: Resource): readonly Resource[] {
  return assembly
    .ofType('AWS::Route53Resolver::FirewallConfig')
    .filter((config) =>
      config.property('ResourceId').some(({ value }) => value instanceof Unresolved || assembly.find(value) === vpc),
    );
}

/** Domain lists that a rule group of one of the VPCs doesn't block. */
export function allowedListsOf(assembly: Assembly, vpcs: ReadonlySet<Resource>): readonly Resource[] {
  return assembly
    .ofType(ASSOCIATION)
    .filter((association) =>
      association.property('VpcId').some(({ value }) => {
        const vpc = assembly.find(value);
        return value instanceof Unresolved || (vpc !== undefined && vpcs.has(vpc));
      }),
    )
    .flatMap((association) => association.property('FirewallRuleGroupId'))
    .flatMap(({ value }) => allowedBy(assembly, value));
}

function allowedBy(assembly: Assembly, group: Value): Resource[] {
  const rules = assembly.find(group)?.property('FirewallRules') ?? [];
  return rules
    .flatMap(({ value }) => listOf(value))
    .filter((rule) => memberOf(rule, 'Action') !== 'BLOCK')
    .flatMap((rule) => assembly.find(memberOf(rule, 'FirewallDomainListId')) ?? []);
}
