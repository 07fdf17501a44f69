/** Resources that name one of the runtime, and why nothing comes of it. */
export interface HarmlessNaming {
  readonly types: RegExp;
  readonly at: RegExp;
  /** Types of what may be named so. @default all */
  readonly of?: RegExp;
  readonly why: string;
}

const row = (types: RegExp, at: RegExp, why: string, of?: RegExp): HarmlessNaming => ({ types, at, why, of });

/** By itself, a policy's text does nothing: what it allows, and to whom, is judged statement by statement. */
const POLICIES: readonly HarmlessNaming[] = [
  row(
    /^AWS::IAM::(Role|Policy|ManagedPolicy|RolePolicy)$/,
    /^(Policies|PolicyDocument|RoleName|Roles)/,
    'What roles may do is derived from each of their policies.',
  ),
  row(
    /^AWS::(S3::BucketPolicy|SQS::QueuePolicy|SNS::TopicPolicy|Lambda::ResourcePolicy|Logs::ResourcePolicy|SecretsManager::ResourcePolicy)$/,
    /^(Bucket|PolicyDocument|ResourceArn|ResourcePolicy|SecretId)/,
    'Whom a resource admits is derived from its policies.',
  ),
  row(/^AWS::DynamoDB::(Table|GlobalTable)$/, /ResourcePolicy/, 'Whom a resource admits is derived from its policies.'),
  row(/^AWS::KMS::Key$/, /^KeyPolicy/, 'Whom a key admits is derived from its policies.'),
  row(/^AWS::ApiGateway::RestApi$/, /^Policy/, 'Whom an API admits is derived from its policies.'),
  row(/^AWS::Events::EventBusPolicy$/, /^Statement/, 'It admits a role to an event bus of the app.', /Role$/),
  row(/^AWS::Lambda::Permission$/, /^Principal/, 'It admits a role to a function of the app.', /Role$/),
];

/** What shows, counts or refuses, and passes nothing on. */
const READERS: readonly HarmlessNaming[] = [
  row(
    /^AWS::CloudWatch::(Alarm|CompositeAlarm|AnomalyDetector|Dashboard)$/,
    /^(AlarmDescription|AlarmRule|Dimensions|Metrics|SingleMetricAnomalyDetector|DashboardBody)/,
    'It reads metrics, which are no content.',
  ),
  row(/^AWS::Logs::(MetricFilter|QueryDefinition)$/, /^LogGroupNames?/, 'It counts lines, or is a saved question.'),
  row(
    /^AWS::(Logs::LogAnomalyDetector|CloudWatch::InsightRule)$/,
    /^(LogGroupArnList|RuleBody)/,
    'It counts what lines have in common, and keeps that in CloudWatch, for whom a policy lets read it.',
    /^AWS::Logs::LogGroup$/,
  ),
  row(/^AWS::Config::ConfigRule$/, /^(Scope|InputParameters)/, 'It reads how a resource is set.'),
  row(
    /^AWS::CloudTrail::Trail$/,
    /EventSelectors|^S3BucketName/,
    'It writes down who did what, into a bucket whose policy decides.',
  ),
  row(/^AWS::SSM::Parameter$/, /^(Value|Description)/, 'A name is no right.'),
  row(/^AWS::ServiceCatalogAppRegistry::ResourceAssociation$/, /^Resource/, 'It lists what belongs to an application.'),
  row(/^AWS::(WAFv2::WebACLAssociation|Shield::Protection)$/, /^ResourceArn/, 'It only refuses requests.'),
  row(/^AWS::CloudFormation::Stack$/, /^Parameters/, 'What the nested stack makes of it is judged there.'),
  row(
    /^AWS::ECS::TaskDefinition$/,
    /^TaskRoleArn/,
    'A second workload of a role is named by role-has-one-workload.',
    /^AWS::IAM::Role$/,
  ),
  row(/^AWS::Events::Rule$/, /^Targets\.InputTransformer/, 'It is the text of an event.'),
  row(
    /^AWS::(Lambda::Function|ECS::TaskDefinition)$/,
    /^(Environment|ContainerDefinitions\.Environment)/,
    'A name is no right. The variables of the runtime’s own parts are judged one by one.',
  ),
  row(
    /^AWS::SecretsManager::(RotationSchedule|SecretTargetAttachment)$/,
    /^SecretId/,
    'Without a function, nothing reads the secret. A function is judged by what it may do.',
  ),
  row(/^AWS::Lambda::EventInvokeConfig$/, /^FunctionName/, 'Without a destination, it passes nothing on.', /Function$/),
  row(
    /^AWS::ApiGateway::(Deployment|Model|RequestValidator|Resource|RestApi)$/,
    /^(RestApiId|ParentId|EndpointConfiguration)/,
    'Without a method or a stage, nothing can be called.',
  ),
];

/** Parts of a network. What they lead to is derived from all of them together, and here they lead nowhere. */
const NETWORK: readonly HarmlessNaming[] = [
  row(
    /^AWS::EC2::(FlowLog|NatGateway|NetworkAcl|NetworkAclEntry|Route|RouteTable|SecurityGroup|SecurityGroupEgress|SecurityGroupIngress|Subnet|SubnetNetworkAclAssociation|SubnetRouteTableAssociation|VPCCidrBlock|VPCEndpoint|VPCGatewayAttachment)$/,
    /./,
    'Paths out of a network are derived, endpoint policies read, and groups judged rule by rule.',
  ),
  row(
    /^AWS::Route53Resolver::(FirewallConfig|FirewallDomainList|FirewallRuleGroup|FirewallRuleGroupAssociation|ResolverDNSSECConfig|ResolverQueryLoggingConfig|ResolverQueryLoggingConfigAssociation)$/,
    /./,
    'What a network resolves is judged where the network’s firewall is.',
  ),
  row(/^AWS::NetworkFirewall::(Firewall|FirewallPolicy)$/, /./, 'It only refuses traffic. Routes to it are derived.'),
  row(/^AWS::ElasticLoadBalancingV2::TargetGroup$/, /^VpcId/, 'Without targets, nothing is called.'),
  row(
    /^AWS::(ECS::Service|Lambda::Function)$/,
    /^(NetworkConfiguration|VpcConfig)/,
    'Paths out of a network are derived for whatever runs in it.',
  ),
];

/** Types with such a place, which are few. */
export const HARMLESS_NAMINGS: readonly HarmlessNaming[] = [...POLICIES, ...READERS, ...NETWORK];

/** The one place that many types have. Everything else of those types is found. */
export const ENCRYPTED_WITH: HarmlessNaming = row(
  /./,
  /(Kms|KMS|SSE|Sse|Encrypt)/,
  'It is encrypted with the key. Who may use the key is in policies.',
  /^AWS::KMS::Key$/,
);
