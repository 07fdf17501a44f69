import { defineCommand } from '../command-line/define-command';
import { flag, numberOr } from '../command-line/option';
import { withVerifyAdvice } from '../ledger/ledger-fault';
import { readManifest } from '../recorded-decisions/manifest-file';
import { type Proposal, proposeApprovals } from '../recorded-decisions/propose-approvals';
import { openRecord, RECORD_OPTIONS } from '../recorded-decisions/record-options';
import { readRecorded } from '../recorded-decisions/recorded-calls';
import { RecordedSessions } from '../recorded-decisions/recorded-sessions';
import { declarationLines } from '../suggest/declaration-lines';
import { proposeDeclarations } from '../suggest/propose-declarations';

export const suggest = defineCommand({
  description: `Proposes auto-approvals for calls that people always approved. Such a proposal never exceeds what was approved, and
never covers a call that a person denied. It also proposes address-book entries, declared ids, kinds of targets and limits, with
the questions that each would have saved. Those that would have let a call through which nobody approved come last, with a
warning. It changes nothing: read the proposals, and write them into the app.`,
  options: {
    ...RECORD_OPTIONS,
    atLeast: numberOr(
      '20',
      'NUMBER',
      'approvals of a tool before an auto-approval is proposed for it, and calls before a limit is',
      {
        whole: true,
        from: 1,
        to: 999_999,
      },
    ),
    json: flag('print everything as JSON'),
  },
  examples: ['hardened-agent suggest --dir copy --evidence my-evidence --at-least 50'],
  exitCodes: { 0: 'the record was read, whether or not something is proposed', 1: 'it could not be read' },
  permissions: ['s3:ListBucket', 's3:GetObject'],
  run: async ({ options: { atLeast, json, manifest: place, ...record }, io }) => {
    const { ledger, evidence } = openRecord(record);
    const manifest = readManifest(place);
    const sessions = new RecordedSessions(manifest, evidence);
    const recorded = await withVerifyAdvice(record, () => readRecorded(ledger, evidence, sessions.add));
    const proposals = proposeApprovals(recorded, manifest, atLeast);
    const declarations = proposeDeclarations(recorded, sessions, manifest, atLeast);
    if (json) io.json({ proposals, declarations });
    else for (const line of [...linesOf(proposals), ...declarations.flatMap(declarationLines)]) io.out(line);
    return 0;
  },
});

function linesOf(proposals: readonly Proposal[]): string[] {
  if (proposals.length === 0) return ['Nobody was asked about any tool of this manifest.'];
  return proposals.flatMap(({ tool, approved, denied, undecided, sessions, when, spared, reason }) => [
    `${tool}: ${approved} approved in ${sessions} sessions, ${denied} denied, ${undecided} undecided`,
    ...(when === undefined
      ? [`  nothing is proposed: ${reason}`]
      : [`  would spare ${spared} questions:`, `  agent.autoApprove(${tool}, { when: ${JSON.stringify(when)} });`]),
  ]);
}
