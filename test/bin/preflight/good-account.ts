import { quickstartTemplate, type TemplateBody } from '../../lib/prove/quickstart-template';
import { type Answers, awsError, ENVIRONMENT, META } from './fake-account';

const { account, region } = ENVIRONMENT;

/** Some types without an update: https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListTypes.html */
const IMMUTABLE = new Set(['AWS::EC2::SubnetRouteTableAssociation', 'AWS::Lambda::Permission']);

let template: TemplateBody | undefined;

/** The quickstart, synthesized once. */
export function quickstart(): TemplateBody {
  template ??= quickstartTemplate();
  return template;
}

/** Answers of an account where the quickstart can be deployed for the first time. */
export function goodAccount(): Answers {
  const body = quickstart();
  const zones = ['a', 'b', 'c'].map((letter) => `${region}${letter}`);
  return {
    GetCallerIdentityCommand: { ...META, Account: account, Arn: `arn:aws:sts::${account}:assumed-role/Admin/ann` },
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html: "if the stack does not exist"
    DescribeStacksCommand: awsError('ValidationError', 'Stack with id Quickstart does not exist'),
    GetParameterCommand: { ...META, Parameter: { Value: '27' } },
    // Without ProvisioningType, AWS lists the types that are FULLY_MUTABLE.
    ListTypesCommand: ({ ProvisioningType = 'FULLY_MUTABLE' }: { ProvisioningType?: string }) => ({
      ...META,
      TypeSummaries: [...new Set(Object.values(body.Resources).map(({ Type }) => Type))]
        .filter((type) => IMMUTABLE.has(type) === (ProvisioningType === 'IMMUTABLE'))
        .map((TypeName) => ({ TypeName })),
    }),
    GetAccountCommand: { ...META, cloudwatchRoleArn: `arn:aws:iam::${account}:role/ApiLogs` },
    GetRoleCommand: ({ RoleName }: { RoleName: string }) => ({
      ...META,
      Role: {
        Arn: `arn:aws:iam::${account}:role/${RoleName}`,
        AssumeRolePolicyDocument: encodeURIComponent(
          JSON.stringify({ Statement: { Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' } } }),
        ),
      },
    }),
    SimulatePrincipalPolicyCommand: ({ ActionNames }: { ActionNames: string[] }) => ({
      ...META,
      EvaluationResults: ActionNames.map((EvalActionName) => ({ EvalActionName, EvalDecision: 'allowed' })),
    }),
    DescribeAvailabilityZonesCommand: { ...META, AvailabilityZones: zones.map((ZoneName) => ({ ZoneName })) },
    DescribeSubnetsCommand: { ...META, Subnets: [] },
    DescribeVpcEndpointServicesCommand: ({ Filters: [{ Values }] }: { Filters: [{ Values: string[] }] }) => ({
      ...META,
      ServiceDetails: Values.map((ServiceName) => ({ ServiceName, AvailabilityZones: zones })),
    }),
    DescribeManagedPrefixListsCommand: ({ Filters: [{ Values }] }: { Filters: [{ Values: string[] }] }) => ({
      ...META,
      PrefixLists: Values.map((PrefixListId) => ({
        PrefixListId,
        PrefixListName: `com.amazonaws.${region}.${PrefixListId === 'pl-6fa54006' ? 'dynamodb' : 's3'}`,
      })),
    }),
    ListServiceQuotasCommand: { ...META, Quotas: [] },
    DescribeVpcsCommand: { ...META, Vpcs: [{}] },
    DescribeVpcEndpointsCommand: { ...META, VpcEndpoints: [] },
    DescribeTrailsCommand: { ...META, trailList: [{}] },
    DescribeResourcePoliciesCommand: { ...META, resourcePolicies: [] },
    ListRulesCommand: { ...META, Rules: [] },
    GetAccountSummaryCommand: {
      ...META,
      SummaryMap: { Roles: 20, RolesQuota: 1000, Policies: 3, PoliciesQuota: 1500 },
    },
    GetAccountSettingsCommand: { ...META, AccountLimit: { UnreservedConcurrentExecutions: 1000 } },
    GetTrailCommand: awsError('TrailNotFoundException'),
    DescribeLogGroupsCommand: { ...META, logGroups: [] },
    DescribeSecretCommand: awsError('ResourceNotFoundException'),
    GetInferenceProfileCommand: { ...META, status: 'ACTIVE', models: [] },
    GetFoundationModelAvailabilityCommand: {
      ...META,
      agreementAvailability: { status: 'AVAILABLE' },
      authorizationStatus: 'AUTHORIZED',
      entitlementAvailability: 'AVAILABLE',
      regionAvailability: 'AVAILABLE',
    },
    GetFoundationModelCommand: { ...META, modelDetails: { inferenceTypesSupported: ['ON_DEMAND'] } },
  };
}
