import type { ImportedTarget } from './imported';
import type { Change, ToolState } from './merged-review';
import { cut, foreign, headOf } from './show-tools';

/** How a server differs from what was reviewed. Tools that nobody granted are only counted: what matters must not drown in them. */
export function comparedLines(imported: ImportedTarget): string[] {
  const { target, states, notImported } = imported;
  const head = headOf(imported);
  if (notImported !== undefined) return head;
  const granted = states.filter(({ entry }) => entry.granted);
  const changed = granted.filter(({ change }) => change === 'changed');
  const same = granted.filter(({ change }) => change === 'same' || change === 'varies').length;
  const accept = changed.map(({ entry }) => foreign(entry.name, 64)).join(',');
  return [
    ...head,
    `  ${same} of ${granted.length} granted tools ${same === 1 ? 'is' : 'are'} as reviewed`,
    ...granted.flatMap(grantedLines),
    ...othersLine(states.filter(({ entry }) => !entry.granted)),
    ...(changed.length === 0
      ? []
      : [
          '  To take a change over, once you have read it:',
          `    hardened-agent import ${foreign(target.reviewFile, 200)} --accept ${accept}`,
        ]),
  ];
}

function grantedLines({ entry, change, differences }: ToolState): string[] {
  const said = GRANTED[change];
  if (said === undefined) return [];
  return [`  ${foreign(entry.name, 64)}: ${said}`, ...cut(differences).map((each) => `    ${each}`)];
}

const GRANTED: { readonly [C in Change]?: string } = {
  varies: 'these texts vary, so they aren’t compared any more',
  changed: 'CHANGED since it was reviewed; it stays disabled until somebody accepts it',
  gone: 'not listed any more, so it is disabled; remove it from the review file',
};

function othersLine(states: readonly ToolState[]): string[] {
  const counts = OTHERS.map(([change, word]) => [states.filter((state) => state.change === change).length, word]);
  const told = counts.filter(([count]) => count !== 0).map(([count, word]) => `${count} ${word}`);
  return told.length === 0 ? [] : [`  Not granted: ${told.join(', ')}`];
}

const OTHERS: readonly (readonly [Change, string])[] = [
  ['new', 'new'],
  ['changed', 'changed'],
  ['gone', 'not listed any more'],
];
