import { InvokeCommand } from '@aws-sdk/client-lambda';
import { lambda } from '../aws/clients';
import type { RequestItem } from '../core/contracts';

/** Lambda takes an event in a fraction of it. */
const LONGEST_MS = 10_000;

/** Sends a request to the function that runs slow calls, and doesn't wait for it. @throws Error if Lambda isn't known to have the event */
export async function startSlowCall(functionArn: string, { sessionId, requestId }: RequestItem): Promise<void> {
  await lambda().send(
    new InvokeCommand({
      FunctionName: functionArn,
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify({ sessionId, requestId })),
    }),
    { abortSignal: AbortSignal.timeout(LONGEST_MS) },
  );
}
