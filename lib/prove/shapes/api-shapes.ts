import {
  anything,
  aResource,
  between,
  each,
  members,
  off,
  on,
  oneOf,
  optional,
  type Shape,
  some,
  unset,
} from './shape';

/** An API of the runtime. Rules judge its policy, and a claim what its methods call. */
export const API_SHAPE: Shape = {
  ApiKeySourceType: anything,
  Description: anything,
  DisableExecuteApiEndpoint: off,
  EndpointConfiguration: members({
    Types: each(oneOf('PRIVATE', 'REGIONAL')),
    IpAddressType: anything,
    // It gives the API a name in their networks. The policy says from where calls are taken.
    VpcEndpointIds: anything,
  }),
  Name: anything,
  Policy: anything,
  SecurityPolicy: anything,
  Tags: anything,
};

/** Its stage: the calls are logged without their bodies, and answers aren't kept. */
export const STAGE_SHAPE: Shape = {
  AccessLogSetting: members({ DestinationArn: aResource('AWS::Logs::LogGroup'), Format: anything }),
  CacheClusterEnabled: off,
  DeploymentId: aResource('AWS::ApiGateway::Deployment'),
  Description: anything,
  MethodSettings: some(
    members({
      CachingEnabled: off,
      DataTraceEnabled: off,
      HttpMethod: anything,
      LoggingLevel: oneOf('ERROR', 'INFO'),
      MetricsEnabled: anything,
      ResourcePath: anything,
      ThrottlingBurstLimit: between(1, 5000),
      ThrottlingRateLimit: between(1, 10_000),
    }),
  ),
  RestApiId: anything,
  StageName: anything,
  Tags: anything,
  TracingEnabled: anything,
};

const validator = aResource('AWS::ApiGateway::RequestValidator');

/** A method of it passes the whole call to one function, which answers. */
export const METHOD_SHAPE: Shape = {
  ApiKeyRequired: anything,
  AuthorizationType: anything,
  HttpMethod: anything,
  Integration: members({
    IntegrationHttpMethod: oneOf('POST'),
    TimeoutInMillis: anything,
    Type: oneOf('AWS_PROXY'),
    Uri: anything,
  }),
  OperationName: anything,
  RequestModels: anything,
  RequestParameters: anything,
  // The gate and a web desk read bodies themselves.
  RequestValidatorId: (value, subject) =>
    /of the (desk|operator) API$/.test(subject.place) ? validator(value, subject) : optional(validator)(value, subject),
  ResourceId: anything,
  RestApiId: anything,
};

/** What is deployed is what the template has. */
export const DEPLOYMENT_SHAPE: Shape = {
  Description: anything,
  RestApiId: anything,
  StageDescription: unset,
  StageName: unset,
  DeploymentCanarySettings: unset,
};

/** The checks of a call's body and parameters. */
export const VALIDATOR_SHAPE: Shape = {
  Name: anything,
  RestApiId: anything,
  // A web desk reads forms, which no schema describes.
  ValidateRequestBody: (value, subject) => (/web desk/.test(subject.place) ? undefined : on(value, subject)),
  ValidateRequestParameters: on,
};
