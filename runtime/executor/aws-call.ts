import type { JsonObject } from '../core/contracts';
import { canonicalize } from '../core/json/canonicalize';

/** A call of an AWS operation. */
export interface AwsCall {
  readonly connector: string;
  readonly tool: string;
  readonly args: JsonObject;
  readonly requestId: string;
  readonly sessionId: string;
  /** The bucket's or table's name, otherwise the ARN of the resource. */
  readonly resource: string;
  readonly maxResultBytes: number;
  readonly within: { readonly abortSignal: AbortSignal };
}

/**
 * What functions, queues, buses and state machines get of a call. `requestId` is the same if a call arrives twice, so that they
 * can tell. No credential is in it.
 */
export function callText({ connector, tool, args, requestId, sessionId }: AwsCall): string {
  return canonicalize({ v: 1, connector, tool, requestId, sessionId, arguments: args });
}
