import { ArnFormat, Fn, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { arnOfSecretFor } from '../connectors/given-secret';
import { grantPartitions } from '../gate/state-table';
import { bundlePath } from '../private/bundle-path';
import { proxyTo } from '../private/invocations';
import { PrivateFunction } from '../private/private-function';
import { secretDecryption } from '../private/secret-of-one-reader';
import { secretReaderBoundary } from '../private/secret-reader-boundary';
import { signedApiProps } from '../private/signed-api';
import type { ApproverSignIn, OidcSignInOptions } from './approver-sign-in';
import { firewallRules } from './desk-firewall';

/** @internal */
export interface WebDeskProps {
  readonly signIn: ApproverSignIn;
  readonly stateTable: dynamodb.ITable;
  readonly showRequests: PrivateFunction;
  readonly decide: PrivateFunction;
  readonly permissionsBoundary?: iam.IManagedPolicy;
}

const STAGE = 'desk';

/** Everything that the desk answers. API Gateway itself refuses the rest. */
const ROUTES: readonly (readonly [method: string, path: string])[] = [
  ['GET', '/'],
  ['GET', '/requests/{id}'],
  ['GET', '/assets/{file}'],
  ['GET', '/sign-in'],
  ['GET', '/callback'],
  ['POST', '/sign-out'],
  ['GET', '/api/sign-in'],
  ['GET', '/api/session'],
  ['GET', '/api/requests'],
  ['GET', '/api/requests/{id}'],
  ['POST', '/api/requests/{id}/decision'],
];

/**
 * The approval desk as a web page. Its function signs people in, and passes on what they ask for and decide. It may invoke the function
 * that shows and the one that decides, and nobody else may; it can read neither requests, nor task tokens, nor the ledger.
 *
 * Limitations: it runs outside any VPC, because it must reach the issuer. Only its own code keeps it to that address.
 * @internal
 */
export class WebDesk extends Construct {
  public readonly url: string;
  public readonly stage: apigateway.Stage;

  constructor(scope: Construct, id: string, props: WebDeskProps) {
    super(scope, id);
    const options = props.signIn._options;
    const { _vpcEndpointIds: endpoints, _requestsPerAddress: rate } = options.ingress;
    const api = new apigateway.RestApi(this, 'Api', {
      ...signedApiProps(this, {
        stageName: STAGE,
        throttlingRateLimit: 50,
        throttlingBurstLimit: 100,
        logSourceIp: true,
      }),
      // People sign in at the issuer, and the function checks each request.
      defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.NONE },
      description: 'Approval desk: a web page where people look at waiting tool calls and decide',
      disableExecuteApiEndpoint: false,
      ...(endpoints.length > 0
        ? {
            endpointTypes: [apigateway.EndpointType.PRIVATE],
            policy: onlyThrough(endpoints),
          }
        : { endpointTypes: [apigateway.EndpointType.REGIONAL] }),
    });
    if (endpoints.length > 0) {
      // CDK takes endpoints as constructs only.
      const resource = api.node.defaultChild as apigateway.CfnRestApi;
      resource.endpointConfiguration = { types: ['PRIVATE'], vpcEndpointIds: endpoints };
    }
    this.url = this.addressOf(api, endpoints[0]);
    const { clientSecret } = options;
    const secretArn = clientSecret && arnOfSecretFor(this, clientSecret, 'secret of the client');
    const desk = new PrivateFunction(this, 'Serve', {
      description: 'Approvals: serves the web desk; can neither read requests nor decide by itself',
      code: lambda.Code.fromAsset(bundlePath('desk-serve')),
      environment: { ...settingsOf(options, secretArn), ...this.functionsOf(props), DESK_URL: this.url },
      // With a credential, its errors stay in its own log.
      traced: secretArn === undefined,
      permissionsBoundary: props.permissionsBoundary ?? this.boundaryWith(secretArn),
    });
    this.grant(desk.role, props);
    if (secretArn !== undefined) this.grantSecret(desk.role, secretArn, clientSecret?.encryptionKey);
    this.addRoutes(api, proxyTo(desk.function));
    desk.invokedByService(
      'apigateway.amazonaws.com',
      ROUTES.map(([method, path]) => api.arnForExecuteApi(method, path.replace(/\{[a-z]+\}/g, '*'), STAGE)),
    );
    this.stage = api.deploymentStage;
    if (rate !== undefined) this.addFirewall(api, rate);
  }

  private functionsOf({ stateTable, showRequests, decide }: WebDeskProps): Record<string, string> {
    return {
      STATE_TABLE: stateTable.tableName,
      SHOW_FUNCTION: showRequests.function.functionArn,
      DECIDE_FUNCTION: decide.function.functionArn,
    };
  }

  private grant(role: iam.Role, props: WebDeskProps): void {
    grantPartitions(
      props.stateTable,
      role,
      'KeepSessions',
      ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'],
      ['DESK#*'],
    );
    role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'AskAndDecide',
        actions: ['lambda:InvokeFunction'],
        resources: [props.showRequests.function.functionArn, props.decide.function.functionArn],
      }),
    );
    // An event sent directly could name any person.
    for (const called of [props.showRequests, props.decide]) called.invokedByRoles([role]);
  }

  private grantSecret(role: iam.Role, secretArn: string, key: kms.IKey | undefined): void {
    role.addToPolicy(
      new iam.PolicyStatement({
        sid: 'ReadClientSecret',
        actions: ['secretsmanager:GetSecretValue'],
        resources: [secretArn],
      }),
    );
    if (!key) return;
    role.addToPolicy(secretDecryption(this, key, secretArn));
  }

  /** Without a secret, there is nothing that the role shares with a connector's. */
  private boundaryWith(secretArn: string | undefined): iam.ManagedPolicy | undefined {
    if (secretArn === undefined) return undefined;
    return secretReaderBoundary(this, 'The most that this web desk can ever do', [
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'lambda:InvokeFunction',
    ]);
  }

  private addRoutes(api: apigateway.RestApi, integration: apigateway.Integration): void {
    const requestValidator = api.addRequestValidator('Validator', { validateRequestParameters: true });
    for (const [method, path] of ROUTES) {
      const resource = path === '/' ? api.root : api.root.resourceForPath(path);
      resource.addMethod(method, integration, { requestValidator });
    }
  }

  /** The address as browsers see it. Through an endpoint, its own name resolves to addresses of that network from everywhere. */
  private addressOf(api: apigateway.RestApi, endpointId: string | undefined): string {
    const { region, urlSuffix } = Stack.of(this);
    const through = endpointId === undefined ? '' : `-${endpointId}`;
    return Fn.join('', ['https://', api.restApiId, through, `.execute-api.${region}.${urlSuffix}/${STAGE}`]);
  }

  private addFirewall(api: apigateway.RestApi, rate: number): void {
    const acl = new wafv2.CfnWebACL(this, 'Firewall', {
      description: 'Before the approval desk: common attacks, and addresses that send too much',
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: { cloudWatchMetricsEnabled: true, metricName: 'ApprovalDesk', sampledRequestsEnabled: false },
      rules: firewallRules(rate),
    });
    new wafv2.CfnWebACLAssociation(this, 'FirewallInFront', {
      webAclArn: acl.attrArn,
      resourceArn: Stack.of(this).formatArn({
        service: 'apigateway',
        account: '',
        resource: `/restapis/${api.restApiId}/stages/${api.deploymentStage.stageName}`,
        arnFormat: ArnFormat.NO_RESOURCE_NAME,
      }),
    });
  }
}

function settingsOf(options: OidcSignInOptions, secretArn: string | undefined): Record<string, string> {
  const { groupsClaim = 'groups', nameClaim = 'name', claims = ['email'], scopes = ['profile', 'email'] } = options;
  return {
    APPROVER_ISSUER: options.issuer,
    SIGN_IN_CLIENT_ID: options.clientId,
    SIGN_IN_SCOPES: [...new Set(['openid', ...scopes])].join(' '),
    GROUPS_CLAIM: groupsClaim,
    NAME_CLAIM: nameClaim,
    PERSON_CLAIMS: claims.join(' '),
    ...(options.commandLineClientId ? { COMMAND_LINE_CLIENT_ID: options.commandLineClientId } : {}),
    ...(secretArn === undefined ? {} : { CLIENT_SECRET_ARN: secretArn }),
  };
}

/** Requests through other endpoints are denied, whatever else allows them. */
function onlyThrough(vpcEndpointIds: string[]): iam.PolicyDocument {
  const invoke = {
    principals: [new iam.AnyPrincipal()],
    actions: ['execute-api:Invoke'],
    resources: ['execute-api:/*'],
  };
  return new iam.PolicyDocument({
    statements: [
      new iam.PolicyStatement({
        ...invoke,
        sid: 'ThroughTheEndpoints',
        conditions: { StringEquals: { 'aws:SourceVpce': vpcEndpointIds } },
      }),
      new iam.PolicyStatement({
        ...invoke,
        sid: 'NobodyElse',
        effect: iam.Effect.DENY,
        conditions: { StringNotEquals: { 'aws:SourceVpce': vpcEndpointIds } },
      }),
    ],
  });
}
