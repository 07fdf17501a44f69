import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { proxyTo } from '../private/invocations';
import type { PrivateFunction } from '../private/private-function';
import { createPeopleApi } from '../private/signed-api';

/** @internal */
export interface ApprovalApiProps {
  readonly approverRoles: readonly iam.Role[];
  readonly showRequests: PrivateFunction;
  readonly decide: PrivateFunction;
}

const STAGE = 'desk';

/**
 * The approval desk's API: `GET /requests`, `GET /requests/{id}`, `POST /requests/{id}/decision`.
 *
 * Each request is signed (SigV4), so a browser sends no credential by itself: there is no cookie to abuse, and opening a
 * link decides nothing. The resource policy denies every principal but the approver roles, including administrators of the
 * account.
 * @internal
 */
export class ApprovalApi extends Construct {
  public readonly api: apigateway.RestApi;

  constructor(scope: Construct, id: string, props: ApprovalApiProps) {
    super(scope, id);
    this.api = createPeopleApi(this, {
      stageName: STAGE,
      description: 'Approval desk: people look at waiting tool calls and decide',
      sid: 'ApproversOnly',
      roles: props.approverRoles,
    });
    this.addMethods(proxyTo(props.showRequests.function), proxyTo(props.decide.function));

    const looks = [
      this.api.arnForExecuteApi('GET', '/requests', STAGE),
      this.api.arnForExecuteApi('GET', '/requests/*', STAGE),
    ];
    const decision = this.api.arnForExecuteApi('POST', '/requests/*/decision', STAGE);
    // Both functions trust what API Gateway says about the caller. An event sent directly could name any approver.
    props.showRequests.invokedByService('apigateway.amazonaws.com', looks);
    props.decide.invokedByService('apigateway.amazonaws.com', [decision]);
    for (const role of props.approverRoles) {
      role.addToPolicy(
        new iam.PolicyStatement({
          sid: 'UseApprovalDesk',
          actions: ['execute-api:Invoke'],
          resources: [...looks, decision],
        }),
      );
    }
  }

  private addMethods(look: apigateway.Integration, decide: apigateway.Integration): void {
    const requestValidator = this.api.addRequestValidator('Validator', {
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
          alike: { type: apigateway.JsonSchemaType.BOOLEAN },
        },
      },
    });
    const requests = this.api.root.addResource('requests');
    requests.addMethod('GET', look, { requestValidator });
    const request = requests.addResource('{id}');
    request.addMethod('GET', look, { requestValidator });
    request.addResource('decision').addMethod('POST', decide, {
      requestValidator,
      requestModels: { 'application/json': body },
    });
  }
}
