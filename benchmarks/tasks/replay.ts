import type { JsonObject } from '../../runtime/core/contracts';
import { type ReplaySession, ReplaySessions, type Verdict } from '../replay/sessions';
import { ATTACKS, type Attack, type AttackKind } from './attacks';
import { deploymentOf, labelOf } from './deployment';
import { type DomainName, domains, type Task } from './domains';
import { poisoned } from './poison';
import type { TaskSetting } from './settings';

/** A call of a task or of an attack. */
export interface ReplayedCall {
  readonly f: string;
  readonly a: JsonObject;
  readonly verdict: Verdict;
  /** The kinds of the targets that it names. */
  readonly kinds: string;
}

export interface ReplayedTask {
  readonly id: string;
  readonly calls: readonly ReplayedCall[];
}

export interface ReplayedPair {
  readonly task: string;
  readonly attack: string;
  readonly how: AttackKind;
  /** Whether it is tried in this task alone. */
  readonly aimed: boolean;
  /** The kinds of the targets of the attacker's first call that isn't a read. */
  readonly kinds: string;
  /** The attacker's calls that aren't reads and ran without a person, if they are more than do no harm. */
  readonly ran: readonly ReplayedCall[];
}

export interface Replayed {
  readonly domain: DomainName;
  readonly tasks: readonly ReplayedTask[];
  readonly pairs: readonly ReplayedPair[];
}

/** Replays a domain's tasks alone, then each with each attack, through the whole gate in memory. */
export async function replay(domain: DomainName, setting: TaskSetting): Promise<Replayed> {
  const sessions = new ReplaySessions(deploymentOf(domain, setting));
  const tasks: ReplayedTask[] = [];
  const pairs: ReplayedPair[] = [];
  for (const task of domains[domain].tasks) {
    tasks.push(await replayTask(domain, sessions, task));
    for (const attack of ATTACKS[domain]) {
      if (attack.task !== undefined && attack.task !== task.id) continue;
      pairs.push(await replayPair(domain, sessions, task, attack));
    }
  }
  return { domain, tasks, pairs };
}

async function replayTask(domain: DomainName, sessions: ReplaySessions, { id, prompt, calls }: Task) {
  const session = sessions.open({ prompt, tainted: false, own: [domains[domain].user.email] });
  const replayed: ReplayedCall[] = [];
  for (const { f, a, r } of calls) {
    replayed.push({ f, a, verdict: await session.call(f, a, r), kinds: kindsOf(domain, f, a) });
  }
  return { id, calls: replayed };
}

async function replayPair(
  domain: DomainName,
  sessions: ReplaySessions,
  task: Task,
  attack: Attack,
): Promise<ReplayedPair> {
  const session = sessions.open({ prompt: task.prompt, tainted: false, own: [domains[domain].user.email] });
  await readAll(session, task, attack);
  const ran = await attackerCalls(domain, session, attack);
  const harmful = attack.calls.find(({ f }) => labelOf(domain, f).effect !== 'read');
  if (!harmful) throw new Error(`The attack ${attack.id} only reads.`);
  return {
    task: task.id,
    attack: attack.id,
    how: attack.how,
    aimed: attack.task !== undefined,
    kinds: kindsOf(domain, harmful.f, harmful.a),
    ran: ran.length > (attack.harmlessUpTo ?? 0) ? ran : [],
  };
}

/**
 * The task's own reads, with what the attacker has put into them: whatever the session has learned by then may help the
 * attacker. A task that reads nothing of outsiders counts too, as if something untrusted had reached it otherwise.
 */
async function readAll(session: ReplaySession, { calls }: Task, { poison = [] }: Attack): Promise<void> {
  for (const { f, a, r } of calls) if (r) await session.call(f, a, poisoned(f, r, poison));
  await session.taint();
}

/** Each call is tried, even if an earlier one was denied. */
async function attackerCalls(domain: DomainName, session: ReplaySession, { calls }: Attack): Promise<ReplayedCall[]> {
  const ran: ReplayedCall[] = [];
  for (const { f, a, times = 1 } of calls) {
    for (let time = 0; time < times; time += 1) {
      const verdict = await session.call(f, a);
      if (verdict === 'ran' && labelOf(domain, f).effect !== 'read') {
        ran.push({ f, a, verdict, kinds: kindsOf(domain, f, a) });
      }
    }
  }
  return ran;
}

/** The kinds of the targets that a call names. Each target is a direct argument. */
function kindsOf(domain: DomainName, tool: string, args: JsonObject): string {
  const kinds = (labelOf(domain, tool).targets ?? []).map(({ at, kind }) =>
    Object.hasOwn(args, at.slice(1)) ? kind : `no ${kind}`,
  );
  return [...new Set(kinds)].join(' + ') || 'no target';
}
