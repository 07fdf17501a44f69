/** Arrays and objects within each other. Templates have some 30. The readers of a template are recursive. */
export const MAX_NESTING = 200;

/** Whether arrays and objects are nested more than `MAX_NESTING` deep. Not recursive, so no depth ends it. */
export function isNestedTooDeeply(value: unknown): boolean {
  let level = [value].filter(isNested);
  for (let depth = 0; depth < MAX_NESTING; depth += 1) {
    level = level.flatMap((one) => Object.values(one).filter(isNested));
    if (level.length === 0) return false;
  }
  return true;
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** What an error says about such a text. */
export const NESTED_TOO_DEEPLY = `nested too deeply: arrays and objects may be nested ${MAX_NESTING} deep`;

/** Whether a recursive parser ended because the text is nested too deeply. The YAML parser adds a position to the message. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Maximum call stack size exceeded');
}
