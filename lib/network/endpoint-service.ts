import type { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';

/**
 * An AWS service that code in an isolated network may reach, only through the service's own VPC endpoint.
 *
 * The list is closed on purpose: for each member it is known what its endpoint policy can express and which host names its
 * clients look up. A service that isn't listed gets no endpoint.
 */
export class EndpointService {
  /** ECR's own API: authorization tokens, image metadata. See `EndpointAllowlist.allowImagePull`. */
  public static readonly ECR_API = new EndpointService('ecr.api', {
    target: ec2.InterfaceVpcEndpointAwsService.ECR,
    actionPrefix: 'ecr',
    hosts: ['api.ecr'],
    resourceAccountKey: true,
  });
  /** ECR's Docker registry. See `EndpointAllowlist.allowImagePull`. */
  public static readonly ECR_DOCKER = new EndpointService('ecr.dkr', {
    target: ec2.InterfaceVpcEndpointAwsService.ECR_DOCKER,
    actionPrefix: 'ecr',
    hosts: [],
    resourceAccountKey: true,
  });
  /** S3, as a gateway endpoint: free, and reached through the region's managed prefix list. */
  public static readonly S3 = new EndpointService('s3', {
    gateway: ec2.GatewayVpcEndpointAwsService.S3,
    actionPrefix: 's3',
    hosts: ['s3'],
    resourceAccountKey: true,
  });
  /** DynamoDB, as a gateway endpoint: free, and reached through the region's managed prefix list. */
  public static readonly DYNAMODB = new EndpointService('dynamodb', {
    gateway: ec2.GatewayVpcEndpointAwsService.DYNAMODB,
    actionPrefix: 'dynamodb',
    hosts: ['dynamodb'],
    resourceAccountKey: true,
  });
  /** CloudWatch Logs. Fargate's log driver needs it; Lambda functions don't (the service ships their logs). */
  public static readonly LOGS = new EndpointService('logs', {
    target: ec2.InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
    actionPrefix: 'logs',
    hosts: ['logs'],
    resourceAccountKey: true,
  });
  /**
   * Model invocation. The control plane (`bedrock`) isn't included, because no agent needs it.
   * Foundation models belong to no account, so only the resource's ARN limits them.
   */
  public static readonly BEDROCK_RUNTIME = new EndpointService('bedrock-runtime', {
    target: ec2.InterfaceVpcEndpointAwsService.BEDROCK_RUNTIME,
    actionPrefix: 'bedrock',
    hosts: ['bedrock-runtime'],
    resourceAccountKey: false,
  });
  /**
   * Private REST APIs. The endpoint policy may name the API's ARN. The API's resource policy must then use `aws:SourceVpc`
   * and not the endpoint's id, which would be a dependency cycle.
   */
  public static readonly EXECUTE_API = new EndpointService('execute-api', {
    target: ec2.InterfaceVpcEndpointAwsService.APIGATEWAY,
    actionPrefix: 'execute-api',
    hosts: [],
    resourceAccountKey: false,
  });
  /** Lambda's API, for functions that invoke other functions. */
  public static readonly LAMBDA = new EndpointService('lambda', {
    target: ec2.InterfaceVpcEndpointAwsService.LAMBDA,
    actionPrefix: 'lambda',
    hosts: ['lambda'],
    resourceAccountKey: true,
  });
  /** Step Functions: starting executions and answering task tokens (not `StartSyncExecution`, which has its own host). */
  public static readonly STEP_FUNCTIONS = new EndpointService('states', {
    target: ec2.InterfaceVpcEndpointAwsService.STEP_FUNCTIONS,
    actionPrefix: 'states',
    hosts: ['states'],
    resourceAccountKey: true,
  });
  /** Secrets Manager. */
  public static readonly SECRETS_MANAGER = new EndpointService('secretsmanager', {
    target: ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
    actionPrefix: 'secretsmanager',
    hosts: ['secretsmanager'],
    resourceAccountKey: true,
  });
  /** KMS, for callers that sign or encrypt themselves. Encryption by S3 or DynamoDB needs no endpoint. */
  public static readonly KMS = new EndpointService('kms', {
    target: ec2.InterfaceVpcEndpointAwsService.KMS,
    actionPrefix: 'kms',
    hosts: ['kms'],
    resourceAccountKey: true,
  });
  /** STS, under its regional host name. */
  public static readonly STS = new EndpointService('sts', {
    target: ec2.InterfaceVpcEndpointAwsService.STS,
    actionPrefix: 'sts',
    hosts: ['sts'],
    resourceAccountKey: true,
  });
  /** EventBridge. `PutEvents` doesn't carry `aws:ResourceAccount`, so the bus's ARN limits the account. */
  public static readonly EVENTBRIDGE = new EndpointService('events', {
    target: ec2.InterfaceVpcEndpointAwsService.EVENTBRIDGE,
    actionPrefix: 'events',
    hosts: ['events'],
    resourceAccountKey: false,
  });
  /** SQS. The queue's ARN limits the account. */
  public static readonly SQS = new EndpointService('sqs', {
    target: ec2.InterfaceVpcEndpointAwsService.SQS,
    actionPrefix: 'sqs',
    hosts: ['sqs'],
    resourceAccountKey: false,
  });
  /** SNS. The topic's ARN limits the account. */
  public static readonly SNS = new EndpointService('sns', {
    target: ec2.InterfaceVpcEndpointAwsService.SNS,
    actionPrefix: 'sns',
    hosts: ['sns'],
    resourceAccountKey: false,
  });
  /** SES's API, not SMTP. The identity's ARN limits the account. */
  public static readonly SES = new EndpointService('email', {
    target: ec2.InterfaceVpcEndpointAwsService.EMAIL,
    actionPrefix: 'ses',
    hosts: ['email'],
    resourceAccountKey: false,
  });
  /** ECS's control plane, for the function that launches session tasks. */
  public static readonly ECS = new EndpointService('ecs', {
    target: ec2.InterfaceVpcEndpointAwsService.ECS,
    actionPrefix: 'ecs',
    hosts: ['ecs'],
    resourceAccountKey: true,
  });

  /** Prefix of every action in the service's endpoint policy. */
  public readonly actionPrefix: string;

  /** Whether the endpoint is a gateway (S3, DynamoDB): free, without an address, reached through a prefix list. */
  public readonly isGateway: boolean;

  /** @internal */
  public readonly _traits: EndpointTraits;

  private constructor(
    /** The service's short name, as in `com.amazonaws.<region>.<name>`. */
    public readonly name: string,
    traits: EndpointTraits,
  ) {
    this.actionPrefix = traits.actionPrefix;
    this.isGateway = traits.gateway !== undefined;
    this._traits = traits;
  }

  /** The service's short name. */
  public toString(): string {
    return this.name;
  }

  /**
   * The host names of the service itself, in the stack's region. `EndpointAllowlist` adds the names that depend on a
   * resource (an API, a bucket, a registry).
   * @internal
   */
  public _hostNames(stack: Stack): string[] {
    return this._traits.hosts.map((host) => `${host}.${stack.region}.${stack.urlSuffix}`);
  }
}

/** @internal */
export interface EndpointTraits {
  readonly target?: ec2.IInterfaceVpcEndpointService;
  readonly gateway?: ec2.IGatewayVpcEndpointService;
  readonly actionPrefix: string;
  /** Host names without `.<region>.<suffix>`. */
  readonly hosts: string[];
  /**
   * Whether requests carry `aws:ResourceAccount`. If not, the resource's ARN must name the account.
   * Source: IAM User Guide, "AWS global condition context keys", aws:ResourceAccount.
   */
  readonly resourceAccountKey: boolean;
}
