import { TEXT_OR_COMMENT } from './split-policies';

/**
 * Limits of one policy. Cedar's WebAssembly walks expressions recursively: a chain of about 360 `&&` and brackets about 150
 * deep exhaust its stack; how much of it is left depends on the caller.
 */
const MOST_OPERATORS = 100;
const MOST_NESTING = 30;

/** What makes an expression deeper: each clause is joined to those before it. */
const OPERATORS = /&&|\|\||[-+*]|\b(?:if|when|unless)\b/g;

/** The sign of a number, which isn't an operator. */
const SIGN = /(?<=[[(,=<>&|]\s*)-(?=\s*\d)/g;

/** Members of members, calls included. */
const LONG_CHAIN = /(?:\s*(?:\.\s*\w+(?:\([^()]*\))?|\[\s*""\s*\])){51}/;

/** Why Cedar can't evaluate one of the policies of a text, as a part of a sentence; undefined when it can. */
export function tooDeep(text: string): string | undefined {
  for (const policy of text.replace(TEXT_OR_COMMENT, '""').split(';')) {
    const operators = policy.replace(SIGN, '').match(OPERATORS)?.length ?? 0;
    if (operators > MOST_OPERATORS) {
      return `a policy has ${operators} operators and clauses (&&, ||, +, -, *, if, when, unless), and Cedar evaluates ${MOST_OPERATORS} safely; split it into several policies, or write ["a", "b"].contains(…)`;
    }
    if (LONG_CHAIN.test(policy)) return 'a policy names a member of a member more than 50 deep; write it flatter';
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
