import type { KnownLaunch } from '../aws/launch-store';
import type { Begun, GivenDocument, LaunchOnce, NewSession } from '../aws/launch-writes';
import {
  type EndCause,
  evidenceKey,
  type JsonObject,
  type JsonValue,
  type LaunchRefusal,
  type LaunchReply,
  type LaunchRequest,
  type LedgerEntry,
  launchRequestSchema,
  userKey,
} from '../core/contracts';
import { sha256Hex } from '../core/digest';
import { type CanonicalText, canonicalize } from '../core/json/canonicalize';
import { buildEntry } from '../core/ledger/build-entry';
import { ledgerUser } from '../core/ledger/ledger-user';
import { sessionIdAt } from '../core/ledger/stream-id';
import { compileSchema } from '../core/schema/compile-schema';
import { type DeclaredUsers, type IdentifiedUser, identifyUser } from './identify-user';
import { LaunchRefused, refusalOf } from './launch-refused';
import { type LaunchDocuments, pinDocuments } from './pin-documents';
import { type SessionLimit, takePlace } from './session-limit';

export interface LauncherPorts {
  readonly sessions: {
    begin(session: NewSession, now: number, once: LaunchOnce): Promise<Begun>;
    bind(sessionId: string, taskId: string, expiresAt: number, once: LaunchOnce): Promise<void>;
    end(sessionId: string, cause: EndCause): Promise<void>;
    nextSeq(sessionId: string): Promise<number>;
  };
  readonly launches: {
    find(keyId: string): Promise<KnownLaunch | undefined>;
    /** Takes back what a failed launch used up. */
    release(sessionId: string, once: LaunchOnce): Promise<void>;
  };
  readonly ledger: {
    appendNext(takeSeq: () => Promise<number>, make: (seq: number) => LedgerEntry): Promise<string>;
  };
  readonly evidence: { put(key: string, text: string): Promise<unknown> };
  /** Absent: the runtime declares no issuer. */
  readonly users?: DeclaredUsers;
  /** Absent: the runtime declares no documents. */
  readonly documents?: LaunchDocuments;
  /**
   * Starts the task and returns its id.
   * @param userTag stands for the user on the bill, without naming anybody
   */
  readonly runTask: (sessionId: string, userTag: string) => Promise<string>;
  /** Sessions at once. */
  readonly limit: SessionLimit;
  readonly agentId: string;
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
  readonly log: (record: Record<string, unknown>) => void;
}

const isLaunchRequest = compileSchema(launchRequestSchema as unknown as JsonObject);

/**
 * Opens a session for a verified user: stores it, writes user and task text to the evidence and `session_start` to the ledger,
 * starts one task and binds the task to the session. Without the ledger entry no task is started. If the task can't be started
 * or bound, the session is ended, so that the task can do nothing.
 * @returns why there is no session, where the application can act on it
 * @throws Error if a step fails
 */
export async function launchSession(
  event: unknown,
  ports: LauncherPorts,
  sessionSeconds: number,
): Promise<LaunchReply | LaunchRefusal> {
  try {
    const { request, text } = requestOf(event);
    const key = keyOf(request, text);
    // A token that opened the session of this key would count as used.
    const earlier = key && (await earlierReply(key, ports));
    if (earlier) return earlier;
    const user = await identifyUser(request, ports.users);
    // Before the token is used up: a request without its documents can be sent again.
    const documents = await pinDocuments(request, ports.documents);
    const once = { ...(user.token ? { token: user.token } : {}), ...(key ? { key } : {}) };
    return await openSession({ request, user, documents }, once, ports, sessionSeconds);
  } catch (error) {
    const refusal = refusalOf(error);
    ports.log({ event: 'launch_refused', code: refusal.code });
    return refusal;
  }
}

function requestOf(event: unknown): { readonly request: LaunchRequest; readonly text: CanonicalText } {
  const valid = isLaunchRequest(event as JsonValue);
  if (!valid.ok) throw new LaunchRefused('BAD_REQUEST', `The launch request doesn't fit its schema: ${valid.reason}.`);
  try {
    return { request: event as LaunchRequest, text: canonicalize(event as JsonValue) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new LaunchRefused('BAD_REQUEST', `The launch request can't be kept: ${error.message}`);
  }
}

function keyOf({ idempotencyKey }: LaunchRequest, text: CanonicalText): LaunchOnce['key'] {
  return idempotencyKey === undefined ? undefined : { id: sha256Hex(idempotencyKey), requestHash: sha256Hex(text) };
}

/** The reply that the same request already got. Undefined: it is the first of its key. */
async function earlierReply(
  key: NonNullable<LaunchOnce['key']>,
  { launches, now }: LauncherPorts,
): Promise<LaunchReply | undefined> {
  const known = await launches.find(key.id);
  if (!known) return undefined;
  if (known.requestHash !== key.requestHash) {
    throw new LaunchRefused(
      'IDEMPOTENCY_KEY_REUSED',
      'Another request had this idempotency key. Send each new request with a key of its own.',
    );
  }
  if (known.taskId !== undefined) return { v: 1, sessionId: known.sessionId, taskId: known.taskId };
  throw known.launchEndsAt > Math.floor(now() / 1000)
    ? new LaunchRefused('LAUNCH_IN_PROGRESS', 'This request is being launched. Send it again in a few seconds.')
    : new LaunchRefused('LAUNCH_FAILED', 'The launch of this request broke off. Send it with a new idempotency key.');
}

/** A request whose user was verified and whose documents were found. */
interface CheckedLaunch {
  readonly request: LaunchRequest;
  readonly user: IdentifiedUser;
  readonly documents: readonly GivenDocument[] | undefined;
}

async function openSession(
  checked: CheckedLaunch,
  once: LaunchOnce,
  ports: LauncherPorts,
  sessionSeconds: number,
): Promise<LaunchReply> {
  const { sessions, now } = ports;
  const at = now();
  const session = sessionOf(checked, {
    sessionId: sessionIdAt(ports.agentId, at, ports.randomHex(7)),
    expiresAt: Math.floor(at / 1000) + sessionSeconds,
  });
  const begun = await sessions.begin(session, Math.floor(at / 1000), once);
  if (begun === 'key taken') return lostRace(once, ports);
  if (begun === 'token used') {
    throw new LaunchRefused(
      'TOKEN_USED',
      'This token has opened a session already, and opens one only. Send the token of a new sign-in.',
    );
  }
  const { sessionId, expiresAt } = session;
  try {
    // After the token and the key are used up: a request that is sent again takes no place.
    await takePlace(ports.limit, sessionId, Math.floor(at / 1000), expiresAt);
    await record(checked.request, session, at, ports);
    const taskId = await ports.runTask(sessionId, sha256Hex(session.user).slice(0, TAG_DIGITS));
    await sessions.bind(sessionId, taskId, expiresAt, once);
    return { v: 1, sessionId, taskId };
  } catch (error) {
    await sessions.end(sessionId, 'LAUNCH_FAILED');
    await ports.launches.release(sessionId, once);
    throw error;
  }
}

/** Enough to tell users apart. */
const TAG_DIGITS = 32;

/** The same request came twice at the same time. */
async function lostRace({ key }: LaunchOnce, ports: LauncherPorts): Promise<LaunchReply> {
  const reply = key && (await earlierReply(key, ports));
  if (reply) return reply;
  throw new LaunchRefused('LAUNCH_IN_PROGRESS', 'This request is being launched. Send it again in a few seconds.');
}

function sessionOf(
  { request: { taskText, tools, own, untrustedInput }, user: { runsFor, taskAuthor }, documents }: CheckedLaunch,
  made: Pick<NewSession, 'sessionId' | 'expiresAt'>,
): NewSession {
  return {
    ...made,
    user: userKey(runsFor),
    runsFor,
    ...(taskAuthor ? { taskAuthor } : {}),
    taskText,
    taskTextHash: sha256Hex(taskText),
    ...(tools ? { tools } : {}),
    ...(own ? { own } : {}),
    ...(untrustedInput === undefined ? {} : { untrustedInput }),
    ...(documents === undefined ? {} : { documents }),
  };
}

/** The ledger keeps who it was for as the issuer's opaque subject, for good; names and claims are in the evidence, which can be erased. */
async function record(
  { own, untrustedInput }: LaunchRequest,
  { sessionId, user, runsFor, taskAuthor, taskText, documents }: NewSession,
  at: number,
  ports: LauncherPorts,
): Promise<void> {
  const salt = ports.randomHex(16);
  const asked = canonicalize({
    user,
    taskText,
    ...(runsFor ? { runsFor: { ...runsFor } as unknown as JsonObject } : {}),
    ...(taskAuthor ? { taskAuthor: { ...taskAuthor } as unknown as JsonObject } : {}),
    ...(own ? { own: [...own] } : {}),
    ...(untrustedInput === undefined ? {} : { untrustedInput }),
    ...(documents === undefined ? {} : { documents: documents.map((document) => ({ ...document })) }),
  });
  const key = evidenceKey.args(sessionId, 'session_start');
  await ports.evidence.put(key, asked);
  const people = { runsFor: runsFor && ledgerUser(runsFor), taskAuthor: taskAuthor && ledgerUser(taskAuthor) };
  await ports.ledger.appendNext(
    () => ports.sessions.nextSeq(sessionId),
    (seq) =>
      buildEntry({
        type: 'session_start',
        sessionId,
        actor: 'launcher',
        seq,
        at,
        salt,
        ...people,
        args: { text: asked, key },
      }),
  );
}
