import type { ApprovalCard } from '../../../runtime/approvals/approval-card';
import type { JsonObject, Manifest } from '../../../runtime/core/contracts';
import { checkedCard, DESK_OPTIONS, DESK_PERMISSIONS, openDesk, REQUEST, refused } from '../../approval-desk/open-desk';
import { defineCommand } from '../../command-line/define-command';
import { expectNewFile, writeNewFile } from '../../command-line/given-file';
import { required } from '../../command-line/option';
import { withVerifyAdvice } from '../../ledger/ledger-fault';
import { readManifest } from '../../recorded-decisions/manifest-file';
import { type Coverage, coverageOf, proposeShape } from '../../recorded-decisions/propose-shape';
import { openRecord, RECORD_OPTIONS } from '../../recorded-decisions/record-options';
import { readRecorded } from '../../recorded-decisions/recorded-calls';

export const propose = defineCommand({
  description: `Writes a Cedar policy into a file that would let calls of the same shape run without a person: the same tool,
exactly the same targets and choices, numbers up to those of this call. It prints what the policy would have covered in the
ledger, and writes nothing if that includes a call that a person denied. Nothing takes effect: review the file, then add it to
the app with CedarPolicies.ask.`,
  argument: REQUEST,
  options: {
    out: required('FILE', 'a new .cedar file for the policy', (given) => given),
    ...RECORD_OPTIONS,
    ...DESK_OPTIONS,
  },
  examples: ['hardened-agent approvals propose r-0123 --out policies/proposed.cedar --dir copy --evidence my-evidence'],
  exitCodes: { 0: 'the policy was written', 1: 'the desk refused, or no policy is proposed' },
  permissions: [...DESK_PERMISSIONS, 's3:ListBucket', 's3:GetObject'],
  run: async ({
    argument: requestId,
    options: { out, dir, evidence, ledgerBucket, manifest: place, json, ...access },
    io,
  }) => {
    // Never over a file that somebody has reviewed. Said at once, before the ledger is read.
    expectNewFile(out, '--out');
    const record = { dir, evidence, ledgerBucket };
    const manifest = readManifest(place);
    const { ledger, evidence: stored } = openRecord(record);
    const shown = await (await openDesk(access, io)).show(requestId);
    if (shown.status !== 200) return refused(shown.body, io);
    const card = checkedCard(shown.body);
    const nothing = (reason: string) => {
      io.err(`Nothing is proposed: ${reason}.`);
      return 1;
    };
    const problem = problemWith(card, manifest);
    if (problem !== undefined) return nothing(problem);
    const args = JSON.parse(card.argumentsText ?? '') as JsonObject;
    const shape = proposeShape({ requestId, tool: card.tool, args, taint: card.taint }, manifest);
    if (!shape.ok) return nothing(shape.reason);

    const recorded = await withVerifyAdvice(record, () => readRecorded(ledger, stored));
    const coverage = coverageOf(shape.text, card.tool, card.sessionId, recorded, manifest);
    const lines = coverageLines(coverage, card.tool);
    if (coverage.denied.length > 0) {
      for (const line of lines) io.err(line);
      return nothing('it would also run a call that a person denied');
    }
    const comments = [
      `Proposed from request ${requestId}, for review. Nothing reads it before it is added to the app.`,
      ...lines,
    ];
    writeNewFile(out, `${comments.map((line) => `// ${line}\n`).join('')}${shape.text}`, '--out');
    if (json) io.json({ out, policy: shape.text, free: shape.free, coverage: countsOf(coverage) });
    else {
      for (const line of lines) io.out(line);
      for (const pointer of shape.free)
        io.out(`  ${pointer} may be any text, in sessions that have read nothing untrusted.`);
      io.out(`Written to ${out}. Review it, then add it: policies: [CedarPolicies.ask(${JSON.stringify(out)})].`);
    }
    return 0;
  },
});

/** Why the card is no ground for a policy. */
function problemWith(card: ApprovalCard, manifest: Manifest): string | undefined {
  if (card.argumentsText === undefined) return 'the arguments are not the bytes of the request’s digest';
  if (card.status === 'DENIED') return 'the request was denied';
  const tool = manifest.tools.find(({ name }) => name === card.tool);
  if (tool !== undefined && tool.schemaHash !== card.schemaHash) {
    return `the tool ${card.tool} has changed since the request; ask for a call of its present definition`;
  }
  return undefined;
}

function countsOf({ approved, denied, undecided, ...counts }: Coverage) {
  return { ...counts, approved: approved.length, denied: denied.length, undecided: undecided.length };
}

function coverageLines(coverage: Coverage, tool: string): string[] {
  const { asked, unreadable, approved, denied, undecided } = countsOf(coverage);
  return [
    `People were asked about ${tool} ${asked} times. It would have spared ${approved + denied + undecided} of these questions: ${approved} approved, ${denied} denied, ${undecided} undecided.`,
    ...(unreadable > 0 ? [`The arguments of ${unreadable} can’t be read, so what it does with them isn’t known.`] : []),
  ];
}
