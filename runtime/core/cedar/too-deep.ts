/**
 * Limits of one policy. Cedar's WebAssembly walks expressions recursively: a chain of about 360 `&&` and brackets about 150
 * deep exhaust its stack, and it stops with "memory access out of bounds".
 */
const MOST_OPERATORS = 200;
const MOST_NESTING = 50;

/** Strings and comments, which may contain anything. */
const OPAQUE = /"(?:[^"\\]|\\.)*"|\/\/[^\n]*/g;

/** Why Cedar can't evaluate one of the policies of a text, as a part of a sentence; undefined when it can. */
export function tooDeep(text: string): string | undefined {
  for (const policy of text.replace(OPAQUE, '""').split(';')) {
    const operators = policy.match(/&&|\|\||[-+*]|\bif\b/g)?.length ?? 0;
    if (operators > MOST_OPERATORS) {
      return `a policy has ${operators} operators (&&, ||, +, -, *, if), and Cedar evaluates ${MOST_OPERATORS} safely; split it into several policies, or write ["a", "b"].contains(…)`;
    }
    const nesting = deepestNesting(policy);
    if (nesting > MOST_NESTING) {
      return `a policy nests brackets ${nesting} deep, and Cedar evaluates ${MOST_NESTING} safely; write it flatter`;
    }
  }
  return undefined;
}

function deepestNesting(policy: string): number {
  let depth = 0;
  let deepest = 0;
  for (const bracket of policy.match(/[([{}\])]/g) ?? []) {
    depth += '([{'.includes(bracket) ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}
