import type { TargetProvenance } from '../core/contracts';
import { escapeToLine } from '../core/display';
import {
  type ApprovalCard,
  type ArgumentsView,
  type CardField,
  type ComparedCall,
  describeArguments,
} from './approval-card';

/**
 * A card as lines for a terminal. Every value is escaped here, because the card comes from outside: characters that aren't
 * printable are written out, so no link or cursor movement reaches the terminal.
 */
export function cardLines(card: ApprovalCard, now: number): string[] {
  const view =
    card.argumentsText === undefined ? undefined : describeArguments(card.argumentsText, card.targets, card.origins);
  const left = Math.floor((Date.parse(card.expiresAt) - now) / 60_000);
  return [
    `Request    ${escapeToLine(card.requestId)}  ${escapeToLine(card.status)}`,
    `Tool       ${escapeToLine(card.tool)}  (${escapeToLine(card.effect)}, connector ${escapeToLine(card.connector)})`,
    `Asked by   session ${escapeToLine(card.sessionId)} of ${escapeToLine(card.user)}${USERS[card.userKind] ?? ''}`,
    ...(card.taskAuthor === undefined ? [] : [`Task by    ${escapeToLine(card.taskAuthor)}`]),
    `Task       ${taskLine(card.taskText)}`,
    ...card.earlierCalls.map(({ tool, outcome }) => `Before     ${escapeToLine(tool)}: ${escapeToLine(outcome)}`),
    ...approvalLines(card),
    `Session    ${card.taint ? 'has read untrusted content: the call may be what an attacker wrote' : 'has read nothing untrusted'}`,
    `Expires    ${escapeToLine(card.expiresAt)}  ${left >= 0 ? `(${left} min left)` : '(over)'}`,
    `Digest     ${escapeToLine(card.digest)}`,
    ...(card.reachedLimits ?? []).map((limit) => `LIMIT      reached: ${escapeToLine(limit)}`),
    ...card.problems.map((problem) => `PROBLEM    ${escapeToLine(problem)}`),
    ...comparedLines(card),
    ...absentLines(card, view),
    ...(view ? argumentLines(view) : ['Arguments  not shown: they are not the bytes of this digest']),
  ];
}

/** What is known of the user. */
const USERS: Readonly<Record<string, string>> = { unverified: ' (unverified)', service: ' (a service)' };
const TASK_CHARACTERS = 500;

function taskLine(text: string): string {
  const points = Array.from(text);
  const shown = escapeToLine(points.slice(0, TASK_CHARACTERS).join(''));
  return points.length > TASK_CHARACTERS ? `${shown} … cut, ${points.length} characters in all` : shown;
}

function approvalLines({ needed, approvals }: ApprovalCard): string[] {
  const groups = needed.groups.map((any) => `of ${any.map(escapeToLine).join(' or ')}`).join(', and ');
  if (needed.people === 1 && groups === '') return [];
  const people = needed.people === 1 ? '1 person' : `${needed.people} people`;
  return [
    `Needs      ${people} ${groups}`.trimEnd(),
    ...approvals.map(({ name, at }) => `Approved   by ${escapeToLine(name)} at ${escapeToLine(at)}`),
  ];
}

function comparedLines({ refusedAlike, lastApproved }: ApprovalCard): string[] {
  return [
    ...(refusedAlike
      ? [
          `REFUSED    ${refusedAlike.refusals} of this tool and targets in this session; the last: ${escapeToLine(refusedAlike.reason) || 'no reason given'}`,
          ...differenceLines('refused', refusedAlike),
        ]
      : []),
    ...(lastApproved ? differenceLines('approved', lastApproved) : []),
  ];
}

function differenceLines(what: string, { differences: found, furtherDifferences = 0 }: ComparedCall): string[] {
  if (found === undefined) return [];
  if (found.length === 0) return [`Differs    in nothing from the last one ${what}`];
  return [
    ...found.map(
      ({ pointer, before, now }) =>
        `Differs    from the last one ${what} at ${escapeToLine(pointer)}: ${escapeToLine(before ?? '(absent)')} → ${escapeToLine(now ?? '(absent)')}`,
    ),
    ...(furtherDifferences > 0 ? [`Differs    from the last one ${what} in ${furtherDifferences} further places`] : []),
  ];
}

/** What a field's provenance tells a person. */
export const FOUND: Readonly<Record<TargetProvenance, string>> = {
  constant: 'no target',
  task: 'in the user’s task',
  directory: 'trusted by the deployment',
  derived: 'returned by a read that the task asked for',
  own: 'the user’s own',
  unknown: 'UNKNOWN: neither in the task nor trusted',
};

/** The targets that the call leaves out. */
function absentLines({ origins = [] }: ApprovalCard, view: ArgumentsView | undefined): string[] {
  const shown = new Set(view?.fields.map(({ pointer }) => pointer));
  const isShown = (pointer: string) => [...shown].some((each) => pointer === each || pointer.startsWith(`${each}/`));
  return origins
    .filter(({ pointer }) => !isShown(escapeToLine(pointer)))
    .map(({ pointer, provenance }) => `Left out   ${escapeToLine(pointer)}  (${FOUND[provenance] ?? 'UNKNOWN'})`);
}

function argumentLines(view: ArgumentsView): string[] {
  const width = Math.min(40, Math.max(...view.fields.map((field) => field.pointer.length)));
  return [
    ...view.warnings.map((warning) => `WARNING    ${warning.pointer}: ${warning.what}`),
    `Fields     ${view.fields.length}`,
    ...view.fields.map(
      (field) =>
        `  ${field.target ? '→' : ' '} ${field.pointer.padEnd(width)}  ${field.preview}${field.cut ? ` … cut, ${field.bytes} bytes in all` : ''}${found(field)}`,
    ),
    `Exact arguments, ${view.bytes} bytes (written by the agent: not to be trusted)`,
    ...wrap(view.text, 116).map((line) => `  | ${line}`),
  ];
}

function found({ provenance }: CardField): string {
  return provenance ? `  (${FOUND[provenance]})` : '';
}

function wrap(text: string, width: number): string[] {
  const points = Array.from(text);
  const lines: string[] = [];
  for (let at = 0; at < points.length; at += width) lines.push(points.slice(at, at + width).join(''));
  return lines;
}
