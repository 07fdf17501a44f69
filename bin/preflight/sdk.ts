// Only exports: what `preflight` needs of the AWS SDK is a file of its own beside the command line (scripts/bundle.mjs). The
// client of EC2 alone is larger than all other commands together, and every command would start slower.

export { APIGatewayClient, GetAccountCommand } from '@aws-sdk/client-api-gateway';
export {
  BedrockClient,
  GetFoundationModelAvailabilityCommand,
  GetFoundationModelCommand,
  GetInferenceProfileCommand,
} from '@aws-sdk/client-bedrock';
export {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  ListTypesCommand,
} from '@aws-sdk/client-cloudformation';
export { CloudTrailClient, DescribeTrailsCommand, GetTrailCommand } from '@aws-sdk/client-cloudtrail';
export {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeResourcePoliciesCommand,
} from '@aws-sdk/client-cloudwatch-logs';
export {
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeManagedPrefixListsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
export { BatchGetImageCommand, ECRClient, GetDownloadUrlForLayerCommand } from '@aws-sdk/client-ecr';
export { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
export {
  GetAccountSummaryCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  ListRolesCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam';
export { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
export { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
export { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
export { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
export { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
