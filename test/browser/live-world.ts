import type { Approver } from '../../runtime/approvals/approver-identity';
import type { DecisionReply } from '../../runtime/approvals/decide';
import { SessionStore } from '../../runtime/aws/session-store';
import { allowPolicy } from '../../runtime/core/cedar/policies';
import { sha256Hex } from '../../runtime/core/digest';
import { AGENT_ID } from '../runtime/agent-id';
import { ApprovalsWorld } from '../runtime/approvals/approvals-world';
import { MANIFEST, manifestOf, REFUND, SESSION, TASK, toolManifest } from '../runtime/gate/gate-world';

export const TASK_TEXT = 'Refund ticket T-1 of Ann.\nShe paid twice.';

/** A tool with every kind of field that a person looks at. */
const SEND = toolManifest({
  name: 'send_letter',
  effect: 'destructive',
  properties: {
    to: { type: 'string', maxLength: 200 },
    customerName: { type: 'string', maxLength: 200 },
    text: { type: 'string', maxLength: 300_000 },
  },
  required: ['to'],
  targets: ['/to'],
  maxArgumentBytes: 300_000,
});
/** The same for which two people are asked. */
const SEND_SECRET = {
  ...toolManifest({
    name: 'send_secret',
    effect: 'destructive',
    properties: { to: { type: 'string', maxLength: 200 }, text: { type: 'string', maxLength: 1000 } },
    targets: ['/to'],
  }),
  approvalRules: [{ id: 'two-people', people: 2 }],
};
/** A tool whose calls reach nothing that they name. */
const FILE_REPORT = toolManifest({
  name: 'file_report',
  effect: 'destructive',
  properties: { text: { type: 'string', maxLength: 1000 } },
});
const TOOLS = {
  ...manifestOf([REFUND, SEND, SEND_SECRET, FILE_REPORT], {
    allow: [REFUND, SEND, SEND_SECRET, FILE_REPORT]
      .map(({ name }) => allowPolicy({ id: `allow-${name}`, tool: name, connector: 'Tickets' }))
      .join('\n'),
  }),
  approvalExpirySeconds: MANIFEST.approvalExpirySeconds,
  maxDenialsPerSession: 500,
  maxCallsPerSession: 500,
};

/** The gate and the approvals in memory, with the clock of this machine. */
export class LiveWorld extends ApprovalsWorld {
  /** Milliseconds that a test added to the clock. */
  ahead = 0;

  constructor() {
    super();
    this.gateManifest = TOOLS;
    this.manifest = TOOLS;
    Object.defineProperty(this, 'nowMs', {
      get: () => Date.now() + this.ahead,
      set: (time: number) => {
        this.ahead = time - Date.now();
      },
    });
  }

  static async begin(): Promise<LiveWorld> {
    const world = new LiveWorld();
    const sessions = new SessionStore('state', AGENT_ID, world.table.client);
    const now = Math.floor(world.nowMs / 1000);
    const expiresAt = now + 24 * 3600;
    await sessions.begin(
      { sessionId: SESSION, user: 'ann', taskText: TASK_TEXT, taskTextHash: sha256Hex(TASK_TEXT), expiresAt },
      now,
    );
    await sessions.bind(SESSION, TASK, expiresAt);
    return world;
  }

  /** A call that waits for a person. */
  async wait(args: Parameters<ApprovalsWorld['ask']>[0], callId: string, tool?: string): Promise<string> {
    const { requestId, ...reply } = await this.ask(args, callId, tool);
    if (reply.status !== 'pending_approval') throw new Error(`It doesn't wait: ${JSON.stringify(reply)}`);
    await this.untilWaiting(requestId);
    return requestId;
  }

  decideAs(requestId: string, body: string, approver: Approver): Promise<DecisionReply> {
    return this.decideBy(requestId, body, approver);
  }
}
