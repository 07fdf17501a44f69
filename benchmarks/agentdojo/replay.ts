import type { JsonObject } from '../../runtime/core/contracts';
import { type ReplaySession, ReplaySessions } from '../replay/sessions';
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

/** Replays a suite's user tasks alone, then each with each injection, through the whole gate in memory. */
export async function replay(suite: SuiteName, setting: Setting): Promise<Tally> {
  const sessions = new ReplaySessions(deploymentOf(suite, setting));
  return { ...(await replayTasks(sessions, suite, setting)), ...(await replayInjections(sessions, suite, setting)) };
}

async function replayTasks(
  sessions: ReplaySessions,
  suite: SuiteName,
  setting: Setting,
): Promise<Pick<Tally, 'calls' | 'asked' | 'broken' | 'byTool'>> {
  let calls = 0;
  const broken: string[] = [];
  const byTool: Record<string, number> = {};
  for (const task of dojo.suites[suite].user_tasks) {
    const session = sessionOf(sessions, suite, task, false, setting);
    for (const call of task.calls) {
      calls += 1;
      const verdict = await session.call(call.f, withoutNulls(call.a), resultOf(call));
      if (verdict === 'asked') byTool[call.f] = (byTool[call.f] ?? 0) + 1;
      if (verdict === 'denied') broken.push(`${task.id} ${call.f}`);
    }
  }
  const asked = Object.values(byTool).reduce((sum, count) => sum + count, 0);
  return { calls, asked, broken, byTool };
}

async function replayInjections(
  sessions: ReplaySessions,
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
      const session = sessionOf(sessions, suite, task, true, setting);
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
async function allThatRun(calls: readonly DojoCall[], session: ReplaySession): Promise<DojoCall[]> {
  const ran: DojoCall[] = [];
  for (const call of calls)
    if ((await session.call(call.f, withoutNulls(call.a), resultOf(call))) === 'ran') ran.push(call);
  return ran;
}

/** A session of one user task; `tainted`: it has read untrusted content. */
function sessionOf(
  sessions: ReplaySessions,
  suite: SuiteName,
  task: UserTask,
  tainted: boolean,
  setting: Setting,
): ReplaySession {
  return sessions.open({
    prompt: setting.task === 'given' ? task.prompt : '',
    tainted,
    own: ownOf(suite),
    ...(setting.granted === 'all tools' ? {} : { tools: [...new Set(task.calls.map(({ f }) => f))] }),
  });
}

/** What is the user's own: the application that launches the session says so. */
function ownOf(suite: SuiteName): string[] {
  const list = OWN[suite];
  return list === undefined ? [] : [dojo.suites[suite].directory[list]].flat().map(String);
}

/** What a search returns. */
function resultOf({ ids = [] }: DojoCall): JsonObject[] {
  return ids.map((id_) => ({ id_ }));
}

/** What the package leaves out by null is left out. */
function withoutNulls(args: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null));
}
