import { prove } from '../../lib/prove/claims';
import { Assembly, type TemplateSource } from '../../lib/template';

/** Who names a hole first. `stopped otherwise`: only because the runtime wouldn't work. */
export type Named = 'by check' | 'by prove' | 'stopped otherwise' | 'silent';

/** Everything that fails a run: findings of `check`, and counter-examples of `prove`. */
export interface Judgement {
  readonly findings: ReadonlySet<string>;
  readonly counterExamples: ReadonlySet<string>;
  /** Counter-examples that say that the runtime wouldn't work. */
  readonly lacks: ReadonlySet<string>;
}

const WORKS = 'needs-are-allowed';

/** What both commands say of one template, and of other stacks beside it. A template that can't be read fails both. */
export function judge(body: TemplateSource['body'], others: readonly TemplateSource[] = []): Judgement {
  const quickstart = { name: 'Quickstart.template.json', stackName: 'Quickstart', body };
  const { claims, checked } = prove(Assembly.of(quickstart, ...others));
  const examples = (works: boolean): string[] =>
    claims
      .filter(({ id }) => (id === WORKS) === works)
      .flatMap(({ id, counterExamples }) => counterExamples.map((each) => `${id}: ${each}`));
  return {
    findings: new Set(
      checked.findings
        .filter(({ severity }) => severity !== 'warning')
        .map(({ ruleId, path, property, message }) => `${ruleId} ${path} ${property}: ${message}`),
    ),
    counterExamples: new Set(examples(false)),
    lacks: new Set(examples(true)),
  };
}

/** What the second judgement says that the first one doesn't. */
export function namedBeside(before: Judgement, after: Judgement): { named: Named; said: string } {
  const steps = [
    ['by check', 'findings'],
    ['by prove', 'counterExamples'],
    ['stopped otherwise', 'lacks'],
  ] as const;
  for (const [named, member] of steps) {
    const [said] = [...after[member]].filter((each) => !before[member].has(each));
    if (said !== undefined) return { named, said };
  }
  return { named: 'silent', said: '' };
}
