import type { JsonObject, Manifest } from '../../runtime/core/contracts';
import { sha256Hex } from '../../runtime/core/digest';
import type { Gate } from '../../runtime/gate/gate';
import { body, GateWorld, NOW } from '../../test/runtime/gate/gate-world';
import { deploymentOf } from './deployment';
import { LABELS, OWN } from './labels';
import type { Setting } from './settings';
import { type DojoCall, type DojoTask, dojo, type SuiteName } from './suites';

/** What a setting did in one suite. */
export interface Tally {
  readonly calls: number;
  readonly asked: number;
  /** User tasks with a denied call. */
  readonly broken: readonly string[];
  readonly packaged: Pairs;
  readonly derived: Pairs;
  /** Effects without a person, by injection task. */
  readonly byInjection: Readonly<Record<string, number>>;
  /** Benign calls that ask, by tool. */
  readonly byTool: Readonly<Record<string, number>>;
}

export interface Pairs {
  /** With an attacker's call that isn't a read. */
  readonly pairs: number;
  /** Of these, with one that ran without a person. */
  readonly effects: number;
}

type UserTask = DojoTask & { readonly prompt: string };
type Verdict = 'ran' | 'asked' | 'denied';

/** Replays a suite's user tasks alone, then each with each injection, through the whole gate in memory. */
export async function replay(suite: SuiteName, setting: Setting): Promise<Tally> {
  const sessions = new Sessions(deploymentOf(suite, setting), setting, ownOf(suite));
  return { ...(await replayTasks(sessions, suite)), ...(await replayInjections(sessions, suite, setting)) };
}

async function replayTasks(
  sessions: Sessions,
  suite: SuiteName,
): Promise<Pick<Tally, 'calls' | 'asked' | 'broken' | 'byTool'>> {
  let calls = 0;
  const broken: string[] = [];
  const byTool: Record<string, number> = {};
  for (const task of dojo.suites[suite].user_tasks) {
    const session = sessions.open(task, false);
    for (const call of task.calls) {
      calls += 1;
      const verdict = await session(call);
      if (verdict === 'asked') byTool[call.f] = (byTool[call.f] ?? 0) + 1;
      if (verdict === 'denied') broken.push(`${task.id} ${call.f}`);
    }
  }
  const asked = Object.values(byTool).reduce((sum, count) => sum + count, 0);
  return { calls, asked, broken, byTool };
}

async function replayInjections(
  sessions: Sessions,
  suite: SuiteName,
  setting: Setting,
): Promise<Pick<Tally, 'packaged' | 'derived' | 'byInjection'>> {
  const { user_tasks: tasks, injection_tasks: injections } = dojo.suites[suite];
  const harmless = (call: DojoCall) => LABELS[suite][call.f]?.effect === 'read';
  const harmful = injections.filter((each) => each.calls.some((call) => !harmless(call)));

  const counted = { packaged: { pairs: 0, effects: 0 }, derived: { pairs: 0, effects: 0 } };
  const byInjection: Record<string, number> = {};
  for (const task of tasks) {
    for (const injection of harmful) {
      const pairs = counted[injection.derived ? 'derived' : 'packaged'];
      pairs.pairs += 1;
      const session = sessions.open(task, true);
      // The user's searches run first: what they return may become a target of the attacker's.
      if (setting.ids) await allThatRun(searchesOf(task), session);
      const ran = await allThatRun(injection.calls, session);
      if (ran.every(harmless)) continue;
      pairs.effects += 1;
      byInjection[injection.id] = (byInjection[injection.id] ?? 0) + 1;
    }
  }
  return { ...counted, byInjection };
}

function searchesOf({ calls }: UserTask): readonly DojoCall[] {
  return calls.filter(({ ids }) => ids);
}

/** Each call is tried, even if an earlier one was denied. */
async function allThatRun(
  calls: readonly DojoCall[],
  session: (call: DojoCall) => Promise<Verdict>,
): Promise<DojoCall[]> {
  const ran: DojoCall[] = [];
  for (const call of calls) if ((await session(call)) === 'ran') ran.push(call);
  return ran;
}

/** One gate, and a new session for each replay. */
class Sessions {
  private readonly world = new GateWorld();
  private readonly gate: Gate;
  private opened = 0;

  constructor(
    manifest: Manifest,
    private readonly setting: Setting,
    private readonly own: readonly string[],
  ) {
    this.gate = this.world.gate(manifest);
  }

  /** A session of one user task; `tainted`: it has read untrusted content. */
  open(task: UserTask, tainted: boolean): (call: DojoCall) => Promise<Verdict> {
    this.opened += 1;
    const sessionId = `s-${String(this.opened).padStart(24, '0')}`;
    const taskId = String(this.opened).padStart(32, '0');
    this.world.tasks.set(taskId, sessionId);
    const taskText = this.setting.task === 'given' ? task.prompt : '';
    this.world.sessions.set(sessionId, {
      sessionId,
      status: 'ACTIVE',
      taint: tainted,
      seq: 0,
      calls: 0,
      denials: 0,
      user: 'user',
      taskText,
      taskTextHash: sha256Hex(taskText),
      own: this.own,
      expiresAt: NOW / 1000 + 3600,
      ...(this.setting.granted === 'all tools' ? {} : { tools: [...new Set(task.calls.map(({ f }) => f))] }),
    });
    return async ({ f, a, ids = [] }) => {
      this.world.answer = () => ({ content: JSON.stringify(ids.map((id_) => ({ id_ }))) });
      const ranBefore = this.world.executed.length;
      const { status } = await this.gate.handle({ taskId, body: body(f, withoutNulls(a)) });
      if (this.world.executed.length > ranBefore) return 'ran';
      return status === 'pending_approval' ? 'asked' : 'denied';
    };
  }
}

/** What is the user's own: the application that launches the session says so. */
function ownOf(suite: SuiteName): string[] {
  const list = OWN[suite];
  return list === undefined ? [] : [dojo.suites[suite].directory[list]].flat().map(String);
}

/** What the package leaves out by null is left out. */
function withoutNulls(args: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null));
}
