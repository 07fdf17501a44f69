import { createHash } from 'node:crypto';
import { Aws, CfnResource, Fn, Names, Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { knownStackName } from '../private/known-stack-name';
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
  const arn = (service: string, name: string): string => {
    const { region, account } = Stack.of(resource);
    const home = service === 'iam' ? `:${account}` : service === 's3' ? ':' : `${region}:${account}`;
    return `arn:${Aws.PARTITION}:${service}:${home}:${name}`;
  };
  if (resource instanceof iam.CfnRole) {
    resource.roleName = known(resource.roleName) ?? uniqueName(resource, 64);
    return arn('iam', `role/${resource.roleName}`);
  }
  if (resource instanceof lambda.CfnFunction) {
    resource.functionName = known(resource.functionName) ?? uniqueName(resource, 64);
    return arn('lambda', `function:${resource.functionName}`);
  }
  if (resource instanceof sfn.CfnStateMachine) {
    resource.stateMachineName = known(resource.stateMachineName) ?? uniqueName(resource, 80);
    return arn('states', `stateMachine:${resource.stateMachineName}`);
  }
  if (resource instanceof logs.CfnLogGroup) return arn('logs', `log-group:${groupPrefix(resource)}-*`);
  // Only the deployed revision can run: the launcher's own policy names it.
  if (resource instanceof ecs.CfnTaskDefinition) return arn('ecs', `task-definition/${resource.family}:*`);
  if (resource instanceof apigateway.CfnRestApi) return '*';
  if (resource instanceof s3.CfnBucket && known(resource.bucketName)) return arn('s3', `${resource.bucketName}`);
  if (resource instanceof dynamodb.CfnTable && known(resource.tableName)) {
    return arn('dynamodb', `table/${resource.tableName}`);
  }
  if (resource instanceof ecr.CfnRepository && known(resource.repositoryName)) {
    return arn('ecr', `repository/${resource.repositoryName}`);
  }
  // The app's own resource: a name that is added later would replace it.
  throw new Error(
    `${resource.node.path}: the platform's endpoints must name this ${resource.cfnResourceType}, but its stack is deployed after ` +
      "them; create it in the platform's stack or in a stack that is deployed earlier, or give it a name (bucketName, tableName, repositoryName)",
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

/** CDK's own constructs set a token that stands for no name. */
function known(name: string | undefined): string | undefined {
  return Token.isUnresolved(name) ? undefined : name;
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
