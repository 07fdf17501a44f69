import type { StackStatus } from '@aws-sdk/client-cloudformation';
import { shellWord } from '../command-line/command-hint';
import { blocked, type Finding, ready, unknown } from './finding';

/** What a stack's status means for the next deployment. */
interface StackState {
  readonly finding: Finding;
  /** Whether the stack owns resources now. Otherwise everything will be created. */
  readonly ownsResources: boolean;
}

/** A status that stops `cdk deploy`, and the command that ends it. */
type Stop = (stack: string) => string;

const aws =
  (command: string): Stop =>
  (stack) =>
    `aws cloudformation ${command} --stack-name ${stack}`;

const rollBack: Stop = (stack) => `npx cdk rollback ${stack}, or deploy again with --no-rollback`;
const askAgain: Stop = (stack) =>
  `wait, and ask again: aws cloudformation describe-stacks --stack-name ${stack} --query 'Stacks[].StackStatus'`;

/** Statuses from which `cdk deploy` creates the stack, or updates it. */
const GOES_ON: { readonly [status in StackStatus]?: 'created' | 'created again' | 'updated' } = {
  REVIEW_IN_PROGRESS: 'created',
  DELETE_COMPLETE: 'created',
  ROLLBACK_COMPLETE: 'created again',
  CREATE_COMPLETE: 'updated',
  IMPORT_COMPLETE: 'updated',
  IMPORT_ROLLBACK_COMPLETE: 'updated',
  UPDATE_COMPLETE: 'updated',
  UPDATE_ROLLBACK_COMPLETE: 'updated',
};

/**
 * Only a stack whose creation or deletion failed is deleted: it can't be used any more. A stack that ran before is rolled
 * back. The AWS CLI has no waiter for each status: `stack-rollback-complete` accepts UPDATE_ROLLBACK_COMPLETE alone. For a
 * creation that is rolled back, `stack-create-complete` is the one that ends, with an error, at ROLLBACK_COMPLETE.
 *
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html (statuses),
 * https://docs.aws.amazon.com/cdk/v2/guide/ref-cli-cmd-rollback.html,
 * https://docs.aws.amazon.com/cli/latest/reference/cloudformation/wait/ (waiters)
 */
const STOPS: { readonly [status in StackStatus]?: Stop } = {
  CREATE_IN_PROGRESS: aws('wait stack-create-complete'),
  ROLLBACK_IN_PROGRESS: aws('wait stack-create-complete'),
  UPDATE_IN_PROGRESS: aws('wait stack-update-complete'),
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: aws('wait stack-update-complete'),
  UPDATE_ROLLBACK_IN_PROGRESS: aws('wait stack-rollback-complete'),
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: aws('wait stack-rollback-complete'),
  IMPORT_IN_PROGRESS: aws('wait stack-import-complete'),
  IMPORT_ROLLBACK_IN_PROGRESS: askAgain,
  DELETE_IN_PROGRESS: aws('wait stack-delete-complete'),
  CREATE_FAILED: rollBack,
  UPDATE_FAILED: rollBack,
  UPDATE_ROLLBACK_FAILED: aws('continue-update-rollback'),
  IMPORT_ROLLBACK_FAILED: (stack) =>
    `read why, and mend it: aws cloudformation describe-stack-events --stack-name ${stack}`,
  ROLLBACK_FAILED: aws('delete-stack'),
  DELETE_FAILED: aws('delete-stack'),
};

/** @param status undefined where there is no such stack */
export function stateOf(stackName: string, status: StackStatus | undefined): StackState {
  const next = status === undefined ? 'created' : GOES_ON[status];
  if (next === 'created') return { finding: ready(`${stackName} will be created`), ownsResources: false };
  if (next === 'created again') {
    const text = `${stackName} will be created again; cdk deploy deletes the failed one`;
    return { finding: ready(text), ownsResources: false };
  }
  if (next === 'updated') {
    return { finding: ready(`${stackName} will be updated (${status})`), ownsResources: true };
  }
  const stop = status === undefined ? undefined : STOPS[status];
  const finding =
    stop === undefined
      ? unknown(`${stackName} is ${status}, which this program doesn't know`)
      : blocked(`${stackName} is ${status}, and can't be deployed now`, stop(shellWord(stackName)));
  return { finding, ownsResources: true };
}
