import type { DenialCode, LedgerEntry } from '../../runtime/core/contracts';
import type { EntryContent } from '../evidence/evidence-content';
import { sessionUsers } from './session-users';

/** The layer that gives each denial code. */
const LAYERS: Readonly<Record<DenialCode, string>> = {
  MALFORMED: 'parser',
  DUPLICATE_KEY: 'parser',
  TOO_LARGE: 'parser',
  UNKNOWN_TOOL: 'scope',
  OUT_OF_SCOPE: 'scope',
  POLICY_ERROR: 'scope',
  INVALID_ARGUMENTS: 'schema',
  SESSION_NOT_READY: 'session',
  SESSION_ENDED: 'session',
  FOREIGN_SESSION: 'session',
  CONNECTOR_STOPPED: 'operator',
  BUDGET_EXCEEDED: 'budget',
  LIMIT_REACHED: 'limit',
  APPROVAL_DENIED: 'approval',
  APPROVAL_EXPIRED: 'approval',
  RECENTLY_REFUSED: 'approval',
  TOO_MANY_WAITING: 'approval',
  DEFINITION_CHANGED: 'approval',
  OUTPUT_BLOCKED: 'output check',
  LEDGER_UNAVAILABLE: 'ledger',
  TARGET_FAILED: 'target',
};

/** Longest text of arguments or of a result on a line. */
const MAX_CONTENT = 160;

/**
 * Lines that tell what a session did, one per entry in sealed order: time, request, tool, decision with its policy or
 * person, credential and outcome.
 *
 * @param contentOf arguments and result of an entry @default - none are printed
 */
export function timelineOf(
  entries: readonly LedgerEntry[],
  contentOf: (entry: LedgerEntry) => EntryContent = () => ({}),
  erasures: readonly LedgerEntry[] = [],
): string[] {
  const [first] = entries;
  if (!first) return ['This session left no entry.'];
  const calls = new Map<string, number>();
  const lines = [
    `Session ${oneLine(first.sessionId)}, ${first.at.slice(0, 10)}, ${entries.length} entries (times are UTC)`,
    ...(entries.some(({ mode }) => mode !== undefined)
      ? ['THE GATE ONLY LOGGED: it let calls through that an enforcing gate would stop.']
      : []),
    ...entries.flatMap((entry) => {
      if (entry.requestId && !calls.has(entry.requestId)) calls.set(entry.requestId, calls.size + 1);
      const call = entry.requestId ? `#${calls.get(entry.requestId)}` : '';
      const head = `${String(entry.seq).padStart(4)}  ${entry.at.slice(11, 19)}  ${call.padEnd(4)}`;
      return [
        `${head}${sentence(entry, contentOf(entry))}`,
        ...content(contentOf(entry)).map((line) => `${' '.repeat(head.length)}  ${line}`),
      ];
    }),
  ];
  const erased = erasures.map(({ at, actor, erasure }) => {
    const call = erasure?.requestId && `#${calls.get(erasure.requestId) ?? oneLine(erasure.requestId)}`;
    return `ERASED: arguments and results of ${call ? `call ${call}` : 'the session'}, on ${at.slice(0, 10)} by ${oneLine(actor)}`;
  });
  return [...lines, ...erased, summary(entries)];
}

function sentence(entry: LedgerEntry, { args }: EntryContent): string {
  const tool = oneLine(entry.tool ?? '');
  const code = entry.decision?.code;
  switch (entry.type) {
    case 'session_start':
      return `session opened by ${oneLine(entry.actor)}${sessionUsers(entry, args)}`;
    case 'session_end':
      return `session ended by ${oneLine(entry.actor)}${entry.end ? `: ${entry.end.cause}` : ''}`;
    case 'connector_stop':
    case 'connector_resume': {
      const did = entry.type === 'connector_stop' ? 'STOPPED' : 'RESUMED';
      return `connector ${oneLine(entry.connector ?? '')} ${did} by ${oneLine(entry.actor)}`;
    }
    case 'intent':
      if (entry.decision?.would) {
        return `${tool}: LET THROUGH, the gate only logs; it would have been ${entry.decision.would}${targets(entry)}${tainted(entry)}`;
      }
      return code === 'ASK'
        ? `${tool}: WAITS for a person${policies(entry)}${targets(entry)}${tainted(entry)}`
        : `${tool}: allowed${policies(entry)}${targets(entry)}${tainted(entry)}`;
    case 'denial':
      return `${tool || 'a call'}: DENIED by ${LAYERS[code as DenialCode] ?? 'the gate'}: ${code}${policies(entry)}${targets(entry)}`;
    case 'decision':
      return `${tool}: ${code} ${approvers(entry)}`.trimEnd();
    case 'outcome':
      return `${tool}: ${outcome(entry)}${credential(entry)}`;
    case 'void':
      return 'nothing was written under this number';
    case 'deploy':
      return `deployed: ${deployment(entry)}`;
    default:
      return `${entry.type} by ${oneLine(entry.actor)}`;
  }
}

function deployment({ policyVersion, mode, deployment }: LedgerEntry): string {
  const { agent, autoApprovals = [], unlisted = 0 } = deployment ?? {};
  const calls = autoApprovals.map(({ tool, when }) => `${oneLine(tool)}${when ? ` when ${oneLine(when)}` : ''}`);
  return [
    `${agent === undefined ? '' : `${oneLine(agent)}, `}policy version ${policyVersion.slice(0, 8)}`,
    ...(mode ? ['THE GATE ONLY LOGS'] : []),
    calls.length > 0 ? `auto-approved: ${calls.join(' and ')}` : 'nothing is auto-approved',
    ...(unlisted > 0 ? [`and ${unlisted} more`] : []),
  ].join('; ');
}

function policies(entry: LedgerEntry): string {
  const ids = entry.decision?.policyIds ?? [];
  return ids.length > 0 ? ` (${ids.map(oneLine).join(', ')})` : '';
}

/** Where the targets of a call were found. A call without a target needs no words. */
function targets({ decision }: LedgerEntry): string {
  const where = decision?.provenance;
  return where === undefined || where === 'constant' ? '' : `; targets: ${where}`;
}

function tainted(entry: LedgerEntry): string {
  return entry.decision?.taint ? '; the session had read untrusted content' : '';
}

function approvers(entry: LedgerEntry): string {
  const names = entry.approval?.approvers.map((arn) => oneLine(arn.slice(arn.lastIndexOf('/') + 1))) ?? [];
  return names.length > 0 ? `by ${names.join(', ')}` : `by ${oneLine(entry.actor)}`;
}

function outcome(entry: LedgerEntry): string {
  const { status = 'outcome_unknown', bytes = 0, durationMs = 0 } = entry.outcome ?? {};
  return status === 'succeeded' ? `done, ${bytes} bytes, ${durationMs} ms` : status.toUpperCase();
}

function credential(entry: LedgerEntry): string {
  if (!entry.credential) return '';
  const { name, version } = entry.credential;
  return `, credential ${oneLine(name)}${version ? ` version ${oneLine(version.slice(0, 8))}` : ''}`;
}

function content({ args, result }: EntryContent): string[] {
  const cut = (text: string) => (text.length > MAX_CONTENT ? `${text.slice(0, MAX_CONTENT)}…` : text);
  return [...(args ? [`asked  ${oneLine(cut(args))}`] : []), ...(result ? [`result ${oneLine(cut(result))}`] : [])];
}

function summary(entries: readonly LedgerEntry[]): string {
  const count = (holds: (entry: LedgerEntry) => boolean) => entries.filter(holds).length;
  return [
    `${count((entry) => entry.type === 'outcome' && entry.outcome?.status === 'succeeded')} done`,
    `${count((entry) => entry.type === 'denial')} denied`,
    `${count((entry) => entry.decision?.code === 'ASK')} asked a person`,
    `${count((entry) => entry.decision?.code === 'APPROVED')} approved`,
    `${count((entry) => entry.type === 'outcome' && entry.outcome?.status === 'outcome_unknown')} of unknown outcome`,
  ].join(', ');
}

/** Keeps a text of an agent or an attacker on one line. Other control characters are escaped when the line is printed. */
function oneLine(text: string): string {
  return text.replaceAll('\n', '\\n');
}
