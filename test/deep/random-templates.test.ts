import type { Rule } from '../../lib/checks/rule';
import { RULES } from '../../lib/checks/rules';
import type { JsonObject } from '../../runtime/core/contracts';
import { casesPerSeed } from '../seed';
import { Cases } from './random-templates/cases';
import { faultsIn, faultsOfText, interrupted } from './random-templates/judge-one';

/** Together 100,000. A whole template takes a hundred times as long as a few resources. */
const SLICES = casesPerSeed(50_000, 100);
const INVENTED = casesPerSeed(30_000, 100);
const TEXTS = casesPerSeed(19_600, 100);
const WHOLES = casesPerSeed(400, 4);
/** `prove` judges one in so many. The rules judge each. */
const PROVEN = 10;
const AN_HOUR = 3_600_000;

const cases = new Cases();

/** The first fault of each of some cases, with the number that makes the case again with the same seed. */
function faultsAmong(from: number, count: number, judge: (number: number, alsoProve: boolean) => string[]): string[] {
  const numbers = Array.from({ length: count }, (_, i) => from + i);
  return numbers.flatMap((number) => judge(number, number % PROVEN === 0).map((fault) => `case ${number}: ${fault}`));
}

const judged =
  (body: (number: number) => JsonObject) =>
  (number: number, alsoProve: boolean): string[] =>
    faultsIn([{ name: 'T.template.json', body: body(number) }], alsoProve);

test(
  `${SLICES} changed parts of guarded templates are judged: no crash, no hang, no rule that fails`,
  () => {
    expect(
      faultsAmong(
        1_000_000,
        SLICES,
        judged((number) => cases.slice(number)),
      ),
    ).toEqual([]);
  },
  AN_HOUR,
);

test(
  `so are ${INVENTED} templates that nobody wrote`,
  () => {
    expect(
      faultsAmong(
        2_000_000,
        INVENTED,
        judged((number) => cases.invented(number)),
      ),
    ).toEqual([]);
  },
  AN_HOUR,
);

test(
  `so are ${TEXTS} changed texts in YAML and JSON, unless they are refused as no template`,
  () => {
    expect(faultsAmong(3_000_000, TEXTS, (number, alsoProve) => faultsOfText(cases.text(number), alsoProve))).toEqual(
      [],
    );
  },
  AN_HOUR,
);

test(
  `so are ${WHOLES} changed guarded templates, by prove too`,
  () => {
    const whole = (number: number) => judged((each) => cases.whole(each))(number, true);
    expect(faultsAmong(4_000_000, WHOLES, whole)).toEqual([]);
  },
  AN_HOUR,
);

test('a rule that fails and a judgement that hangs are faults', () => {
  const rule = RULES[0] as { readonly id: string; check: Rule['check'] };
  const { check } = rule;
  rule.check = () => {
    throw new TypeError('broken');
  };
  const faults = faultsIn([{ name: 'T.template.json', body: { Resources: {} } }], false);
  rule.check = check;
  expect(faults).toEqual([expect.stringMatching(`^${rule.id}: .*broken`)]);
  expect(() =>
    interrupted(() => {
      for (;;);
    }, 50),
  ).toThrow('timed out');
});
