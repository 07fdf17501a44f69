import { areRoutesTrusted } from '../checks/facts/trusted-vpcs';
import { LISTS_BY_REGION } from '../private/managed-prefix-list-ids';
import {
  type Assembly,
  asNumber,
  describe,
  isTrue,
  keyOf,
  listOf,
  memberOf,
  piecesOf,
  Reference,
  type Resource,
  textOf,
  Unresolved,
  type Value,
} from '../template';
import type { Spelling } from '../template/iam/arn';
import { regionOf } from '../template/iam/asked';
import { matchText } from '../template/iam/pattern';
import { type GroupRule, rulesOf } from '../template/network/group-rules';
import type { Place } from '../template/network/place';

/** What keeps a request from its service, and where: `endpoint`, `security group`, `route`, `network ACL`, `DNS`. */
export interface Gap {
  readonly layer: string;
  readonly detail: string;
}

/** A way to a service from one place: the endpoint, if there is one, and what is missing. */
export interface Way {
  readonly endpoint: Resource | undefined;
  readonly gaps: readonly Gap[];
}

const HTTPS = 443;
const EPHEMERAL = 1024;

/** Services whose endpoints are gateways, and how the packaged table of prefix lists names them. */
export const GATEWAYS: { readonly [service: string]: 's3' | 'dynamodb' } = { s3: 's3', dynamodb: 'dynamodb' };

/**
 * Whether requests of a workload certainly arrive at a service's endpoint: the endpoint exists, groups and routes lead to it,
 * and the resolver answers its host names. `pathsOf` answers the opposite question: what may be reached.
 */
export class NetworkGaps {
  private readonly endpoints: readonly {
    readonly endpoint: Resource;
    readonly service: string;
    readonly vpcs: string[];
  }[];
  private readonly tables = new Map<Resource, readonly string[]>();
  private readonly ways = new Map<string, Way>();
  private readonly networks = new Map<Place, ReadonlySet<string>>();
  private readonly names = new Map<string, readonly Gap[]>();
  private readonly domains = new Map<Resource, readonly Value[]>();

  constructor(
    private readonly assembly: Assembly,
    private readonly spelling: Spelling,
  ) {
    this.endpoints = assembly
      .ofType('AWS::EC2::VPCEndpoint')
      .filter(({ presence }) => presence === 'always')
      .map((endpoint) => ({
        endpoint,
        service: serviceOf(endpoint),
        vpcs: endpoint.property('VpcId').map(({ value }) => keyOf(value)),
      }));
    for (const association of assembly.ofType('AWS::EC2::SubnetRouteTableAssociation')) {
      const tables = association.property('RouteTableId').map(({ value }) => keyOf(value));
      for (const { value } of association.property('SubnetId')) {
        const subnet = assembly.find(value);
        if (subnet !== undefined) this.tables.set(subnet, [...(this.tables.get(subnet) ?? []), ...tables]);
      }
    }
  }

  /**
   * @param service `s3`, `ecr.api`
   * @param gateways how many services with a gateway the place needs
   */
  public wayTo(place: Place, service: string, gateways: number): Way {
    const key = `${place.workload.key} ${place.placedBy.key} ${service} ${gateways}`;
    let way = this.ways.get(key);
    if (way === undefined) {
      way = this.findWay(place, service, gateways);
      this.ways.set(key, way);
    }
    return way;
  }

  private networksOf(place: Place): ReadonlySet<string> {
    let known = this.networks.get(place);
    if (known === undefined) {
      known = networksOf(place);
      this.networks.set(place, known);
    }
    return known;
  }

  private findWay(place: Place, service: string, gateways: number): Way {
    const networks = this.networksOf(place);
    const endpoint = this.endpoints.find(
      (each) => each.service === service && each.vpcs.every((vpc) => networks.has(vpc)),
    )?.endpoint;
    if (endpoint === undefined) {
      return { endpoint, gaps: [{ layer: 'endpoint', detail: `its network has no endpoint of ${service}` }] };
    }
    const isGateway = GATEWAYS[service] !== undefined && endpoint.items('RouteTableIds').length > 0;
    const gaps = isGateway
      ? [...this.gatewayEgress(place, service, gateways), ...this.routes(place, endpoint)]
      : [...this.privateDns(endpoint), ...this.groups(place, endpoint)];
    return { endpoint, gaps: [...gaps, ...this.acls(place)] };
  }

  private privateDns(endpoint: Resource): Gap[] {
    if (endpoint.property('PrivateDnsEnabled').every(({ value }) => isTrue(value))) return [];
    return [
      { layer: 'endpoint', detail: `${endpoint.path} has no private DNS, so the service's name leads elsewhere` },
    ];
  }

  private groups(place: Place, endpoint: Resource): Gap[] {
    const targets = endpoint.items('SecurityGroupIds').flatMap(({ value }) => this.assembly.find(value) ?? []);
    const ranges = this.rangesOf(place);
    const leaves = place.groups.some((group) =>
      certain(rulesOf(this.assembly, group, 'Egress')).some(
        (rule) => (rule.group !== undefined && targets.includes(rule.group)) || ranges.has(keyOf(rule.peer)),
      ),
    );
    const arrives = targets.some((target) =>
      certain(rulesOf(this.assembly, target, 'Ingress')).some(
        (rule) => (rule.group !== undefined && place.groups.includes(rule.group)) || ranges.has(keyOf(rule.peer)),
      ),
    );
    const own = place.groups.map(({ path }) => path).join(', ') || 'its unknown group';
    const its = targets.map(({ path }) => path).join(', ') || 'an unknown group';
    return [
      ...(leaves ? [] : [{ layer: 'security group', detail: `${own} has no egress rule for TCP 443 to ${its}` }]),
      ...(arrives ? [] : [{ layer: 'security group', detail: `${its} has no ingress rule for TCP 443 from ${own}` }]),
    ];
  }

  /** Peers that contain the whole network: any address, and the VPC's range. */
  private rangesOf({ groups }: Place): ReadonlySet<string> {
    const vpcs = groups.flatMap((group) =>
      group.property('VpcId').flatMap(({ value }) => this.assembly.find(value) ?? []),
    );
    const own = vpcs.flatMap((vpc) => [
      ...vpc.property('CidrBlock').map(({ value }) => value),
      new Reference(vpc.template.name, vpc.logicalId, 'CidrBlock'),
    ]);
    return new Set(['0.0.0.0/0', ...own].map(keyOf));
  }

  private gatewayEgress(place: Place, service: string, gateways: number): Gap[] {
    const holders = new Map<Resource, string[]>();
    for (const group of place.groups) {
      for (const rule of certain(rulesOf(this.assembly, group, 'Egress'))) {
        if (rule.peer === '0.0.0.0/0') return [];
        if (typeof rule.peer !== 'string' || !rule.peer.startsWith('pl-')) continue;
        holders.set(rule.holder, [...(holders.get(rule.holder) ?? []), rule.peer]);
      }
    }
    const kinds = [...holders.values()].map((ids) => kindsOf(ids, place.workload));
    // A list that the table doesn't contain may be of either service. With fewer lists than services, one has none.
    const isUnknown = kinds.some((kind) => kind.length === 0) && kinds.length >= gateways;
    if (isUnknown || kinds.some((kind) => kind.includes(service))) return [];
    const own = place.groups.map(({ path }) => path).join(', ') || 'its unknown group';
    return [
      { layer: 'security group', detail: `${own} has no egress rule for TCP 443 to the prefix list of ${service}` },
    ];
  }

  private routes(place: Place, endpoint: Resource): Gap[] {
    const routed = new Set(endpoint.items('RouteTableIds').map(({ value }) => keyOf(value)));
    const gaps = place.subnets
      .filter((subnet) => !(this.tables.get(subnet) ?? []).some((table) => routed.has(table)))
      .map(({ path }): Gap => ({ layer: 'route', detail: `${endpoint.path} lists no route table of ${path}` }));
    const strange = place.unknown.filter((each) => !areRoutesTrusted(this.assembly, each));
    return [
      ...gaps,
      ...strange.map((each): Gap => ({ layer: 'route', detail: `can't be proven: the routes of ${each}` })),
    ];
  }

  /** A subnet without an ACL in the templates has the default ACL, which allows everything. */
  private acls({ subnets }: Place): Gap[] {
    return this.assembly.ofType('AWS::EC2::SubnetNetworkAclAssociation').flatMap((association): Gap[] => {
      const [subnet] = association.property('SubnetId').flatMap(({ value }) => this.assembly.find(value) ?? []);
      if (subnet === undefined || !subnets.includes(subnet)) return [];
      const acls = association.property('NetworkAclId').map(({ value }) => this.assembly.find(value));
      const passes = acls.every(
        (acl) => acl !== undefined && this.aclPasses(acl, true, HTTPS) && this.aclPasses(acl, false, EPHEMERAL),
      );
      const names = acls.map((acl) => acl?.path ?? 'an unknown ACL').join(', ');
      return passes
        ? []
        : [{ layer: 'network ACL', detail: `can't be proven: that ${names} lets TCP 443 and its answers pass` }];
    });
  }

  /** Whether the first entry for all addresses that covers a TCP port allows it, and no entry before denies some. */
  private aclPasses(acl: Resource, egress: boolean, port: number): boolean {
    const entries = this.assembly
      .ofType('AWS::EC2::NetworkAclEntry')
      .filter((entry) => entry.property('NetworkAclId').some(({ value }) => this.assembly.find(value) === acl))
      .filter((entry) => entry.property('Egress').some(({ value }) => isTrue(value)) === egress)
      .sort((a, b) => numberOf(a) - numberOf(b));
    for (const entry of entries) {
      const value = (member: string): Value => entry.property(member)[0]?.value;
      const protocol = String(value('Protocol'));
      const [from, to] = [asNumber(memberOf(value('PortRange'), 'From')), asNumber(memberOf(value('PortRange'), 'To'))];
      const covers = protocol === '-1' || (protocol === '6' && (from ?? 0) <= port && (to ?? 65_535) >= port);
      if (!covers) continue;
      if (value('RuleAction') !== 'allow') return false;
      if (value('CidrBlock') === '0.0.0.0/0') return true;
    }
    return false;
  }

  /** The first rule of the DNS firewalls that matches decides on a name. Without a match, the resolver answers. */
  public dnsGaps(place: Place, host: Value): readonly Gap[] {
    // Parts in the same network get the same answers.
    const key = `${[...this.networksOf(place)].join()} ${keyOf(host)}`;
    let gaps = this.names.get(key);
    if (gaps === undefined) {
      gaps = this.findDnsGaps(place, host);
      this.names.set(key, gaps);
    }
    return gaps;
  }

  private findDnsGaps(place: Place, host: Value): Gap[] {
    const name = this.hostName(host);
    for (const association of this.firewallsOf(place)) {
      const groups = association.property('FirewallRuleGroupId').map(({ value }) => this.assembly.find(value));
      for (const group of groups) {
        if (group === undefined) return [{ layer: 'DNS', detail: `can't be proven: the rules for ${describe(host)}` }];
        const answer = this.answerOf(group, name);
        if (answer === 'BLOCK') {
          return [{ layer: 'DNS', detail: `no list that ${group.path} allows has ${describe(host)}` }];
        }
        if (answer === 'ALLOW' && association.presence === 'always') return [];
      }
    }
    return [];
  }

  /** Associations of rule groups with a place's network, in the order in which the resolver asks them. */
  private firewallsOf(place: Place): Resource[] {
    const networks = this.networksOf(place);
    const priorityOf = (each: Resource): number => asNumber(each.property('Priority')[0]?.value) ?? 0;
    return this.assembly
      .ofType('AWS::Route53Resolver::FirewallRuleGroupAssociation')
      .filter((each) =>
        each.property('VpcId').some(({ value }) => value instanceof Unresolved || networks.has(keyOf(value))),
      )
      .sort((a, b) => priorityOf(a) - priorityOf(b));
  }

  private answerOf(group: Resource, name: Value): string | undefined {
    const rules = group
      .property('FirewallRules')
      .flatMap(({ value }) => listOf(value))
      .sort((a, b) => (asNumber(memberOf(a, 'Priority')) ?? 0) - (asNumber(memberOf(b, 'Priority')) ?? 0));
    for (const rule of rules) {
      const domains = this.domainsOf(this.assembly.find(memberOf(rule, 'FirewallDomainListId')));
      const matches = domains.map((domain) => matchText(domain, name));
      const action = memberOf(rule, 'Action');
      if (matches.includes('true')) return action === 'BLOCK' ? 'BLOCK' : 'ALLOW';
      if (action === 'BLOCK' && matches.includes('depends')) return 'BLOCK';
    }
    return undefined;
  }

  private domainsOf(list: Resource | undefined): readonly Value[] {
    if (list === undefined) return [new Unresolved('domains', '', 'the list is not in the templates')];
    let domains = this.domains.get(list);
    if (domains === undefined) {
      domains = list.items('Domains').map(({ value }) => this.hostName(value));
      this.domains.set(list, domains);
    }
    return domains;
  }

  /** A host name in one spelling: the suffix of AWS's names is the same in all regions of a partition. */
  private hostName(value: Value): Value {
    const pieces = piecesOf(this.spelling.of(value)) ?? [];
    return textOf(
      pieces.map((piece) => {
        if (piece instanceof Reference && piece.logicalId === 'AWS::URLSuffix') return 'amazonaws.com';
        return typeof piece === 'string' ? piece.replace('amazonaws.com.cn', 'amazonaws.com') : piece;
      }),
    );
  }
}

/** The ids of a place's VPC, as keys. */
function networksOf({ groups, subnets }: Place): ReadonlySet<string> {
  const ids = [...groups, ...subnets].flatMap((each) => each.property('VpcId').map(({ value }) => keyOf(value)));
  return new Set(ids);
}

/** Rules that certainly allow TCP 443, one entry for each possible value of a peer. */
function certain(rules: readonly GroupRule[]): GroupRule[] {
  return rules.filter(
    ({ holder, unknown, tcp }) =>
      !unknown && holder.presence === 'always' && tcp !== undefined && tcp.from <= HTTPS && tcp.to >= HTTPS,
  );
}

/** The gateways whose prefix lists these may be; empty for lists that the packaged table doesn't contain. */
function kindsOf(ids: readonly string[], workload: Resource): readonly string[] {
  const region = regionOf(workload);
  const known = typeof region === 'string' ? [LISTS_BY_REGION[region] ?? []].flat() : Object.values(LISTS_BY_REGION);
  return Object.values(GATEWAYS).filter((kind) => {
    const lists = known.map((each) => each[kind]);
    return ids.every((id) => lists.includes(id));
  });
}

function numberOf(entry: Resource): number {
  return asNumber(entry.property('RuleNumber')[0]?.value) ?? 0;
}

/** `s3` of `com.amazonaws.eu-west-1.s3`. In China, interface endpoints begin with `cn.`. */
function serviceOf(endpoint: Resource): string {
  const [name] = endpoint.property('ServiceName');
  return describe(name?.value).replace(/^(cn\.)?com\.amazonaws\.[^.]+\./, '');
}
