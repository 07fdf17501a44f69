import type { CommandIo } from './command-io';
import type { OptionDefinition } from './option';
import { UsageError } from './usage-error';

type OptionDefinitions = Readonly<Record<string, OptionDefinition<unknown>>>;

type OptionValues<Options> = {
  readonly [Name in keyof Options]: Options[Name] extends OptionDefinition<infer Value> ? Value : never;
};

/** The argument that a command takes, once or several times. */
export interface ArgumentDefinition<Value> {
  /** Its name in the help, in capitals. */
  readonly name: string;
  readonly description: string;
  /** Whether it may be left out: then the command gets undefined. @default false */
  readonly optional?: boolean;
  /** Whether it may be given several times. @default false */
  readonly several?: boolean;
  /**
   * Reads what was given.
   *
   * @param others the further ones, if there may be several
   * @throws UsageError when it is not what the command needs
   */
  readonly read: (first: string, others: readonly string[], io: CommandIo) => Value;
}

/** Everything about a command: its help, its options and what it does. */
export interface CommandDefinition<Options extends OptionDefinitions, Argument> {
  readonly description: string;
  /** @default - the command takes no argument */
  readonly argument?: ArgumentDefinition<Argument>;
  /** By name in camel case: `ledgerBucket` is written `--ledger-bucket`. */
  readonly options: Options;
  /** Whole commands to copy. */
  readonly examples: readonly [string, ...string[]];
  /** What exit codes 0 and 1 mean. 2 is wrong usage and 3 an internal error, for every command. */
  readonly exitCodes: { readonly 0: string; readonly 1: string };
  /** IAM actions that the command needs. @default - none */
  readonly permissions?: readonly string[];
  /** Returns the exit code. */
  readonly run: (input: {
    readonly argument: Argument;
    readonly options: OptionValues<Options>;
    readonly io: CommandIo;
  }) => Promise<number>;
}

/** What the user wrote, not yet checked. */
export interface GivenTexts {
  readonly arguments: readonly string[];
  /** Texts by the option's name; a flag that is set has one empty text. */
  readonly options: ReadonlyMap<string, readonly string[]>;
}

/** A command whose values are checked before it runs. */
export interface Command extends Omit<CommandDefinition<OptionDefinitions, unknown>, 'run'> {
  /** @throws UsageError when a value is missing or wrong */
  readonly execute: (given: GivenTexts, io: CommandIo) => Promise<number>;
}

/** Defines a command. The types of `run`'s input follow from the argument and the options. */
export function defineCommand<Options extends OptionDefinitions, Argument = undefined>(
  definition: CommandDefinition<Options, Argument>,
): Command {
  const { run, ...help } = definition;
  return {
    ...help,
    execute: async (given, io) =>
      run({
        argument: readArgument(definition.argument, given.arguments, io) as Argument,
        options: readOptions(definition.options, given.options, io.env) as OptionValues<Options>,
        io,
      }),
  };
}

function readArgument(
  definition: ArgumentDefinition<unknown> | undefined,
  [first, ...others]: readonly string[],
  io: CommandIo,
): unknown {
  const unexpected = definition === undefined ? first : definition.several ? undefined : others[0];
  if (unexpected !== undefined) throw new UsageError(`Unexpected argument "${unexpected}".`);
  if (definition === undefined || (first === undefined && definition.optional)) return undefined;
  if (first === undefined) throw new UsageError(`Missing argument ${definition.name}: ${definition.description}.`);
  return definition.read(first, others, io);
}

function readOptions(
  definitions: OptionDefinitions,
  given: GivenTexts['options'],
  env: NodeJS.ProcessEnv,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(definitions).map(([name, definition]) => {
    const fallback = (definition.variable && env[definition.variable]) || definition.defaultText;
    const texts = given.get(name) ?? (fallback === undefined ? [] : [fallback]);
    return [name, definition.read(texts, optionName(name))];
  });
  return Object.fromEntries(entries);
}

/** `ledgerBucket` as it is written on the command line: `--ledger-bucket`. */
export function optionName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
