import type { Manifest } from '../../runtime/core/contracts';
import type { Recorded, RecordedCall } from '../recorded-decisions/recorded-calls';
import type { RecordedSessions } from '../recorded-decisions/recorded-sessions';
import { approvedTargets } from './approved-targets';
import { type Candidate, type Declaration, LEAST_APPROVALS } from './declaration';
import { proposeIds } from './propose-ids';
import { proposeKinds } from './propose-kinds';
import { proposeLimits } from './propose-limits';
import { proposeNames } from './propose-names';
import { TargetTrial, type TriedCall } from './target-trial';

/**
 * Proposes what to declare of tools, so that people are asked less: names, ids and kinds of targets that people approved; and
 * limits. Each proposal is tried on all recorded calls. Those that would have let a call through come last.
 *
 * @param least calls of a tool that ran, before limits are proposed for it
 */
export function proposeDeclarations(
  recorded: Recorded,
  sessions: RecordedSessions,
  manifest: Manifest,
  least: number,
): Declaration[] {
  const trial = new TargetTrial(recorded, sessions, manifest);
  const before = trial.run(manifest);
  const approved = approvedTargets(before.values(), recorded);
  const taskOf = (sessionId: string) => sessions.tasks.get(sessionId)?.taskText ?? '';
  const candidates = [
    ...proposeNames(approved, manifest, taskOf),
    ...proposeIds(approved, manifest),
    ...proposeKinds(approved, manifest),
  ];
  const runs = trial.newRuns(
    candidates.map((candidate) => candidate.manifest),
    before,
  );
  const declared = candidates.flatMap((candidate, index) => judged(candidate, runs[index] ?? [], before, recorded));
  const limits = proposeLimits(recorded, sessions, manifest, least).map(
    ({ manifest: _, ...limit }): Declaration => ({ ...limit, saved: 0, letsThrough: [], cannotTell: 0 }),
  );
  const rank = ({ letsThrough, cannotTell }: Declaration) => (letsThrough.length > 0 ? 2 : cannotTell > 0 ? 1 : 0);
  return [...declared.toSorted((a, b) => b.saved - a.saved), ...limits].toSorted((a, b) => rank(a) - rank(b));
}

function judged(
  { manifest: _, ...candidate }: Candidate,
  runs: readonly RecordedCall[],
  before: ReadonlyMap<string, TriedCall>,
  { calls, people }: Recorded,
): Declaration[] {
  const personSaid = ({ sessionId, requestId }: RecordedCall) => people.get(`${sessionId}/${requestId}`);
  const wasStopped = (call: RecordedCall) => call.verdict !== 'ALLOW' && personSaid(call) !== 'APPROVED';
  const saved = runs.filter((call) => call.verdict === 'ASK' && !wasStopped(call));
  if (new Set(saved.map(({ sessionId }) => sessionId)).size < LEAST_APPROVALS) return [];
  const letsThrough = runs.filter(wasStopped).map((call) => ({
    entry: call.key,
    decision:
      call.verdict === 'DENY' || personSaid(call) === 'DENIED' ? ('denied' as const) : ('not approved' as const),
  }));
  // Declared ids are for every tool with targets of the noun.
  const concerns = (call: RecordedCall) => candidate.what === 'ids' || call.tool === candidate.tool;
  const unread = calls.filter((call) => concerns(call) && wasStopped(call) && !before.has(call.key));
  return [{ ...candidate, saved: saved.length, letsThrough, cannotTell: unread.length }];
}
