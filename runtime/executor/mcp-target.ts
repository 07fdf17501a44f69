import type { JsonObject } from '../core/contracts';
import type { ExecutorTool, HttpCredential, McpOperation } from '../core/executor-config';
import { toolText } from '../core/mcp/call-result';
import { differencesOf } from '../core/mcp/differences-of';
import { normalizeDefinition, pinOf } from '../core/mcp/normalize-definition';
import { INVALID_PARAMS, METHOD_NOT_FOUND } from '../core/mcp/protocol';
import { definitionOf } from '../core/mcp/tool-listing';
import { credentialParts } from './credential-parts';
import { type Exchanged, McpConnection, type McpServer } from './mcp-connection';
import { McpFailure } from './mcp-failure';
import { McpSession } from './mcp-session';
import { type ChangedDefinition, type CredentialValue, NotSentError, type TargetAnswer } from './target-answer';

/** At most and at least, for looking whether the tool changed during the call. The gate doesn't wait long after the tool's time. */
const MOST_MS_AFTER_CALL = 3000;
const LEAST_MS_AFTER_CALL = 500;
/** Of the definitions that differ. */
const MAX_SHOWN_CHARACTERS = 24_000;

/**
 * Calls one tool of an MCP server, once, in a session of its own.
 *
 * First the server's listing is read again: the tool runs only if its definition is still the reviewed one. No listing is kept between
 * calls, since none says how long it holds. After a call that isn't a read, or during which the server said that its tools changed, the
 * listing is read once more.
 *
 * @throws NotSentError if the tool was not called
 */
export async function callMcpTarget(
  server: Pick<McpServer, 'url' | 'reach'>,
  tool: ExecutorTool,
  args: JsonObject,
  credential: HttpCredential | undefined,
  value: CredentialValue | undefined,
): Promise<TargetAnswer> {
  const { mcp: operation } = tool;
  if (!operation) throw new Error(`The tool ${tool.name} is none of an MCP server.`);
  const { headers = {}, query = [] } = credential && value ? credentialParts(credential, value.value) : {};
  const url = new URL(server.url);
  if (query.length > 0) url.search = [url.search.slice(1), ...query].filter((part) => part !== '').join('&');
  const connection = new McpConnection({ url, headers, reach: server.reach });
  const endsAt = performance.now() + tool.timeoutMs;
  const signal = AbortSignal.timeout(tool.timeoutMs);
  let session: McpSession | undefined;
  try {
    session = await beforeCall('initialize', () => McpSession.open(connection, signal));
    await checkDefinition(session, operation, signal);
    const answer = await call(session, operation, args, signal);
    if (tool.effect === 'read' && !connection.listChanged) return answer;
    const leftMs = Math.min(MOST_MS_AFTER_CALL, Math.max(LEAST_MS_AFTER_CALL, endsAt - performance.now()));
    return await checkedAfterwards(answer, session, operation, AbortSignal.timeout(Math.ceil(leftMs)));
  } finally {
    await session?.end();
    await connection.close();
  }
}

/** A failure before the call: nothing ran, and nothing will. */
async function beforeCall<Result>(step: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof McpFailure)) throw error;
    const { status: targetStatus } = error.parts;
    throw new NotSentError(`${error.message}, so the tool was not called.`, {
      ...error.evidence(step),
      ...(targetStatus ? { targetStatus } : {}),
    });
  }
}

/** @throws NotSentError unless the tool's definition is the reviewed one */
async function checkDefinition(session: McpSession, operation: McpOperation, signal: AbortSignal): Promise<void> {
  const tools = await beforeCall('tools/list', () => session.list(signal));
  const changed = changeOf(operation, tools);
  if (!changed) return;
  throw new NotSentError('The server changed this tool, so it was not called.', {
    changed,
    ...evidenceOf(changed, operation, tools),
  });
}

type Listing = Awaited<ReturnType<McpSession['list']>>;

/** How a listing differs from what was reviewed. Undefined: it doesn't. */
function changeOf({ original, pin, listed }: McpOperation, tools: Listing): ChangedDefinition | undefined {
  const definition = definitionOf(tools, original);
  if (definition.found === 'none') return { differences: ['The server lists no tool of this name any more.'] };
  if (definition.found === 'several') return { differences: ['The server lists several tools of this name.'] };
  if (pinOf(definition.tool, listed) === pin) return undefined;
  return { differences: differencesOf(listed, normalizeDefinition(definition.tool, listed)) };
}

function evidenceOf(
  { differences }: ChangedDefinition,
  { original, pin, listed }: McpOperation,
  tools: Listing,
): Pick<TargetAnswer, 'evidence' | 'said'> {
  const now = tools.filter(({ name }) => name === original);
  const whole = JSON.stringify({ changed: original, pin, differences, reviewed: listed, listed: now });
  return whole.length <= MAX_SHOWN_CHARACTERS
    ? { evidence: whole, said: whole }
    : {
        evidence: JSON.stringify({
          ...{ changed: original, pin },
          differences: differences.join('\n').slice(0, MAX_SHOWN_CHARACTERS),
        }),
        said: JSON.stringify(now),
      };
}

async function call(
  session: McpSession,
  { original }: McpOperation,
  args: JsonObject,
  signal: AbortSignal,
): Promise<TargetAnswer> {
  let exchanged: Exchanged;
  try {
    exchanged = await session.call(original, args, signal);
  } catch (error) {
    if (!(error instanceof McpFailure)) throw error;
    return failedCall(error);
  }
  return answerOf(exchanged);
}

/** A call without a usable answer. What never reached the server, and what it refused by its status, didn't run. */
function failedCall(error: McpFailure): TargetAnswer {
  const evidence = error.evidence('tools/call');
  if (!error.reached) throw new NotSentError(`${error.message}. Nothing took effect.`, evidence);
  const { status } = error.parts;
  const refused = status !== undefined && status >= 400 && status < 500 && status !== 408;
  return failed(`${error.message}.`, {
    ...evidence,
    mayHaveRun: !refused,
    ...(status ? { targetStatus: status } : {}),
  });
}

function answerOf({ answer, status }: Exchanged): TargetAnswer {
  if (answer?.kind === 'error') {
    const { code } = answer;
    const evidence = JSON.stringify({ step: 'tools/call', answer });
    const refused = code === INVALID_PARAMS || code === METHOD_NOT_FOUND;
    return failed(`The server answered with the error ${code}.`, {
      evidence,
      mayHaveRun: !refused,
      targetStatus: status,
    });
  }
  const read = answer ? toolText(answer.result) : ({ ok: false, why: 'nothing' } as const);
  if (!read.ok) {
    const said = JSON.stringify({ step: 'tools/call', answer });
    const evidence = said.slice(0, MAX_SHOWN_CHARACTERS);
    return failed(`The server answered with ${read.why}.`, { evidence, said, mayHaveRun: true, targetStatus: status });
  }
  if (!read.failed) return { ok: true, content: read.text, targetStatus: status };
  // The tool's own word, as the status 4xx of an API. The agent needs it to correct its arguments.
  return { ok: false, content: read.text, targetStatus: status, reason: 'The tool says that it failed.' };
}

function failed(
  reason: string,
  more: Pick<TargetAnswer, 'evidence' | 'said' | 'mayHaveRun' | 'targetStatus'>,
): TargetAnswer {
  return { ok: false, content: '', reason, ...more };
}

/**
 * The answer, unless the tool changed between the listing and the call: then nobody knows which of its definitions ran. A server that
 * means to deceive lists what it wants; this finds one that is deployed anew at the wrong moment.
 */
async function checkedAfterwards(
  answer: TargetAnswer,
  session: McpSession,
  operation: McpOperation,
  signal: AbortSignal,
): Promise<TargetAnswer> {
  let tools: Listing;
  try {
    tools = await session.list(signal);
  } catch {
    // Says nothing of the tool. The next call looks again before it runs.
    return answer;
  }
  const changed = changeOf(operation, tools);
  if (!changed) return answer;
  return {
    ...failed('The server changed this tool while the call ran, so its result is withheld.', {
      ...evidenceOf(changed, operation, tools),
      mayHaveRun: true,
      ...(answer.targetStatus ? { targetStatus: answer.targetStatus } : {}),
    }),
    changed,
  };
}
