import type { EffectName } from '../../runtime/core/contracts';
import { EFFECTS } from '../../runtime/core/contracts';
import type { CommandIo } from '../command-line/command-io';
import type { Decisions } from './choices';
import type { ToolState } from './merged-review';
import { shownEffect } from './show-tools';

const NOTHING: Decisions = { grants: new Map(), reads: false, accepted: new Set() };

/** Asks which of the numbered tools to grant, until the answer can be read. Nothing is granted without an answer. */
export async function askForGrants(numbered: readonly ToolState[], io: CommandIo): Promise<Decisions> {
  if (numbered.length === 0) return NOTHING;
  io.out('  Which may the agent use? Numbers such as 1,3-5 with the effect shown above, or 4:destructive;');
  io.out('  "reads" for all reads; "all"; or nothing. People still approve each outbound and destructive call.');
  for (;;) {
    const answer = await io.ask('  Grant: ');
    if (answer === undefined) return NOTHING;
    const read = readAnswer(answer, numbered);
    if (typeof read !== 'string') return read;
    io.out(`  ${read}`);
  }
}

/** Asks whether the changed tools are accepted. */
export async function askToAccept(changed: readonly ToolState[], io: CommandIo): Promise<ReadonlySet<string>> {
  const accepted = new Set<string>();
  for (const { entry } of changed) {
    const answer = await io.ask(`  Accept what changed in ${entry.name}? Only "yes" does: `);
    if (answer?.trim().toLowerCase() === 'yes') accepted.add(entry.name);
  }
  return accepted;
}

/** The grants that an answer means, or what is wrong with it. */
export function readAnswer(answer: string, numbered: readonly ToolState[]): Decisions | string {
  const grants = new Map<string, EffectName>();
  for (const word of answer.split(/[\s,]+/).filter((each) => each !== '')) {
    const [, what = word, effect] = /^([^:]*):(.*)$/.exec(word) ?? [];
    const declared = effect === undefined ? undefined : EFFECTS.find((each) => each === effect);
    if (effect !== undefined && declared === undefined)
      return `${effect} is no effect; write one of ${EFFECTS.join(', ')}.`;
    const meant = statesOf(what, numbered);
    if (typeof meant === 'string') return meant;
    for (const state of meant) grants.set(state.entry.name, declared ?? shownEffect(state));
  }
  return { ...NOTHING, grants };
}

function statesOf(what: string, numbered: readonly ToolState[]): readonly ToolState[] | string {
  if (what === 'all') return numbered;
  if (what === 'reads') return numbered.filter((state) => shownEffect(state) === 'read');
  const [, first, last = first] = /^(\d{1,4})(?:-(\d{1,4}))?$/.exec(what) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === undefined || from < 1 || to > numbered.length || from > to) {
    return `${what} is no number from 1 to ${numbered.length}.`;
  }
  return numbered.slice(from - 1, to);
}
