import type { InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import type { DeskCall } from '../approvals/desk-call';

/** What a function of the approvals answered. */
export interface FunctionAnswer {
  readonly status: number;
  /** JSON. */
  readonly body: string;
}

/** The functions behind the desk: one shows and can't write, one decides. */
export interface DeskFunctions {
  show(call: DeskCall): Promise<FunctionAnswer>;
  decide(call: DeskCall): Promise<FunctionAnswer>;
}

/** The function gave no readable answer. A decision may have been taken. */
export class FunctionLostError extends Error {
  override readonly name = 'FunctionLostError';
}

/**
 * Invokes a function with a call, once.
 * @throws FunctionLostError without a readable answer
 */
export async function invokeDeskFunction(
  functionName: string,
  call: DeskCall,
  invoke: (input: InvokeCommandInput) => Promise<InvokeCommandOutput>,
): Promise<FunctionAnswer> {
  const { FunctionError: failed, Payload: payload } = await invoke({
    FunctionName: functionName,
    InvocationType: 'RequestResponse',
    Payload: Buffer.from(JSON.stringify(call)),
  });
  if (failed) throw new FunctionLostError(`The function ended with ${failed}.`);
  const answer = readJson(Buffer.from(payload ?? []).toString('utf8'));
  if (typeof answer?.statusCode !== 'number' || typeof answer.body !== 'string') {
    throw new FunctionLostError('The function’s answer can’t be read.');
  }
  return { status: answer.statusCode, body: answer.body };
}

function readJson(text: string): { readonly statusCode?: unknown; readonly body?: unknown } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
