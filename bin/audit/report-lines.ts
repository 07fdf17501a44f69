import { durationText } from '../../runtime/core/audit/duration-text';
import type { AuditReport } from '../../runtime/core/audit/verify-ledger';

/** Findings of one kind, and stray files, that are printed. A fault that is everywhere would fill the screen. */
const SHOWN_OF_A_KIND = 20;

/** The report of an audit in sentences: first the verdict, then each fault with its place. */
export function reportLines(report: AuditReport): string[] {
  const { size, checkpoints, pending, openCalls, findings, root } = report;
  const tree = `${size} sealed entries under ${checkpoints} signed ${checkpoints === 1 ? 'checkpoint' : 'checkpoints'}`;
  const open = [
    ...(pending > 0 ? [`${pending} written and not sealed yet`] : []),
    ...(report.erasures > 0 ? [`${report.erasures} recorded erasures of arguments and results`] : []),
    ...(openCalls > 0 ? [`${openCalls} calls without an outcome yet`] : []),
  ];
  const facts = [tree, ...open].join(', ');
  const remarks = [
    sealLine(report),
    ...(report.rotatedTo
      ? [
          `Signed since leaf ${report.rotatedTo.after} with ${report.rotatedTo.key}, which the previous key named as its successor.`,
        ]
      : []),
    ...(report.notReadAgain === undefined
      ? []
      : [
          `The first ${report.notReadAgain} entries were not read again. Their names and hashes are unchanged since the earlier verification; their text was checked then.`,
        ]),
    ...(report.witnessed
      ? []
      : [
          'No witness was read: if the newest entries and their checkpoints were removed together, only the missing heartbeats show it.',
        ]),
    ...(report.versionsRead
      ? []
      : ['Object versions were not read: an overwritten object is reported as an altered one.']),
    ...strayLines(report),
    ...(report.convertedCheckpoints > 0
      ? [
          `A program changed line ends or added byte order marks in ${report.convertedCheckpoints} checkpoints. Their signatures hold.`,
        ]
      : []),
  ];
  if (findings.length === 0) return [`The ledger is whole: ${facts}.`, `Root ${root}`, ...remarks];
  const total = findings.length + report.further;
  return [
    `The ledger is NOT whole: ${total} ${total === 1 ? 'fault' : 'faults'}. Verified: ${facts}.`,
    ...findingLines(report),
    ...remarks,
  ];
}

function sealLine({ sealedAt, judgedAt }: AuditReport): string {
  if (sealedAt === undefined) return 'Nothing was sealed.';
  const age = Date.parse(judgedAt) - Date.parse(sealedAt);
  return age < 0
    ? `The last seal was made at ${sealedAt}, after ${judgedAt}, the time that was given.`
    : `The last seal is ${durationText(age)} old: it was made at ${sealedAt}, and now is ${judgedAt}.`;
}

function strayLines({ strayFiles, furtherStrayFiles }: AuditReport): string[] {
  if (strayFiles.length === 0) return [];
  const further = strayFiles.length + furtherStrayFiles - SHOWN_OF_A_KIND;
  const names = strayFiles.slice(0, SHOWN_OF_A_KIND).map((name) => JSON.stringify(name));
  return [
    `Files that are no objects of the ledger, but of an operating system or an editor: ${names.join(', ')}${further > 0 ? ` and ${further} more` : ''}. They were not read.`,
  ];
}

function findingLines({ findings }: AuditReport): string[] {
  const shown = new Map<string, number>();
  const lines: string[] = [];
  for (const { code, where, leaf, message } of findings) {
    const count = (shown.get(code) ?? 0) + 1;
    shown.set(code, count);
    if (count > SHOWN_OF_A_KIND) continue;
    const place = leaf === undefined || where.startsWith('leaf ') ? where : `${where}, leaf ${leaf}`;
    lines.push(`  ${code}  ${place}`, `      ${message}`);
  }
  for (const [code, count] of shown) {
    if (count > SHOWN_OF_A_KIND) lines.push(`  ${code}  and ${count - SHOWN_OF_A_KIND} more; --json lists them`);
  }
  return lines;
}
