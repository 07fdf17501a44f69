import { WAIT_MARGIN_SECONDS } from '../../runtime/core/contracts';

/** The longest run of a function, and some time for its start. */
const EXECUTION_TIMEOUT_SECONDS = 900 + 60;
const CLOSING_TIMEOUT_SECONDS = 60;
/** The longest wait, run and closing, with all retries: a bound of an execution whose input says how long it waits. */
const LONGEST_EXECUTION_SECONDS = 7 * 24 * 3600 + WAIT_MARGIN_SECONDS + EXECUTION_TIMEOUT_SECONDS + 1800;

/** @internal */
export interface ApprovalDefinitionInput {
  readonly partition: string;
  readonly requestApprovalArn: string;
  readonly executeApprovedArn: string;
  readonly closeRequestArn: string;
  /** Time to decide, in seconds. Absent: it differs, and each request brings its own. */
  readonly expirySeconds?: number;
}

/**
 * The wait for one decision, in Amazon States Language.
 *
 * Neither the waiting state nor the execution has a Retry: a second wait would ask again, and a second execution could
 * act twice. Only closing a request is retried, which is safe. States hold references and hashes, never arguments or
 * results, because the history of an execution can't be erased.
 *
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-wait-token
 * @internal
 */
export function approvalDefinition(input: ApprovalDefinitionInput): object {
  const ids = { 'requestId.$': '$.requestId', 'sessionId.$': '$.sessionId' };
  const invoke = `arn:${input.partition}:states:::lambda:invoke`;
  const closeOnError = [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'CloseRequest' }];
  return {
    Comment: 'Waits for a person to decide on one tool call, then runs it once.',
    StartAt: 'AwaitDecision',
    ...(input.expirySeconds === undefined ? { TimeoutSeconds: LONGEST_EXECUTION_SECONDS } : {}),
    States: {
      AwaitDecision: {
        Type: 'Task',
        Resource: `${invoke}.waitForTaskToken`,
        Parameters: {
          FunctionName: input.requestApprovalArn,
          Payload: { ...ids, 'digest.$': '$.digest', 'taskToken.$': '$$.Task.Token' },
        },
        ...(input.expirySeconds === undefined
          ? { TimeoutSecondsPath: '$.waitSeconds' }
          : { TimeoutSeconds: input.expirySeconds + WAIT_MARGIN_SECONDS }),
        ResultPath: '$.decided',
        Catch: closeOnError,
        Next: 'Decided',
      },
      Decided: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.decided.decision', StringEquals: 'APPROVED', Next: 'Execute' },
          { Variable: '$.decided.decision', StringEquals: 'DENIED', Next: 'Denied' },
        ],
        Default: 'CloseRequest',
      },
      Denied: { Type: 'Succeed' },
      Execute: {
        Type: 'Task',
        Resource: invoke,
        Parameters: { FunctionName: input.executeApprovedArn, Payload: ids },
        TimeoutSeconds: EXECUTION_TIMEOUT_SECONDS,
        ResultSelector: { 'status.$': '$.Payload.status' },
        ResultPath: '$.outcome',
        Catch: closeOnError,
        End: true,
      },
      CloseRequest: {
        Type: 'Task',
        Resource: invoke,
        Parameters: { FunctionName: input.closeRequestArn, Payload: ids },
        TimeoutSeconds: CLOSING_TIMEOUT_SECONDS,
        Retry: [
          {
            ErrorEquals: ['States.ALL'],
            IntervalSeconds: 2,
            BackoffRate: 2,
            MaxDelaySeconds: 120,
            MaxAttempts: 8,
            JitterStrategy: 'FULL',
          },
        ],
        ResultSelector: { 'status.$': '$.Payload.status' },
        ResultPath: '$.closed',
        End: true,
      },
    },
  };
}
