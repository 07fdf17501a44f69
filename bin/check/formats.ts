import type { Assembly } from '../../lib/template';
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
