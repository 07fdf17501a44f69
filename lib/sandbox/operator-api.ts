import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { proxyTo } from '../private/invocations';
import type { PrivateFunction } from '../private/private-function';
import { createPeopleApi } from '../private/signed-api';

/** @internal */
export interface OperatorApiProps {
  readonly operatorRole: iam.Role;
  readonly operate: PrivateFunction;
}

const STAGE = 'operate';

/** What an operator may call: method, path, and whether it changes something. */
const METHODS = [
  ['GET', '/sessions'],
  ['GET', '/sessions/{id}'],
  ['POST', '/sessions/{id}/stop'],
  ['POST', '/sessions/stop'],
  ['GET', '/connectors'],
  ['POST', '/connectors/{id}/stop'],
  ['POST', '/connectors/{id}/resume'],
] as const;

/**
 * The operators' API. Each request is signed (SigV4), and API Gateway tells the function who signed it. The resource policy denies
 * every principal but the operator role.
 * @internal
 */
export class OperatorApi extends Construct {
  public readonly api: apigateway.RestApi;

  constructor(scope: Construct, id: string, { operatorRole, operate }: OperatorApiProps) {
    super(scope, id);
    this.api = createPeopleApi(this, {
      stageName: STAGE,
      description: 'Operators: stop sessions and connectors of an agent',
      sid: 'OperatorsOnly',
      roles: [operatorRole],
    });
    this.addMethods(proxyTo(operate.function));
    const calls = METHODS.map(([method, path]) => this.api.arnForExecuteApi(method, path.replace('{id}', '*'), STAGE));
    // The function trusts what API Gateway says about the caller. An event sent directly could name any operator.
    operate.invokedByService('apigateway.amazonaws.com', calls);
    operatorRole.addToPolicy(
      new iam.PolicyStatement({ sid: 'Operate', actions: ['execute-api:Invoke'], resources: calls }),
    );
  }

  private addMethods(operate: apigateway.Integration): void {
    const requestValidator = this.api.addRequestValidator('Validator', {
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    const body = this.api.addModel('CommandBody', {
      contentType: 'application/json',
      schema: {
        schema: apigateway.JsonSchemaVersion.DRAFT4,
        type: apigateway.JsonSchemaType.OBJECT,
        additionalProperties: false,
        required: ['v', 'reason'],
        properties: {
          v: { type: apigateway.JsonSchemaType.INTEGER },
          reason: { type: apigateway.JsonSchemaType.STRING, minLength: 1, maxLength: 1000 },
        },
      },
    });
    for (const [method, path] of METHODS) {
      this.api.root.resourceForPath(path).addMethod(method, operate, {
        requestValidator,
        ...(method === 'POST' ? { requestModels: { 'application/json': body } } : {}),
      });
    }
  }
}
