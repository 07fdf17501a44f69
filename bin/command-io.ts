/** What a command may touch of the outside world besides its arguments: so that tests can run it in process. */
export interface CommandIo {
  /** Prints a line on standard output. */
  out(line: string): void;
  /** Prints a line on standard error. */
  err(line: string): void;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs one command and returns its exit code: 0 fine, 1 findings or a failed check, 2 wrong usage. */
export type Command = (args: string[], io: CommandIo) => Promise<number>;
