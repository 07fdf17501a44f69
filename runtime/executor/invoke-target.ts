import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { isObject } from '../core/json/is-object';
import { type AwsCall, callText } from './aws-call';
import type { TargetAnswer } from './target-answer';

/** The longest words of a function about its own failure. */
const LONGEST_ERROR = 1000;

/**
 * Calls a function of the team once, and waits for its answer.
 *
 * A function that fails may have done something before, so the failure of a call that changes something leaves its outcome open.
 * Lambda repeats only events that nobody waits for, and this waits.
 *
 * Source: Lambda Developer Guide, "Invoke a Lambda function synchronously" and "Understanding retry behavior in Lambda".
 */
export async function invokeFunction(lambda: Pick<LambdaClient, 'send'>, call: AwsCall): Promise<TargetAnswer> {
  const answer = await lambda.send(
    new InvokeCommand({
      FunctionName: call.resource,
      InvocationType: 'RequestResponse',
      Payload: Buffer.from(callText(call)),
    }),
    call.within,
  );
  const targetStatus = answer.StatusCode ?? 200;
  const content = textOf(answer.Payload);
  if (answer.FunctionError !== undefined) {
    return {
      ok: false,
      content: content === undefined ? '' : withoutTrace(content),
      targetStatus,
      mayHaveRun: true,
      reason: 'The function failed.',
    };
  }
  if (content === undefined) {
    return { ok: false, content: '', targetStatus, mayHaveRun: true, reason: 'The function’s answer isn’t UTF-8.' };
  }
  return { ok: true, content, targetStatus };
}

function textOf(payload: Uint8Array | undefined): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload ?? new Uint8Array());
  } catch {
    return undefined;
  }
}

/** The type and the message of an error. Its stack trace names files and lines, and stays in the function's own log. */
function withoutTrace(content: string): string {
  try {
    const error: unknown = JSON.parse(content);
    if (!isObject(error)) return '';
    const { errorType, errorMessage } = error;
    const short = (text: unknown): string => (typeof text === 'string' ? text.slice(0, LONGEST_ERROR) : '');
    return JSON.stringify({ errorType: short(errorType), errorMessage: short(errorMessage) });
  } catch {
    return '';
  }
}
