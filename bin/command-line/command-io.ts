import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { decodeText } from '../../lib/template/model/decode-text';
import { escapeToLine } from '../../runtime/core/display';

/** Where finished lines go, and the environment variables. Tests give arrays instead of the process. */
export interface LineSink {
  out(line: string): void;
  err(line: string): void;
  readonly env: NodeJS.ProcessEnv;
  /** Reads all of standard input. @default - it is empty */
  readonly read?: () => string;
  /** Asks a person at a terminal; undefined at the end of the input. @default - nobody can be asked */
  readonly ask?: (question: string) => Promise<string | undefined>;
  /** Shows that a long command still works. @default - nothing is shown */
  readonly progress?: (line: string) => void;
}

/** A command that takes longer than this shows what it does, every time that this time is over. */
const PROGRESS_MS = 2000;

/**
 * The only way for a command to write. Names in templates and ledgers may contain terminal escape sequences, so control
 * characters are escaped here, for every line.
 */
export class CommandIo {
  readonly env: NodeJS.ProcessEnv;
  private progress: LineSink['progress'];
  private activity = 'working';
  private started = Date.now();
  private shown = this.started;
  /** A person thinks. */
  private waits = false;

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

  /** All of standard input, as text. */
  readInput(): string {
    return this.sink.read?.() ?? '';
  }

  /** Whether a person can be asked. */
  get canAsk(): boolean {
    return this.sink.ask !== undefined;
  }

  /** Asks a person, on one line. Undefined: nobody answers. */
  async ask(question: string): Promise<string | undefined> {
    this.waits = true;
    try {
      return await this.sink.ask?.(escapeToLine(question));
    } finally {
      this.waits = false;
      this.shown = Date.now();
    }
  }

  /** Says what the command does now. It is shown only if the command takes long, and never on standard output. */
  doing(activity: string): void {
    this.activity = activity;
    this.showProgress();
  }

  /** Shows what the work does, whenever two seconds are over. */
  async withProgress<Result>(work: () => Promise<Result>): Promise<Result> {
    this.progress = this.sink.progress;
    this.started = Date.now();
    this.shown = this.started;
    const timer = setInterval(() => this.showProgress(), PROGRESS_MS / 4);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      this.progress = undefined;
    }
  }

  private showProgress(): void {
    const now = Date.now();
    if (this.waits || now - this.shown < PROGRESS_MS) return;
    this.shown = now;
    this.progress?.(escapeToLine(`… ${this.activity} (${Math.round((now - this.started) / 1000)} s)`));
  }

  /** Prints a value on standard output as indented JSON in ASCII, because a terminal may show it too. */
  json(value: unknown): void {
    this.sink.out(asciiJson(value));
  }
}

/** Indented JSON in ASCII. */
export function asciiJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return text.replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Standard output and standard error of this process. */
export function processSink(): LineSink {
  const err = writerTo(process.stderr);
  return {
    out: writerTo(process.stdout),
    err,
    env: process.env,
    read: () => decodeText(readFileSync(process.stdin.fd)),
    // Not in a log of a build, where only results and errors are of use.
    ...(process.stderr.isTTY ? { progress: err } : {}),
    ...(process.stdin.isTTY && process.stdout.isTTY ? { ask: askAtTerminal } : {}),
  };
}

async function askAtTerminal(question: string): Promise<string | undefined> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await new Promise((resolve) => {
      terminal.once('close', () => resolve(undefined));
      terminal.question(question, resolve);
    });
  } finally {
    terminal.close();
  }
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
