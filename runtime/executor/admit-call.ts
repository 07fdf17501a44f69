import type { ExecutorRequest, JsonObject, LedgerEntry } from '../core/contracts';
import { Denied } from '../core/denied';
import { approvalDigest, saltedHash, sha256Hex } from '../core/digest';
import type { ExecutorConfig, ExecutorTool } from '../core/executor-config';
import { isObject } from '../core/json/is-object';
import { parseCanonical } from '../core/json/parse-canonical';
import type { ToolSchemas } from '../core/schema/tool-schemas';
import { checkedCredential } from './checked-credential';
import type { ExecutorPorts } from './executor-ports';
import type { CredentialValue } from './target-answer';

/** A call that was checked and claimed, so it may be sent to its target. */
export interface AdmittedCall {
  /** The session that the intent in the ledger belongs to. */
  readonly sessionId: string;
  readonly tool: ExecutorTool;
  readonly args: JsonObject;
  /** Undefined: the connector has no credential. */
  readonly credential: CredentialValue | undefined;
  /** Texts that must not come back in the result. */
  readonly secrets: readonly string[];
}

interface CheckedCall {
  readonly tool: ExecutorTool;
  readonly args: JsonObject;
  readonly intent: LedgerEntry;
}

/**
 * Everything before the target is called. If it throws, nothing ran.
 *
 * Nothing that the caller says is trusted: the arguments are hashed again, the intent is read from the ledger, and the
 * request is claimed by one conditional write.
 *
 * @throws Denied if the call must not run. Its code is what the agent gets
 */
export async function admitCall(
  request: ExecutorRequest,
  invocationId: string,
  executor: {
    readonly config: ExecutorConfig;
    readonly tools: ReadonlyMap<string, ExecutorTool>;
    readonly schemas: ToolSchemas;
    readonly ports: ExecutorPorts;
  },
): Promise<AdmittedCall> {
  const { config, ports } = executor;
  const { tool, args, intent } = await checkCall(request, executor);
  // Read before the claim: a request whose credential is missing can still run later.
  const read = tool.credentialName ? await ports.credential() : undefined;
  if (tool.credentialName && !read) throw refused('The connector’s credential holds no value yet.');
  const { credential, secrets } = read
    ? checkedCredential(read, config.credential)
    : { credential: undefined, secrets: [] };
  await checkNotStopped(request, config, ports);
  await claim(request, intent, invocationId, ports);
  return { sessionId: request.sessionId, tool, args, credential, secrets };
}

async function checkCall(
  request: ExecutorRequest,
  { tools, schemas, ports }: { tools: ReadonlyMap<string, ExecutorTool>; schemas: ToolSchemas; ports: ExecutorPorts },
): Promise<CheckedCall> {
  const tool = tools.get(request.tool);
  if (!tool) throw refused('This connector has no such tool.');
  if (tool.schemaHash !== request.schemaHash || tool.policyVersion !== request.policyVersion) {
    throw new Denied('DEFINITION_CHANGED', { reason: 'The tool’s definition changed since the call was made.' });
  }
  const text = request.argsRef ? await ports.evidence.get(request.argsRef) : (request.canonicalArgs ?? '');
  const parsed = parseCanonical(text);
  if (!parsed) throw refused('The arguments are not canonical.');
  const args = parsed.value;
  if (!isObject(args) || !schemas.validate(tool, args).ok) {
    throw refused('The arguments don’t fit the tool’s schema.');
  }
  const digest = approvalDigest({
    tool: tool.name,
    schemaHash: tool.schemaHash,
    canonicalArgs: parsed.canonical,
    credentialName: tool.credentialName,
    sessionId: request.sessionId,
    policyVersion: tool.policyVersion,
  });
  if (digest !== request.digest) throw refused('The arguments don’t have the digest of the request.');

  const intent = await readIntent(request, tool, text, ports);
  await checkRequest(request, digest, text, ports);
  if (Date.parse(request.deadline) <= ports.now()) throw refused('The request’s deadline has passed.');
  return { tool, args, intent };
}

/** The intent in the ledger. It must be of this same call. */
async function readIntent(
  request: ExecutorRequest,
  tool: ExecutorTool,
  text: string,
  { ledger }: ExecutorPorts,
): Promise<LedgerEntry> {
  let intent: LedgerEntry;
  try {
    intent = await ledger.read(request.intentId);
  } catch {
    throw refused('The ledger has no intent of this call.');
  }
  const agrees =
    intent.type === 'intent' &&
    intent.sessionId === request.sessionId &&
    intent.requestId === request.requestId &&
    intent.tool === tool.name &&
    intent.schemaHash === tool.schemaHash &&
    intent.policyVersion === tool.policyVersion &&
    intent.argsHash === saltedHash(intent.salt, text) &&
    (intent.decision?.code === 'ALLOW' || intent.decision?.code === 'ASK');
  if (!agrees) throw refused('The intent in the ledger is of another call.');
  return intent;
}

/** The request in the state table must be of this same call. */
async function checkRequest(
  request: ExecutorRequest,
  digest: string,
  text: string,
  { requests }: ExecutorPorts,
): Promise<void> {
  const stored = await requests.get(request.sessionId, request.requestId);
  const agrees =
    stored?.digest === digest && stored.intentId === request.intentId && stored.argsRef.sha256 === sha256Hex(text);
  if (!agrees) throw refused('The gate has stored no request of this call.');
}

/**
 * The last look before the claim. Whoever ends a session or stops a connector first writes that, and then ends each request that
 * isn't claimed: so what isn't claimed by then never runs.
 */
async function checkNotStopped(
  { sessionId }: ExecutorRequest,
  { connector }: ExecutorConfig,
  { sessions, stops, now }: ExecutorPorts,
): Promise<void> {
  const [session, isStopped] = await Promise.all([sessions.get(sessionId), stops.isStopped(connector)]);
  if (isStopped) throw new Denied('CONNECTOR_STOPPED');
  if (session?.status !== 'ACTIVE' || session.expiresAt * 1000 <= now()) throw new Denied('SESSION_ENDED');
}

/** Claims the request, once. The ledger says whether a person had to approve; the caller isn't asked. */
async function claim(
  request: ExecutorRequest,
  intent: LedgerEntry,
  invocationId: string,
  { requests, now }: ExecutorPorts,
): Promise<void> {
  const from = intent.decision?.code === 'ASK' ? 'APPROVED' : 'ALLOWED';
  if (from === 'APPROVED' && request.approvalId === undefined) throw refused('This call needs a person’s approval.');
  const nowSeconds = Math.floor(now() / 1000);
  if (await requests.claim(request.sessionId, request.requestId, from, invocationId, nowSeconds)) return;
  throw refused(
    from === 'APPROVED'
      ? 'The request isn’t approved, has expired, or ran already.'
      : 'The request has expired or ran already.',
  );
}

/** To the agent, a call that its connector refuses is one that its target refused. */
function refused(reason: string): Denied {
  return new Denied('TARGET_FAILED', { reason });
}
