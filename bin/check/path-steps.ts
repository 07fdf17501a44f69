/** A property's path as steps: `Properties.Policies[0].PolicyName` is `Properties`, `Policies`, 0, `PolicyName`. */
export function stepsOf(path: string): readonly (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|([^.[]+)/g)].map(([, index, key]) =>
    index === undefined ? (key ?? '') : Number(index),
  );
}
