import {
  type Assembly,
  keyOf,
  piecesOf,
  Reference,
  type Resource,
  type TextPiece,
  textOf,
  Unresolved,
  type Value,
} from '../template';
import { about, boundaryOf, contextOf, spelled } from '../template/iam/access';
import { accountOf, arnOf, Spelling } from '../template/iam/arn';
import { regionOf } from '../template/iam/asked';
import { identityPoliciesOf } from '../template/iam/collect';
import { type Decision, evaluateRequest, type PolicySet, type Request } from '../template/iam/evaluate';
import { type Policy, readPolicy, statementsOf, unknownPolicy } from '../template/iam/policy';
import { resourcePolicyOf } from '../template/iam/resource-policies';
import { isPolicyOfItsService } from '../template/iam/taken-by-services';
import { type Place, placesOf } from '../template/network/place';
import { uncallableModels } from './declared-models';
import { type Gap, gapIn } from './gap';
import { keyFaults } from './key-faults';
import { lackingDeliveries } from './lacking-deliveries';
import { lackingInvocations } from './lacking-invocations';
import { lackingTriggers } from './lacking-triggers';
import { lackingTrust } from './lacking-trust';
import type { Need } from './need';
import { needsOf } from './needs';
import { GATEWAYS, NetworkGaps } from './network-gaps';
import type { RuntimeParts } from './runtime-parts';

/**
 * What the parts of the runtime need and aren't certainly allowed, with the layer that doesn't allow it: the role, its
 * boundary, the policy of the resource or key, and in a network the endpoint, its policy, security groups, routes and DNS.
 */
export function lackingAllows(assembly: Assembly, parts: RuntimeParts): string[] {
  const spelling = new Spelling(assembly);
  const { needs, unread } = needsOf(assembly, parts, spelling);
  const layers = new Layers(assembly, spelling, needs);
  const gaps = needs.flatMap((need) => layers.gapsOf(need).map((gap) => ({ need, gap })));
  const unknown = unread.map(({ part, what }) => `can't be proven: what the ${part.label} lacks, because ${what}`);
  return [
    ...groupsOf(gaps, ({ need, gap }) => `${need.part.label}: ${gap.layer}: ${gap.detail}`).map((same) => {
      const [{ need, gap }] = same;
      const uses = groupsOf(same, (each) => each.need.what).map((onOne) => {
        const actions = [...new Set(onOne.map((each) => each.need.action))].join(', ');
        return onOne[0].need.what === '' ? actions : `${actions} on ${onOne[0].need.what}`;
      });
      return `the ${need.part.label} lacks ${uses.join('; ')}: ${gap.layer}: ${gap.detail}`;
    }),
    ...new Set(unknown),
    ...uncallableModels(assembly),
    ...lackingInvocations(assembly, parts, spelling),
    ...lackingTrust(assembly, parts, spelling),
    ...lackingTriggers(assembly, parts, spelling),
    ...lackingDeliveries(assembly, parts, spelling),
  ];
}

/** Items with the same key, in the order of their first one. */
function groupsOf<T>(items: readonly T[], keyFor: (item: T) => string): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const key = keyFor(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** Services whose endpoint a request passes, by the prefix of its action. */
const ENDPOINTS_OF: { readonly [prefix: string]: readonly string[] } = {
  s3: ['s3'],
  dynamodb: ['dynamodb'],
  lambda: ['lambda'],
  states: ['states'],
  secretsmanager: ['secretsmanager'],
  kms: ['kms'],
  ecs: ['ecs'],
  logs: ['logs'],
  'execute-api': ['execute-api'],
  bedrock: ['bedrock-runtime'],
  // Fargate needs both. Source: Amazon ECR User Guide, "Amazon ECR interface VPC endpoints".
  ecr: ['ecr.api', 'ecr.dkr'],
};

function endpointsOf({ action, by }: Need): readonly string[] {
  return by === 'AWS' ? [] : (ENDPOINTS_OF[action.split(':')[0] ?? ''] ?? []);
}

/** Evaluates each layer of a request. */
class Layers {
  private readonly network: NetworkGaps;
  private readonly places: ReadonlyMap<Resource, readonly Place[]>;
  private readonly roles = new Map<Resource, { identity: Policy[]; boundary: Policy | undefined }>();
  private readonly policies = new Map<Resource, Policy | undefined>();
  private readonly gateways = new Map<Resource, number>();
  private readonly arns = new Map<Resource, Value>();
  private readonly delegations = new Map<string, Policy>();
  /** The statements of a role's or endpoint's policies about one action. */
  private readonly parts = new Map<string, readonly Policy[]>();

  constructor(
    private readonly assembly: Assembly,
    private readonly spelling: Spelling,
    private readonly needs: readonly Need[],
  ) {
    this.network = new NetworkGaps(assembly, spelling);
    const places = new Map<Resource, Place[]>();
    for (const place of placesOf(assembly).places) {
      places.set(place.workload, [...(places.get(place.workload) ?? []), place]);
    }
    this.places = places;
  }

  public gapsOf(need: Need): Gap[] {
    const { workload } = need.part;
    const places = workload === undefined || need.by === 'AWS' ? [] : (this.places.get(workload) ?? []);
    const [first] = places;
    const gaps = need.by === 'nobody' ? [] : this.gapsInPolicies(need, first);
    if (workload?.type === 'AWS::ECS::TaskDefinition' && places.length === 0 && need.by !== 'AWS') {
      gaps.push({ layer: 'network', detail: `can't be proven: the templates don't say where ${workload.path} runs` });
    }
    const { resource } = need.on;
    if (resource?.type === 'AWS::KMS::Key') {
      const use = /^kms:(Sign|GetPublicKey)$/.test(need.action) ? 'sign' : 'encrypt';
      gaps.push(...keyFaults(resource, use).map((detail) => ({ layer: 'key', detail })));
    }
    return [...gaps, ...places.flatMap((place) => this.gapsOnTheWay(need, place))];
  }

  private gapsInPolicies(need: Need, place: Place | undefined): Gap[] {
    const { identity: all, boundary } = this.policiesOf(need.role);
    const identity = this.about(need.role.key, all, need.action);
    const account = accountOf(need.role);
    const { resource: target } = need.on;
    // A trust policy says who may assume a role, not who may pass it.
    const own = target === undefined || need.action.startsWith('iam:') ? undefined : this.policyOf(target);
    const resource = own ?? this.withoutPolicy(target, account);
    const request = this.requestOf(need, place, target === undefined ? account : accountOf(target));
    if (evaluateRequest(request, { identity, boundary, resource }).allowed === 'true') return [];
    const alone = (policies: PolicySet): Decision => evaluateRequest(request, policies);
    const delegated = this.delegatesTo(account);
    const layers: (readonly [layer: string, source: string, decision: Decision])[] = [
      ['role', need.role.path, alone({ identity, resource: delegated })],
      ...(boundary === undefined
        ? []
        : [['boundary', boundary.source, alone({ identity: [EVERYTHING], boundary, resource: delegated })] as const]),
      ...(target === undefined
        ? []
        : [
            [
              target.type === 'AWS::KMS::Key' ? 'key policy' : 'resource policy',
              target.path,
              alone({ identity: [EVERYTHING], resource }),
            ] as const,
          ]),
    ];
    const gaps = layers.flatMap(([layer, source, decision]) => gapIn(layer, source, decision));
    return gaps.length > 0 ? gaps : [{ layer: 'policies', detail: "can't be proven: that they allow it together" }];
  }

  private gapsOnTheWay(need: Need, place: Place): Gap[] {
    return endpointsOf(need).flatMap((service) => {
      const way = this.network.wayTo(place, service, this.gatewaysOf(place));
      const ofDns = hostsOf(need, service).flatMap((host) => this.network.dnsGaps(place, host));
      const ofPolicy = way.endpoint === undefined ? [] : this.gapsInEndpoint(need, place, way.endpoint);
      return [...way.gaps, ...ofPolicy, ...ofDns];
    });
  }

  /** How many services with a gateway the workload of a place needs. */
  private gatewaysOf({ workload }: Place): number {
    let known = this.gateways.get(workload);
    if (known === undefined) {
      const services = this.needs.filter(({ part }) => part.workload === workload).flatMap(endpointsOf);
      known = new Set(services.filter((service) => GATEWAYS[service] !== undefined)).size;
      this.gateways.set(workload, known);
    }
    return known;
  }

  /** What stands for the policy of a resource without one. The policy of an existing resource isn't known, and assumed. */
  private withoutPolicy(target: Resource | undefined, account: TextPiece): Policy | undefined {
    if (target === undefined) return this.delegatesTo(account);
    const isElsewhere = keyOf(accountOf(target)) !== keyOf(account);
    return isElsewhere || target.type === 'AWS::KMS::Key' ? NO_STATEMENTS : undefined;
  }

  /** A resource policy that leaves the decision to the account's identity policies. */
  private delegatesTo(account: TextPiece): Policy {
    const key = keyOf(account);
    let known = this.delegations.get(key);
    if (known === undefined) {
      const Statement = { Effect: 'Allow', Principal: { AWS: account }, Action: '*', Resource: '*' };
      known = readPolicy('delegation', '', [{ value: { Statement }, assuming: [] }]);
      this.delegations.set(key, known);
    }
    return known;
  }

  private gapsInEndpoint(need: Need, place: Place, endpoint: Resource): Gap[] {
    const policy = this.policyOf(endpoint);
    // Without a policy, an endpoint allows everything.
    if (policy === undefined) return [];
    const own = accountOf(need.role);
    const { resource } = need.on;
    const accounts = resource === undefined ? [own, ...accountsNamedIn(policy)] : [accountOf(resource)];
    const decisions = accounts.map((account) =>
      evaluateRequest(this.requestOf(need, place, account), {
        identity: [EVERYTHING],
        resource: this.delegatesTo(own),
        endpoint: this.about(endpoint.key, [policy], need.action)[0],
      }),
    );
    if (decisions.some(({ allowed }) => allowed === 'true')) return [];
    const [best] = decisions.filter(({ allowed }) => allowed === 'depends');
    const decision = best ?? decisions[0];
    return decision === undefined ? [] : gapIn('endpoint policy', endpoint.path, decision);
  }

  /** The endpoint that carries a request; undefined for a service that has none there. */
  private endpointFor(need: Need, place: Place): Resource | undefined {
    const [service] = endpointsOf(need);
    return service === undefined ? undefined : this.network.wayTo(place, service, this.gatewaysOf(place)).endpoint;
  }

  /**
   * Source: IAM User Guide, "AWS global condition context keys" (both keys are in the context only if the request goes through
   * an endpoint).
   */
  private requestOf(need: Need, place: Place | undefined, owner: TextPiece): Request {
    const { role, action, on, sends, by, part } = need;
    const account = accountOf(role);
    const stranger = new Unresolved('anybody', role.path, 'the principal of an address that AWS signed');
    const roleArn = by === 'nobody' ? stranger : this.arnOf(role);
    const endpoint = place === undefined || by !== 'code' ? undefined : this.endpointFor(need, place);
    const ofFunction = part.workload?.type === 'AWS::Lambda::Function' ? this.arnOf(part.workload) : [];
    const isPlaced = place !== undefined || part.workload?.type !== 'AWS::ECS::TaskDefinition';
    const known = contextOf(roleArn, by === 'nobody' ? stranger : account, owner);
    const context = known.with({
      'aws:RequestedRegion': regionOf(role),
      'lambda:SourceFunctionArn': by === 'code' ? ofFunction : [],
      'kms:CallerAccount': account,
      // The network of a task that the templates don't place isn't known.
      ...(isPlaced ? sourceOf(endpoint) : {}),
      ...sends,
    });
    return {
      principal: { kind: 'role', roleArn, account },
      action,
      resource: on.arn,
      resourceAccount: owner,
      context,
    };
  }

  private arnOf(resource: Resource): Value {
    if (!this.arns.has(resource)) this.arns.set(resource, this.spelling.of(arnOf(resource)));
    return this.arns.get(resource);
  }

  private about(holder: string, policies: readonly Policy[], action: string): readonly Policy[] {
    const key = `${holder} ${action}`;
    let parts = this.parts.get(key);
    if (parts === undefined) {
      parts = policies.map((policy) => about(policy, action));
      this.parts.set(key, parts);
    }
    return parts;
  }

  /** Policies that certainly exist. */
  private policiesOf(role: Resource): { identity: Policy[]; boundary: Policy | undefined } {
    let known = this.roles.get(role);
    if (known === undefined) {
      const { policies, foreign } = identityPoliciesOf(this.assembly).ofResource(role);
      known = {
        identity: [
          ...policies
            .filter(({ holder, policy }) => holder.presence === 'always' || denies(policy))
            .map(({ policy }) => spelled(policy, this.spelling)),
          ...foreign.map(({ arn }) =>
            isPolicyOfItsService(role, arn)
              ? WHAT_ITS_SERVICE_NEEDS
              : unknownPolicy(String(arn), role.path, 'not in the template'),
          ),
        ],
        boundary: boundaryOf(this.assembly, role, this.spelling),
      };
      this.roles.set(role, known);
    }
    return known;
  }

  private policyOf(resource: Resource): Policy | undefined {
    if (!this.policies.has(resource)) {
      const own = resourcePolicyOf(this.assembly, resource);
      this.policies.set(resource, own && spelled(own, this.spelling, resource));
    }
    return this.policies.get(resource);
  }
}

const EVERYTHING = readPolicy('everything', '', [
  { value: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, assuming: [] },
]);
const NO_STATEMENTS = readPolicy('none', '', [{ value: { Statement: [] }, assuming: [] }]);

function denies(policy: Policy): boolean {
  return statementsOf(policy).some(({ effect }) => effect !== 'Allow');
}

/** What the context says of the endpoint that carries a request. */
function sourceOf(endpoint: Resource | undefined): { readonly [key: string]: Value | readonly Value[] } {
  if (endpoint === undefined) return { 'aws:SourceVpce': [], 'aws:SourceVpc': [] };
  const [vpc] = endpoint.property('VpcId');
  return {
    'aws:SourceVpce': new Reference(endpoint.template.name, endpoint.logicalId, 'Id'),
    'aws:SourceVpc': vpc?.value,
  };
}

/** Accounts that an endpoint's policy admits for resources that aren't in the templates. */
function accountsNamedIn(policy: Policy): TextPiece[] {
  const values = statementsOf(policy)
    .flatMap(({ conditions }) => conditions)
    .filter(({ key }) => key.toLowerCase() === 'aws:resourceaccount')
    .flatMap(({ values: accounts }) => accounts);
  const pieces = values.flatMap((value) => piecesOf(value) ?? []);
  return [...new Map(pieces.map((piece) => [keyOf(piece), piece])).values()];
}

/**
 * The host names that a client looks up for a request.
 * Source: Amazon S3 User Guide, "Virtual hosting of general purpose buckets"; DynamoDB Developer Guide, "Account-based
 * endpoints" (an SDK without the account's id uses the regional name); Amazon ECR User Guide, "Private registry".
 */
function hostsOf({ on, role }: Need, service: string): Value[] {
  const end = ['.', regionOf(role), '.', new Reference('', 'AWS::URLSuffix', 'Ref')];
  const host = (...start: TextPiece[]): Value => textOf([...start, ...end]);
  const name = piecesOf(on.name) ?? [];
  switch (service) {
    case 's3':
      return [host(...name, '.s3')];
    case 'dynamodb':
      return [host('dynamodb'), host(accountOf(role), '.ddb')];
    case 'execute-api':
      return [host(...name, '.execute-api')];
    case 'ecr.api':
      return [host('api.ecr')];
    case 'ecr.dkr':
      return name.length === 0 || on.name === '' ? [] : [host(...name, '.dkr.ecr')];
    default:
      return [host(service)];
  }
}

/** AWS's own policy for the service that takes a role. */
const WHAT_ITS_SERVICE_NEEDS = readPolicy('AWS managed policy', '', [
  { value: { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, assuming: [] },
]);
