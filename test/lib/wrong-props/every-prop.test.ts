import { MEMBERS, refusal } from './members';
import { publicMembers } from './public-members';

/** CDK calls it with what it made itself. */
const CALLED_BY_CDK = ['HardenedAgentChecks.validate'];

const members = publicMembers().filter(({ name }) => !CALLED_BY_CDK.includes(name));

test('every public constructor and method has valid arguments here', () => {
  expect(members.map(({ name }) => name).sort()).toEqual(Object.keys(MEMBERS).sort());
  for (const { name, parameters } of members)
    expect([name, Object.keys(MEMBERS[name].valid)]).toEqual([name, parameters]);
});

/** No parameter and no prop takes one. */
const STRANGER = Symbol('stranger');

describe.each(members.map((member) => [member.name, member] as const))('%s', (name, { places }) => {
  const said = (place: string, value: unknown) => refusal(name, place, value);
  for (const { path, optional, isStruct, isList, isRest } of places) {
    const place = path.join('.');

    test(`refuses a wrong ${place}`, () => {
      if (!isRest) expect(said(place, STRANGER)).toMatch(expected(place, 'must be .*; got a symbol\\.'));
      if (!isRest) expect(said(place, null)).toMatch(expected(place, 'must be .*; got null\\.'));
      if (isList) expect(said(`${place}[0]`, STRANGER)).toMatch(expected(`${place}[0]`, 'must be .*; got a symbol\\.'));
      if (isStruct) expect(said(`${place}.noSuchName`, 1)).toMatch(expected(`${place}.noSuchName`, 'is unknown; '));
      if (!optional) expect(said(place, undefined)).toMatch(expected(place, '(is missing|must be)'));
    });
  }

  /** One problem, with the path of the construct, the place and what is wrong. */
  function expected(place: string, what: string): RegExp {
    // A tool whose name is wrong can't be named.
    const where = place === 'name' ? MEMBERS[name].where.replace('tool "new"', 'addTool()') : MEMBERS[name].where;
    const start = ['scope', 'id'].includes(place) ? '' : `${escaped(where)}: `;
    return new RegExp(`^${start}[^\\n]*${escaped(place)} ${what}[^\\n]*$`);
  }
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
