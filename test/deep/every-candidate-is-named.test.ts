import { prove } from '../../lib/prove/claims';
import { Assembly, type TemplateSource } from '../../lib/template';
import { dug } from '../corpus/holes/mutation';
import { type Candidate, candidatesFor, isKeptApart } from '../corpus/holes/mutators';
import { quickstartTemplate, type TemplateBody } from '../lib/prove/quickstart-template';

const clean = quickstartTemplate();
const MUTATORS = Object.entries(candidatesFor(clean.Resources));
/** Says that the runtime wouldn't work, not that it is less safe. */
const WORKS = 'needs-are-allowed';

/** Everything that fails `check` or `prove`. */
function saidOf(body: TemplateBody, others: readonly TemplateSource[] = []): ReadonlySet<string> {
  const { claims, checked } = prove(
    Assembly.of({ name: 'Quickstart.template.json', stackName: 'Quickstart', body }, ...others),
  );
  return new Set([
    ...checked.findings
      .filter(({ severity }) => severity !== 'warning')
      .map(({ ruleId, path, property, message }) => `${ruleId} ${path} ${property}: ${message}`),
    ...claims
      .filter(({ id }) => id !== WORKS)
      .flatMap(({ id, counterExamples }) => counterExamples.map((each) => `${id}: ${each}`)),
  ]);
}

const isNamed = (candidate: Candidate): boolean => {
  const { body, others } = dug(clean, candidate);
  return saidOf(body, others).size > 0;
};

test('nothing is said of the template as it is', () => expect([...saidOf(clean)]).toEqual([]));

// The bench measures a sample of each mutator. Here is all that isn't kept apart: some 4,000 holes.
test.each(MUTATORS)(
  '%s: every candidate is named',
  (_, candidates) => {
    const open = candidates.filter((each) => !isKeptApart(each));
    expect(open.length).toBeGreaterThan(100);
    expect(open.filter((each) => !isNamed(each)).map(({ id }) => id)).toEqual([]);
  },
  3_600_000,
);
