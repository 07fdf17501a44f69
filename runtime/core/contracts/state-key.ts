import type { Sha256Hex } from './words';

/** Keys of the items in the state table. Session ids and request ids begin with their agent's id, so each partition names its agent. */
export const stateKey = {
  session: (sessionId: string) => ({ pk: `SESSION#${sessionId}`, sk: 'META' }),
  /** Content of others that the application launched the session with. */
  input: (sessionId: string) => ({ pk: `SESSION#${sessionId}`, sk: 'INPUT' }),
  /** The versions of objects that the session may read as documents. */
  documents: (sessionId: string) => ({ pk: `SESSION#${sessionId}`, sk: 'DOCUMENTS' }),
  /** The next page of a result, by the reference that the agent has. */
  page: (sessionId: string, reference: string) => ({ pk: `SESSION#${sessionId}`, sk: `PAGE#${reference}` }),
  request: (sessionId: string, requestId: string) => ({ pk: `SESSION#${sessionId}`, sk: `REQ#${requestId}` }),
  refused: (sessionId: string, digest: Sha256Hex) => ({ pk: `SESSION#${sessionId}`, sk: `REFUSED#${digest}` }),
  /** What people refused of calls of a session that are alike. */
  alike: (sessionId: string, key: Sha256Hex) => ({ pk: `SESSION#${sessionId}`, sk: `ALIKE#${key}` }),
  /** The last call of a tool that people approved. No request has this id. */
  lastApproved: (agentId: string, tool: string) => ({ pk: `REQ#${agentId}-approved`, sk: `TOOL#${tool}` }),
  decision: (requestId: string, subject: string) => ({ pk: `REQ#${requestId}`, sk: `DECISION#${subject}` }),
  /** A person tried to approve the own request. */
  ownAttempt: (requestId: string, subject: string) => ({ pk: `REQ#${requestId}`, sk: `OWN#${subject}` }),
  /** The Step Functions task token. Only the decision handler can read it. */
  taskToken: (requestId: string) => ({ pk: `TOKEN#${requestId}`, sk: 'TOKEN' }),
  /** The session of a Fargate task. The task id is the role session name of the task's credentials. */
  task: (agentId: string, taskId: string) => ({ pk: `TASK#${agentId}#${taskId}`, sk: 'BINDING' }),
  /** Progress of a tool's probation. */
  probation: (agentId: string, key: Sha256Hex) => ({ pk: `PROBATION#${agentId}#${key}`, sk: 'PROBATION' }),
  /** The calls that a limit counts for one session, user or target, or for all of them. */
  limit: (agentId: string, key: Sha256Hex) => ({ pk: `LIMIT#${agentId}#${key}`, sk: 'LIMIT' }),
  /** A launch in progress. Its task may already call the gate before its binding is written. */
  launch: (agentId: string, sessionId: string) => ({ pk: `LAUNCHES#${agentId}`, sk: `SESSION#${sessionId}` }),
  /** A user's token that has opened a session. */
  usedToken: (agentId: string, id: Sha256Hex) => ({ pk: `USEDTOKEN#${agentId}#${id}`, sk: 'USED' }),
  /** The launch of an idempotency key. */
  launchKey: (agentId: string, id: Sha256Hex) => ({ pk: `LAUNCHKEY#${agentId}#${id}`, sk: 'LAUNCH' }),
  /** A person's session at the web desk, by the hash of its id. Only the web desk can read it. */
  deskSession: (idHash: Sha256Hex) => ({ pk: `DESK#${idHash}`, sk: 'SESSION' }),
  /** One of the agent's sessions at once. Its number is free again once the session's task has stopped. */
  slot: (agentId: string, slot: number) => ({ pk: `SLOTS#${agentId}`, sk: `SLOT#${slot}` }),
  /** A connector that a person stopped. */
  stop: (agentId: string, connector: string) => ({ pk: `STOPS#${agentId}`, sk: `CONNECTOR#${connector}` }),
} as const;
