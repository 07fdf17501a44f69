import type { JsonValue } from '../../runtime/core/contracts';
import { cloudFormationTypes } from '../lib/prove/cloudformation-types';
import { ENCRYPTED_WITH, HARMLESS_NAMINGS, type HarmlessNaming } from '../lib/prove/harmless-namings';
import { GUARDED, type Naming, unfoundNamings } from '../lib/prove/names-guarded';
import { quickstartTemplate } from '../lib/prove/quickstart-template';

const SPELLINGS: readonly (readonly [string, (logicalId: string) => JsonValue])[] = [
  ['a reference', (Ref) => ({ Ref })],
  ['an ARN', (id) => ({ 'Fn::GetAtt': [id, 'Arn'] })],
  ['a text', (id) => ({ 'Fn::Sub': `x:\${${id}}/y` })],
];

const types = cloudFormationTypes();
const clean = quickstartTemplate();
const used = new Set<HarmlessNaming>();

function excuseFor({ type, at, of }: Naming): HarmlessNaming | undefined {
  return [...HARMLESS_NAMINGS, ENCRYPTED_WITH].find(
    (row) => row.types.test(type) && row.at.test(at) && (row.of?.test(of) ?? true),
  );
}

test.each(GUARDED)(
  '%s %s named at each place of each type, in each spelling, is found or harmless',
  (...guarded) => {
    for (const [, spell] of SPELLINGS) {
      const { unfound } = unfoundNamings(clean, types, () => guarded, spell);
      const unexplained = unfound.filter((naming) => {
        const row = excuseFor(naming);
        if (row !== undefined) used.add(row);
        return row === undefined;
      });
      expect(unexplained).toEqual([]);
    }
  },
  600_000,
);

test('no reason is idle', () => {
  // A role that the type itself makes a second workload of is missed only where nothing else names it.
  const { unfound } = unfoundNamings(
    clean,
    types,
    (i) => GUARDED[i % GUARDED.length] as (typeof GUARDED)[number],
    (Ref) => ({ Ref }),
  );
  const rows = [...used, ...unfound.map(excuseFor)];
  expect([...HARMLESS_NAMINGS, ENCRYPTED_WITH].filter((row) => !rows.includes(row)).map(({ why }) => why)).toEqual([]);
}, 600_000);
