import { type Assembly, type Resource, referencesIn, type Value } from '../template';
import { NETWORK_RELATIONS } from './network-relations';
import type { Naming, Relation } from './relation';
import type { RuntimeParts } from './runtime-parts';
import { isOfOwnAccount } from './shapes/own-account';
import { tellsOfRecords } from './surroundings';

/** Policies. What they allow is judged statement by statement: rights, uses, endpoints, trust, and who is outside. */
const POLICIES: readonly Relation[] = [
  { by: /^AWS::IAM::(Policy|ManagedPolicy)$/, at: /^PolicyDocument/, when: isOfRolesOrPeople },
  { by: /^AWS::IAM::(Policy|ManagedPolicy)$/, at: /^Roles/, of: /^AWS::IAM::Role$/ },
  { by: /^AWS::IAM::RolePolicy$/, at: /^(PolicyDocument|RoleName)/ },
  { by: /^AWS::IAM::Role$/, at: /^Policies/ },
  { by: /^AWS::IAM::(User|Group|UserPolicy|GroupPolicy)$/, at: /^(Policies|PolicyDocument)/, when: namesPeople },
  { by: /^AWS::SSO::PermissionSet$/, at: /^InlinePolicy/, when: namesPeople },
  { by: /^AWS::IAM::Role$/, at: /^AssumeRolePolicyDocument/, when: namesPeople },
  // For which resource a service may take the role. Where account and region are written out, its pattern is the ARN of each.
  { by: /^AWS::IAM::Role$/, at: /^AssumeRolePolicyDocument\.Statement\.Condition\.[^.]+\.aws:SourceArn$/i },
  { by: /^AWS::IAM::(Role|User)$/, at: /^PermissionsBoundary/, of: /^AWS::IAM::ManagedPolicy$/ },
  { by: /^AWS::S3::BucketPolicy$/, at: /^(Bucket|PolicyDocument)/ },
  { by: /^AWS::KMS::Key$/, at: /^KeyPolicy/ },
  { by: /^AWS::SecretsManager::ResourcePolicy$/, at: /^(SecretId|ResourcePolicy)/ },
  { by: /^AWS::(SQS::QueuePolicy|SNS::TopicPolicy)$/, at: /^PolicyDocument/ },
  { by: /^AWS::Lambda::ResourcePolicy$/, at: /^(ResourceArn|PolicyDocument)/ },
  { by: /^AWS::DynamoDB::(Table|GlobalTable)$/, at: /^(ResourcePolicy|Replicas.ResourcePolicy)/ },
  { by: /^AWS::ApiGateway::RestApi$/, at: /^Policy/ },
  { by: /^AWS::EC2::VPCEndpoint$/, at: /^PolicyDocument/ },
  // What an app's own resource or function lets a connector do.
  { by: /^AWS::Events::EventBusPolicy$/, at: /^Statement/, of: /^AWS::IAM::Role$/ },
  { by: /^AWS::Lambda::Permission$/, at: /^Principal/, of: /^AWS::IAM::Role$/ },
  { by: /^AWS::Lambda::Permission$/, at: /^SourceArn/, when: isForPart },
];

/** Reads names, numbers or states, and passes nothing on. A name is no right: rights are in policies. */
const READERS: readonly Relation[] = [
  { by: /^AWS::CloudWatch::(Alarm|AnomalyDetector)$/, at: /^(Dimensions|Metrics|SingleMetricAnomalyDetector)/ },
  { by: /^AWS::CloudWatch::(Alarm|CompositeAlarm)$/, at: /^(AlarmDescription|AlarmRule)/ },
  { by: /^AWS::CloudWatch::Dashboard$/, at: /^DashboardBody/ },
  { by: /^AWS::Logs::MetricFilter$/, at: /^LogGroupName/ },
  { by: /^AWS::Logs::QueryDefinition$/, at: /^LogGroupNames/ },
  // Both count what lines have in common, and keep it in the account.
  { by: /^AWS::Logs::LogAnomalyDetector$/, at: /^LogGroupArnList/, of: /^AWS::Logs::LogGroup$/ },
  { by: /^AWS::CloudWatch::InsightRule$/, at: /^RuleBody/, of: /^AWS::Logs::LogGroup$/ },
  { by: /^AWS::SSM::Parameter$/, at: /^(Value|Description)/ },
  { by: /^AWS::CloudTrail::Trail$/, at: /^(Advanced)?EventSelectors/ },
  { by: /^AWS::Config::ConfigRule$/, at: /^(Scope|InputParameters)/ },
  { by: /^AWS::ServiceCatalogAppRegistry::ResourceAssociation$/, at: /^Resource/ },
  // A WAF and Shield only refuse requests.
  { by: /^AWS::(WAFv2::WebACLAssociation|Shield::Protection)$/, at: /^ResourceArn/ },
  { by: /^AWS::Route53Resolver::FirewallDomainList$/, at: /^Domains/ },
  { by: /^AWS::Lambda::Function$/, at: /^Environment/ },
  { by: /^AWS::ECS::TaskDefinition$/, at: /^ContainerDefinitions.Environment/ },
  // Which events a rule is for. The events of another source aren't what the resource holds.
  { by: /^AWS::Events::Rule$/, at: /^(EventPattern|Targets.InputTransformer)/ },
  // Its template names the resource again, in a resource of its own, unless it isn't there: then TemplateReadable says so.
  { by: /^AWS::CloudFormation::Stack$/, at: /^Parameters/ },
  // A key that encrypts something, or an alias of it. Who may use the key is in policies.
  { by: /^AWS::(?!KMS::)/, at: /(Kms|KMS|SSE|Encrypt)[^.]*(\.[^.]*)*$/, of: /^AWS::KMS::Key$/ },
  // This library gives no key of records another name: by an alias, rights elsewhere may be meant for it.
  { by: /^AWS::KMS::Alias$/, at: /^TargetKeyId/, when: ({ place }) => MAY_BE_GIVEN.test(place) },
  // Its function reads the secret, which uses-are-expected and SecretsOneReader judge.
  { by: /^AWS::SecretsManager::RotationSchedule$/, at: /^SecretId/, when: rotatesAtHome },
  { by: /^AWS::SecretsManager::SecretTargetAttachment$/, at: /^SecretId/ },
];

/** What belongs to a part. */
const OWN: readonly Relation[] = [
  { by: /^AWS::Lambda::Function$/, at: /^Role$/, when: isItsRole },
  { by: /^AWS::ECS::TaskDefinition$/, at: /^(TaskRoleArn|ExecutionRoleArn)$/, when: isItsRole },
  { by: /^AWS::StepFunctions::StateMachine$/, at: /^RoleArn$/, when: isItsRole },
  { by: /^AWS::ApiGateway::Account$/, at: /^CloudWatchRoleArn$/, when: isOf('API logs') },
  { by: /^AWS::EC2::FlowLog$/, at: /^DeliverLogsPermissionArn$/, when: isOf('flow log') },
  { by: /^AWS::Events::Rule$/, at: /^Targets\.RoleArn$/, when: isOf('watch starter') },
  { by: /^AWS::Events::Rule$/, at: /^Targets\.Arn$/, when: isOf('approval watch') },
  { by: /^AWS::(Lambda::Function|StepFunctions::StateMachine)$/, at: /^Logging/, when: isPart },
  { by: /^AWS::ECS::TaskDefinition$/, at: /^ContainerDefinitions\.LogConfiguration/, when: isPart },
  { by: /^AWS::StepFunctions::StateMachine$/, at: /^Definition/, when: isPart },
  // Whoever may open sessions may do so by a state machine or an API.
  { by: /^AWS::StepFunctions::StateMachine$/, at: /^Definition/, when: isOf('session launcher') },
  { by: /^AWS::ApiGateway::Method$/, at: /^Integration\.Uri$/, when: isOf('session launcher') },
  { by: /^AWS::CloudTrail::Trail$/, at: /^S3BucketName$/ },
  // Attempts that were refused, and who may put them there. A claim judges what the policy lets in from outside.
  {
    by: /^AWS::Events::Rule$/,
    at: /^Targets\.Arn$/,
    of: /^AWS::Logs::LogGroup$/,
    when: ({ assembly, parts, namer }) => tellsOfRecords(assembly, parts, namer),
  },
  { by: /^AWS::Logs::ResourcePolicy$/, at: /^PolicyDocument/, of: /^AWS::Logs::LogGroup$/ },
];

/** An API, whose methods call a part of the runtime only. */
const APIS: readonly Relation[] = [
  {
    by: /^AWS::ApiGateway::(Resource|Deployment|Model|RequestValidator)$/,
    at: /^(RestApiId|ParentId)$/,
    of: /^AWS::ApiGateway::RestApi$/,
  },
  { by: /^AWS::ApiGateway::Stage$/, at: /^RestApiId$/, of: /^AWS::ApiGateway::RestApi$/, when: isOnlyStage },
  {
    by: /^AWS::ApiGateway::Stage$/,
    at: /^AccessLogSetting\.DestinationArn$/,
    of: /^AWS::Logs::LogGroup$/,
    when: ({ assembly, parts, namer }) =>
      namer.property('RestApiId').every(({ value }) => isPlaced(parts, assembly.find(value), / API$/)),
  },
  {
    by: /^AWS::ApiGateway::Method$/,
    at: /^(RestApiId|ResourceId)$/,
    of: /^AWS::ApiGateway::RestApi$/,
    when: ({ assembly, parts, namer }) =>
      namer.property('Integration', 'Uri').every(({ value }) => callsPart(assembly, parts, value)),
  },
  {
    by: /^AWS::ApiGateway::Method$/,
    at: /^Integration\.Uri$/,
    of: /^AWS::Lambda::Function$/,
    when: ({ assembly, parts, namer }) =>
      namer.property('RestApiId').every(({ value }) => isPlaced(parts, assembly.find(value), / API$/)),
  },
];

/** Keys that may be the app's own. */
const MAY_BE_GIVEN = /^key of the (credential|webhook|client-secret)$/;

const RELATIONS: readonly Relation[] = [...POLICIES, ...READERS, ...OWN, ...APIS, ...NETWORK_RELATIONS];

/** Whether a resource may name another one at a property. */
export function isKnownRelation(naming: Naming, at: string): boolean {
  const { namer, target } = naming;
  return RELATIONS.some(
    (each) =>
      each.by.test(namer.type) &&
      each.at.test(at) &&
      (each.of?.test(target.type) ?? true) &&
      (each.when?.(naming) ?? true),
  );
}

function isOf(kind: string): (naming: Naming) => boolean {
  return ({ parts, target }) => (parts.ofRole(target) ?? parts.ofWorkload(target))?.kind === kind;
}

/** Approvers and operators take their roles from outside the runtime. */
function namesPeople(naming: Naming): boolean {
  return isOf('approver')(naming) || isOf('operator')(naming);
}

/** Rights of users and groups aren't derived, so their policies may name the roles of people only. */
function isOfRolesOrPeople(naming: Naming): boolean {
  const { namer } = naming;
  const others = [...namer.items('Users'), ...namer.items('Groups')];
  return others.every(({ value }) => value === undefined) || namesPeople(naming);
}

/** The function that gets each new credential is of the app, or of its account. */
function rotatesAtHome({ assembly, namer }: Naming): boolean {
  return namer
    .property('RotationLambdaARN')
    .every(
      ({ value }) =>
        value === undefined ||
        assembly.find(value)?.type === 'AWS::Lambda::Function' ||
        isOfOwnAccount(value, namer.template),
    );
}

function isItsRole({ parts, namer, target }: Naming): boolean {
  const part = parts.ofRole(target);
  return part?.workload === namer || (part?.workload === undefined && isPart({ parts, namer }));
}

function isPart({ parts, namer }: Pick<Naming, 'parts' | 'namer'>): boolean {
  return parts.ofWorkload(namer) !== undefined;
}

function isForPart({ assembly, parts, namer }: Naming): boolean {
  return namer.property('FunctionName').every(({ value }) => {
    const called = assembly.find(value);
    return called !== undefined && parts.ofWorkload(called) !== undefined;
  });
}

/** Another stage would have other logs, variables and limits. */
function isOnlyStage({ assembly, namer, target }: Naming): boolean {
  const stages = assembly
    .ofType('AWS::ApiGateway::Stage')
    .filter((stage) => stage.property('RestApiId').some(({ value }) => assembly.find(value) === target));
  return stages.every((stage) => stage === namer);
}

function isPlaced(parts: RuntimeParts, target: Resource | undefined, place: RegExp): boolean {
  return target !== undefined && place.test(parts.placeOf(target) ?? '');
}

function callsPart(assembly: Assembly, parts: RuntimeParts, uri: Value): boolean {
  const called = referencesIn(uri).flatMap((reference) => assembly.find(reference) ?? []);
  return called.some((each) => parts.ofWorkload(each) !== undefined);
}
