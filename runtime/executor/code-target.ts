import type { InvokeCommandInput, InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { checkAnswer } from '../core/code-sandbox/check-answer';
import { shownRun } from '../core/code-sandbox/shown-run';
import type { JsonObject, RunAnswer, RunInputReference, RunRequest, RunStatus } from '../core/contracts';
import { sha256Hex } from '../core/digest';
import type { CodeOperation, ExecutorConfig, ExecutorTool } from '../core/executor-config';
import { canonicalize } from '../core/json/canonicalize';
import type { ExecutorPorts } from './executor-ports';
import { runInputs } from './run-inputs';
import { NotSentError, type TargetAnswer } from './target-answer';

/** What a run needs besides its call. */
export interface CodeSandboxPorts extends Pick<ExecutorPorts, 'requests' | 'evidence'> {
  readonly invoke: (input: InvokeCommandInput, options: { abortSignal: AbortSignal }) => Promise<InvokeCommandOutput>;
  /** A tenant that no run had before. */
  readonly newTenant: () => string;
  readonly functionArn: string;
  readonly results: ExecutorConfig['results'];
}

/** Lambda runs nothing when it answers with one of these. */
const NEVER_RAN: Readonly<Record<string, string>> = {
  TooManyRequestsException: 'The sandbox is busy. Nothing ran: try again later.',
  EC2ThrottledException: 'The sandbox is busy. Nothing ran: try again later.',
  RequestTooLargeException: 'The code and its inputs are too large together. Nothing ran.',
  InvalidRequestContentException: 'The sandbox refused the request. Nothing ran.',
  ResourceNotFoundException: 'The sandbox isn’t deployed. Nothing ran.',
  AccessDeniedException: 'The sandbox refused the connector. Nothing ran.',
};

/**
 * Runs a tool call's code once in the sandbox's function, and never again: a second run would cost a second microVM. How the code ended is part
 * of the result, so a call whose code fails succeeds.
 *
 * @throws NotSentError if nothing ran
 */
export async function callCodeTarget(
  ports: CodeSandboxPorts,
  tool: Pick<ExecutorTool, 'name' | 'code' | 'timeoutMs' | 'maxResultBytes'>,
  args: JsonObject,
  sessionId: string,
): Promise<TargetAnswer> {
  const operation = tool.code;
  if (!operation) throw new Error(`The tool ${tool.name} runs no code.`);
  const request = await runRequest(operation, args, sessionId, ports);
  const output = await invoke(request, operation.shareWorkingDirectory ? sessionId : ports.newTenant(), tool, ports);
  const payload = Buffer.from(output.Payload ?? []).toString('utf8');
  // The function itself was ended: the run had its whole microVM.
  if (output.FunctionError) return shown({ ...LOST, status: lossOf(payload) }, tool);
  const checked = checkAnswer(payload, request);
  if (!checked.ok) return { ok: false, content: '', reason: checked.reason };
  return shown(checked.answer, tool);
}

async function runRequest(
  operation: CodeOperation,
  args: JsonObject,
  sessionId: string,
  ports: CodeSandboxPorts,
): Promise<RunRequest> {
  const { language, limits, shareWorkingDirectory, script } = operation;
  const references = (args.inputs ?? []) as unknown as readonly RunInputReference[];
  return {
    v: 1,
    language,
    ...(script ? pinned(script, args) : { code: String(args.code) }),
    inputs: await runInputs(references, sessionId, ports.results, ports),
    outputs: outputsOf(operation, args),
    limits,
    keepDirectory: shareWorkingDirectory,
  };
}

/** The agent chooses a script's arguments, and nothing of its text. */
function pinned(
  { name, sha256, text }: NonNullable<CodeOperation['script']>,
  args: JsonObject,
): Pick<RunRequest, 'code' | 'script' | 'arguments'> {
  if (sha256Hex(text) !== sha256) {
    throw new NotSentError('The script isn’t the one that was deployed. Nothing ran: a person must look.');
  }
  return { code: text, script: { name, sha256 }, arguments: canonicalize(args) };
}

function outputsOf({ script, outputs }: CodeOperation, args: JsonObject): readonly string[] {
  return script ? (outputs ?? []) : ((args.outputs ?? []) as string[]);
}

async function invoke(
  request: RunRequest,
  tenant: string,
  { timeoutMs }: Pick<ExecutorTool, 'timeoutMs'>,
  { functionArn, invoke }: CodeSandboxPorts,
): Promise<InvokeCommandOutput> {
  const input: InvokeCommandInput = {
    FunctionName: functionArn,
    InvocationType: 'RequestResponse',
    TenantId: tenant,
    Payload: Buffer.from(JSON.stringify(request)),
  };
  try {
    return await invoke(input, { abortSignal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    const reason = NEVER_RAN[(error as Error).name];
    if (reason) throw new NotSentError(reason);
    throw error;
  }
}

const LOST: RunAnswer = { v: 1, status: 'crashed', stdout: '', stderr: '', files: [], durationMs: 0 };

/** How Lambda says that it ended a function. Source: Lambda Developer Guide, "Troubleshoot invocation issues". */
function lossOf(payload: string): RunStatus {
  if (/task timed out after|Sandbox\.Timedout/i.test(payload)) return 'timeout';
  return /signal: killed|OutOfMemory/i.test(payload) ? 'out_of_memory' : 'crashed';
}

function shown(answer: RunAnswer, { maxResultBytes }: Pick<ExecutorTool, 'maxResultBytes'>): TargetAnswer {
  const content = shownRun(answer, maxResultBytes);
  if (answer.status !== 'refused') return { ok: true, content };
  return { ok: false, content, reason: 'The sandbox didn’t begin the run.' };
}
