import type { JsonObject, JsonValue } from '../../../runtime/core/contracts';
import type { Random } from './random';
import type { Values } from './values';

type Holder = { [step: string | number]: JsonValue };

/** Changes one random place inside a value, deep ones as often as others: it walks down until it stops. */
export function mutate(random: Random, root: JsonObject, values: Values, ids: readonly string[]): void {
  const [holder, step] = placeIn(random, root);
  const value = holder[step] as JsonValue;
  const list = Array.isArray(holder) ? (holder as unknown as JsonValue[]) : undefined;
  const changes: readonly (() => void)[] = [
    () => {
      if (list === undefined) delete holder[step];
      else list.splice(step as number, 1);
    },
    () => {
      holder[step] = values.any(random, ids);
    },
    () => {
      holder[step] = [value];
    },
    () => {
      holder[step] = { 'Fn::If': [random.pick(['Yes', 'Choice']), value, { Ref: 'AWS::NoValue' }] };
    },
    () => {
      holder[step] = { 'Fn::If': ['Yes', values.any(random, ids), value] };
    },
    () => {
      if (list === undefined) holder[String(step).toLowerCase()] = value;
      else list.push(structuredClone(value), values.any(random, ids));
    },
    () => {
      if (typeof value === 'string') holder[step] = value.slice(0, random.below(value.length + 1));
      else holder[step] = String(value);
    },
    () => {
      holder[step] = JSON.stringify(value);
    },
    () => {
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        Object.assign(value, values.object(random, ids, 1));
      } else holder[step] = { Value: value };
    },
    () => {
      const [other, at] = placeIn(random, root);
      holder[step] = structuredClone(other[at] as JsonValue);
    },
  ];
  random.pick(changes)();
}

/** A member of an object or list somewhere below. */
function placeIn(random: Random, root: JsonObject): [Holder, string | number] {
  let holder: Holder = root;
  for (;;) {
    const steps = Array.isArray(holder) ? [...holder.keys()] : Object.keys(holder);
    const step = random.pick<string | number>(steps);
    const below = holder[step];
    const isEmpty = typeof below !== 'object' || below === null || Object.keys(below).length === 0;
    if (isEmpty || random.chance(0.12)) return [holder, step];
    holder = below as Holder;
  }
}
