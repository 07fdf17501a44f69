import type { TaskState } from '../../../runtime/aws/agent-tasks';
import { LaunchStore } from '../../../runtime/aws/launch-store';
import { SessionEnds } from '../../../runtime/aws/session-ends';
import { SessionSlots } from '../../../runtime/aws/session-slots';
import { SessionStore } from '../../../runtime/aws/session-store';
import type { LaunchReply, LedgerEntry } from '../../../runtime/core/contracts';
import { endSession, type TaskStopped } from '../../../runtime/sandbox/end-session';
import { launchSession } from '../../../runtime/sandbox/session-launcher';
import { sweepSessions } from '../../../runtime/sandbox/sweep-sessions';
import { AGENT_ID } from '../agent-id';
import { FakeDynamoDb } from '../aws/fake-dynamodb';
import { MemoryLedger } from '../aws/memory-ledger';

export const NOW = Date.parse('2026-09-01T12:00:00.000Z');
export const SESSION_SECONDS = 3600;
export const MOST = 5;
export const MAX_CALLS = 3;

/** A task as ECS has it. One that ignores SIGTERM goes on until ECS kills it. */
interface FakeTask {
  readonly startedBy: string;
  status: 'RUNNING' | 'STOPPING' | 'STOPPED';
}

/** Sessions, tasks and the ledger in memory. The code is the real one down to the stores' commands. */
export class SessionWorld {
  now = NOW;
  readonly table = new FakeDynamoDb();
  readonly tasks = new Map<string, FakeTask>();
  readonly ledger = new Map<string, LedgerEntry>();
  readonly logs: Record<string, unknown>[] = [];
  /** Every `ecs:StopTask` that was sent. */
  readonly stopCalls: { readonly task: string; readonly reason: string }[] = [];
  ecsDown = false;
  ledgerDown = false;
  /** ECS starts the task, but the launcher doesn't learn it. */
  replyLost = false;
  private random = 0;

  readonly sessions = new SessionStore('state', AGENT_ID, this.table.client);
  readonly ends = new SessionEnds('state', this.table.client);
  readonly slots = new SessionSlots('state', AGENT_ID, this.table.client);
  readonly memoryLedger = new MemoryLedger(this.ledger, async (work) => {
    if (this.ledgerDown) throw new Error('the ledger is down');
    return work();
  });

  readonly ports = {
    sessions: this.sessions,
    ends: this.ends,
    slots: this.slots,
    ledger: this.memoryLedger,
    tasks: {
      stop: (sessionId: string, taskId: string | undefined, reason: string) => this.stopTask(sessionId, taskId, reason),
    },
    maxCalls: MAX_CALLS,
    now: () => this.now,
    randomHex: (bytes: number) => (++this.random).toString(16).padStart(bytes * 2, '0'),
    log: (record: Record<string, unknown>) => {
      this.logs.push(record);
    },
  };

  /** @throws the refusal if no session is opened */
  async launch(
    user = 'ann',
    beforeBinding: (sessionId: string) => Promise<unknown> = async () => undefined,
  ): Promise<LaunchReply> {
    const reply = await launchSession(
      { v: 1, user, taskText: 'Answer ticket T-1' },
      {
        ...this.ports,
        launches: new LaunchStore('state', AGENT_ID, this.table.client),
        evidence: { put: async () => undefined },
        limit: { slots: this.slots, most: MOST },
        agentId: AGENT_ID,
        runTask: async (sessionId) => {
          const taskId = `task-${this.tasks.size + 1}`;
          this.tasks.set(taskId, { startedBy: sessionId, status: 'RUNNING' });
          if (this.replyLost) throw new Error('socket hang up');
          await beforeBinding(sessionId);
          return taskId;
        },
      },
      SESSION_SECONDS,
    );
    if ('code' in reply) throw Object.assign(new Error(reply.reason), { code: reply.code });
    return reply;
  }

  sweep(): Promise<void> {
    return sweepSessions(this.ports);
  }

  /** ECS kills what ignores SIGTERM, and tells EventBridge of each stopped task. @returns the events */
  kill(): TaskStopped[] {
    const stopping = [...this.tasks].filter(([, task]) => task.status === 'STOPPING');
    for (const [, task] of stopping) task.status = 'STOPPED';
    return stopping.map(([taskId]) => ({ detail: { taskArn: `arn:aws:ecs:eu-west-1:111111111111:task/c/${taskId}` } }));
  }

  stopped(event: TaskStopped): Promise<void> {
    return endSession(event, this.ports);
  }

  advance(seconds: number): void {
    this.now += seconds * 1000;
  }

  async held(): Promise<number> {
    return (await this.slots.list()).length;
  }

  entries(sessionId: string): LedgerEntry[] {
    return [...this.ledger.values()].filter((entry) => entry.sessionId === sessionId).sort((a, b) => a.seq - b.seq);
  }

  private async stopTask(sessionId: string, taskId: string | undefined, reason: string): Promise<TaskState> {
    if (this.ecsDown) throw new Error('ThrottlingException');
    const found = [...this.tasks].filter(([id, { startedBy }]) => (taskId ? id === taskId : startedBy === sessionId));
    const running = found.filter(([, { status }]) => status !== 'STOPPED');
    for (const [task, state] of running) {
      this.stopCalls.push({ task, reason });
      state.status = 'STOPPING';
    }
    return running.length > 0 ? 'stopping' : 'gone';
  }
}
