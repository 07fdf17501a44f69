import { evidenceKey, type JsonObject, type LedgerEntry } from '../core/contracts';
import { sha256Hex } from '../core/digest';
import { canonicalize } from '../core/json/canonicalize';
import { buildEntry } from '../core/ledger/build-entry';
import { sessionIdAt } from '../core/ledger/stream-id';
import { compileSchema } from '../core/schema/compile-schema';

/** The request of an application: one session for one user's task. */
export interface LaunchRequest {
  readonly v: 1;
  readonly user: string;
  readonly taskText: string;
  /** The tools that this session may see. Absent: all that policies allow. */
  readonly tools?: readonly string[];
  /** The user's own addresses and accounts. Tools say what they mean as a target. */
  readonly own?: readonly string[];
}

export interface LaunchReply {
  readonly v: 1;
  readonly sessionId: string;
  readonly taskId: string;
}

export interface LauncherPorts {
  readonly sessions: {
    begin(
      session: {
        sessionId: string;
        user: string;
        taskText: string;
        taskTextHash: string;
        tools?: readonly string[];
        own?: readonly string[];
        expiresAt: number;
      },
      now: number,
    ): Promise<void>;
    bind(sessionId: string, taskId: string, expiresAt: number): Promise<void>;
    end(sessionId: string): Promise<void>;
    nextSeq(sessionId: string): Promise<number>;
  };
  readonly ledger: {
    appendNext(takeSeq: () => Promise<number>, make: (seq: number) => LedgerEntry): Promise<string>;
  };
  readonly evidence: { put(key: string, text: string): Promise<unknown> };
  /** Starts the task and returns its id. */
  readonly runTask: (sessionId: string) => Promise<string>;
  readonly agentId: string;
  readonly now: () => number;
  readonly randomHex: (bytes: number) => string;
}

const launchRequestSchema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['v', 'user', 'taskText'],
  properties: {
    v: { const: 1 },
    user: { type: 'string', minLength: 1, maxLength: 256 },
    taskText: { type: 'string', minLength: 1, maxLength: 65_536 },
    tools: {
      type: 'array',
      maxItems: 500,
      items: { type: 'string', pattern: '^[a-zA-Z][a-zA-Z0-9_-]{0,63}$', maxLength: 64 },
    },
    own: { type: 'array', maxItems: 20, items: { type: 'string', minLength: 1, maxLength: 320 } },
  },
};
const isLaunchRequest = compileSchema(launchRequestSchema);

/**
 * Opens a session: stores it, writes the user and the task text to the evidence and `session_start` to the ledger, starts
 * one task and binds the task to the session. Without the ledger entry no task is started. If the task can't be started
 * or bound, the session is ended, so that the task can do nothing.
 * @throws Error if the request is malformed or a step fails
 */
export async function launchSession(
  event: unknown,
  ports: LauncherPorts,
  sessionSeconds: number,
): Promise<LaunchReply> {
  const valid = isLaunchRequest(event as JsonObject);
  if (!valid.ok)
    throw new Error(`The launch request doesn't fit {v: 1, user, taskText, tools?, own?}: ${valid.reason}.`);
  const request = event as LaunchRequest;
  const now = ports.now();
  const sessionId = sessionIdAt(ports.agentId, now, ports.randomHex(7));
  const expiresAt = Math.floor(now / 1000) + sessionSeconds;

  await ports.sessions.begin(
    {
      sessionId,
      user: request.user,
      taskText: request.taskText,
      taskTextHash: sha256Hex(request.taskText),
      ...(request.tools ? { tools: request.tools } : {}),
      ...(request.own ? { own: request.own } : {}),
      expiresAt,
    },
    Math.floor(now / 1000),
  );
  const salt = ports.randomHex(16);
  const { user, taskText, own } = request;
  const asked = canonicalize({ user, taskText, ...(own ? { own: [...own] } : {}) });
  const key = evidenceKey.args(sessionId, 'session_start');
  await ports.evidence.put(key, asked);
  await ports.ledger.appendNext(
    () => ports.sessions.nextSeq(sessionId),
    (seq) =>
      buildEntry({
        type: 'session_start',
        sessionId,
        actor: 'launcher',
        seq,
        at: now,
        salt,
        args: { text: asked, key },
      }),
  );
  try {
    const taskId = await ports.runTask(sessionId);
    await ports.sessions.bind(sessionId, taskId, expiresAt);
    return { v: 1, sessionId, taskId };
  } catch (error) {
    await ports.sessions.end(sessionId);
    throw error;
  }
}
