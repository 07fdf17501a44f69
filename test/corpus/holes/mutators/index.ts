import type { JsonObject } from '../../../../runtime/core/contracts';
import type { Resources } from '../../../lib/prove/quickstart-template';
import { additions } from './added';
import { type Candidate, shareOf, spellingFor, type Weakening } from './candidate';
import { declareLowered, ifLowered } from './conditional';
import { deletions, deniers } from './delete';
import { decidingObjects, decidingValues, MACROS, RESOLVED } from './hidden';
import { kindOf, type Place, replace } from './place';
import { splits } from './split';
import { widenings } from './widen';

export type { Candidate } from './candidate';

/** Every candidate of each mutator. The order of the mutators is that of README.md. */
export function candidatesFor(resources: Resources): { readonly [mutator: string]: readonly Candidate[] } {
  const typeOf = ({ logicalId }: Place) => resources[logicalId]?.Type ?? '';
  const named = (mutator: string, place: Place, more = '') => ({
    id: [mutator, place.logicalId, place.steps.join('.'), more].filter(Boolean).join(' '),
    kind: `${kindOf(typeOf(place), place)} ${more}`,
  });
  const plain = (mutator: string, weakenings: readonly Weakening[]) => {
    const numbers = numbered(weakenings);
    return weakenings.map(
      ({ place, to, harm }, i): Candidate => ({
        ...named(mutator, place, numbers[i]),
        harm,
        dig: (r) => replace(r, place, to),
      }),
    );
  };
  const deleted = deletions(resources);
  const widened = widenings(resources);
  const weakened = [...deleted, ...widened];
  const ofWeakened = numbered(weakened);
  return {
    delete: [
      ...plain('delete', deleted),
      ...deniers(resources).map(
        (logicalId): Candidate => ({
          id: `delete ${logicalId}`,
          kind: `${resources[logicalId]?.Type} whole`,
          harm: 'What was denied isn’t any more.',
          dig: (r) => {
            delete r[logicalId];
          },
        }),
      ),
    ],
    widen: plain('widen', widened),
    split: splits(resources).map(({ place, how, harm, dig }) => ({ ...named('split', place, how), harm, dig })),
    if: weakened.map(({ place, to, harm }, i): Candidate => {
      const { id, kind } = named('if', place, ofWeakened[i]);
      return {
        id,
        kind,
        harm,
        dig: (r, body) => replace(r, place, ifLowered(declareLowered(body, id), to, place.value)),
      };
    }),
    macro: decidingObjects(resources).map((place): Candidate => {
      const { id, kind } = named('macro', place);
      const { name, members } = spellingFor(id, MACROS);
      const [first] = Object.entries(place.value as JsonObject);
      return {
        id,
        kind: `${kind} ${name}`,
        harm: 'Members that nobody sees are put in when it is deployed.',
        dig: (r) => replace(r, place, { ...(place.value as JsonObject), ...members(first ?? ['X', 'x']) }),
      };
    }),
    resolve: decidingValues(resources).map((place): Candidate => {
      const { id, kind } = named('resolve', place);
      const value = spellingFor(id, RESOLVED);
      return {
        id,
        kind,
        harm: 'It is whatever a store holds when it is deployed.',
        dig: (r) => replace(r, place, value),
      };
    }),
    add: additions(resources),
  };
}

/** For each weakening, which of several of the same place it is; nothing for the first. */
function numbered(weakenings: readonly Weakening[]): string[] {
  const met = new Map<string, number>();
  return weakenings.map(({ place }) => {
    const key = `${place.logicalId} ${place.steps.join('.')}`;
    const count = (met.get(key) ?? 0) + 1;
    met.set(key, count);
    return count === 1 ? '' : `${count}`;
  });
}

/** A quarter of each mutator's candidates is kept apart, by a number that only the id decides. */
export function isKeptApart({ id }: Candidate): boolean {
  return shareOf(`kept apart ${id}`) < 0.25;
}

/** As many as asked, of as many kinds as possible, and the same ones on every machine. */
export function sampleOf(candidates: readonly Candidate[], size: number): Candidate[] {
  const ordered = [...candidates].sort((a, b) => shareOf(`sample ${a.id}`) - shareOf(`sample ${b.id}`));
  const met = new Map<string, number>();
  const ranked = ordered.map((candidate) => {
    const rank = met.get(candidate.kind) ?? 0;
    met.set(candidate.kind, rank + 1);
    return { candidate, rank };
  });
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, size)
    .map(({ candidate }) => candidate);
}
