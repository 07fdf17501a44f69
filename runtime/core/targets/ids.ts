import type { TargetManifest } from '../contracts';
import { isNumberOf } from './numbers';
import { isBare, type ValueKind } from './value-kind';

/** Ids: whole words of the task. A bare number must be the number of what the id is of: "order 4711". */
export const ids: ValueKind = {
  normal: (value) => value,
  isNamed(value, task, target) {
    const places = [...task.placesOf(value), ...(isBare(value) ? task.placesOf(`#${value}`) : [])];
    if (!task.names(places)) return false;
    return !isBare(value) || places.every((place) => isNumberOf(task, place, nounsOf(target)));
  },
};

/** Today's rule for a target of another kind: a whole word of the task, but no bare number. */
export const exactValues: ValueKind = {
  normal: (value) => value,
  isNamed: (value, task) => !isBare(value) && task.names(wholeWords(value, task.placesOf(value), task.words)),
};

/** Without the places where the word has a possessive `'s`. */
function wholeWords(
  value: string,
  places: readonly number[],
  words: readonly { raw: string; text: string }[],
): number[] {
  return places.filter((place) => words[place]?.raw === value || words[place]?.text === value);
}

const nouns = new WeakMap<TargetManifest, ReadonlySet<string>>();

function nounsOf(target: TargetManifest): ReadonlySet<string> {
  const known = nouns.get(target);
  if (known) return known;
  const found = new Set([target.of ?? nounOf(target.pointer), 'id'].map((noun) => noun.toLowerCase()));
  nouns.set(target, found);
  return found;
}

/** What an id is of, by the name of its argument: `/orderId` and `/order_id` are of an `order`, `/id` is only an `id`. */
export function nounOf(pointer: string): string {
  const names = pointer.split('/').filter((name) => name !== '' && name !== '*');
  const words = (names.at(-1) ?? '').replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[\s_-]+/);
  const noun = words
    .map((word) => word.toLowerCase())
    .filter((word) => !/^(?:ids?|no|nr|number|key|to|cc|bcc|from|for|by|at|in|on|of|with|target|value)$/.test(word))
    .at(-1);
  return noun?.replace(/s$/, '') ?? 'id';
}
