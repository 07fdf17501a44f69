import { UsageError } from './usage-error';

/** One option of a command, and how its value is read. */
export interface OptionDefinition<Value> {
  readonly description: string;
  /** Name of the value in the help, such as `FILE`. Absent: the option takes no value. */
  readonly valueName?: string;
  /** The environment variable that is read when the option is not given. */
  readonly variable?: string;
  /** The text that is read when neither the option nor the variable is given. */
  readonly defaultText?: string;
  readonly required?: boolean;
  /**
   * Reads the value.
   *
   * @param texts each text that was given, in order; empty when the option is absent
   * @param option the option as it is written, such as `--dir`
   * @throws UsageError when the value is missing or wrong
   */
  readonly read: (texts: readonly string[], option: string) => Value;
}

/** An option without a value. */
export function flag(description: string): OptionDefinition<boolean> {
  return { description, read: (texts) => texts.length > 0 };
}

/** An option with one text. When it is given several times, the last one counts. */
export function text(
  valueName: string,
  description: string,
  source: Pick<OptionDefinition<string>, 'variable'> = {},
): OptionDefinition<string | undefined> {
  return { ...source, valueName, description, read: (texts) => texts.at(-1) };
}

/** An option with one text and a default. */
export function textOr(defaultText: string, valueName: string, description: string): OptionDefinition<string> {
  return { valueName, description, defaultText, read: (texts) => texts.at(-1) ?? defaultText };
}

/** An option that may be given several times. */
export function texts(valueName: string, description: string): OptionDefinition<readonly string[]> {
  return { valueName, description, read: (given) => given };
}

/** An option with one of a few words. @param names the words */
export function oneOf<Name extends string>(
  names: readonly Name[],
  valueName: string,
  description: string,
): OptionDefinition<Name | undefined> {
  return {
    valueName,
    description: `${description}: ${names.join(', ')}`,
    read: (texts, option) => {
      const given = texts.at(-1);
      const found = names.find((name) => name === given);
      if (given !== undefined && found === undefined) {
        throw new UsageError(`${option} is "${given}". Give one of ${names.join(', ')}.`);
      }
      return found;
    },
  };
}

/** An option that must be given, itself or by its variable. */
export function required<Value>(
  valueName: string,
  description: string,
  parse: (text: string, option: string) => Value,
  source: Pick<OptionDefinition<Value>, 'variable'> = {},
): OptionDefinition<Value> {
  return {
    ...source,
    valueName,
    description,
    required: true,
    read: (texts, option) => {
      const given = texts.at(-1);
      if (!given) {
        const variable = source.variable === undefined ? '' : `, or set ${source.variable}`;
        throw new UsageError(`Missing option "${option} ${valueName}": ${description}. Add it${variable}.`);
      }
      return parse(given, option);
    },
  };
}

/** What a number may be. */
export interface NumberRange {
  readonly whole?: boolean;
  /** The smallest number. @default - any number above 0 */
  readonly from?: number;
  /** The largest number. @default - no limit */
  readonly to?: number;
}

/** An option with a number and a default. */
export function numberOr(
  defaultText: string,
  valueName: string,
  description: string,
  range: NumberRange = {},
): OptionDefinition<number> {
  const read = (texts: readonly string[], option: string) => parseNumber(texts.at(-1) ?? defaultText, option, range);
  return { valueName, description, defaultText, read };
}

/** An option with a number that may be absent. */
export function optionalNumber(
  valueName: string,
  description: string,
  range: NumberRange = {},
): OptionDefinition<number | undefined> {
  const read = (texts: readonly string[], option: string) => {
    const given = texts.at(-1);
    return given === undefined ? undefined : parseNumber(given, option, range);
  };
  return { valueName, description, read };
}

function parseNumber(
  given: string,
  option: string,
  { whole = false, from, to = Number.POSITIVE_INFINITY }: NumberRange,
) {
  const value = given.trim() === '' ? Number.NaN : Number(given);
  const enough = from === undefined ? value > 0 : value >= from;
  if (Number.isFinite(value) && enough && value <= to && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? 'a whole number' : 'a number';
  const bounds = [from === undefined ? 'above 0' : `from ${from}`, ...(Number.isFinite(to) ? [`to ${to}`] : [])];
  throw new UsageError(`${option} is "${given}". Give ${kind} ${bounds.join(' ')}.`);
}

/** ISO 8601: a date, or a date and a time with a time zone. */
const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** An option with a time that may be absent, in epoch milliseconds. */
export function optionalTime(description: string): OptionDefinition<number | undefined> {
  const read = (texts: readonly string[], option: string) => {
    const given = texts.at(-1);
    if (given === undefined) return undefined;
    const time = TIME.test(given) ? Date.parse(given) : Number.NaN;
    if (!Number.isNaN(time)) return time;
    throw new UsageError(
      `${option} is "${given}". Give a date in UTC such as 2026-03-31, or a time with its zone such as 2026-03-31T18:00Z.`,
    );
  };
  return { valueName: 'TIME', description, read };
}
