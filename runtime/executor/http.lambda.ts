import type { Context } from 'aws-lambda';
import { environment } from '../aws/environment';
import { PageStore } from '../aws/page-store';
import type { ExecutorReply } from '../core/contracts';
import { connectorDimension, executorMetrics } from '../core/executor-metrics';
import { connectorPorts, readConnector } from './connector-ports';
import { Executor } from './executor';
import { callHttpTarget } from './http-target';
import { callMcpTarget } from './mcp-target';

const config = readConnector(__dirname);
const baseUrl = config.baseUrl ?? '';
const reach = config.internal ? 'internal' : 'public';
const pages = new PageStore(environment('STATE_TABLE'));
const dimension = connectorDimension(environment('AGENT_ID'), config.connector);
const ports = connectorPorts();

const executor = new Executor(config, {
  ...ports,
  log: (record) => ports.log({ ...record, ...executorMetrics(record, Date.now(), dimension) }),
  target: (tool, args, value, sessionId) =>
    tool.mcp
      ? callMcpTarget({ url: new URL(baseUrl), reach }, tool, args, config.credential, value)
      : callHttpTarget({ baseUrl, reach, pages, sessionId }, tool, args, config.credential, value),
});

/** Runs one call of a tool that is reached over HTTPS: of an API, or of an MCP server. */
export function handler(event: unknown, context: Context): Promise<ExecutorReply> {
  return executor.run(event, context.awsRequestId);
}
