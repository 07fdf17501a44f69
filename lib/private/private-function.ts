import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EndpointService } from '../network/endpoint-service';
import type { IsolatedNetwork } from '../network/isolated-network';
import { environmentProblem } from './environment-size';
import { serviceOfThisAccount } from './service-of-account';

/** @internal */
export interface PrivateFunctionProps {
  readonly description: string;
  /** Code of the function. See `bundlePath` for the prebuilt ones. */
  readonly code: lambda.Code;
  readonly environment?: Record<string, string>;
  /** @default 29 seconds */
  readonly timeout?: Duration;
  /** @default 512 */
  readonly memorySize?: number;
  /** An isolated network to run in, with a security group of its own: see `reach`. @default - `vpc` */
  readonly network?: IsolatedNetwork;
  /** Where to run. @default - outside any VPC */
  readonly vpc?: ec2.IVpc;
  /** @default - the VPC's isolated subnets */
  readonly subnets?: ec2.SubnetSelection;
  /** Required with `vpc`. */
  readonly securityGroup?: ec2.ISecurityGroup;
  readonly permissionsBoundary?: iam.IManagedPolicy;
  /**
   * Let Lambda tell X-Ray of each sampled run: when, how long, whether it failed. Lambda sends it itself, outside the VPC.
   * @default true
   */
  readonly traced?: boolean;
  /** @default logs.RetentionDays.ONE_YEAR */
  readonly logRetention?: logs.RetentionDays;
}

type Condition = { readonly [operator: string]: { readonly [key: string]: string | readonly string[] } };

/**
 * A function of this library: its own role, which trusts Lambda for this account only and holds no managed policy,
 * its own log group, and nothing that a caller didn't grant.
 *
 * It also says, once, who invokes it: a handler believes what its event says of the caller, so whoever could send one by hand
 * could be anybody. The denials hold against every identity policy and against permissions that somebody adds later. There is
 * no `AWS::Lambda::Permission` beside: the two resource types overwrite each other.
 *
 * Limitations: a policy attached to a version or an alias is that one's own.
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html,
 * https://docs.aws.amazon.com/lambda/latest/api/API_PutResourcePolicy.html
 * @internal
 */
export class PrivateFunction extends Construct {
  public readonly function: lambda.Function;
  public readonly role: iam.Role;

  private readonly network?: IsolatedNetwork;
  private readonly securityGroup?: ec2.ISecurityGroup;
  private hasCallers = false;

  constructor(scope: Construct, id: string, props: PrivateFunctionProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.network = props.network;
    this.securityGroup = props.network
      ? new ec2.SecurityGroup(this, 'Group', {
          vpc: props.network.vpc,
          description: `${id}: reaches its endpoints only`,
          allowAllOutbound: false,
        })
      : props.securityGroup;
    const vpc = props.network?.vpc ?? props.vpc;

    this.role = new iam.Role(this, 'Role', {
      description: `Role of: ${props.description}`,
      assumedBy: serviceOfThisAccount(this, 'lambda.amazonaws.com'),
      permissionsBoundary: props.permissionsBoundary,
    });

    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: props.logRetention ?? logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'WriteOwnLogs',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );

    if (vpc) {
      // Lambda makes the network interface with the function's own role; Describe takes no resource.
      this.role.addToPolicy(
        new iam.PolicyStatement({
          sid: 'ManageOwnNetworkInterfaces',
          actions: [
            'ec2:AssignPrivateIpAddresses',
            'ec2:CreateNetworkInterface',
            'ec2:DeleteNetworkInterface',
            'ec2:DescribeNetworkInterfaces',
            'ec2:DescribeSubnets',
            'ec2:UnassignPrivateIpAddresses',
          ],
          resources: ['*'],
        }),
      );
      // A separate policy: in the default policy, naming the function would close a dependency cycle.
      new iam.Policy(this, 'DenyNetworkInterfacesToCode', {
        roles: [this.role],
        statements: [
          new iam.PolicyStatement({
            sid: 'DenyNetworkInterfacesToCode',
            effect: iam.Effect.DENY,
            actions: ['ec2:*NetworkInterface*', 'ec2:*PrivateIpAddresses', 'ec2:DescribeSubnets'],
            resources: ['*'],
            conditions: {
              ArnLike: {
                'lambda:SourceFunctionArn': stack.formatArn({
                  service: 'lambda',
                  resource: 'function',
                  resourceName: '*',
                  arnFormat: ArnFormat.COLON_RESOURCE_NAME,
                }),
              },
            },
          }),
        ],
      });
    }

    this.function = new lambda.Function(this, 'Function', {
      description: props.description,
      runtime: lambda.Runtime.NODEJS_22_X,
      architecture: lambda.Architecture.ARM_64,
      handler: 'index.handler',
      code: props.code,
      role: this.role,
      logGroup,
      timeout: props.timeout ?? Duration.seconds(29),
      memorySize: props.memorySize ?? 512,
      // Two actions of X-Ray come with it, which take no resource.
      tracing: (props.traced ?? true) ? lambda.Tracing.ACTIVE : undefined,
      environment: props.environment,
      ...(vpc
        ? {
            vpc,
            vpcSubnets: props.subnets ?? { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
            securityGroups: this.securityGroup ? [this.securityGroup] : undefined,
          }
        : {}),
    });
    this.node.addValidation({ validate: () => this.problems() });
  }

  /** Only these roles invoke it. */
  public invokedByRoles(roles: readonly iam.IRole[]): void {
    this.keepCallers([
      this.deny('NobodyElse', { ArnNotEquals: { 'aws:PrincipalArn': roles.map((role) => role.roleArn) } }),
    ]);
  }

  /**
   * Only a service invokes it, and only for these: methods of an API, a rule.
   * @param sources their ARNs
   */
  public invokedByService(
    service: 'apigateway.amazonaws.com' | 'events.amazonaws.com',
    sources: readonly string[],
  ): void {
    this.keepCallers([
      {
        Sid: 'OwnSource',
        Effect: 'Allow',
        Principal: { Service: service },
        Action: 'lambda:InvokeFunction',
        Resource: this.function.functionArn,
        Condition: { ArnLike: { 'aws:SourceArn': sources } },
      },
      this.deny('NobodyDirectly', { Bool: { 'aws:PrincipalIsAWSService': 'false' } }),
      this.deny('NoOtherSource', { ArnNotLike: { 'aws:SourceArn': sources } }),
    ]);
  }

  /** Whoever the account's identity policies let; no other account, and no service. */
  public invokedInAccount(): void {
    // A service has no account: where the key is missing, the denial holds.
    this.keepCallers([
      this.deny('NobodyElse', { StringNotEquals: { 'aws:PrincipalAccount': Stack.of(this).account } }),
    ]);
  }

  /**
   * Opens the network's endpoint of a service to exactly this. Without a `network` there is nothing to open. What the role
   * may do is granted apart: both must allow a call.
   */
  public reach(service: EndpointService, actions: string[], resources: string[]): void {
    if (!this.network || !this.securityGroup) return;
    this.network.endpoints.allow(service, {
      caller: this.securityGroup,
      principal: this.role,
      actions,
      resources,
    });
  }

  private problems(): string[] {
    const callers = 'nothing says who invokes this function; call one of its invokedBy methods';
    return [this.hasCallers ? undefined : callers, environmentProblem(this.function)].filter(
      (problem) => problem !== undefined,
    );
  }

  private deny(sid: string, condition: Condition): object {
    const { functionArn } = this.function;
    return {
      Sid: sid,
      Effect: 'Deny',
      Principal: '*',
      Action: ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl'],
      // With a qualifier, such as $LATEST, the same code has another ARN.
      Resource: [functionArn, `${functionArn}:*`],
      Condition: condition,
    };
  }

  private keepCallers(statements: object[]): void {
    this.hasCallers = true;
    new lambda.CfnResourcePolicy(this, 'OnlyItsCallers', {
      resourceArn: this.function.functionArn,
      policyDocument: { Version: '2012-10-17', Statement: statements },
    });
  }
}
