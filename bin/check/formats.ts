import type { Assembly } from '../../lib/template';
import type { OptionDefinition } from '../command-line/option';
import { UsageError } from '../command-line/usage-error';
import { jsonReport } from './json-report';
import { junitReport } from './junit-report';
import type { Report } from './report';
import { sarifReport } from './sarif-report';
import { textReport } from './text-report';

export type Format = 'text' | 'json' | 'sarif' | 'junit';

/** A report in one format: lines, or a value to write as JSON. */
export type Written = { readonly lines: readonly string[] } | { readonly json: unknown };

/** How each format is written. */
export const FORMATS: { readonly [format in Format]: (assembly: Assembly, report: Report) => Written } = {
  text: (assembly, report) => ({ lines: textReport(assembly, report) }),
  json: (_, report) => ({ json: jsonReport(report) }),
  sarif: (_, report) => ({ json: sarifReport(report) }),
  junit: (_, report) => ({ lines: junitReport(report) }),
};

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
