/** Arrays and objects within each other. Templates have some 30. The readers of a template are recursive. */
export const MAX_NESTING = 200;

/** Whether arrays and objects are nested more than `MAX_NESTING` deep. It looks no deeper, so no depth ends it. */
export function isNestedTooDeeply(value: unknown): boolean {
  return isDeeperThan(MAX_NESTING, value);
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (isDeeperThan(levels - 1, item)) return true;
    return false;
  }
  for (const key in value) if (isDeeperThan(levels - 1, (value as { [key: string]: unknown })[key])) return true;
  return false;
}

/** What an error says about such a text. */
export const NESTED_TOO_DEEPLY = `nested too deeply: arrays and objects may be nested ${MAX_NESTING} deep`;

/** Whether a recursive parser ended because the text is nested too deeply. The YAML parser adds a position to the message. */
export function isStackOverflow(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Maximum call stack size exceeded');
}
