import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import type { BedrockClient } from '@aws-sdk/client-bedrock';
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { STSClient } from '@aws-sdk/client-sts';
import type { Finding } from './finding';
import type { Target } from './target';

/** What the checks ask. Tests give their own. */
export interface PreflightClients {
  readonly apiGateway: Pick<APIGatewayClient, 'send'>;
  readonly bedrock: Pick<BedrockClient, 'send'>;
  readonly cloudFormation: Pick<CloudFormationClient, 'send' | 'config'>;
  readonly cloudTrail: Pick<CloudTrailClient, 'send'>;
  readonly ec2: Pick<EC2Client, 'send'>;
  readonly ecr: Pick<ECRClient, 'send'>;
  readonly eventBridge: Pick<EventBridgeClient, 'send'>;
  readonly iam: Pick<IAMClient, 'send'>;
  readonly lambda: Pick<LambdaClient, 'send'>;
  readonly logs: Pick<CloudWatchLogsClient, 'send'>;
  readonly secretsManager: Pick<SecretsManagerClient, 'send'>;
  readonly serviceQuotas: Pick<ServiceQuotasClient, 'send'>;
  readonly ssm: Pick<SSMClient, 'send'>;
  readonly sts: Pick<STSClient, 'send'>;
  /** Reads a file from the address that ECR signed. */
  readonly download: (url: string) => Promise<string>;
}

/** One kind of question to the account. */
export interface PreflightCheck {
  readonly title: string;
  /** IAM actions that it needs. All of them only read. */
  readonly permissions: readonly string[];
  /** The findings; none when the templates don't need what it asks. */
  readonly run: (target: Target, clients: PreflightClients) => Promise<readonly Finding[]>;
}
