import { escapeToLine } from '../../runtime/core/display';

/** Where finished lines go, and the environment variables. Tests give arrays instead of the process. */
export interface LineSink {
  out(line: string): void;
  err(line: string): void;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The only way for a command to write. Names in templates and ledgers may contain terminal escape sequences, so control
 * characters are escaped here, for every line.
 */
export class CommandIo {
  readonly env: NodeJS.ProcessEnv;

  constructor(private readonly sink: LineSink) {
    this.env = sink.env;
  }

  /** Prints one line on standard output. */
  out(line: string): void {
    this.sink.out(escapeToLine(line));
  }

  /** Prints one line on standard error. */
  err(line: string): void {
    this.sink.err(escapeToLine(line));
  }

  /** Prints a value on standard output as indented JSON in ASCII, because a terminal may show it too. */
  json(value: unknown): void {
    const text = JSON.stringify(value, null, 2);
    this.sink.out(text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`));
  }
}

/** Standard output and standard error of this process. */
export function processSink(): LineSink {
  return { out: writerTo(process.stdout), err: writerTo(process.stderr), env: process.env };
}

/** Stops writing once the reader has closed the pipe, as `head` does. That is not an error. */
function writerTo(stream: NodeJS.WriteStream): (line: string) => void {
  let open = true;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    open = false;
  });
  return (line) => {
    if (open) stream.write(`${line}\n`);
  };
}
