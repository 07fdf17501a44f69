import type { EffectName } from './contracts';

/** What the library knows of an action whose command is in the executor's bundle. */
export interface KnownAction {
  /** The least that a call of it does, whatever the tool declares. */
  readonly effect: EffectName;
}

const reads: KnownAction = { effect: 'read' };
const writes: KnownAction = { effect: 'write' };
const leaves: KnownAction = { effect: 'outbound' };
const destroys: KnownAction = { effect: 'destructive' };

/**
 * The actions of `AwsOperation.operation()` and of the factories that send one command: each has its client and its command in
 * `runtime/executor/aws-commands.ts`, and can be limited to one resource by its ARN.
 *
 * None of them passes a role, gives access, or returns a secret.
 *
 * Source: Service Authorization Reference, "Actions defined by …" of each service.
 */
export const BUNDLED_ACTIONS = {
  'dynamodb:DeleteItem': destroys,
  'dynamodb:DescribeTable': reads,
  'dynamodb:GetItem': reads,
  'dynamodb:PutItem': writes,
  'dynamodb:Query': reads,
  'dynamodb:UpdateItem': writes,
  'events:DescribeEventBus': reads,
  'events:PutEvents': writes,
  's3:DeleteObject': destroys,
  's3:GetObjectTagging': reads,
  's3:PutObjectTagging': writes,
  'ses:GetEmailIdentity': reads,
  'ses:SendEmail': leaves,
  'sns:GetTopicAttributes': reads,
  'sns:Publish': writes,
  'sqs:ChangeMessageVisibility': writes,
  'sqs:DeleteMessage': destroys,
  'sqs:GetQueueAttributes': reads,
  // A message that is received is hidden from its consumer for a while.
  'sqs:ReceiveMessage': writes,
  'sqs:SendMessage': writes,
  'states:DescribeStateMachine': reads,
  'states:ListExecutions': reads,
  'states:StartExecution': writes,
} satisfies { readonly [action: string]: KnownAction };

export type BundledAction = keyof typeof BUNDLED_ACTIONS;

/** Whether an action has a command in the executor's bundle. */
export function isBundled(action: string): action is BundledAction {
  return Object.hasOwn(BUNDLED_ACTIONS, action);
}
