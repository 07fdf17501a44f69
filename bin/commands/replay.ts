import type { TargetProvenance } from '../../runtime/core/contracts';
import type { CommandIo } from '../command-line/command-io';
import { defineCommand } from '../command-line/define-command';
import { flag, texts } from '../command-line/option';
import { withVerifyAdvice } from '../ledger/ledger-fault';
import { readManifest, withPolicies } from '../recorded-decisions/manifest-file';
import { openRecord, RECORD_OPTIONS } from '../recorded-decisions/record-options';
import { hasArguments, type Recorded, readRecorded, type Verdict } from '../recorded-decisions/recorded-calls';
import { Replay } from '../recorded-decisions/replay-calls';

interface Difference {
  readonly entry: string;
  readonly tool: string;
  readonly was: Verdict;
  readonly becomes: Verdict;
  readonly policyIds: readonly string[];
  /** Where the targets were found, as recorded. */
  readonly provenance: TargetProvenance;
  readonly reason?: string;
}

/** What a replay found. */
interface Outcome {
  readonly replayed: number;
  readonly withoutArguments: number;
  readonly otherDenials: number;
  readonly differences: readonly Difference[];
}

export const replay = defineCommand({
  description: `Decides the recorded calls again with the policies of a synthesized app, and with the policies of the files
in addition, and lists the decisions that would differ. No tool is called. Taint, and where targets were found, are taken
as recorded.`,
  options: {
    policy: texts(
      'FILE.cedar',
      'forbid policies are hard denials, permit policies are scope; a policy with the same @id is replaced; may be given several times',
    ),
    ask: texts(
      'FILE.cedar',
      'policies of the ask set: forbid asks a person, permit runs without one; may be given several times',
    ),
    ...RECORD_OPTIONS,
    json: flag('print everything as JSON'),
  },
  examples: [
    'hardened-agent replay --dir copy --evidence my-evidence --policy new.cedar',
    'hardened-agent replay --ledger-bucket my-ledger --evidence my-evidence --ask ask.cedar --json',
  ],
  exitCodes: { 0: 'no decision would differ', 1: 'a decision would differ, or nothing could be replayed' },
  permissions: ['s3:ListBucket', 's3:GetObject'],
  run: async ({ options: { policy, ask, json, manifest: place, ...record }, io }) => {
    const { ledger, evidence } = openRecord(record);
    let manifest = readManifest(place);
    for (const file of policy) manifest = withPolicies(manifest, file);
    for (const file of ask) manifest = withPolicies(manifest, file, 'ask');
    const recorded = await withVerifyAdvice(record, () => readRecorded(ledger, evidence));
    const outcome = replayed(recorded, new Replay(manifest));
    const { deny, allow, ask: asking } = manifest.cedar;
    if (json) io.json(outcome);
    else print(outcome, /\bcalls\b/.test(deny + allow + asking), io);
    return outcome.differences.length > 0 || outcome.replayed === 0 ? 1 : 0;
  },
});

function replayed({ calls, otherDenials }: Recorded, policies: Replay): Outcome {
  const known = calls.filter(hasArguments);
  const differences = known.flatMap((call): Difference[] => {
    const { verdict, reason, policyIds } = policies.decide(call);
    if (verdict === call.verdict) return [];
    const what = {
      entry: call.key,
      tool: call.tool,
      was: call.verdict,
      becomes: verdict,
      policyIds,
      provenance: call.provenance,
    };
    return [{ ...what, ...(reason ? { reason } : {}) }];
  });
  return { replayed: known.length, withoutArguments: calls.length - known.length, otherDenials, differences };
}

function print(
  { replayed, withoutArguments, otherDenials, differences }: Outcome,
  countsCalls: boolean,
  io: CommandIo,
) {
  for (const { entry, tool, was, becomes, policyIds, provenance, reason } of differences) {
    const found = provenance === 'constant' ? '' : `; targets: ${provenance}`;
    const why = reason ?? (policyIds.length > 0 ? `by ${policyIds.join(', ')}` : 'by its effect');
    io.out(`${entry}  ${tool}: ${was} → ${becomes}  (${why}${found})`);
  }
  if (replayed + withoutArguments === 0) io.out('Nothing was replayed: the ledger has no decision of a policy.');
  else io.out(`${replayed} decisions replayed, ${differences.length} would differ${kinds(differences)}.`);
  if (withoutArguments > 0) {
    io.out(
      `${withoutArguments} not replayed: their arguments are erased or past their retention, or do not have the hash that the ledger has.`,
    );
  }
  if (otherDenials > 0) io.out(`${otherDenials} left out: denied for reasons that no policy changes.`);
  if (countsCalls) {
    io.out('A policy counts calls. Polls leave no entry, so a session may have made more calls than are counted here.');
  }
}

function kinds(differences: readonly Difference[]): string {
  const counts = new Map<string, number>();
  for (const { was, becomes } of differences) {
    counts.set(`${was} → ${becomes}`, (counts.get(`${was} → ${becomes}`) ?? 0) + 1);
  }
  return counts.size === 0 ? '' : `: ${[...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')}`;
}
