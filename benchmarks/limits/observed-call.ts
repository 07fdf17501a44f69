import type { JsonObject, ToolManifest } from '../../runtime/core/contracts';

/** What can be seen of a call from outside: what the agent sent and was told, and what the target did. Times are milliseconds. */
export interface ObservedCall {
  readonly requestId: string;
  readonly tool: ToolManifest;
  readonly args: JsonObject;
  readonly sessionId: string;
  readonly user: string;
  /** When it was sent, or when the approved call was started. */
  startedAt: number;
  /** When the answer came. */
  endedAt: number;
  readonly approved: boolean;
  /** When the target got it. */
  effectAt?: number;
  /** Nobody was told how it ended, or a part of the system stopped: it may take effect until then. */
  unknownUntil?: number;
  /** Refused because of a limit: denied, or a person is asked. */
  refused: boolean;
}
