import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkAssembly } from '../../lib/checks/check-assembly';
import type { Finding } from '../../lib/checks/rule';
import { Assembly } from '../../lib/template';
import { parseYaml } from '../../lib/template/model/yaml';
import type { BenchGoal, BenchResult } from '../bench-report';

/** What we think of a finding, or of several of one rule at one property. */
export interface Verdict {
  /** The rule's id without a detail: messages and details may change, what is said of the place doesn't. */
  readonly rule: string;
  /** Logical id; empty for the template. */
  readonly resource: string;
  readonly property: string;
  readonly right: boolean;
  readonly why: string;
}

/** A template that nobody here wrote, and what we think of each finding in it. */
export interface PublicTemplate {
  /** `owner/name` on GitHub. */
  readonly repo: string;
  readonly commit: string;
  readonly path: string;
  readonly sha256: string;
  readonly licence: string;
  /** Nobody had mended a rule because of it when it was judged. */
  readonly unseen?: true;
  readonly verdicts: readonly Verdict[];
}

/** What is measured, and what `--detail` prints. */
export interface JudgedPublic {
  readonly results: readonly BenchResult[];
  readonly goals: readonly BenchGoal[];
  readonly detail: readonly string[];
}

/** How right `check` is about templates of others, which lie in `--templates FOLDER` as `FOLDER/owner/name/path`. They aren't committed. */
export function judgePublic(args: readonly string[]): JudgedPublic {
  const at = args.indexOf('--templates');
  const folder = at < 0 ? undefined : args[at + 1];
  if (folder === undefined) {
    const name = 'public templates NOT RUN: needs --templates FOLDER';
    return { results: [{ name, value: 0, unit: '' }], goals: [], detail: [] };
  }
  const index = join(__dirname, '../../test/corpus/agents/public.json');
  return judgeTemplates(folder, JSON.parse(readFileSync(index, 'utf8')) as PublicTemplate[]);
}

/** Compares the findings in each template with the verdicts. */
export function judgeTemplates(folder: string, templates: readonly PublicTemplate[]): JudgedPublic {
  const judged = templates.map((template) => judge(folder, template));
  const found = judged.flatMap(({ found }) => found);
  const right = found.filter(({ verdict }) => verdict?.right === true);
  const wrong = found.filter(({ verdict }) => verdict?.right === false);
  const unjudged = found.filter(({ verdict }) => verdict === undefined);
  const fatal = found.filter(({ finding }) => finding.severity === 'fatal');
  const failing = [...right, ...wrong].filter(({ finding }) => finding.severity !== 'warning');
  const absent = judged.filter(({ problem }) => problem === 'absent').length;
  const unreadable = judged.filter(({ problem }) => problem === 'unreadable').length;
  const precision = percent(right.length, right.length + wrong.length);
  const unseen = new Set(templates.flatMap(({ repo, path, unseen }) => (unseen ? [`${repo}/${path}`] : [])));
  const ofUnseen = [...right, ...wrong].filter(({ id }) => unseen.has(id));
  return {
    results: [
      { name: 'public templates', value: templates.length - absent, unit: `of ${templates.length}` },
      { name: 'public findings', value: found.length, unit: '' },
      { name: 'public templates without a finding', value: judged.filter(isClean).length, unit: '' },
      {
        name: 'public precision of what fails a run %',
        value: percent(failing.filter(({ verdict }) => verdict?.right === true).length, failing.length),
        unit: `% of ${failing.length}`,
      },
      {
        name: 'public precision of the unseen %',
        value: percent(ofUnseen.filter(({ verdict }) => verdict?.right === true).length, ofUnseen.length),
        unit: `% of ${ofUnseen.length} in ${unseen.size} templates`,
      },
    ],
    goals: [
      {
        name: 'public precision %',
        value: precision,
        unit: `% of ${right.length + wrong.length}`,
        goal: '≥ 95',
        holds: precision >= 95,
      },
      none('public fatal', fatal.length),
      none('public unjudged', unjudged.length),
      none('public unreadable', unreadable),
      none('public absent', absent),
    ],
    detail: [
      ...judged.flatMap(({ id, problem, said }) => (problem === undefined ? [] : [`${problem} ${id}: ${said}`])),
      ...fatal.map(({ id, finding }) => `fatal ${id}: ${lineOf(finding)}`),
      ...wrong.map(({ id, finding, verdict }) => `false ${id}: ${lineOf(finding)} (${verdict?.why})`),
      ...unjudged.map(({ id, finding }) => `unjudged ${id}: ${lineOf(finding)}`),
    ],
  };
}

interface Judged {
  readonly id: string;
  readonly problem?: 'absent' | 'unreadable';
  readonly said?: string;
  readonly found: readonly { readonly id: string; readonly finding: Finding; readonly verdict?: Verdict }[];
}

function judge(folder: string, { repo, path, sha256, verdicts }: PublicTemplate): Judged {
  const id = `${repo}/${path}`;
  const file = join(folder, repo, path);
  if (!existsSync(file) || createHash('sha256').update(readFileSync(file)).digest('hex') !== sha256) {
    return { id, problem: 'absent', said: 'not in the folder, or not of this commit', found: [] };
  }
  try {
    const { findings } = checkAssembly(Assembly.loadAll([file], { parseYaml }));
    return { id, found: findings.map((finding) => ({ id, finding, verdict: verdictOn(finding, verdicts) })) };
  } catch (error) {
    return { id, problem: 'unreadable', said: (error as Error).message, found: [] };
  }
}

function verdictOn({ ruleId, resource, property }: Finding, verdicts: readonly Verdict[]): Verdict | undefined {
  const [rule] = ruleId.split('[');
  return verdicts.find((each) => each.rule === rule && each.resource === resource && each.property === property);
}

function isClean({ problem, found }: Judged): boolean {
  return problem === undefined && found.length === 0;
}

function none(name: string, value: number): BenchGoal {
  return { name, value, unit: '', goal: '0', holds: value === 0 };
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 100 : (100 * part) / whole;
}

function lineOf({ ruleId, severity, resource, property, message }: Finding): string {
  return `${ruleId} (${severity}) ${resource} ${property}: ${message}`;
}
