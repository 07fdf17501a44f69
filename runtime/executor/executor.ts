import {
  type DenialCode,
  type ExecutorReply,
  type ExecutorRequest,
  executorRequestSchema,
  type JsonObject,
} from '../core/contracts';
import { Denied } from '../core/denied';
import type { ExecutorConfig, ExecutorTool } from '../core/executor-config';
import { compileSchema } from '../core/schema/compile-schema';
import { ToolSchemas } from '../core/schema/tool-schemas';
import { type AdmittedCall, admitCall } from './admit-call';
import { callTarget, type TargetResult } from './call-target';
import type { ExecutorPorts } from './executor-ports';

/** Runs tool calls of one connector with the connector's own credential, each at most once. */
export class Executor {
  private readonly tools: ReadonlyMap<string, ExecutorTool>;
  private readonly schemas = new ToolSchemas();
  private readonly isRequest = compileSchema(executorRequestSchema as unknown as JsonObject);

  constructor(
    private readonly config: ExecutorConfig,
    private readonly ports: ExecutorPorts,
  ) {
    this.tools = new Map(config.tools.map((tool) => [tool.name, tool]));
  }

  /** @param invocationId the invocation that claims the request */
  async run(event: unknown, invocationId: string): Promise<ExecutorReply> {
    const { config, tools, schemas, ports } = this;
    const startedAt = ports.now();
    const valid = this.isRequest(event as JsonObject);
    if (!valid.ok) return this.reply('invalid', startedAt, { status: 'refused', reason: 'Not a request of the gate.' });
    const request = event as ExecutorRequest;
    let admitted: AdmittedCall;
    try {
      admitted = await admitCall(request, invocationId, { config, tools, schemas, ports });
    } catch (error) {
      return this.reply(request.requestId, startedAt, this.refusalOf(error, request));
    }
    return this.reply(request.requestId, startedAt, await callTarget(admitted, request.requestId, config, ports));
  }

  private refusalOf(error: unknown, { requestId }: ExecutorRequest): TargetResult {
    if (error instanceof Denied) {
      const { code, reason } = error;
      return { status: 'refused', reason, ...(isReplyCode(code) ? { code } : {}) };
    }
    this.ports.log({ event: 'not_checked', requestId, error: String(error) });
    return { status: 'refused', reason: 'The call could not be checked, so it was not run.' };
  }

  private reply(requestId: string, startedAt: number, { content = '', ...result }: TargetResult): ExecutorReply {
    return {
      v: 1,
      requestId,
      ...result,
      content,
      bytes: Buffer.byteLength(content),
      durationMs: this.ports.now() - startedAt,
    };
  }
}

function isReplyCode(code: DenialCode): code is NonNullable<ExecutorReply['code']> {
  return code === 'DEFINITION_CHANGED' || code === 'CONNECTOR_STOPPED' || code === 'SESSION_ENDED';
}
