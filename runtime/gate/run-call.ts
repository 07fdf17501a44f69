import type { ExecutorReply } from '../core/contracts';
import type { RunnableCall } from './call-record';
import type { GateParts } from './gate-parts';

/** Invokes the connector's executor once. Never rejects: an executor that doesn't answer may have run the call. */
export async function runCall(
  { tool, request, argumentsText }: RunnableCall,
  { ports }: Pick<GateParts, 'ports'>,
): Promise<ExecutorReply> {
  const { requestId, sessionId, digest, intentId } = request;
  const startedAt = ports.now();
  try {
    return await ports.executors.invoke(tool.functionArnVariable, {
      v: 1,
      requestId,
      sessionId,
      tool: tool.name,
      schemaHash: tool.schemaHash,
      canonicalArgs: argumentsText,
      digest,
      policyVersion: tool.policyVersion,
      intentId,
      deadline: new Date(request.expiresAt * 1000).toISOString(),
    });
  } catch (error) {
    ports.log({ event: 'executor_lost', requestId, error: String(error) });
    const durationMs = ports.now() - startedAt;
    return { v: 1, requestId, status: 'outcome_unknown', content: '', bytes: 0, durationMs };
  }
}
