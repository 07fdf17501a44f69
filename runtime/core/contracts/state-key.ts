import type { Sha256Hex } from './words';

/** Keys of the items in the state table. */
export const stateKey = {
  session: (sessionId: string) => ({ pk: `SESSION#${sessionId}`, sk: 'META' }),
  request: (sessionId: string, requestId: string) => ({ pk: `SESSION#${sessionId}`, sk: `REQ#${requestId}` }),
  refused: (sessionId: string, digest: Sha256Hex) => ({ pk: `SESSION#${sessionId}`, sk: `REFUSED#${digest}` }),
  decision: (requestId: string, subject: string) => ({ pk: `REQ#${requestId}`, sk: `DECISION#${subject}` }),
  /** The Step Functions task token. Only the decision handler can read it. */
  taskToken: (requestId: string) => ({ pk: `TOKEN#${requestId}`, sk: 'TOKEN' }),
  /** The session of a Fargate task. The task id is the role session name of the task's credentials. */
  task: (taskId: string) => ({ pk: `TASK#${taskId}`, sk: 'BINDING' }),
  /** Progress of a tool's probation. */
  probation: (key: Sha256Hex) => ({ pk: `PROBATION#${key}`, sk: 'PROBATION' }),
  /** The calls that a limit counts for one session, user or target, or for all of them. */
  limit: (key: Sha256Hex) => ({ pk: `LIMIT#${key}`, sk: 'LIMIT' }),
  /** A launch in progress. Its task may already call the gate before its binding is written. */
  launch: (sessionId: string) => ({ pk: 'LAUNCHES', sk: `SESSION#${sessionId}` }),
} as const;
