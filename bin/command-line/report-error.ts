import { CommanderError, type Command as ParsedCommand } from 'commander';
import { programName } from './command-hint';
import type { CommandIo } from './command-io';
import type { Command } from './define-command';
import { explainAwsError } from './explain-aws-error';
import { fileProblem } from './given-file';
import { DetailedError, UsageError } from './usage-error';

/** What is known of a call that failed. */
export interface FailedCall {
  readonly io: CommandIo;
  /** The program's name, as its help gives it. */
  readonly program: string;
  /** The command or group that the arguments named so far. */
  readonly parsed?: ParsedCommand;
  /** The definition of the command. */
  readonly command?: Pick<Command, 'permissions'>;
}

/** Prints one clear line about an error, and for wrong usage the usage too. Returns the exit code. */
export function reportError(error: unknown, call: FailedCall): number {
  const { io } = call;
  if (error instanceof CommanderError) {
    const shown = ['commander.helpDisplayed', 'commander.version'].includes(error.code);
    if (shown) return 0;
    // The help was printed on standard error, because the command is missing.
    return error.code === 'commander.help' ? 2 : reportUsage(plainMessage(error.message), call);
  }
  if (error instanceof UsageError) return reportUsage(error.message, call, error);
  const explained = explainAwsError(error, call.command?.permissions ?? []);
  if (explained !== undefined) {
    io.err(explained);
    return 1;
  }
  if (!isInternal(error)) {
    io.err(error instanceof Error ? messageOf(error) : String(error));
    printDetails(error, io);
    return 1;
  }
  io.err(`Internal error: ${error.message}. Set HARDENED_AGENT_DEBUG=1 to see where, and please report it.`);
  if (io.env.HARDENED_AGENT_DEBUG) for (const line of (error.stack ?? '').split('\n')) io.err(line);
  return 3;
}

function reportUsage(message: string, { io, parsed, program }: FailedCall, error?: UsageError): number {
  const names: string[] = [];
  for (let at = parsed; at?.parent; at = at.parent ?? undefined) names.unshift(at.name());
  const path = [program, ...names].join(' ');
  io.err(message);
  printDetails(error, io);
  io.err(`Usage: ${path} ${parsed?.usage() ?? '<command> [options]'}`);
  io.err(`Help: ${[programName(io.env), ...names].join(' ')} --help`);
  return 2;
}

/** Details are indented, so that none of them looks like another message. */
function printDetails(error: unknown, io: CommandIo): void {
  if (error instanceof DetailedError) for (const line of error.details) io.err(`  ${line}`);
}

/** The error's own words; for an error of the file system, what it means. */
function messageOf(error: NodeJS.ErrnoException): string {
  const { code, path, message } = error;
  if (path === undefined || code === undefined || !message.startsWith(`${code}: `)) return message;
  const problem = fileProblem(error, path);
  return `${problem.charAt(0).toUpperCase()}${problem.slice(1)}`;
}

/** Commander's messages, such as `error: unknown option '--jso'\n(Did you mean --json?)`, as sentences. */
function plainMessage(message: string): string {
  const text = message.replace(/^error: /, '');
  const [, what, name, suggestion] = /^(unknown (?:option|command)) '(.*)'(?:\n\((.*\?)\))?$/s.exec(text) ?? [];
  if (what !== undefined) {
    return [`${what.replace('unknown', 'Unknown')} "${name}".`, ...(suggestion ? [suggestion] : [])].join(' ');
  }
  const [, option] = /^option '(.*)' argument missing$/.exec(text) ?? [];
  return option === undefined ? text : `Option "${option.replace(/[<>]/g, '')}" needs a value.`;
}

/**
 * Errors that only a fault of this program causes. All others come from files, AWS or the network; a RangeError usually
 * says that a file holds a number out of range.
 */
function isInternal(error: unknown): error is Error {
  if (error instanceof RangeError) return error.message === 'Maximum call stack size exceeded';
  if (error instanceof TypeError) return (error as NodeJS.ErrnoException).code !== 'ERR_INVALID_URL';
  return error instanceof ReferenceError;
}
