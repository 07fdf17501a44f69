import {
  type Assembly,
  asNumber,
  describe,
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
import { matchText } from '../template/iam/pattern';
import type { Gap } from './gap';

/** Types of queries that a client sends for a host name, and how a rule may write them. */
const QUERIES: readonly (readonly [type: string, written: RegExp])[] = [
  ['A', /^(A|TYPE1|1)$/i],
  ['AAAA', /^(AAAA|TYPE28|28)$/i],
];

/**
 * Whether the DNS firewalls of a network let its resolver answer host names.
 *
 * Source: Route 53 Developer Guide, "Rule actions in DNS Firewall", "Rule settings in DNS Firewall" (a rule with a query type
 * is about queries of this type only).
 */
export class DnsGaps {
  private readonly names = new Map<ReadonlySet<string>, Map<string, readonly Gap[]>>();
  private readonly domains = new Map<Resource, readonly Value[]>();

  constructor(
    private readonly assembly: Assembly,
    private readonly spelling: Spelling,
  ) {}

  /** @param networks keys of the VPC's possible ids; the same set for the same network */
  public of(networks: ReadonlySet<string>, host: Value): readonly Gap[] {
    // Parts in the same network get the same answers.
    let names = this.names.get(networks);
    if (names === undefined) {
      names = new Map();
      this.names.set(networks, names);
    }
    const key = keyOf(host);
    let gaps = names.get(key);
    if (gaps === undefined) {
      gaps = this.find(networks, host);
      names.set(key, gaps);
    }
    return gaps;
  }

  /** The first rule of the firewalls that matches decides on a name. Without a match, the resolver answers. */
  private find(networks: ReadonlySet<string>, host: Value): Gap[] {
    const name = this.hostName(host);
    const firewalls = this.firewallsOf(networks);
    for (const [type, written] of QUERIES) {
      for (const association of firewalls) {
        const answers = association.property('FirewallRuleGroupId').map(({ value }) => {
          const group = this.assembly.find(value);
          return { group, answer: group === undefined ? undefined : this.answerOf(group, name, written) };
        });
        if (answers.some(({ group }) => group === undefined)) {
          return [{ layer: 'DNS', detail: `can't be proven: the rules for ${describe(host)}` }];
        }
        const blocking = answers.find(({ answer }) => answer === 'BLOCK')?.group;
        if (blocking !== undefined) {
          return [
            { layer: 'DNS', detail: `no list that ${blocking.path} allows${forType(type)} has ${describe(host)}` },
          ];
        }
        if (answers.every(({ answer }) => answer === 'ALLOW') && association.presence === 'always') break;
      }
    }
    return [];
  }

  /** Associations of rule groups with a network, in the order in which the resolver asks them. */
  private firewallsOf(networks: ReadonlySet<string>): Resource[] {
    const priorityOf = (each: Resource): number => asNumber(each.property('Priority')[0]?.value) ?? 0;
    return this.assembly
      .ofType('AWS::Route53Resolver::FirewallRuleGroupAssociation')
      .filter((each) =>
        each.property('VpcId').some(({ value }) => value instanceof Unresolved || networks.has(keyOf(value))),
      )
      .sort((a, b) => priorityOf(a) - priorityOf(b));
  }

  private answerOf(group: Resource, name: Value, written: RegExp): 'ALLOW' | 'BLOCK' | undefined {
    const rules = group
      .property('FirewallRules')
      .flatMap(({ value }) => listOf(value))
      .sort((a, b) => (asNumber(memberOf(a, 'Priority')) ?? 0) - (asNumber(memberOf(b, 'Priority')) ?? 0));
    for (const rule of rules) {
      const answer = this.answerOfRule(rule, name, written);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  /** What a rule certainly answers, or in doubt that it blocks; undefined when it isn't about the name or the query. */
  private answerOfRule(rule: Value, name: Value, written: RegExp): 'ALLOW' | 'BLOCK' | undefined {
    const type = memberOf(rule, 'Qtype');
    const isOfType = type === undefined || (typeof type === 'string' && written.test(type));
    if (!isOfType && typeof type === 'string') return undefined;
    const action = memberOf(rule, 'Action');
    const allows = isOfType && (action === 'ALLOW' || action === 'ALERT');
    const domains = this.domainsOf(this.assembly.find(memberOf(rule, 'FirewallDomainListId')));
    const matches = domains.map((domain) => matchText(domain, name));
    if (matches.includes('true')) return allows ? 'ALLOW' : 'BLOCK';
    return !allows && matches.includes('depends') ? 'BLOCK' : undefined;
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

  /**
   * A host name in one spelling: the suffix of AWS's names is the same in all regions of a partition. Case doesn't matter, and
   * neither does a dot at the end.
   */
  private hostName(value: Value): Value {
    const pieces = (piecesOf(this.spelling.of(value)) ?? []).map((piece) => {
      if (piece instanceof Reference && piece.logicalId === 'AWS::URLSuffix') return 'amazonaws.com';
      return typeof piece === 'string' ? piece.toLowerCase().replace('amazonaws.com.cn', 'amazonaws.com') : piece;
    });
    const end = pieces.at(-1);
    if (typeof end !== 'string' || !end.endsWith('.')) return textOf(pieces);
    return textOf([...pieces.slice(0, -1), end.slice(0, -1)]);
  }
}

/** Most rules are about every type, so only the rarer one is named. */
function forType(type: string): string {
  return type === 'A' ? '' : ` for ${type} queries`;
}
