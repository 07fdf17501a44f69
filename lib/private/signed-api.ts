import { ArnFormat, Names, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** @internal */
export interface SignedApiOptions {
  readonly stageName: string;
  /** Requests a second, over all callers. */
  readonly throttlingRateLimit: number;
  readonly throttlingBurstLimit: number;
  /** Also log the caller's IP address. In a private API it is an address of the VPC, which says nothing. @default false */
  readonly logSourceIp?: boolean;
}

/**
 * What the library's REST APIs have in common: each request is signed (SigV4), and requests are logged without bodies,
 * which hold arguments and results. Creates the log group `AccessLogs` in the scope.
 *
 * Each API has a name of its own, made from the scope's path: CloudWatch has one set of metrics for each name, so it would
 * add up those of two APIs with one name. A changed name doesn't replace an API.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 * @internal
 */
export function signedApiProps(scope: Construct, options: SignedApiOptions) {
  const accessLogs = new logs.LogGroup(scope, 'AccessLogs', {
    retention: logs.RetentionDays.ONE_YEAR,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  const { AccessLogField: Field } = apigateway;
  return {
    restApiName: Names.uniqueResourceName(scope, { maxLength: 128, separator: '-' }),
    cloudWatchRole: false,
    defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.IAM },
    deployOptions: {
      stageName: options.stageName,
      accessLogDestination: new apigateway.LogGroupLogDestination(accessLogs),
      accessLogFormat: apigateway.AccessLogFormat.custom(
        JSON.stringify({
          requestId: Field.contextRequestId(),
          at: Field.contextRequestTime(),
          caller: Field.contextIdentityUserArn(),
          ...(options.logSourceIp ? { sourceIp: Field.contextIdentitySourceIp() } : {}),
          method: Field.contextHttpMethod(),
          path: Field.contextPath(),
          status: Field.contextStatus(),
        }),
      ),
      loggingLevel: apigateway.MethodLoggingLevel.ERROR,
      dataTraceEnabled: false,
      metricsEnabled: true,
      tracingEnabled: true,
      throttlingRateLimit: options.throttlingRateLimit,
      throttlingBurstLimit: options.throttlingBurstLimit,
    },
  };
}

/**
 * Admits these roles to an API and denies every other principal. An allow alone isn't enough: with IAM authorization, any
 * principal of the account whose own policy allows `execute-api:Invoke` gets in.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 * @param allow the sid of the allow, and the resources that the roles may call
 * @internal
 */
export function onlyRoles(roles: readonly iam.Role[], allow: { readonly sid: string; readonly resource: string }) {
  const principals = roles.flatMap((role) => [
    role.roleArn,
    Stack.of(role).formatArn({
      service: 'sts',
      region: '',
      resource: 'assumed-role',
      resourceName: `${role.roleName}/*`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    }),
  ]);
  return [
    new iam.PolicyStatement({
      sid: allow.sid,
      principals: roles.map(({ roleArn }) => new iam.ArnPrincipal(roleArn)),
      actions: ['execute-api:Invoke'],
      resources: [allow.resource],
    }),
    new iam.PolicyStatement({
      sid: 'NobodyElse',
      effect: iam.Effect.DENY,
      principals: [new iam.AnyPrincipal()],
      actions: ['execute-api:Invoke'],
      resources: ['execute-api:/*'],
      conditions: { ArnNotLike: { 'aws:PrincipalArn': principals } },
    }),
  ];
}

/** An API for people with these roles. @internal */
export interface PeopleApiOptions {
  readonly stageName: string;
  readonly description: string;
  /** The sid of the statement that admits the roles. */
  readonly sid: string;
  readonly roles: readonly iam.Role[];
}

/**
 * A public API that admits people with these roles and nobody else, at the pace of people. Creates `Api` in the scope.
 * @internal
 */
export function createPeopleApi(scope: Construct, options: PeopleApiOptions): apigateway.RestApi {
  const { stageName, description, sid, roles } = options;
  return new apigateway.RestApi(scope, 'Api', {
    ...signedApiProps(scope, { stageName, throttlingRateLimit: 10, throttlingBurstLimit: 20, logSourceIp: true }),
    description,
    endpointTypes: [apigateway.EndpointType.REGIONAL],
    policy: new iam.PolicyDocument({
      statements: onlyRoles(roles, { sid, resource: `execute-api:/${stageName}/*` }),
    }),
    disableExecuteApiEndpoint: false,
  });
}
