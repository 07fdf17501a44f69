import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import { statementsOfTemplate } from './serverless-policies';
import { isObject } from './value';

/**
 * The template with the resources that AWS SAM certainly makes of its functions, state machines and applications, so that the rules
 * judge what the template tells: environment, policies, function URL, definition. What else SAM makes isn't here; that the
 * transform rewrites the template is reported by itself.
 *
 * Source: AWS SAM Developer Guide, "CloudFormation resources generated when AWS::Serverless::Function is specified", "… when
 * AWS::Serverless::StateMachine is specified", "Globals section of the AWS SAM template".
 */
export function withServerlessResources(body: JsonObject): JsonObject {
  const { Resources: resources, Transform: transform } = body;
  if (transform === undefined || !isObject(resources)) return body;
  if (!(Array.isArray(transform) ? transform : [transform]).includes('AWS::Serverless-2016-10-31')) return body;
  const made = Object.entries(resources as JsonObject).flatMap(([id, resource]) => madeOf(id, resource, body));
  // A resource that the template has itself stays.
  const all = Object.fromEntries(
    made.filter(([id, { isOwn }]) => isOwn || !(id in resources)).map(([id, { resource }]) => [id, resource]),
  );
  return { ...body, Resources: all };
}

function madeOf(
  id: string,
  resource: JsonValue,
  body: JsonObject,
): [string, { resource: JsonValue; isOwn: boolean }][] {
  const make = isJsonObject(resource) ? MAKERS.get(String(resource.Type)) : undefined;
  const all = make !== undefined && isJsonObject(resource) ? make(id, resource, body) : { [id]: resource };
  return Object.entries(all).map(([madeId, one]) => [madeId, { resource: one, isOwn: madeId === id }]);
}

type Maker = (id: string, resource: JsonObject, body: JsonObject) => JsonObject;

const MAKERS: ReadonlyMap<string, Maker> = new Map([
  ['AWS::Serverless::Function', functionResources],
  ['AWS::Serverless::StateMachine', stateMachineResources],
  ['AWS::Serverless::Application', applicationResources],
]);

function applicationResources(id: string, resource: JsonObject): JsonObject {
  const { Location: location = null, ...properties } = propertiesOf(resource);
  const nested = { TemplateURL: location, ...properties };
  return { [id]: { ...resource, Type: 'AWS::CloudFormation::Stack', Properties: nested } };
}

/** Properties of AWS::Serverless::Function that AWS::Lambda::Function doesn't have. */
const OF_SAM_FUNCTIONS = ['CodeUri', 'InlineCode', 'ImageUri', 'Policies', 'FunctionUrlConfig', 'Tracing'];

function functionResources(id: string, resource: JsonObject, body: JsonObject): JsonObject {
  const properties = merged(globalsFor('Function', body), propertiesOf(resource));
  const kept = Object.entries(properties).filter(([member]) => !OF_SAM_FUNCTIONS.includes(member));
  const code: JsonValue = properties.InlineCode !== undefined ? { ZipFile: properties.InlineCode } : {};
  const { roleArn, role } = roleOf(id, resource, properties, 'lambda.amazonaws.com');
  const url = properties.FunctionUrlConfig;
  return {
    [id]: {
      ...resource,
      Type: 'AWS::Lambda::Function',
      Properties: { ...Object.fromEntries(kept), Code: code, Role: roleArn },
    },
    ...role,
    ...(isJsonObject(url)
      ? { [`${id}Url`]: beside(id, resource, 'AWS::Lambda::Url', { ...url, TargetFunctionArn: { Ref: id } }) }
      : {}),
  };
}

function stateMachineResources(id: string, resource: JsonObject, body: JsonObject): JsonObject {
  const { Type, Logging, Tracing, DefinitionUri, Policies, ...kept } = merged(
    globalsFor('StateMachine', body),
    propertiesOf(resource),
  );
  const { roleArn, role } = roleOf(id, resource, { ...kept, Policies: Policies ?? null }, 'states.amazonaws.com');
  const renamed = Object.entries({ StateMachineType: Type, LoggingConfiguration: Logging }).filter(
    (entry): entry is [string, JsonValue] => entry[1] !== undefined,
  );
  return {
    [id]: {
      ...resource,
      Type: 'AWS::StepFunctions::StateMachine',
      Properties: { ...kept, ...Object.fromEntries(renamed), RoleArn: roleArn },
    },
    ...role,
  };
}

/** The role that the properties name; otherwise SAM makes one, `<logical id>Role`. */
function roleOf(
  id: string,
  resource: JsonObject,
  properties: JsonObject,
  service: string,
): { roleArn: JsonValue; role: JsonObject } {
  if (properties.Role !== undefined) return { roleArn: properties.Role, role: {} };
  const { AssumeRolePolicyDocument: trust, PermissionsBoundary: boundary, Policies: policies } = properties;
  const list = Array.isArray(policies) ? policies : policies === undefined || policies === null ? [] : [policies];
  const roleId = `${id}Role`;
  const role = beside(id, resource, 'AWS::IAM::Role', {
    AssumeRolePolicyDocument: trust ?? {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
    },
    ManagedPolicyArns: list.flatMap(managedPolicyArn),
    Policies: list.flatMap((policy, i) => {
      const document = isJsonObject(policy) ? documentOf(policy) : undefined;
      return document === undefined ? [] : [{ PolicyName: `${roleId}Policy${i}`, PolicyDocument: document }];
    }),
    ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
  });
  return { roleArn: { 'Fn::GetAtt': [roleId, 'Arn'] }, role: { [roleId]: role } };
}

/** A policy that is written out, or that one of SAM's templates stands for. */
function documentOf(policy: JsonObject): JsonObject | undefined {
  if (policy.Statement !== undefined) return policy;
  const statements = statementsOfTemplate(policy);
  return statements === undefined ? undefined : { Version: '2012-10-17', Statement: statements };
}

/** A managed policy by name or ARN, or a function that returns one. A SAM policy template isn't one. */
function managedPolicyArn(policy: JsonValue): JsonValue[] {
  if (typeof policy === 'string') {
    return [policy.includes(':') ? policy : { 'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/${policy}` }];
  }
  const [member] = isJsonObject(policy) ? Object.keys(policy) : [];
  return member === 'Ref' || member?.startsWith('Fn::') ? [policy] : [];
}

/** A resource that SAM makes beside another one. Acknowledgements on that one hold for it too. */
function beside(
  id: string,
  { Condition: condition, Metadata: metadata }: JsonObject,
  type: string,
  properties: JsonObject,
): JsonObject {
  return {
    Type: type,
    Properties: properties,
    Metadata: { 'aws:cdk:path': id, ...(isJsonObject(metadata) ? metadata : {}) },
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}

function propertiesOf({ Properties: properties }: JsonObject): JsonObject {
  return isJsonObject(properties) ? properties : {};
}

function globalsFor(kind: string, { Globals: globals }: JsonObject): JsonObject {
  const those = isJsonObject(globals) ? globals[kind] : undefined;
  return isJsonObject(those) ? those : {};
}

/** Globals under a resource's own properties: objects are merged, lists joined, other values replaced, also those of a function. */
function merged(globals: JsonObject, own: JsonObject): JsonObject {
  const result: JsonObject = { ...globals };
  for (const [member, value] of Object.entries(own)) {
    const before = globals[member];
    if (isJsonObject(before) && isJsonObject(value) && !isCall(before) && !isCall(value))
      result[member] = merged(before, value);
    else result[member] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value;
  }
  return result;
}

function isCall(object: JsonObject): boolean {
  const [name = '', ...others] = Object.keys(object);
  return others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
}

function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
