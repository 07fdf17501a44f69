import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { proxyTo } from '../private/invocations';
import type { PrivateFunction } from '../private/private-function';

/** @internal */
export interface ApprovalApiProps {
  readonly approverRole: iam.Role;
  readonly showRequests: PrivateFunction;
  readonly decide: PrivateFunction;
}

/**
 * The approval desk's API: `GET /requests`, `GET /requests/{id}`, `POST /requests/{id}/decision`, each signed (SigV4).
 *
 * Requests are signed one by one, so there is nothing that a browser sends along by itself: no cookie to ride on, no link
 * that decides. The resource policy denies everybody but the approver role, also administrators of the same account:
 * an allow alone would leave the door open to every principal whose own policy says `execute-api:Invoke`.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 * @internal
 */
export class ApprovalApi extends Construct {
  public readonly api: apigateway.RestApi;

  constructor(scope: Construct, id: string, props: ApprovalApiProps) {
    super(scope, id);
    const accessLogs = new logs.LogGroup(this, 'AccessLogs', {
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.RETAIN,
    });

    this.api = new apigateway.RestApi(this, 'Api', {
      description: 'Approval desk: people look at waiting tool calls and decide',
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      policy: this.policyFor(props.approverRole),
      cloudWatchRole: false,
      disableExecuteApiEndpoint: false,
      defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.IAM },
      deployOptions: {
        stageName: 'desk',
        accessLogDestination: new apigateway.LogGroupLogDestination(accessLogs),
        accessLogFormat: apigateway.AccessLogFormat.custom(
          JSON.stringify({
            requestId: apigateway.AccessLogField.contextRequestId(),
            at: apigateway.AccessLogField.contextRequestTime(),
            caller: apigateway.AccessLogField.contextIdentityUserArn(),
            sourceIp: apigateway.AccessLogField.contextIdentitySourceIp(),
            method: apigateway.AccessLogField.contextHttpMethod(),
            path: apigateway.AccessLogField.contextPath(),
            status: apigateway.AccessLogField.contextStatus(),
          }),
        ),
        loggingLevel: apigateway.MethodLoggingLevel.ERROR,
        // Bodies hold arguments.
        dataTraceEnabled: false,
        metricsEnabled: true,
        tracingEnabled: true,
        throttlingRateLimit: 10,
        throttlingBurstLimit: 20,
      },
    });

    const validator = this.api.addRequestValidator('Validator', {
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    const body = this.api.addModel('DecisionBody', {
      contentType: 'application/json',
      schema: {
        schema: apigateway.JsonSchemaVersion.DRAFT4,
        type: apigateway.JsonSchemaType.OBJECT,
        additionalProperties: false,
        required: ['v', 'decision', 'digest'],
        properties: {
          v: { type: apigateway.JsonSchemaType.INTEGER },
          decision: { type: apigateway.JsonSchemaType.STRING, enum: ['APPROVED', 'DENIED'] },
          digest: { type: apigateway.JsonSchemaType.STRING, pattern: '^[0-9a-f]{64}$' },
          reason: { type: apigateway.JsonSchemaType.STRING, maxLength: 1000 },
        },
      },
    });
    const look = proxyTo(props.showRequests.function);
    const decide = proxyTo(props.decide.function);
    const requests = this.api.root.addResource('requests');
    requests.addMethod('GET', look, { requestValidator: validator });
    const request = requests.addResource('{id}');
    request.addMethod('GET', look, { requestValidator: validator });
    request.addResource('decision').addMethod('POST', decide, {
      requestValidator: validator,
      requestModels: { 'application/json': body },
    });

    const looks = [
      this.api.arnForExecuteApi('GET', '/requests', 'desk'),
      this.api.arnForExecuteApi('GET', '/requests/*', 'desk'),
    ];
    const decision = this.api.arnForExecuteApi('POST', '/requests/*/decision', 'desk');
    // Both believe API Gateway's word for who calls: an event sent by hand would be anybody's approval.
    props.showRequests.invokedByService('apigateway.amazonaws.com', looks);
    props.decide.invokedByService('apigateway.amazonaws.com', [decision]);
    props.approverRole.addToPolicy(
      new iam.PolicyStatement({
        sid: 'UseApprovalDesk',
        actions: ['execute-api:Invoke'],
        resources: [...looks, decision],
      }),
    );
  }

  private policyFor(approverRole: iam.Role): iam.PolicyDocument {
    const stack = Stack.of(this);
    const sessions = stack.formatArn({
      service: 'sts',
      region: '',
      resource: 'assumed-role',
      resourceName: `${approverRole.roleName}/*`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    return new iam.PolicyDocument({
      statements: [
        new iam.PolicyStatement({
          sid: 'ApproversOnly',
          principals: [new iam.ArnPrincipal(approverRole.roleArn)],
          actions: ['execute-api:Invoke'],
          resources: ['execute-api:/desk/*'],
        }),
        new iam.PolicyStatement({
          sid: 'NobodyElse',
          effect: iam.Effect.DENY,
          principals: [new iam.AnyPrincipal()],
          actions: ['execute-api:Invoke'],
          resources: ['execute-api:/*'],
          conditions: { ArnNotLike: { 'aws:PrincipalArn': [approverRole.roleArn, sessions] } },
        }),
      ],
    });
  }
}
