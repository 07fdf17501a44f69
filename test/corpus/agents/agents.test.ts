import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Assembly, type Template } from '../../../lib/template';
import { parseYaml } from '../../../lib/template/model/yaml';
import { type AgentList, insecureAgents, isKeptApart, type Place, secureAgents } from '.';
import { isAbout } from './caught';

const APART = insecureAgents('kept-apart/insecure');
const SEEN = insecureAgents();
const SECURE = [...secureAgents(), ...secureAgents('kept-apart/secure')];

test('there are at least 60 insecure agents, each with an id of its own, in every style', () => {
  const all = [...SEEN, ...APART];
  expect(all.length).toBeGreaterThanOrEqual(60);
  expect(new Set([...all, ...SECURE].map(({ id }) => id)).size).toBe(all.length + SECURE.length);
  expect([...new Set(all.map(({ style }) => style))].sort()).toEqual(
    ['conditions', 'l1', 'l2', 'nested', 'overrides', 'sam', 'yaml'],
  );
});

test('a fifth is kept apart, by id', () => {
  expect(SEEN.filter(({ id }) => isKeptApart(id))).toEqual([]);
  expect(APART.filter(({ id }) => !isKeptApart(id))).toEqual([]);
});

test.each<AgentList>(['insecure', 'kept-apart/insecure'])('%s: each template is listed', (list) => {
  const names = readdirSync(join(__dirname, list)).map((name) => name.replace(/\.(yaml|json)$/, ''));
  const ids = (list === 'insecure' ? SEEN : APART).map(({ id }) => id);
  expect(names.sort()).toEqual(ids.sort());
});

test('each can be read, and each place of its hole is there', () => {
  const wrong = [...SEEN, ...APART].flatMap(({ id, file, hole }) => {
    const assembly = Assembly.loadAll([file], { parseYaml });
    return hole.places.some((place) => isThere(place, assembly.templates, basename(file))) ? [] : [id];
  });
  expect(wrong).toEqual([]);
});

function isThere(place: Place, templates: readonly Template[], main: string): boolean {
  const template = templates.find(({ name }) => name === (place.template ?? main));
  if (template === undefined) return false;
  return place.resource === '' || template.resource(place.resource) !== undefined;
}

describe('a finding is about a hole', () => {
  const hole = {
    what: 'every secret may be read',
    pillars: ['least-privilege'],
    places: [{ resource: 'Role', property: 'Properties.Policies[0].PolicyDocument.Statement[1]' }],
  } as const;
  const finding = {
    ruleId: 'LeastPrivilegeNoWildcard',
    severity: 'error',
    resource: 'Role',
    path: 't.yaml#Role',
    template: 't.yaml',
    property: 'Properties.Policies[0].PolicyDocument.Statement[1].Resource',
    message: 'reads every secret',
    fix: 'Name the secret.',
  } as const;
  const about = (change: object, pillar: 'least-privilege' | 'secrets' = 'least-privilege'): boolean =>
    isAbout(hole, { ...finding, ...change }, 't.yaml', pillar);

  test('at its place, in a part of it or around it', () => {
    expect(about({})).toBe(true);
    expect(about({ property: 'Properties.Policies[0].PolicyDocument.Statement[1]' })).toBe(true);
    expect(about({ property: 'Properties.Policies[0].PolicyDocument' })).toBe(true);
  });

  test('not beside it, nor on the resource as a whole', () => {
    expect(about({ property: 'Properties.Policies[0].PolicyDocument.Statement[0].Resource' })).toBe(false);
    expect(about({ property: 'Properties.Policies[1].PolicyDocument' })).toBe(false);
    expect(about({ property: 'Properties' })).toBe(false);
    expect(about({ resource: 'Other' })).toBe(false);
    expect(about({ template: join(dirname('a/b'), 't.yaml') })).toBe(false);
  });

  test('by a rule of its pillar that fails the run', () => {
    expect(about({}, 'secrets')).toBe(false);
    expect(about({ severity: 'warning' })).toBe(false);
    expect(isAbout({ ...hole, least: 'warning' }, { ...finding, severity: 'warning' }, 't.yaml', 'least-privilege')).toBe(true);
  });
});
