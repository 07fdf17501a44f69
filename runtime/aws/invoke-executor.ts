import type { InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { type ExecutorReply, type ExecutorRequest, executorReplySchema, type JsonObject } from '../core/contracts';
import { compileSchema } from '../core/schema/compile-schema';

const isExecutorReply = compileSchema(executorReplySchema as unknown as JsonObject);

/** The executor gave no valid reply, so the call may or may not have run. */
export class ExecutorLostError extends Error {
  override readonly name = 'ExecutorLostError';
}

/**
 * Invokes a connector's executor once and synchronously. Never retries.
 * @throws ExecutorLostError if there is no valid reply
 */
export async function invokeExecutor(
  functionArn: string,
  request: ExecutorRequest,
  invoke: (input: InvokeCommandInput) => Promise<InvokeCommandOutput>,
): Promise<ExecutorReply> {
  const output = await invoke({
    FunctionName: functionArn,
    InvocationType: 'RequestResponse',
    Payload: Buffer.from(JSON.stringify(request)),
  });
  const payload = Buffer.from(output.Payload ?? []).toString('utf8');
  if (output.FunctionError) throw new ExecutorLostError(`The executor ended with ${output.FunctionError}.`);
  let reply: unknown;
  try {
    reply = JSON.parse(payload);
  } catch {
    throw new ExecutorLostError('The executor’s reply is not JSON.');
  }
  const valid = isExecutorReply(reply as JsonObject);
  if (!valid.ok) throw new ExecutorLostError(`The executor’s reply doesn't fit the contract: ${valid.reason}`);
  if ((reply as ExecutorReply).requestId !== request.requestId) {
    throw new ExecutorLostError('The executor answered another request.');
  }
  return reply as ExecutorReply;
}
