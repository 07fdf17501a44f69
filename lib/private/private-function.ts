import { ArnFormat, Duration, Lazy, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { EndpointService } from '../network/endpoint-service';
import type { FunctionPlace } from '../network/function-placement';
import type { IsolatedNetwork } from '../network/isolated-network';
import { holdsDynamicReference } from './dynamic-reference';
import { environmentProblem } from './environment-size';
import { addRight, InlineRole } from './inline-role';
import { NETWORK_INTERFACE_ACTIONS, NETWORK_INTERFACE_PATTERNS } from './network-interface-actions';
import { mayGetName } from './own-names';
import { checkFunctionPolicyRegion } from './regions';
import { serviceOfThisAccount } from './service-of-account';

/** @internal */
export interface PrivateFunctionProps {
  readonly description: string;
  /** Code of the function. See `bundlePath` for the prebuilt ones. */
  readonly code: lambda.Code;
  readonly environment?: Record<string, string>;
  /** @default lambda.Runtime.NODEJS_22_X */
  readonly runtime?: lambda.Runtime;
  /** @default lambda.Architecture.ARM_64 */
  readonly architecture?: lambda.Architecture;
  /** @default 'index.handler' */
  readonly handler?: string;
  /** @default 29 seconds */
  readonly timeout?: Duration;
  /** @default 512 */
  readonly memorySize?: number;
  /** An isolated network to run in, with a security group of its own. @default - `placement` */
  readonly network?: IsolatedNetwork;
  /** Where to run. @default - outside any VPC */
  readonly placement?: FunctionPlace;
  readonly permissionsBoundary?: iam.IManagedPolicy;
  /**
   * Let Lambda send a trace of each sampled run to X-Ray: start, duration, failure. The Lambda service sends it, from
   * outside the VPC.
   * @default true
   */
  readonly traced?: boolean;
  /** @default logs.RetentionDays.ONE_YEAR */
  readonly logRetention?: logs.RetentionDays;
  /** It runs code that a model wrote. @default - it runs the library's own code only */
  readonly untrusted?: UntrustedCode;
}

/**
 * How code of others runs, in a container image: Lambda starts a microVM of its own for each tenant, and whoever has the role's credentials can do
 * nothing with them but write to the function's log.
 * @internal
 */
export interface UntrustedCode {
  /** Size of `/tmp`. */
  readonly diskMiB: number;
}

type Condition = { readonly [operator: string]: { readonly [key: string]: string | readonly string[] } };

/**
 * A function of this library. It has its own role, which trusts Lambda for this account only and has no managed policy,
 * its own log group, and no permission that its construct didn't grant.
 *
 * Its resource policy limits who invokes it, because a handler trusts what its event says about the caller: anyone who
 * could send an event directly could claim to be anyone. The denials apply even if an identity policy allows a call, also one
 * that is added later. There is no `AWS::Lambda::Permission`, because that and `AWS::Lambda::ResourcePolicy` overwrite
 * each other.
 *
 * Limitations: a version or an alias has a policy of its own, to which these denials don't apply. The library publishes none,
 * and `hardened-agent prove` names each one in a template.
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html,
 * https://docs.aws.amazon.com/lambda/latest/api/API_PutResourcePolicy.html
 * @internal
 */
export class PrivateFunction extends Construct {
  public readonly function: lambda.Function;
  public readonly role: iam.Role;

  private readonly placement?: FunctionPlace;
  private hasCallers = false;
  private readonly callers: iam.IRole[] = [];

  constructor(scope: Construct, id: string, props: PrivateFunctionProps) {
    super(scope, id);
    checkFunctionPolicyRegion(this);
    this.placement = props.network
      ? props.network._placementOf(this, 'Group', `${id}: reaches its endpoints only`)
      : props.placement;

    this.role = new InlineRole(this, 'Role', {
      description: `Role of: ${props.description}`,
      assumedBy: serviceOfThisAccount(this, 'lambda.amazonaws.com'),
      permissionsBoundary: props.permissionsBoundary,
    });
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: props.logRetention ?? logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    addRight(
      this.role,
      new iam.PolicyStatement({
        sid: 'WriteOwnLogs',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    if (this.placement) this.grantNetworkInterfaces();
    if (props.untrusted) this.denyEverythingElse();

    this.function = new lambda.Function(this, 'Function', {
      description: props.description,
      ...runtimeOf(props),
      code: props.code,
      role: this.role,
      logGroup,
      timeout: props.timeout ?? Duration.seconds(29),
      memorySize: props.memorySize ?? 512,
      // CDK grants two X-Ray actions for this; neither can be limited to a resource.
      tracing: (props.traced ?? true) ? lambda.Tracing.ACTIVE : undefined,
      environment: props.environment,
      ...(this.placement
        ? {
            vpc: this.placement.vpc,
            vpcSubnets: this.placement.subnets ?? { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
            securityGroups: [this.placement.securityGroup],
          }
        : {}),
    });
    mayGetName(this.function);
    // Otherwise it could run, fail and raise alarms before its endpoints exist, and after they are deleted.
    if (this.placement?.endpoints)
      this.function.node.addDependency(this.placement.endpoints._openFor(this.placement.securityGroup));
    this.node.addValidation({ validate: () => this.problems() });
  }

  public get isInVpc(): boolean {
    return this.placement !== undefined;
  }

  /** Only these roles invoke it. */
  public invokedByRoles(roles: readonly iam.IRole[]): void {
    this.callers.push(...roles);
    const callerArns = Lazy.list({ produce: () => this.callers.map((role) => role.roleArn) });
    this.keepCallers([this.deny('NobodyElse', { ArnNotEquals: { 'aws:PrincipalArn': callerArns } })]);
  }

  /** One more role, after `invokedByRoles`. */
  public alsoInvokedBy(role: iam.IRole): void {
    this.callers.push(role);
  }

  /** For an endpoint whose policy names this function: to wait for it would be a dependency cycle. */
  public doesNotWaitFor(service: EndpointService): void {
    this.placement?.endpoints?._openEarly(service, this.placement.securityGroup);
  }

  /**
   * Only a service invokes it, and only for these sources: methods of an API, or a rule.
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

  /** Principals that an identity policy of this account allows invoke it. Other accounts and services don't. */
  public invokedInAccount(): void {
    // A service has no account, so the key is missing and the denial applies.
    this.keepCallers([
      this.deny('NobodyElse', { StringNotEquals: { 'aws:PrincipalAccount': Stack.of(this).account } }),
    ]);
  }

  /**
   * Opens the endpoint of a service for these actions on these resources. Outside a VPC there is nothing to open.
   * The role still needs its own permissions: the endpoint and the role must both allow a call.
   */
  public reach(service: EndpointService, actions: string[], resources: string[]): void {
    this.placement?.endpoints?.allow(service, {
      caller: this.placement.securityGroup,
      principal: this.role,
      actions,
      resources,
    });
  }

  /** Lambda creates the network interface with the function's role. The function's code must not. */
  private grantNetworkInterfaces(): void {
    addRight(
      this.role,
      new iam.PolicyStatement({
        sid: 'ManageOwnNetworkInterfaces',
        actions: [...NETWORK_INTERFACE_ACTIONS],
        resources: ['*'],
      }),
    );
    addRight(
      this.role,
      new iam.PolicyStatement({
        sid: 'DenyNetworkInterfacesToCode',
        effect: iam.Effect.DENY,
        actions: [...NETWORK_INTERFACE_PATTERNS],
        resources: ['*'],
        conditions: {
          ArnLike: {
            // The function's own ARN would be a dependency cycle.
            'lambda:SourceFunctionArn': Stack.of(this).formatArn({
              service: 'lambda',
              resource: 'function',
              resourceName: '*',
              arnFormat: ArnFormat.COLON_RESOURCE_NAME,
            }),
          },
        },
      }),
    );
  }

  /**
   * The role's credentials are in the environment of code that nobody trusts. What a policy elsewhere gives the role, such as a bucket's
   * or a key's, is denied too.
   */
  private denyEverythingElse(): void {
    addRight(
      this.role,
      new iam.PolicyStatement({
        sid: 'NothingElse',
        effect: iam.Effect.DENY,
        notActions: ['logs:CreateLogStream', 'logs:PutLogEvents', ...NETWORK_INTERFACE_ACTIONS],
        resources: ['*'],
      }),
    );
  }

  private problems(): string[] {
    const callers = 'nothing says who invokes this function; call one of its invokedBy methods';
    return [this.hasCallers ? undefined : callers, environmentProblem(this.function), ...this.storedValues()].filter(
      (problem) => problem !== undefined,
    );
  }

  /** Variables into which CloudFormation would write a stored value. */
  private storedValues(): string[] {
    const { environment } = this.function.node.defaultChild as lambda.CfnFunction;
    const { variables = {} } = (Stack.of(this).resolve(environment) ?? {}) as {
      variables?: { [name: string]: unknown };
    };
    return Object.keys(variables)
      .filter((name) => holdsDynamicReference(variables[name]))
      .map(
        (name) =>
          `CloudFormation would write what a secret or parameter holds into the environment variable ${name}, and whoever may describe the function would read it; remove it, and give the secret to a connector with "secret"`,
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

function runtimeOf({
  untrusted,
  architecture = lambda.Architecture.ARM_64,
  runtime = lambda.Runtime.NODEJS_22_X,
  handler = 'index.handler',
}: PrivateFunctionProps): Pick<
  lambda.FunctionProps,
  'architecture' | 'runtime' | 'handler' | 'tenancyConfig' | 'ephemeralStorageSize'
> & { readonly runtime: lambda.Runtime; readonly handler: string } {
  if (!untrusted) return { architecture, runtime, handler };
  return {
    architecture,
    // Its code is an image.
    runtime: lambda.Runtime.FROM_IMAGE,
    handler: lambda.Handler.FROM_IMAGE,
    tenancyConfig: lambda.TenancyConfig.PER_TENANT,
    ephemeralStorageSize: Size.mebibytes(untrusted.diskMiB),
  };
}
