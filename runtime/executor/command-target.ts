import type { CommandOperation } from '../core/aws-operation';
import type { BundledAction } from '../core/bundled-actions';
import type { JsonObject } from '../core/contracts';
import type { AwsCall } from './aws-call';
import { fillInput } from './fill-input';
import type { TargetAnswer } from './target-answer';

/** Sends a command to AWS, such as `sendCommand`. */
export type CommandSender = (action: BundledAction, input: JsonObject, within: AwsCall['within']) => Promise<object>;

/** Sends one command, filled as synthesis declared. */
export async function runCommand(
  send: CommandSender,
  { action, input, result }: CommandOperation,
  call: AwsCall,
): Promise<TargetAnswer> {
  const { $metadata: _, ...answer } = (await send(action, fillInput(input, call), call.within)) as {
    [name: string]: unknown;
  };
  const refusal = action === 'events:PutEvents' ? refusedEvent(answer) : undefined;
  if (refusal) return refusal;
  const members = result ?? Object.keys(answer);
  const shown = Object.fromEntries(
    members.flatMap((name) => (answer[name] === undefined ? [] : [[name, answer[name]]])),
  );
  return { ok: true, content: JSON.stringify(shown), targetStatus: 200 };
}

/** EventBridge answers 200 also for an event that it didn't take. */
function refusedEvent(answer: {
  readonly FailedEntryCount?: unknown;
  readonly Entries?: unknown;
}): TargetAnswer | undefined {
  if (!answer.FailedEntryCount) return undefined;
  const [entry] = Array.isArray(answer.Entries) ? (answer.Entries as { ErrorCode?: string }[]) : [];
  const code = entry?.ErrorCode ?? 'Unknown';
  // An internal failure leaves open whether the event was taken. Source: EventBridge API Reference, "PutEventsResultEntry".
  const open = code === 'InternalFailure' || code === 'InternalException' || code === 'Unknown';
  return { ok: false, content: '', reason: `EventBridge answered ${code}.`, ...(open ? { mayHaveRun: true } : {}) };
}
