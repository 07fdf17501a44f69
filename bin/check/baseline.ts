import { existsSync } from 'node:fs';
import { readGivenFile } from '../command-line/given-file';
import { UsageError } from '../command-line/usage-error';
import type { ReportedFinding } from './reported-finding';

/** A finding that was known when the baseline was written. Only the fingerprint is compared; the rest is for people. */
export interface BaselineEntry {
  readonly fingerprint: string;
  readonly ruleId: string;
  readonly template: string;
  readonly resource: string;
  readonly property: string;
  readonly message: string;
}

/** Version of the file's format. A change of what a fingerprint is made of needs another one. */
const VERSION = 1;

/** The text of a baseline file. A fatal finding is never in it: nobody can accept one. */
export function baselineText(findings: readonly ReportedFinding[]): string {
  const entries = findings
    .filter(({ severity }) => severity !== 'fatal')
    .map(
      ({ fingerprint, ruleId, file, resource, property, message }): BaselineEntry => ({
        fingerprint,
        ruleId,
        template: file,
        resource,
        property,
        message,
      }),
    )
    // In the order of the templates, so that two versions of the file can be compared.
    .sort((a, b) => sortKey(a).localeCompare(sortKey(b), 'en'));
  return `${JSON.stringify({ version: VERSION, findings: entries }, null, 2)}\n`;
}

function sortKey({ template, resource, ruleId, fingerprint }: BaselineEntry): string {
  return [template, resource, ruleId, fingerprint].join('\n');
}

/** @throws UsageError when it isn't a baseline file */
export function readBaseline(file: string, option: string): readonly BaselineEntry[] {
  const text = readGivenFile(file, option);
  const refuse = (why: string) =>
    new UsageError(`${option}: ${file} is no baseline (${why}). Write one with --write-baseline ${file}`);
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    throw refuse((error as Error).message);
  }
  const { version, findings } = (read ?? {}) as { version?: unknown; findings?: unknown };
  if (version !== VERSION) throw refuse(`its version is ${JSON.stringify(version)}, and this is version ${VERSION}`);
  if (!Array.isArray(findings) || !findings.every(isEntry)) throw refuse('an entry lacks its fingerprint');
  return findings;
}

function isEntry(entry: unknown): entry is BaselineEntry {
  const { fingerprint, ruleId, template } = (entry ?? {}) as Partial<BaselineEntry>;
  return [fingerprint, ruleId, template].every((text) => typeof text === 'string');
}

/**
 * Entries that fit nothing any more. An entry of a template that wasn't checked, or of a rule that didn't run, says nothing; one of a
 * file that is gone is stale.
 */
export function staleEntries(
  entries: readonly BaselineEntry[],
  found: ReadonlySet<string>,
  wasChecked: (entry: BaselineEntry) => boolean,
): readonly BaselineEntry[] {
  return entries.filter((entry) => !found.has(entry.fingerprint) && (wasChecked(entry) || !existsSync(entry.template)));
}
