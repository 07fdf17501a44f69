import { parseArgs } from 'node:util';
import { escapeToLine } from '../../runtime/core/display';
import { asciiJson } from '../ascii-json';
import type { CommandIo } from '../command-io';
import { readManifest, withPolicies } from '../replay/manifest-file';
import { RECORD_OPTIONS, RECORD_USAGE, recordPlaces } from '../replay/record-places';
import { type Recorded, type RecordedCall, readRecorded, type Verdict } from '../replay/recorded-calls';
import { Replay } from '../replay/replay-calls';

const USAGE = `Usage: hardened-agent replay [--policy FILE.cedar]… [--ask FILE.cedar]… --evidence PLACE [--dir DIR] [--json]

Decides the recorded calls again by the policies of a synthesized app, and by those of the files on top, and says which
decisions would differ. Nothing is called. Exit code 1 when one would.

  --policy FILE         forbid policies: hard denials; permit policies: scope. Those of the same @id are replaced
  --ask FILE            policies of the ask set: forbid asks a person, permit runs without one
${RECORD_USAGE}
  --json                everything, for programs

Taint, and where targets were found, are taken as they were recorded.`;

interface Difference {
  readonly entry: string;
  readonly tool: string;
  readonly was: Verdict;
  readonly becomes: Verdict;
  readonly policyIds: readonly string[];
  readonly reason?: string;
}

/** `hardened-agent replay`: 0 when no decision would differ, 1 when one would or nothing can be replayed, 2 when misused. */
export async function replay(args: string[], io: CommandIo): Promise<number> {
  let values: ReturnType<typeof parse>;
  let places: ReturnType<typeof recordPlaces>;
  try {
    values = parse(args);
    if (values.help) {
      io.out(USAGE);
      return 0;
    }
    places = recordPlaces(values, io);
  } catch (error) {
    io.err(escapeToLine((error as Error).message));
    io.err(USAGE);
    return 2;
  }
  try {
    let manifest = readManifest(values.manifest);
    for (const file of values.policy ?? []) manifest = withPolicies(manifest, file);
    for (const file of values.ask ?? []) manifest = withPolicies(manifest, file, 'ask');
    const { deny, allow, ask } = manifest.cedar;
    const countsCalls = /\bcalls\b/.test(deny + allow + ask);
    return report(await readRecorded(places.ledger, places.evidence), new Replay(manifest), countsCalls, values, io);
  } catch (error) {
    io.err(escapeToLine((error as Error).message));
    return 1;
  }
}

function parse(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      ...RECORD_OPTIONS,
      policy: { type: 'string', multiple: true },
      ask: { type: 'string', multiple: true },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  return values;
}

function report(
  recorded: Recorded,
  replayed: Replay,
  countsCalls: boolean,
  { json }: { readonly json?: boolean },
  io: CommandIo,
): number {
  const { calls, otherDenials } = recorded;
  const known = calls.filter(
    (call): call is RecordedCall & Required<Pick<RecordedCall, 'args'>> => call.args !== undefined,
  );
  const withoutArguments = calls.length - known.length;
  const differences = known.flatMap((call): Difference[] => {
    const { verdict, reason, policyIds } = replayed.decide(call);
    if (verdict === call.verdict) return [];
    const what = { entry: call.key, tool: call.tool, was: call.verdict, becomes: verdict, policyIds };
    return [{ ...what, ...(reason ? { reason } : {}) }];
  });
  const exitCode = differences.length > 0 || (known.length === 0 && calls.length > 0) ? 1 : 0;
  if (json) {
    io.out(asciiJson({ replayed: known.length, withoutArguments, otherDenials, differences }));
    return exitCode;
  }
  for (const { entry, tool, was, becomes, policyIds, reason } of differences) {
    const why = reason ?? (policyIds.length > 0 ? `by ${policyIds.join(', ')}` : 'by its effect');
    io.out(escapeToLine(`${entry}  ${tool}: ${was} → ${becomes}  (${why})`));
  }
  io.out(`${known.length} decisions replayed, ${differences.length} would differ${kinds(differences)}.`);
  if (withoutArguments > 0) {
    io.out(
      `${withoutArguments} not replayed: their arguments are erased, kept their time, or aren’t what the ledger refers to.`,
    );
  }
  if (otherDenials > 0) io.out(`${otherDenials} left out: denied for reasons that no policy changes.`);
  if (countsCalls)
    io.out('A policy counts calls, and polls leave no entry: a session may have had more calls than here.');
  return exitCode;
}

function kinds(differences: readonly Difference[]): string {
  const counts = new Map<string, number>();
  for (const { was, becomes } of differences) {
    counts.set(`${was} → ${becomes}`, (counts.get(`${was} → ${becomes}`) ?? 0) + 1);
  }
  return counts.size === 0 ? '' : `: ${[...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')}`;
}
