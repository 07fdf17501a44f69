import type { JsonObject, JsonValue, RequestItem, RunInputFile, RunInputReference } from '../core/contracts';
import { evidenceKey, RUN_FILE_NAME_PATTERN } from '../core/contracts';
import type { ExecutorConfig } from '../core/executor-config';
import { isObject } from '../core/json/is-object';
import { projectResult } from '../core/project-result';
import type { ExecutorPorts } from './executor-ports';
import { NotSentError } from './target-answer';

type Stores = Pick<ExecutorPorts, 'requests' | 'evidence'>;

/** More than this would not fit into an event of Lambda, which has 6 MB. */
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * The files that a run reads: results of earlier calls of the same session. The state table is asked by the session that the intent in the
 * ledger belongs to, so a request of another session isn't found, whatever id the agent writes.
 *
 * @throws NotSentError if a reference leads to nothing that the agent was shown
 */
export async function runInputs(
  references: readonly RunInputReference[],
  sessionId: string,
  results: ExecutorConfig['results'],
  stores: Stores,
): Promise<RunInputFile[]> {
  const files = await Promise.all(references.map((each) => inputOf(each, sessionId, results, stores)));
  if (new Set(files.map(({ name }) => name)).size !== files.length) {
    throw new NotSentError('Two inputs have the same name. Give each file a name of its own.');
  }
  const bytes = files.reduce((sum, { text, base64 }) => sum + Buffer.byteLength(text ?? base64 ?? ''), 0);
  if (bytes > MOST_BYTES)
    throw new NotSentError(`The inputs have ${bytes} bytes together, and ${MOST_BYTES} is the most.`);
  return files;
}

async function inputOf(
  { requestId, name, file }: RunInputReference,
  sessionId: string,
  results: ExecutorConfig['results'],
  { requests, evidence }: Stores,
): Promise<RunInputFile> {
  const request = await requests.get(sessionId, requestId);
  const { resultRef } = request ?? {};
  if (request?.replyStatus !== 'succeeded' || !resultRef || !isOfSession(resultRef.s3Key, sessionId)) {
    throw new NotSentError(
      'An input refers to no result of this session. Name the requestId of an earlier call that succeeded, and wait for its result first.',
    );
  }
  const stored = await evidence.get(resultRef).catch((): never => {
    throw new NotSentError(
      'An input’s result can’t be read: it was erased or changed, or the store doesn’t answer. Nothing ran. Make the call again that gave it.',
    );
  });
  const content = shownOf(request, stored, results);
  return file === undefined ? { name, text: content } : { name, ...fileOf(content, file) };
}

/** Code sees no more of a result than the agent does. */
function shownOf({ tool }: RequestItem, content: string, results: ExecutorConfig['results']): string {
  const schema = results !== undefined && Object.hasOwn(results, tool) ? results[tool] : undefined;
  if (schema === undefined)
    throw new NotSentError('An input is the result of a tool that this agent doesn’t have any more.');
  if (schema === null) return content;
  const projected = projectResult(content, schema);
  if (!projected.ok) throw new NotSentError('An input is a result that doesn’t have its tool’s declared form.');
  return projected.content;
}

/** A file that an earlier run handed back. */
function fileOf(content: string, wanted: string): Pick<RunInputFile, 'text' | 'base64'> {
  const found = filesIn(content).find((each) => isObject(each) && each.name === wanted) as JsonObject | undefined;
  const { text, base64 } = found ?? {};
  if (typeof text === 'string') return { text };
  if (typeof base64 === 'string') return { base64 };
  throw new NotSentError(
    `An input refers to a file that the earlier run didn’t hand back. Names match ${RUN_FILE_NAME_PATTERN}; list the file in that run’s outputs.`,
  );
}

function filesIn(content: string): readonly JsonValue[] {
  try {
    const value = JSON.parse(content) as JsonValue;
    return isObject(value) && Array.isArray(value.files) ? value.files : [];
  } catch {
    return [];
  }
}

function isOfSession(key: string, sessionId: string): boolean {
  return key.startsWith(evidenceKey.result(sessionId, ''));
}
