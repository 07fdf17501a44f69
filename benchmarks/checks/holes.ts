import { CORPUS_HOLES, HARMLESS_CHANGES } from '../../test/corpus/holes';
import { holesKeptApart } from '../../test/corpus/holes/kept-apart';
import { dug, type Mutation } from '../../test/corpus/holes/mutation';
import { mutatedHoles } from '../../test/corpus/holes/mutators/mutated-holes';
import { quickstartTemplate } from '../../test/lib/prove/quickstart-template';
import type { BenchGoal, BenchResult } from '../bench-report';
import { judge, type Named, namedBeside } from './judge-template';

/** What is measured of the holes, and what `--detail` prints: the holes that aren't named, and what is said of harmless changes. */
export interface JudgedHoles {
  readonly results: readonly BenchResult[];
  readonly goals: readonly BenchGoal[];
  readonly detail: readonly string[];
}

/**
 * Whether `check` and `prove` name each hole of the list, and nothing harmless. Each hole is dug into the quickstart's template, and what
 * both say then is compared with what they say of the template as it is.
 */
export function judgeHoles(): JudgedHoles {
  const clean = quickstartTemplate();
  const before = judge(clean);
  const judged = (mutations: readonly Mutation[]) =>
    mutations.map((mutation) => {
      const { body, others } = dug(clean, mutation);
      return { id: mutation.id, ...namedBeside(before, judge(body, others)) };
    });
  const shown = [...CORPUS_HOLES, ...mutatedHoles(clean.Resources)];
  const holes = judged(shown);
  // Only how many are named is said, also with --detail: see test/corpus/holes/README.md.
  const apart = judged(holesKeptApart(clean.Resources)).map(({ named }) => named.startsWith('by '));
  const harmless = judged(HARMLESS_CHANGES).filter(({ named }) => named !== 'silent');
  const many = (named: Named) => holes.filter((hole) => hole.named === named).length;
  const byAnyone = many('by check') + many('by prove');
  const share = (100 * byAnyone) / holes.length;
  const false_ = before.findings.size + before.counterExamples.size;
  return {
    results: [
      { name: 'holes', value: holes.length, unit: '' },
      ...(['by check', 'by prove', 'stopped otherwise', 'silent'] as const).map((named) => ({
        name: `holes: ${named}`,
        value: many(named),
        unit: `of ${holes.length}`,
      })),
      ...[...new Set(shown.map(({ clause }) => clause))].map((clause) => {
        const ids = new Set(shown.filter((hole) => hole.clause === clause).map(({ id }) => id));
        const named = holes.filter((hole) => ids.has(hole.id) && hole.named.startsWith('by '));
        return { name: `named, ${clause}`, value: named.length, unit: `of ${ids.size}` };
      }),
    ],
    goals: [
      { name: 'holes named %', value: share, unit: '%', goal: '100', holds: byAnyone === holes.length },
      {
        name: 'holes kept apart named %',
        value: (100 * apart.filter(Boolean).length) / apart.length,
        unit: '%',
        goal: '100',
        holds: apart.every(Boolean),
      },
      {
        name: 'harmless named',
        value: harmless.length,
        unit: `of ${HARMLESS_CHANGES.length}`,
        goal: '0',
        holds: harmless.length === 0,
      },
      { name: 'named in the template as it is', value: false_, unit: '', goal: '0', holds: false_ === 0 },
    ],
    detail: [
      ...holes
        .filter(({ named }) => named === 'silent' || named === 'stopped otherwise')
        .map(({ id, named }) => `hole ${id}: ${named}`),
      ...harmless.map(({ id, said }) => `harmless ${id}: ${said}`),
    ],
  };
}
