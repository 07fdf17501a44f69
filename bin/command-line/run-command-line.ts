import { Option, Command as ParsedCommand } from 'commander';
import { version } from '../../package.json';
import { programName } from './command-hint';
import { CommandIo, type LineSink } from './command-io';
import { type Command, optionName } from './define-command';
import { type FailedCall, reportError } from './report-error';
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

/** What the help says of the program. */
export interface Program {
  readonly name: string;
  readonly description: string;
}

const HARDENED_AGENT: Program = {
  name: 'hardened-agent',
  description: 'Checks, proves, audits and operates deployments of cdk-hardened-agent.',
};

/**
 * Runs the command that the arguments name.
 *
 * @param program @default the command line of the package
 * @returns the exit code: 0 or 1 from the command, 2 for wrong usage, 3 for an internal error
 */
export async function runCommandLine(
  args: readonly string[],
  sink: LineSink,
  list: CommandList,
  program = HARDENED_AGENT,
): Promise<number> {
  const io = new CommandIo(sink);
  const call: Call = { io, program: program.name, exitCode: 0 };
  try {
    await programOf(program, list, call).parseAsync(withHelpOption(args), { from: 'user' });
    return call.exitCode;
  } catch (error) {
    if (error instanceof HelpForUnknown) return runCommandLine(withoutHelpOption(args), sink, list, program);
    return reportError(error, call);
  }
}

/** What is known of a call while it is parsed and runs. */
interface Call extends FailedCall {
  exitCode: number;
  parsed?: ParsedCommand;
  command?: Command;
}

/** Help was asked for a command that doesn't exist. Commander would print the help of the group and end with 0. */
class HelpForUnknown extends Error {}

/** `help audit verify` means `audit verify --help`. */
function withHelpOption(args: readonly string[]): string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : [...args];
}

function withoutHelpOption(args: readonly string[]): string[] {
  return args.filter((arg, i) => !['--help', '-h'].includes(arg) && !(i === 0 && arg === 'help'));
}

function programOf({ name, description }: Program, list: CommandList, call: Call): ParsedCommand {
  const program = new ParsedCommand(name)
    .description(description)
    .version(version, '-v, --version', 'print the version')
    .addHelpText('after', `\nHelp for one command: ${programName(call.io.env)} help COMMAND\n\n${EXIT_CODES}`);
  return withCommands(program, list, call);
}

function withCommands(parent: ParsedCommand, list: CommandList, call: Call): ParsedCommand {
  configure(parent, call);
  parent.usage('<command> [options]').helpCommand(false).enablePositionalOptions();
  for (const [name, entry] of Object.entries(list)) {
    const child = parent.command(name).summary(entry.summary);
    if ('commands' in entry) withCommands(child.description(entry.description), entry.commands, call);
  }
  parent.on('beforeHelp', () => {
    const [name] = parent.args;
    if (name !== undefined && !name.startsWith('-')) throw new HelpForUnknown();
  });
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
    .configureHelp({ optionTerm: ({ flags }) => flags.replace(/[<>]/g, '') })
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
  parsed.description(command.description.replaceAll('\n', ' ')).allowExcessArguments().usage(usageOf(command));
  if (argument) parsed.argument(`[${argument.name}${argument.several ? '...' : ''}]`, argument.description);
  for (const [name, { valueName, description, variable, defaultText }] of Object.entries(options)) {
    const notes = [
      ...(defaultText === undefined ? [] : [`default: ${defaultText}`]),
      ...(variable === undefined ? [] : [`or set ${variable}`]),
    ];
    const flags = valueName === undefined ? optionName(name) : `${optionName(name)} <${valueName}>`;
    const option = new Option(flags, notes.length === 0 ? description : `${description} (${notes.join('; ')})`);
    parsed.addOption(option.argParser(collectorOf(name, options)));
  }
  parsed.addHelpText('after', helpAfter(command, programName(call.io.env)));
  parsed.action(async () => {
    const given = { arguments: parsed.args, options: textsOf(parsed.opts()) };
    const work = () => command.execute(given, call.io);
    // A program that asks for JSON doesn't watch.
    call.exitCode = await (given.options.has('json') ? work() : call.io.withProgress(work));
  });
}

function usageOf({ argument, options }: Command): string {
  const needed = Object.entries(options).filter(([, { required }]) => required);
  return [
    ...(argument === undefined ? [] : [argumentUsage(argument)]),
    ...needed.map(([name, { valueName }]) => `${optionName(name)} ${valueName}`),
    '[options]',
  ].join(' ');
}

function argumentUsage({ name, several, optional }: NonNullable<Command['argument']>): string {
  const once = `${name}${several ? '...' : ''}`;
  return optional ? `[${once}]` : once;
}

function helpAfter({ examples, exitCodes, permissions = [] }: Command, program: string): string {
  return [
    '',
    'Examples:',
    ...examples.map((example) => `  ${example.replace(/^hardened-agent/, program)}`),
    ...(permissions.length === 0 ? [] : ['', ...wrapped(`AWS permissions: ${permissions.join(', ')}`)]),
    '',
    'Exit codes:',
    `  0  ${exitCodes[0]}`,
    `  1  ${exitCodes[1]}`,
    '  2  wrong usage',
    '  3  an internal error',
  ].join('\n');
}

/** Lines of at most 118 characters, broken at spaces. */
function wrapped(text: string): string[] {
  return text.match(/\S.{0,115}\S(?=\s|$)/g) ?? [text];
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
