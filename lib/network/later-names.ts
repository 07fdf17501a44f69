import { createHash } from 'node:crypto';
import { Aws, CfnResource, Fn, Names, Reference, Stack, Tokenization } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ses from 'aws-cdk-lib/aws-ses';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { knownStackName } from '../private/known-stack-name';
import { getsName } from '../private/own-names';
import type { EndpointUse } from './endpoint-use';

/** A use, with the ARN of its principal as the endpoint's policy writes it. @internal */
export interface NamedUse extends EndpointUse {
  readonly principalArn: string;
}

/**
 * A use by a caller that may be in a later stack. An endpoint's policy can't refer to a resource of a stack that is deployed
 * after it, so such a resource gets a name that is known at synthesis, and the policy spells its ARN with it.
 *
 * An API's id can't be chosen. Its policy says which role may call it, the role's policy which API, and the API's which role.
 * @internal
 */
export function namedAhead(use: EndpointUse, laterStacks: ReadonlySet<Stack>): NamedUse {
  const { principal, resources } = use;
  if (laterStacks.size === 0) return { ...use, principalArn: principal.roleArn };
  return {
    ...use,
    principalArn: arnAhead(principal.roleArn, laterStacks),
    resources: resources.map((resource) => arnAhead(resource, laterStacks)),
  };
}

const TOKEN = /(\$\{Token\[[^\]]+\]\})/;

/** An ARN in which each reference to a resource of a later stack is replaced. @internal */
export function arnAhead(arn: string, laterStacks: ReadonlySet<Stack>): string {
  return arn
    .split(TOKEN)
    .map((part) => {
      const firstToken = TOKEN.test(part) ? Tokenization.reverseString(part).firstToken : undefined;
      if (!Reference.isReference(firstToken) || !CfnResource.isCfnResource(firstToken.target)) return part;
      const { target } = firstToken;
      return laterStacks.has(Stack.of(target)) ? nameAhead(target) : part;
    })
    .join('');
}

/** What stands for a reference to a resource of a later stack: its ARN, or any id of an API. */
function nameAhead(resource: CfnResource): string {
  if (resource instanceof logs.CfnLogGroup) return arnOf(resource, 'logs', `log-group:${groupPrefix(resource)}-*`);
  // Only the deployed revision can run: the launcher's own policy names it.
  if (resource instanceof ecs.CfnTaskDefinition) return arnOf(resource, 'ecs', `task-definition/${resource.family}:*`);
  if (resource instanceof apigateway.CfnRestApi) return '*';
  if (resource instanceof lambda.CfnAlias) return aliasAhead(resource);
  const naming = NAMINGS[resource.cfnResourceType];
  const name = naming && (known(resource, nameOf(resource, naming)) ?? named(resource));
  if (naming === undefined || name === undefined) throw new Error(unnamedProblem(resource, naming?.prop));
  // Its reference is its name.
  return resource instanceof ses.CfnEmailIdentity ? name : arnOf(resource, naming.service, `${naming.kind}${name}`);
}

/** Names a role, and what of the library runs. */
function named(resource: CfnResource): string | undefined {
  if (resource instanceof iam.CfnRole) {
    resource.roleName = uniqueName(resource, 64);
    return resource.roleName;
  }
  if (!getsName(resource.node.scope)) return undefined;
  if (resource instanceof lambda.CfnFunction) {
    resource.functionName = uniqueName(resource, 64);
    return resource.functionName;
  }
  if (resource instanceof sfn.CfnStateMachine) {
    resource.stateMachineName = uniqueName(resource, 80);
    return resource.stateMachineName;
  }
  return undefined;
}

/** How a resource is named, and what its ARN has before the name. */
interface Naming {
  /** The prop of its construct. */
  readonly prop: string;
  /** The same in CloudFormation, where that differs. */
  readonly cfn?: string;
  readonly service: string;
  readonly kind: string;
}

const NAMINGS: { readonly [type: string]: Naming } = {
  [iam.CfnRole.CFN_RESOURCE_TYPE_NAME]: { prop: 'roleName', service: 'iam', kind: 'role/' },
  [lambda.CfnFunction.CFN_RESOURCE_TYPE_NAME]: { prop: 'functionName', service: 'lambda', kind: 'function:' },
  [sfn.CfnStateMachine.CFN_RESOURCE_TYPE_NAME]: { prop: 'stateMachineName', service: 'states', kind: 'stateMachine:' },
  [s3.CfnBucket.CFN_RESOURCE_TYPE_NAME]: { prop: 'bucketName', service: 's3', kind: '' },
  [dynamodb.CfnTable.CFN_RESOURCE_TYPE_NAME]: { prop: 'tableName', service: 'dynamodb', kind: 'table/' },
  [dynamodb.CfnGlobalTable.CFN_RESOURCE_TYPE_NAME]: { prop: 'tableName', service: 'dynamodb', kind: 'table/' },
  [ecr.CfnRepository.CFN_RESOURCE_TYPE_NAME]: { prop: 'repositoryName', service: 'ecr', kind: 'repository/' },
  [sqs.CfnQueue.CFN_RESOURCE_TYPE_NAME]: { prop: 'queueName', service: 'sqs', kind: '' },
  [sns.CfnTopic.CFN_RESOURCE_TYPE_NAME]: { prop: 'topicName', service: 'sns', kind: '' },
  [events.CfnEventBus.CFN_RESOURCE_TYPE_NAME]: {
    prop: 'eventBusName',
    cfn: 'name',
    service: 'events',
    kind: 'event-bus/',
  },
  [ses.CfnEmailIdentity.CFN_RESOURCE_TYPE_NAME]: { prop: 'emailIdentity', service: 'ses', kind: 'identity/' },
};

function nameOf(resource: CfnResource, { prop, cfn = prop }: Naming): string | undefined {
  return (resource as unknown as { readonly [name: string]: string | undefined })[cfn];
}

function arnOf(resource: CfnResource, service: string, rest: string): string {
  const { region, account } = Stack.of(resource);
  const home = service === 'iam' ? `:${account}` : service === 's3' ? ':' : `${region}:${account}`;
  return `arn:${Aws.PARTITION}:${service}:${home}:${rest}`;
}

/** An alias is named itself. Its function's name is part of the ARN. */
function aliasAhead(alias: lambda.CfnAlias): string {
  const called = Tokenization.reverseString(alias.functionName).firstToken;
  const target = Reference.isReference(called) ? called.target : undefined;
  const name =
    target instanceof lambda.CfnFunction ? known(target, target.functionName) : known(alias, alias.functionName);
  if (name === undefined)
    throw new Error(unnamedProblem(target instanceof CfnResource ? target : alias, 'functionName'));
  return arnOf(alias, 'lambda', `function:${name}:${alias.name}`);
}

/** The app's own resource: a name that is added later would replace it. */
function unnamedProblem(resource: CfnResource, prop: string | undefined): string {
  return (
    `${resource.node.path}: the platform's endpoints must name this ${resource.cfnResourceType}, but its stack is deployed after ` +
    `them; create it in the platform's stack or in a stack that is deployed earlier${prop === undefined ? '' : `, or give it a name (${prop})`}`
  );
}

/**
 * A retained group of a deleted stack must not block a new stack, so the name ends with a part of the stack's id. It begins with
 * the stack's name, as generated names do: the key of `EncryptedLogs` admits only such groups.
 */
function groupPrefix(group: logs.CfnLogGroup): string {
  const prefix = `${knownStackName(Stack.of(group))}-${uniqueName(group, 200)}`;
  group.logGroupName = `${prefix}-${Fn.select(2, Fn.split('/', Aws.STACK_ID))}`;
  return prefix;
}

/** CDK's own constructs set a token that stands for no name, or for one that is known at synthesis. */
function known(resource: CfnResource, name: string | undefined): string | undefined {
  const resolved: unknown = Stack.of(resource).resolve(name);
  return typeof resolved === 'string' ? resolved : undefined;
}

const HASH_LENGTH = 8;

/**
 * The same construct in another stack of the account has another name. CloudFormation generates no name with an underscore, so
 * policies that name this resource can't mean one with a generated name.
 */
function uniqueName(resource: CfnResource, maxLength: number): string {
  const ofStack = createHash('sha256')
    .update(knownStackName(Stack.of(resource)))
    .digest('hex')
    .slice(0, HASH_LENGTH);
  const ofPath = Names.uniqueResourceName(resource, { maxLength: maxLength - HASH_LENGTH - 1, separator: '-' });
  return `${ofPath}_${ofStack}`;
}
