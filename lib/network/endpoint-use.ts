import { Token } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { BedrockModel } from './bedrock-model';
import { EndpointService } from './endpoint-service';

/** One caller's use of one service. */
export interface EndpointUse {
  /**
   * Security group of the caller. It gets egress to the endpoint on TCP 443, and the endpoint gets ingress from it, so its
   * other outbound traffic must be closed. Callers with the same permissions may share one.
   */
  readonly caller: ec2.ISecurityGroup;
  /** The role that the caller uses. The endpoint's policy refuses requests of any other principal. */
  readonly principal: iam.IRole;
  /** Exact actions, for example `s3:GetObject`. Wildcards are refused. */
  readonly actions: string[];
  /** ARNs of the resources of these actions. `*` is accepted only for actions that can't be limited to a resource. */
  readonly resources: string[];
  /**
   * The account that owns the resources.
   * @default - the stack's account
   */
  readonly resourceAccount?: string;
}

/** What an image pull needs. */
export interface ImagePullUse {
  /** Security group of the task. */
  readonly caller: ec2.ISecurityGroup;
  /** The role that pulls: for ECS the execution role. */
  readonly executionRole: iam.IRole;
  /** ARN of the private repository, in the stack's region. */
  readonly repositoryArn: string;
}

/** What calling models needs. */
export interface ModelUse {
  /** Security group of the caller. */
  readonly caller: ec2.ISecurityGroup;
  /** The role that calls the models. */
  readonly principal: iam.IRole;
  /** The models. */
  readonly models: BedrockModel[];
  /**
   * The guardrail that calls name, as `<guardrail ARN>:<version>`.
   * @default - calls name no guardrail
   */
  readonly guardrail?: string;
  /**
   * ARNs of the guardrail's cross-Region profile, one for each destination region.
   * @default - the guardrail has no profile
   */
  readonly guardrailProfileArns?: string[];
}

/** An interface endpoint that a network already has. */
export interface ExistingEndpoint {
  /** Its security group. It must be one that CDK may add rules to. */
  readonly securityGroup: ec2.ISecurityGroup;
  /** The endpoint. */
  readonly endpoint: ec2.IInterfaceVpcEndpoint;
}

/** Actions that can't be limited to a resource, so that a policy can only say `*` (Service Authorization Reference). */
const ACTIONS_WITHOUT_RESOURCE = new Set([
  'ecr:GetAuthorizationToken',
  'ecs:ListTasks',
  'sts:GetCallerIdentity',
  'kms:GenerateRandom',
]);

/** @internal */
export function takesNoResource({ actions }: Pick<EndpointUse, 'actions'>): boolean {
  return actions.every((action) => ACTIONS_WITHOUT_RESOURCE.has(action));
}

/** Why an endpoint can't be opened for a use; undefined when it can. @internal */
export function useProblem(
  service: EndpointService,
  use: Pick<EndpointUse, 'actions' | 'resources'>,
): string | undefined {
  if (use.actions.length === 0 || use.resources.length === 0) {
    return 'a use without actions or resources allows nothing. Name at least one of each.';
  }
  for (const action of use.actions) {
    if (Token.isUnresolved(action) || !isExactAction(action, service.actionPrefix)) {
      return (
        `action "${action}" is refused: an endpoint policy names exact actions of its own service. ` +
        `Write for example "${service.actionPrefix}:SomeAction".`
      );
    }
  }
  for (const resource of use.resources) {
    if (resource === '*' && takesNoResource(use)) continue;
    const reason = unpinned(service, resource);
    if (reason) return `resource "${resource}" is refused: ${reason} Write the ARN of what the caller needs.`;
  }
  return undefined;
}

function isExactAction(action: string, prefix: string): boolean {
  return action.startsWith(`${prefix}:`) && /^[A-Za-z0-9]+$/.test(action.slice(prefix.length + 1));
}

/** Why an ARN allows more than one resource, or undefined. An ARN that is known only at deployment comes from a construct. */
function unpinned(service: EndpointService, resource: string): string | undefined {
  if (!resource.startsWith('arn:')) {
    return Token.isUnresolved(resource) && !/^\*/.test(resource) ? undefined : 'it is not an ARN.';
  }
  if (Token.isUnresolved(resource)) return undefined;
  const [, partition, arnService, region, account = '', ...rest] = resource.split(':');
  const name = rest.join(':');
  if ([partition, arnService, region, account].some((field) => field?.includes('*'))) {
    return 'its partition, service, region or account is a wildcard.';
  }
  const isS3 = service === EndpointService.S3;
  const wholeType = !isS3 && /^[a-z-]+[/:]\*/.test(name);
  if (!name || name.startsWith('*') || wholeType) return 'it names no single resource.';
  const [bucket = ''] = name.split('/');
  if (isS3 && /[*?]/.test(bucket)) return 'the bucket is a wildcard.';
  const needsAccount = !service._traits.resourceAccountKey && !name.startsWith('foundation-model/');
  if (needsAccount && !/^\d{12}$/.test(account)) return 'it names no account.';
  return undefined;
}
