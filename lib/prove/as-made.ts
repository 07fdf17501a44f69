import type { PartKind } from '../checks/facts/part';
import type { Assembly, Resource } from '../template';
import { namedAt } from './named-at';
import type { RuntimeParts } from './runtime-parts';
import {
  API_RESOURCE_SHAPE,
  API_SHAPE,
  DEPLOYMENT_SHAPE,
  METHOD_SHAPE,
  MODEL_SHAPE,
  STAGE_SHAPE,
  VALIDATOR_SHAPE,
} from './shapes/api-shapes';
import {
  DNS_ASSOCIATION_SHAPE,
  DNS_RULES_SHAPE,
  DOMAINS_SHAPE,
  ENDPOINT_SHAPE,
  FLOW_LOG_SHAPE,
  GROUP_RULE_SHAPE,
  GROUP_SHAPE,
  QUERY_LOG_SHAPE,
  SUBNET_SHAPE,
  VPC_SHAPE,
} from './shapes/network-shapes';
import {
  API_ACCOUNT_SHAPE,
  CLUSTER_SHAPE,
  DEFAULT_GROUP_SHAPE,
  LOG_SHAPE,
  NETWORK_LOG_SHAPE,
  ROLE_SHAPE,
  RULE_SHAPE,
  TRAIL_SHAPE,
  WORKFLOW_SHAPE,
} from './shapes/service-shapes';
import type { Shape } from './shapes/shape';
import { faultsOfShape } from './shapes/shape-faults';
import {
  EVIDENCE_SHAPE,
  GIVEN_KEY_SHAPE,
  KEY_SHAPE,
  LOCKED_BUCKET_SHAPE,
  PUBLICATION_SHAPE,
  REPOSITORY_SHAPE,
  SECRET_POLICY_SHAPE,
  SECRET_SHAPE,
  SIGNING_KEY_SHAPE,
  TABLE_SHAPE,
} from './shapes/store-shapes';
import { TASK_SHAPE } from './shapes/task-shape';
import { IN_FRONT_SHAPE, WEB_ACL_SHAPE, WEB_LOG_SHAPE } from './shapes/web-acl-shapes';
import { surroundingsOf } from './surroundings';

/** Records outlive their stack, and so does what decrypts or signs them. */
const KEPT = /^((key of the )?(ledger|witness|evidence|publication|trail files)|signing key)$/;

/** Buckets whose policy stays with them. */
const LOCKED = /^(ledger|witness|trail files)$/;

/** The shape of each type, by what a resource is for the runtime. Resources of other places are the app's own. */
const SHAPES: { readonly [type: string]: readonly (readonly [place: RegExp, shape: Shape])[] } = {
  'AWS::ApiGateway::RestApi': [[/ API$/, API_SHAPE]],
  'AWS::CloudTrail::Trail': [[/^trail$/, TRAIL_SHAPE]],
  'AWS::DynamoDB::Table': [[/^state$/, TABLE_SHAPE]],
  'AWS::EC2::FlowLog': [[/^flow log$/, FLOW_LOG_SHAPE]],
  'AWS::EC2::SecurityGroup': [[/^(network|group of an endpoint)$/, GROUP_SHAPE]],
  'AWS::EC2::Subnet': [[/^(network|subnet beside connectors)$/, SUBNET_SHAPE]],
  'AWS::EC2::VPC': [[/^network$/, VPC_SHAPE]],
  'AWS::EC2::VPCEndpoint': [[/^endpoint$/, ENDPOINT_SHAPE]],
  'AWS::ECR::Repository': [[/^image$/, REPOSITORY_SHAPE]],
  'AWS::ECS::Cluster': [[/^cluster$/, CLUSTER_SHAPE]],
  'AWS::ECS::TaskDefinition': [[/^task$/, TASK_SHAPE]],
  // Every role of a part.
  'AWS::IAM::Role': [[/./, ROLE_SHAPE]],
  'AWS::KMS::Key': [
    [/^signing key$/, SIGNING_KEY_SHAPE],
    [/^key of the (ledger|witness|evidence|publication|trail files)$/, KEY_SHAPE],
    [/^key of the (credential|webhook|client-secret)$/, GIVEN_KEY_SHAPE],
  ],
  'AWS::Logs::LogGroup': [
    [/^((access )?logs|logs of what was refused)$/, LOG_SHAPE],
    [/^network logs$/, NETWORK_LOG_SHAPE],
  ],
  'AWS::Route53Resolver::FirewallDomainList': [[/^names of the DNS firewall$/, DOMAINS_SHAPE]],
  'AWS::Route53Resolver::FirewallRuleGroup': [[/^rules of the DNS firewall$/, DNS_RULES_SHAPE]],
  'AWS::Route53Resolver::FirewallRuleGroupAssociation': [[/^DNS firewall$/, DNS_ASSOCIATION_SHAPE]],
  'AWS::Route53Resolver::ResolverQueryLoggingConfig': [[/^settings of the query log$/, QUERY_LOG_SHAPE]],
  'AWS::S3::Bucket': [
    [/^(ledger|witness|trail files)$/, LOCKED_BUCKET_SHAPE],
    [/^evidence$/, EVIDENCE_SHAPE],
    [/^publication$/, PUBLICATION_SHAPE],
  ],
  'AWS::SecretsManager::Secret': [[/^(credential|webhook|client-secret)$/, SECRET_SHAPE]],
  'AWS::StepFunctions::StateMachine': [[/^(workflow|approval workflow|approval watch)$/, WORKFLOW_SHAPE]],
};

/** What belongs to an API of the runtime, by the property that names it. */
const OF_API: { readonly [type: string]: Shape } = {
  'AWS::ApiGateway::Stage': STAGE_SHAPE,
  'AWS::ApiGateway::Method': METHOD_SHAPE,
  'AWS::ApiGateway::Resource': API_RESOURCE_SHAPE,
  'AWS::ApiGateway::Deployment': DEPLOYMENT_SHAPE,
  'AWS::ApiGateway::Model': MODEL_SHAPE,
  'AWS::ApiGateway::RequestValidator': VALIDATOR_SHAPE,
};

/** What has an effect on the runtime without naming a place of it, or before it names one. */
const OF_ACCOUNT: { readonly [type: string]: readonly [shape: Shape, what: string] } = {
  'AWS::ApiGateway::Account': [API_ACCOUNT_SHAPE, 'role with which API Gateway logs'],
  'Custom::VpcRestrictDefaultSG': [DEFAULT_GROUP_SHAPE, 'empty default group of a network'],
};

/** Parts that event rules start. */
const STARTED: readonly PartKind[] = ['sealer', 'session sweep', 'session end', 'approval watch', 'webhook notifier'];

/**
 * Resources of the runtime that have a property, or a value, that this library doesn't give them. The shapes list what is known, so a
 * setting that AWS adds tomorrow is found too. Functions are judged with their code.
 */
export function notAsMade(assembly: Assembly, parts: RuntimeParts): string[] {
  const around = surroundingsOf(assembly, parts);
  const faults = assembly.resources.flatMap((resource) => {
    const place = parts.placeOf(resource) ?? around.get(resource);
    const [shape, what] = shapeOf({ assembly, parts, around }, resource, place);
    if (shape === undefined) return [];
    const faults = faultsOfShape({ assembly, parts, resource, place: what }, shape);
    const kept = place !== undefined && KEPT.test(place) ? keptFault(resource) : [];
    const absent = resource.presence === 'always' ? [] : ["can't be proven: it exists under a condition only"];
    return [...absent, ...faults, ...kept].map((fault) => `${resource.path}, the ${what}: ${fault}`);
  });
  return [...faults, ...policiesNotKept(assembly, parts)];
}

/** A bucket that stays without its policy is kept from nobody any more. */
function policiesNotKept(assembly: Assembly, parts: RuntimeParts): string[] {
  return assembly.ofType('AWS::S3::BucketPolicy').flatMap((policy) => {
    const [place] = namedAt(assembly, policy, 'Bucket').flatMap((bucket) => parts.placeOf(bucket) ?? []);
    if (place === undefined || !LOCKED.test(place)) return [];
    return keptFault(policy).map((fault) => `${policy.path}, the policy of the ${place}: ${fault}`);
  });
}

/** What the runtime is, and what is around it. */
interface World {
  readonly assembly: Assembly;
  readonly parts: RuntimeParts;
  readonly around: ReadonlyMap<Resource, string>;
}

/** A shape, and what the resource is. */
type Found = readonly [shape: Shape | undefined, what: string];

function shapeOf(world: World, resource: Resource, place: string | undefined): Found {
  if (place !== undefined) {
    const found = SHAPES[resource.type]?.find(([pattern]) => pattern.test(place));
    return [found?.[1], place];
  }
  const ofAccount = OF_ACCOUNT[resource.type];
  if (ofAccount !== undefined && world.parts.workloads.size > 0) return ofAccount;
  return partOfApi(world, resource) ?? OF_OTHERS[resource.type]?.(world, resource) ?? [undefined, ''];
}

function partOfApi({ assembly, parts }: World, resource: Resource): Found | undefined {
  const shape = OF_API[resource.type];
  if (shape === undefined) return undefined;
  const [api] = namedAt(assembly, resource, 'RestApiId').flatMap((each) => parts.placeOf(each) ?? []);
  const what = (resource.type.split('::').at(-1) ?? '').toLowerCase();
  return api === undefined ? undefined : [shape, `${what} of the ${api}`];
}

/** A rule of a group that nobody knows counts by its other end. */
function groupRule({ assembly, around }: World, resource: Resource): Found | undefined {
  const ends = ['GroupId', 'SourceSecurityGroupId', 'DestinationSecurityGroupId'];
  const [group] = namedAt(assembly, resource, ...ends).filter((each) => around.has(each));
  return group === undefined ? undefined : [GROUP_RULE_SHAPE, `rule of ${group.path}, the ${around.get(group)}`];
}

/** What isn't a place of the runtime, and is judged by what it names. */
const OF_OTHERS: { readonly [type: string]: (world: World, resource: Resource) => Found | undefined } = {
  'AWS::EC2::SecurityGroupEgress': groupRule,
  'AWS::EC2::SecurityGroupIngress': groupRule,
  'AWS::Events::Rule': ({ assembly, parts }, rule) => {
    const started = namedAt(assembly, rule, 'Targets').flatMap((each) => parts.ofWorkload(each) ?? []);
    const [part] = started.filter(({ kind }) => STARTED.includes(kind));
    return part === undefined ? undefined : [RULE_SHAPE, `rule that starts the ${part.label}`];
  },
  'AWS::KMS::Key': ({ assembly, parts, around }, key) => {
    const log = assembly
      .ofType('AWS::Logs::LogGroup')
      .find(
        (each) =>
          /logs/.test(parts.placeOf(each) ?? around.get(each) ?? '') &&
          namedAt(assembly, each, 'KmsKeyId').includes(key),
      );
    return log === undefined ? undefined : [KEY_SHAPE, `key of ${log.path}, a log`];
  },
  'AWS::SecretsManager::ResourcePolicy': ({ assembly, parts }, policy) => {
    const [secret] = namedAt(assembly, policy, 'SecretId').flatMap((each) => parts.placeOf(each) ?? []);
    return secret === undefined ? undefined : [SECRET_POLICY_SHAPE, `policy of the ${secret}`];
  },
  'AWS::WAFv2::WebACL': (world, acl) =>
    isOfDesk(world, acl) ? [WEB_ACL_SHAPE, 'firewall of the web desk'] : undefined,
  'AWS::WAFv2::LoggingConfiguration': (world, logging) =>
    namedAt(world.assembly, logging, 'ResourceArn').some((acl) => isOfDesk(world, acl))
      ? [WEB_LOG_SHAPE, 'log of the firewall of the web desk']
      : undefined,
  'AWS::WAFv2::WebACLAssociation': (world, association) =>
    isBeforeDesk(world, association) ? [IN_FRONT_SHAPE, 'place of the firewall of the web desk'] : undefined,
};

function isOfDesk(world: World, acl: Resource): boolean {
  return world.assembly
    .ofType('AWS::WAFv2::WebACLAssociation')
    .filter((each) => namedAt(world.assembly, each, 'WebACLArn').includes(acl))
    .some((each) => isBeforeDesk(world, each));
}

function isBeforeDesk({ assembly, parts }: World, association: Resource): boolean {
  return namedAt(assembly, association, 'ResourceArn').some((api) => parts.placeOf(api) === 'web desk API');
}

function keptFault({ raw }: Resource): string[] {
  return (['DeletionPolicy', 'UpdateReplacePolicy'] as const)
    .filter((member) => !/^Retain(ExceptOnCreate)?$/.test(String(raw[member])))
    .map(
      (member) =>
        `${member} is ${raw[member] === undefined ? 'not set' : String(raw[member])}, so records end with the stack`,
    );
}
