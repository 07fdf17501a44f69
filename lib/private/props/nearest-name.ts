/** The known name that a misspelt one most likely means. @internal */
export function nearestName(misspelt: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((name) => ({ name, changes: changesBetween(misspelt.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, changes }) => changes <= mostChanges(name))
    .sort((a, b) => a.changes - b.changes);
  return best?.name;
}

/** More changes than this make another word, not a typo. */
function mostChanges(name: string): number {
  return Math.min(3, Math.floor(name.length * 0.4));
}

/** Levenshtein distance: letters to add, drop or replace. */
function changesBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [index, letter] of [...a].entries()) {
    const next = [index + 1];
    for (const [at, other] of [...b].entries()) {
      const replaced = (row[at] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
