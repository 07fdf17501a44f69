import type { EffectName } from '../../runtime/core/contracts';
import { escapeToLine } from '../../runtime/core/display';
import type { GivenSource } from './import-source';
import type { ImportedTarget } from './imported';
import type { ToolState } from './merged-review';
import type { FoundSkill } from './skill-folders';

const TITLES: readonly (readonly [EffectName, string])[] = [
  ['read', 'Reads'],
  ['write', 'Writes, reversible and inside'],
  ['outbound', 'Outbound: leaves the organisation, or others see it'],
  ['destructive', 'Destructive, or the server doesn’t say'],
];

/** Characters of a foreign text in one line. */
const MOST_DESCRIBED = 70;
const MOST_LINES = 6;

/** What a tool is shown under: what was declared, or else what its listing suggests. */
export function shownEffect({ entry, suggested }: ToolState): EffectName {
  return entry.granted ? entry.effect : suggested;
}

/** What was given, before the tools. */
export function headLines(source: GivenSource | undefined, targets: number): string[] {
  if (source === undefined) return [`${targets} review ${targets === 1 ? 'file' : 'files'}`];
  return [`This is ${source.what}.`, ...source.notes, ...skillLines(source.skills)];
}

function skillLines(skills: readonly FoundSkill[]): string[] {
  if (skills.length === 0) return [];
  const lines = skills.flatMap(({ folder, skill, problem }) => {
    if (skill === undefined) return [`  -  ${foreign(folder, 80)}: can’t be used: ${foreign(problem ?? '', 200)}`];
    const { name, description, scripts, namedTools } = skill;
    return [
      `     ${name}: ${foreign(description, MOST_DESCRIBED)}`,
      ...(scripts.length === 0 ? [] : [`       not run: ${foreign(scripts.map(({ path }) => path).join(', '), 120)}`]),
      ...(namedTools.length === 0
        ? []
        : [`       names tools that the agent may not have: ${foreign(namedTools.join(', '), 120)}`]),
    ];
  });
  return [
    '',
    'Skills: instructions that add no right. Import them with --skill NAME, once you have read them.',
    ...lines,
  ];
}

/** The tools that can be granted, in the order of their numbers. */
export function numbered(states: readonly ToolState[]): readonly ToolState[] {
  const usable = states.filter(({ entry, change }) => entry.refused.length === 0 && change !== 'gone');
  return TITLES.flatMap(([effect]) => usable.filter((state) => shownEffect(state) === effect));
}

/** A server with every tool under what it does, or why it isn't imported. */
export function targetLines(imported: ImportedTarget): string[] {
  return [...headOf(imported), ...(imported.notImported === undefined ? toolLines(imported.states) : [])];
}

/** The name and the place of a server, with what was noticed, or why it isn't imported. */
export function headOf({ target, notes, notImported }: ImportedTarget): string[] {
  const place = target.server?.url ?? target.document?.file ?? '';
  const head = ['', `${foreign(target.name, 80)}${place === '' ? '' : `  ${foreign(place, 200)}`}`];
  if (notImported === undefined) return [...head, ...notes.map((note) => `  ${foreign(note, 400)}`)];
  return [
    ...head,
    `  not imported: ${foreign(notImported.why, 400)}.`,
    `  Instead: ${foreign(notImported.instead, 400)}.`,
  ];
}

function toolLines(states: readonly ToolState[]): string[] {
  const order = numbered(states);
  const groups = TITLES.flatMap(([effect, title]) => {
    const of = order.filter((state) => shownEffect(state) === effect);
    return of.length === 0
      ? []
      : [`  ${title}`, ...of.flatMap((state) => usableLines(state, order.indexOf(state) + 1))];
  });
  const refused = states.filter(({ entry, change }) => entry.refused.length > 0 && change !== 'gone');
  const gone = states
    .filter(({ change }) => change === 'gone')
    .map(({ entry }) => `       -  ${foreign(entry.name, 64)}`);
  return [
    ...(states.length === 0 ? ['  It lists no tool.'] : groups),
    ...(refused.length === 0 ? [] : ['  Can’t be used as they are', ...refused.flatMap(refusedLines)]),
    ...(gone.length === 0 ? [] : ['  Not listed any more; remove them from the review file', ...gone]),
  ];
}

function usableLines(state: ToolState, number: number): string[] {
  const { entry, change, differences } = state;
  const mark = entry.granted ? '[x]' : '[ ]';
  const changes = entry.changes.length;
  const schema = changes === 0 ? 'as it is' : `${changes} ${changes === 1 ? 'change' : 'changes'} to its input`;
  const line = `  ${String(number).padStart(4)} ${mark} ${foreign(entry.name, 64)}: ${foreign(entry.description, MOST_DESCRIBED)} (${schema})`;
  const more =
    change === 'changed'
      ? ['         CHANGED since it was reviewed; it stays disabled until somebody accepts it:']
      : [];
  const varies = change === 'varies' ? ['         these texts vary, so they aren’t compared any more:'] : [];
  return [line, ...more, ...varies, ...cut(differences).map((each) => `           ${each}`)];
}

function refusedLines({ entry }: ToolState): string[] {
  const options = Object.entries(entry.possible).map(
    ([place, possible]) =>
      `may be chosen: --choose '${foreign(entry.original, 64)}:${place}=…' with ${possible.map((option) => `"${option}"`).join(' or ')}`,
  );
  return [
    `       -  ${foreign(entry.name, 64)}`,
    ...cut([...entry.refused, ...options]).map((each) => `            ${each}`),
  ];
}

/** The first lines, safe to print. */
export function cut(lines: readonly string[]): string[] {
  const shown = lines.slice(0, MOST_LINES).map((line) => foreign(line, 200));
  return lines.length > MOST_LINES ? [...shown, `… and ${lines.length - MOST_LINES} more, in the review file`] : shown;
}

/** A text of a server on one line: without line breaks and anything that a terminal obeys, and short. */
export function foreign(text: string, most: number): string {
  const line = escapeToLine(
    text
      .slice(0, 4 * most)
      .replace(/\s+/g, ' ')
      .trim(),
  );
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
