import { CommanderError, Option, Command as ParsedCommand } from 'commander';
import { version } from '../../package.json';
import { CommandIo, type LineSink } from './command-io';
import { type Command, optionName } from './define-command';
import { explainAwsError } from './explain-aws-error';
import { UsageError } from './usage-error';

/** A command in the list of all commands. Its own code is loaded when it is called, so that the others start fast. */
export interface ListedCommand {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Commands under a common name, such as `audit verify` and `audit show`. */
export interface CommandGroup {
  readonly summary: string;
  readonly description: string;
  readonly commands: Readonly<Record<string, ListedCommand>>;
}

export type CommandList = Readonly<Record<string, ListedCommand | CommandGroup>>;

const EXIT_CODES = `Exit codes:
  0  done
  1  a finding, a failed verification, or a request that was refused
  2  wrong usage
  3  an internal error`;

/**
 * Runs the command that the arguments name.
 *
 * @returns the exit code: 0 or 1 from the command, 2 for wrong usage, 3 for an internal error
 */
export async function runCommandLine(args: readonly string[], sink: LineSink, list: CommandList): Promise<number> {
  const io = new CommandIo(sink);
  const call: Call = { io, exitCode: 0 };
  try {
    await programOf(list, call).parseAsync(withHelpOption(args), { from: 'user' });
    return call.exitCode;
  } catch (error) {
    return report(error, call);
  }
}

/** What is known of the call while it is parsed and runs. */
interface Call {
  readonly io: CommandIo;
  exitCode: number;
  /** The command that the arguments named so far. */
  parsed?: ParsedCommand;
  command?: Command;
}

/** `help audit verify` means `audit verify --help`. */
function withHelpOption(args: readonly string[]): string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : [...args];
}

// ------------------------------------------------------------ what the parser is told

function programOf(list: CommandList, call: Call): ParsedCommand {
  const program = new ParsedCommand('hardened-agent')
    .description('Checks, proves, audits and operates deployments of cdk-hardened-agent.')
    .version(version, '-v, --version', 'print the version')
    .addHelpText('after', `\nHelp for one command: hardened-agent help COMMAND\n\n${EXIT_CODES}`);
  return withCommands(program, list, call);
}

function withCommands(parent: ParsedCommand, list: CommandList, call: Call): ParsedCommand {
  configure(parent, call);
  parent.usage('<command> [options]').helpCommand(false).enablePositionalOptions();
  for (const [name, entry] of Object.entries(list)) {
    const child = parent.command(name).summary(entry.summary);
    if ('commands' in entry) withCommands(child.description(entry.description), entry.commands, call);
  }
  parent.hook('preSubcommand', async (_, child) => {
    const entry = list[child.name()];
    call.parsed = child;
    if (entry !== undefined && 'load' in entry) withDefinition(child, await entry.load(), call);
  });
  return parent;
}

function configure(parsed: ParsedCommand, { io }: Call): void {
  const print = (write: (line: string) => void) => (text: string) => {
    for (const line of text.replace(/\n$/, '').split('\n')) write(line);
  };
  parsed
    .exitOverride()
    .helpOption('-h, --help', 'print this help')
    .configureOutput({
      writeOut: print((line) => io.out(line)),
      writeErr: print((line) => io.err(line)),
      // Reported below, together with the usage.
      outputError: () => {},
    });
}

function withDefinition(parsed: ParsedCommand, command: Command, call: Call): void {
  call.command = command;
  configure(parsed, call);
  const { argument, options } = command;
  parsed.description(command.description).allowExcessArguments().usage(usageOf(command));
  if (argument) parsed.argument(`[${argument.name}]`, argument.description);
  for (const [name, { valueName, description, variable, defaultText }] of Object.entries(options)) {
    const notes = [
      ...(defaultText === undefined ? [] : [`default: ${defaultText}`]),
      ...(variable === undefined ? [] : [`or set ${variable}`]),
    ];
    const flags = valueName === undefined ? optionName(name) : `${optionName(name)} <${valueName}>`;
    const option = new Option(flags, notes.length === 0 ? description : `${description} (${notes.join('; ')})`);
    parsed.addOption(option.argParser(collectorOf(name, options)));
  }
  parsed.addHelpText('after', helpAfter(command));
  parsed.action(async () => {
    const [given, ...others] = parsed.args;
    const [unexpected] = argument === undefined ? parsed.args : others;
    if (unexpected !== undefined) throw new UsageError(`Unexpected argument "${unexpected}".`);
    call.exitCode = await command.execute({ argument: given, options: textsOf(parsed.opts()) }, call.io);
  });
}

function usageOf({ argument, options }: Command): string {
  const needed = Object.entries(options).filter(([, { required }]) => required);
  return [
    ...(argument === undefined ? [] : [argument.name]),
    ...needed.map(([name, { valueName }]) => `${optionName(name)} ${valueName}`),
    '[options]',
  ].join(' ');
}

function helpAfter({ examples, exitCodes, permissions = [] }: Command): string {
  return [
    '',
    'Examples:',
    ...examples.map((example) => `  ${example}`),
    ...(permissions.length === 0 ? [] : ['', `AWS permissions: ${permissions.join(', ')}`]),
    '',
    'Exit codes:',
    `  0  ${exitCodes[0]}`,
    `  1  ${exitCodes[1]}`,
    '  2  wrong usage',
    '  3  an internal error',
  ].join('\n');
}

/** Collects the texts of an option. Another option in the place of a value means that the value was forgotten. */
function collectorOf(name: string, options: Command['options']) {
  const known = new Set(Object.keys(options).map(optionName));
  return (text: string, before: readonly string[] = []) => {
    if (known.has(text)) {
      throw new UsageError(`Option "${optionName(name)}" needs a value, and "${text}" is another option.`);
    }
    return [...before, text];
  };
}

function textsOf(values: Readonly<Record<string, unknown>>): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(values).map(([name, value]) => [name, value === true ? [''] : (value as string[])]));
}

// ------------------------------------------------------------ what the user is told

function report(error: unknown, call: Call): number {
  const { io } = call;
  if (error instanceof CommanderError) {
    const shown = ['commander.helpDisplayed', 'commander.version'].includes(error.code);
    if (shown) return 0;
    // The help was printed on standard error, because the command is missing.
    return error.code === 'commander.help' ? 2 : reportUsage(plainMessage(error.message), call);
  }
  if (error instanceof UsageError) return reportUsage(error.message, call);
  const explained = explainAwsError(error, call.command?.permissions ?? []);
  if (explained !== undefined) {
    io.err(explained);
    return 1;
  }
  if (!isInternal(error)) {
    io.err(error instanceof Error ? error.message : String(error));
    return 1;
  }
  io.err(`Internal error: ${error.message}. Set HARDENED_AGENT_DEBUG=1 to see where, and please report it.`);
  if (io.env.HARDENED_AGENT_DEBUG) for (const line of (error.stack ?? '').split('\n')) io.err(line);
  return 3;
}

function reportUsage(message: string, { io, parsed }: Call): number {
  const names: string[] = [];
  for (let at = parsed; at?.parent; at = at.parent ?? undefined) names.unshift(at.name());
  const path = ['hardened-agent', ...names].join(' ');
  io.err(message);
  io.err(`Usage: ${path} ${parsed?.usage() ?? '<command> [options]'}`);
  io.err(`Help: ${path} --help`);
  return 2;
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

/** Errors that only a fault of this program causes. All others come from files, AWS or the network. */
function isInternal(error: unknown): error is Error {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}
