import type { Declaration } from './declaration';

const WHAT = {
  addressBook: 'an entry of the address book',
  ids: 'declared ids, if the target system itself fills this field',
  kind: 'a typed target',
  limit: 'a limit of twice the most that was used',
} as const;

/** Entries that are named of one proposal. `--json` has all of them. */
const MOST_NAMED = 10;

/** A proposal for people, one line each. */
export function declarationLines({ tool, what, write, saved, letsThrough, cannotTell }: Declaration): string[] {
  const warnings = [
    ...(letsThrough.length > 0
      ? [`  WARNING: it would have let ${letsThrough.length} through that nobody approved:`]
      : []),
    ...letsThrough.slice(0, MOST_NAMED).map(({ entry, decision }) => `    ${entry}  ${decision}`),
    ...(letsThrough.length > MOST_NAMED ? [`    and ${letsThrough.length - MOST_NAMED} more: see --json`] : []),
    ...(cannotTell > 0
      ? [`  WARNING: ${cannotTell} calls that nobody approved can’t be read; it might have let them through`]
      : []),
  ];
  const effect =
    what === 'limit'
      ? []
      : [`  would save ${saved} questions${warnings.length > 0 ? '' : ', and let nothing else through'}`];
  return [`${tool}: ${WHAT[what]}`, ...effect, ...write.map((line) => `  ${line}`), ...warnings];
}
