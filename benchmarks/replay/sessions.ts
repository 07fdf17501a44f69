import type { JsonObject, JsonValue, Manifest } from '../../runtime/core/contracts';
import { sha256Hex } from '../../runtime/core/digest';
import type { Gate } from '../../runtime/gate/gate';
import { body, GateWorld, NOW } from '../../test/runtime/gate/gate-world';

export type Verdict = 'ran' | 'asked' | 'denied';

/** What a session of a replay starts with. */
export interface SessionStart {
  /** The text of the user's task. */
  readonly prompt: string;
  /** Whether it has read untrusted content. */
  readonly tainted: boolean;
  /** The tools that it is granted. @default all of the manifest */
  readonly tools?: readonly string[];
  /** The user's own addresses and accounts. @default none */
  readonly own?: readonly string[];
}

/** One gate with its state in memory, and a new session for each replay. */
export class ReplaySessions {
  private readonly world = new GateWorld();
  private readonly gate: Gate;
  private opened = 0;

  constructor(manifest: Manifest) {
    this.gate = this.world.gate(manifest);
  }

  open({ prompt, tainted, tools, own }: SessionStart): ReplaySession {
    this.opened += 1;
    // Each replay stands alone: what others used of a limit must neither ask nor stop anything here.
    this.world.limitTable.items.clear();
    const sessionId = `s-${String(this.opened).padStart(24, '0')}`;
    const taskId = String(this.opened).padStart(32, '0');
    this.world.tasks.set(taskId, sessionId);
    this.world.sessions.set(sessionId, {
      sessionId,
      status: 'ACTIVE',
      taint: tainted,
      seq: 0,
      calls: 0,
      denials: 0,
      user: 'user',
      taskText: prompt,
      taskTextHash: sha256Hex(prompt),
      expiresAt: NOW / 1000 + 3600,
      ...(tools ? { tools: [...tools] } : {}),
      ...(own ? { own: [...own] } : {}),
    });
    return new ReplaySession(this.world, this.gate, sessionId, taskId);
  }
}

export class ReplaySession {
  constructor(
    private readonly world: GateWorld,
    private readonly gate: Gate,
    private readonly sessionId: string,
    private readonly taskId: string,
  ) {}

  /** `result`: what the tool gives back, if the call runs. */
  async call(tool: string, args: JsonObject, result: JsonValue = {}): Promise<Verdict> {
    this.world.answer = () => ({ status: 'succeeded', content: JSON.stringify(result) });
    const ranBefore = this.world.executed.length;
    const { status } = await this.gate.handle({ taskId: this.taskId, body: body(tool, args) });
    if (this.world.executed.length > ranBefore) return 'ran';
    return status === 'pending_approval' ? 'asked' : 'denied';
  }

  /** From now on the session has read untrusted content. */
  async taint(): Promise<void> {
    await this.world.ports.sessions.taint(this.sessionId);
  }
}
