import { cloudFormationTypes } from './cloudformation-types';
import { ENCRYPTED_WITH, HARMLESS_NAMINGS, type HarmlessNaming } from './harmless-namings';
import { GUARDED, type Naming, unfoundNamings } from './names-guarded';
import { quickstartTemplate } from './quickstart-template';

const types = cloudFormationTypes();

const excuses =
  ({ type, at, of }: Naming) =>
  (row: HarmlessNaming): boolean =>
    row.types.test(type) && row.at.test(at) && (row.of?.test(of) ?? true);

test('each type that CloudFormation offers is known by its own property names', () => {
  expect(types.length).toBeGreaterThan(1500);
  expect(types.filter(({ places }) => places.length === 0).length).toBeLessThan(20);
  const rule = types.find(({ name }) => name === 'AWS::Events::Rule');
  expect(rule?.places.find(({ at }) => at === 'Targets.DeadLetterConfig.Arn')?.properties('x')).toEqual({
    Targets: [{ DeadLetterConfig: { Arn: 'x' } }],
  });
});

// test/deep/every-type-is-found.test.ts has each place with each guarded resource.
test('at each place of each type, a guarded resource’s name is found, or harmless for a reason', () => {
  const clean = quickstartTemplate();
  const of = (i: number) => GUARDED[i % GUARDED.length] as (typeof GUARDED)[number];
  const { all, unfound } = unfoundNamings(clean, types, of, (Ref) => ({ Ref }));
  expect(all).toBeGreaterThan(20_000);
  const unexplained = unfound.filter((naming) => ![...HARMLESS_NAMINGS, ENCRYPTED_WITH].some(excuses(naming)));
  expect(unexplained).toEqual([]);
  const excused = new Set(unfound.filter((naming) => HARMLESS_NAMINGS.some(excuses(naming))).map(({ type }) => type));
  expect(excused.size).toBeLessThanOrEqual(types.length / 10);
});

test('each type found by any name of a property', () => {
  const clean = quickstartTemplate();
  const anyhow = types.map(({ name }) => ({
    name,
    places: GUARDED.map(() => ({ at: 'Anything', properties: (text: unknown) => ({ Anything: text }) as never })),
  }));
  const of = (i: number) => GUARDED[i % GUARDED.length] as (typeof GUARDED)[number];
  expect(unfoundNamings(clean, anyhow, of, (Ref) => ({ Ref })).unfound).toEqual([]);
});
