import type { JsonObject, LedgerEntry, LedgerUser } from '../../runtime/core/contracts';
import { escapeToLine } from '../../runtime/core/display';
import { isObject } from '../../runtime/core/json/is-object';
import { parseStrict } from '../../runtime/core/json/parse-strict';

/**
 * Who a session was opened for, and who wrote its task, in words that follow "session opened by launcher". The ledger tells
 * people apart by issuer and subject. Their names are in the evidence, until it is erased.
 * @param asked the evidence of the launch @default - names aren't shown
 */
export function sessionUsers({ runsFor, taskAuthor }: LedgerEntry, asked?: string): string {
  const parsed = asked === undefined ? undefined : parseStrict(asked);
  const evidence = parsed?.ok && isObject(parsed.value) ? parsed.value : {};
  return [
    ...(runsFor ? [` for ${words(runsFor, evidence.runsFor)}`] : []),
    ...(taskAuthor ? [`; its task is by ${words(taskAuthor, evidence.taskAuthor)}`] : []),
  ].join('');
}

function words({ kind, issuer, subject, service }: LedgerUser, evidence: JsonObject[string] | undefined): string {
  const name = isObject(evidence) && typeof evidence.name === 'string' ? escapeToLine(evidence.name) : undefined;
  switch (kind) {
    case 'person':
      return `${name === undefined || name === subject ? '' : `${name}, `}${escapeToLine(subject ?? '')} of ${escapeToLine(issuer ?? '')}`;
    case 'service':
      return `the service ${escapeToLine(service ?? '')}`;
    case 'unverified':
      return `${name === undefined ? 'a name' : `"${name}", a name`} that nobody verified`;
  }
}
