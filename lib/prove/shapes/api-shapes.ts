import { describe, isFalse, isObject, keyOf, memberOf, parseJsonText, type Resource } from '../../template';
import {
  anything,
  aResource,
  between,
  both,
  each,
  type Judge,
  known,
  members,
  off,
  on,
  oneOf,
  optional,
  type Shape,
  some,
  text,
  unset,
} from './shape';

/** An API of the runtime. Rules judge its policy, and a claim what its methods call. */
export const API_SHAPE: Shape = {
  ApiKeySourceType: optional(oneOf('HEADER')),
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
  // None that takes TLS 1.0. Source: API Gateway Developer Guide, "Supported security policies".
  SecurityPolicy: optional(text(/^(TLS_1_2|SecurityPolicy_TLS1[23]_\w+)$/, 'a policy of TLS 1.2 or later')),
  // Whether the host name of a request is checked too, which those policies need.
  EndpointAccessMode: optional(oneOf('BASIC', 'STRICT')),
  Tags: anything,
};

/** Who called, when, what, and what came of it. */
const CALL = ['requestId', 'requestTime', 'identity', 'httpMethod', 'path', 'status'];

const tellsWhoCalled: Judge = known((value) => {
  const lacking = CALL.filter((each) => !describe(value).includes(`$context.${each}`));
  return lacking.length === 0 ? undefined : `doesn’t record ${lacking.join(', ')} of a call`;
});

/** One setting for all methods: a second one is another limit for some of them. */
const onlyOne =
  (judge: Judge): Judge =>
  (value, subject) =>
    Array.isArray(value) && value.length > 1
      ? `has ${value.length} settings, not one for all calls`
      : some(judge)(value, subject);

/** What an API has belongs to it alone: AWS refuses what another one has, and a deployment of it would show other methods. */
const ofSameApi: Judge = (value, { assembly, resource }) => {
  const named = assembly.find(value);
  if (named === undefined) return undefined;
  const apisOf = (each: Resource): string[] => each.property('RestApiId').map(({ value: api }) => keyOf(api));
  const own = apisOf(resource);
  const isApi = named.type === 'AWS::ApiGateway::RestApi';
  const isSame = isApi
    ? resource.property('RestApiId').every(({ value: api }) => assembly.find(api) === named)
    : apisOf(named).join() === own.join();
  return isSame ? undefined : `is ${named.path}, of another API`;
};

/** Its stage: the calls are logged without their bodies, and answers aren't kept. */
export const STAGE_SHAPE: Shape = {
  AccessLogSetting: members({ DestinationArn: aResource('AWS::Logs::LogGroup'), Format: tellsWhoCalled }),
  CacheClusterEnabled: off,
  DeploymentId: both(aResource('AWS::ApiGateway::Deployment'), ofSameApi),
  Description: anything,
  MethodSettings: onlyOne(
    members({
      CachingEnabled: off,
      DataTraceEnabled: off,
      HttpMethod: oneOf('*'),
      LoggingLevel: oneOf('ERROR', 'INFO'),
      MetricsEnabled: anything,
      ResourcePath: oneOf('/*'),
      // The account's own limits, 5000 and 10,000, are none.
      ThrottlingBurstLimit: between(1, 1000),
      ThrottlingRateLimit: between(1, 1000),
    }),
  ),
  RestApiId: anything,
  StageName: anything,
  Tags: anything,
  TracingEnabled: anything,
};

const model = both(aResource('AWS::ApiGateway::Model'), ofSameApi);
const validator = both(aResource('AWS::ApiGateway::RequestValidator'), ofSameApi);

/** A method of it passes the whole call to one function, which answers. */
export const METHOD_SHAPE: Shape = {
  ApiKeyRequired: anything,
  // A rule judges which one.
  AuthorizationType: known(() => undefined),
  HttpMethod: anything,
  Integration: members({
    IntegrationHttpMethod: oneOf('POST'),
    TimeoutInMillis: anything,
    Type: oneOf('AWS_PROXY'),
    Uri: anything,
  }),
  OperationName: anything,
  // What a desk's function takes is a form that is closed.
  RequestModels: (value, subject) => {
    const sends = subject.resource.property('HttpMethod').some(({ value: method }) => method !== 'GET');
    const isDesk = /of the (desk|operator) API$/.test(subject.place);
    return sends && isDesk ? members({ 'application/json': model })(value, subject) : undefined;
  },
  RequestParameters: anything,
  // The gate and a web desk read bodies themselves.
  RequestValidatorId: (value, subject) =>
    /of the (desk|operator) API$/.test(subject.place) ? validator(value, subject) : optional(validator)(value, subject),
  ResourceId: ofSameApi,
  RestApiId: anything,
};

/** A part of an address. */
export const API_RESOURCE_SHAPE: Shape = { ParentId: ofSameApi, PathPart: anything, RestApiId: anything };

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

/** The form of a body. It has no members but those that are listed. */
export const MODEL_SHAPE: Shape = {
  ContentType: optional(oneOf('application/json')),
  Description: anything,
  Name: anything,
  RestApiId: anything,
  Schema: known((value) => {
    const schema = isObject(value) ? value : parseJsonText(value);
    return memberOf(schema, 'type') === 'object' && isFalse(memberOf(schema, 'additionalProperties'))
      ? undefined
      : 'takes members that it doesn’t list';
  }),
};
