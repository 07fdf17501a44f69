import type * as events from 'aws-cdk-lib/aws-events';
import type * as sfn from 'aws-cdk-lib/aws-stepfunctions';

/**
 * The events that EventBridge receives of each execution of a standard state machine, at no cost.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 * @internal
 */
export function executionEvents(machine: sfn.IStateMachine, ...statuses: string[]): events.EventPattern {
  return {
    source: ['aws.states'],
    detailType: ['Step Functions Execution Status Change'],
    detail: { stateMachineArn: [machine.stateMachineArn], status: statuses },
  };
}
