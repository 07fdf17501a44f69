import { parseArgs } from 'node:util';
import { escapeToLine } from '../../runtime/core/display';
import { asciiJson } from '../ascii-json';
import type { CommandIo } from '../command-io';
import { readManifest } from '../replay/manifest-file';
import { type Proposal, proposeApprovals } from '../replay/propose-approvals';
import { RECORD_OPTIONS, RECORD_USAGE, recordPlaces } from '../replay/record-places';
import { readRecorded } from '../replay/recorded-calls';

const USAGE = `Usage: hardened-agent suggest --evidence PLACE [--dir DIR] [--at-least NUMBER] [--json]

Proposes auto-approvals for calls that people always approved. A proposal never goes beyond what was approved, holds for no
call that a person denied, and changes nothing by itself: read it, and write it into the app.

${RECORD_USAGE}
  --at-least NUMBER     approvals of a tool before anything is proposed for it; default 20
  --json                everything, for programs`;

/** `hardened-agent suggest`: 0 when the record could be read, whatever is proposed; 1 when not, 2 when misused. */
export async function suggest(args: string[], io: CommandIo): Promise<number> {
  let values: ReturnType<typeof parse>;
  let places: ReturnType<typeof recordPlaces>;
  try {
    values = parse(args);
    if (values.help) {
      io.out(USAGE);
      return 0;
    }
    if (!/^[1-9][0-9]{0,5}$/.test(values['at-least'])) throw new Error('--at-least takes a whole number from 1.');
    places = recordPlaces(values, io);
  } catch (error) {
    io.err(escapeToLine((error as Error).message));
    io.err(USAGE);
    return 2;
  }
  try {
    const manifest = readManifest(values.manifest);
    const recorded = await readRecorded(places.ledger, places.evidence);
    const proposals = proposeApprovals(recorded, manifest, Number(values['at-least']));
    if (values.json) io.out(asciiJson({ proposals }));
    else for (const line of linesOf(proposals)) io.out(escapeToLine(line));
    return 0;
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
      'at-least': { type: 'string', default: '20' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  return values;
}

function linesOf(proposals: readonly Proposal[]): string[] {
  if (proposals.length === 0) return ['Nobody was asked about any tool of this manifest.'];
  return proposals.flatMap(({ tool, approved, denied, undecided, sessions, when, spared, reason }) => [
    `${tool}: ${approved} approved in ${sessions} sessions, ${denied} denied, ${undecided} undecided`,
    ...(when === undefined
      ? [`  nothing is proposed: ${reason}`]
      : [`  would spare ${spared} questions:`, `  agent.autoApprove(${tool}, { when: ${JSON.stringify(when)} });`]),
  ]);
}
