/** `1 finding`, `2 findings`, `2 gateways`, `2 memories` */
export function counted(count: number, what: string): string {
  if (count === 1) return `1 ${what}`;
  return `${count} ${/[^aeiou]y$/.test(what) ? `${what.slice(0, -1)}ies` : `${what}s`}`;
}
