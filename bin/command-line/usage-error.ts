/** An error with further lines. Line breaks inside a line are printed as escapes, so the lines are given one by one. */
export class DetailedError extends Error {
  constructor(
    message: string,
    /** Printed below the message, indented. */
    readonly details: readonly string[] = [],
  ) {
    super(message);
  }
}

/** A command was called with a wrong option, argument or value. The exit code is 2. */
export class UsageError extends DetailedError {}

/** The lines of a text that a parser made, such as an error that quotes a file. Empty lines are left out. */
export function linesOf(text: string): [first: string, ...others: string[]] {
  const [first = '', ...others] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return [first, ...others];
}
