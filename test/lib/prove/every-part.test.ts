import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { checkAssembly } from '../../../lib/checks/check-assembly';
import type { PartKind } from '../../../lib/checks/facts/part';
import { notAsMade } from '../../../lib/prove/as-made';
import { codeFaults } from '../../../lib/prove/part-code';
import { PART_VARIABLES } from '../../../lib/prove/part-variables';
import { RIGHTS } from '../../../lib/prove/rights';
import { RuntimeParts } from '../../../lib/prove/runtime-parts';
import { surroundingsOf } from '../../../lib/prove/surroundings';
import { Assembly, type Resource } from '../../../lib/template';
import type { JsonObject } from '../../../runtime/core/contracts';
import type { GuardedApp } from '../../guard/apps';
import { templatesOf } from '../../guard/templates';

// Between them they have every kind of part but those below.
const APPS: readonly GuardedApp[] = ['quickstart', 'everything', 'connectors'];

/** Kinds of parts that no guarded app has, each with the test that does. */
const IN_TESTS: { readonly [kind in PartKind]?: string } = {
  'web desk': '../checks/everything-about-people.test.ts',
  'API logs': '../gate/api-gateway-account-logging.test.ts',
};

/** What the runtime has of these types, or around it, is judged by another claim, or is the app's own. */
const JUDGED_ELSEWHERE = new Set([
  // Policies: rights, uses, boundaries.
  'AWS::IAM::ManagedPolicy',
  // Paths that they open.
  'AWS::EC2::RouteTable',
  'AWS::EC2::NetworkAcl',
  // Associations name two things, which are known relations.
  'AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation',
]);

/** Places of the app's own resources, whose properties are the app's own choice too, and a claim of its own: the code sandbox. */
const OWN = /^(own resource|documents|key of the (own resource|documents)|code sandbox)$/;

let apps: readonly { readonly assembly: Assembly; readonly parts: RuntimeParts }[];

function read(name: GuardedApp, templates: readonly object[]): { assembly: Assembly; parts: RuntimeParts } {
  const assembly = Assembly.of(
    ...templates.map((body, i) => ({
      name: `${name}${i}.template.json`,
      stackName: `${name}${i}`,
      body: body as JsonObject,
    })),
  );
  return { assembly, parts: new RuntimeParts(assembly) };
}

beforeAll(() => {
  apps = APPS.map((name) => {
    const templates = templatesOf(name);
    for (const { Resources } of templates as { Resources: { [id: string]: { Properties?: JsonObject } } }[]) {
      // A property that AWS hasn't added yet.
      for (const each of Object.values(Resources))
        each.Properties = { ...each.Properties, TomorrowSpecification: true };
    }
    return read(name, templates);
  });
});

test('each kind of part has rights, variables and an app in which it is tested', () => {
  const kinds = Object.keys(PART_VARIABLES) as PartKind[];
  expect(Object.keys(RIGHTS).sort()).toEqual([...kinds].sort());
  const found = new Set(
    apps.flatMap(({ assembly, parts }) =>
      assembly.resources.flatMap((each) => (parts.ofRole(each) ?? parts.ofWorkload(each))?.kind ?? []),
    ),
  );
  const missing = kinds.filter((kind) => !found.has(kind));
  expect(missing.sort()).toEqual(Object.keys(IN_TESTS).sort());
  for (const file of Object.values(IN_TESTS)) expect(readFileSync(path.join(__dirname, file), 'utf8')).not.toBe('');
});

test('each resource that has a place in the runtime, or is around it, is judged by what this library makes', () => {
  const unjudged = apps.flatMap(({ assembly, parts }) => {
    const around = surroundingsOf(assembly, parts);
    const named = [...notAsMade(assembly, parts), ...codeFaults(assembly, parts, checkAssembly(assembly, [])).broken];
    const isNamed = ({ path: at }: Resource): boolean => named.some((text) => text.startsWith(`${at}, `));
    return assembly.resources.flatMap((each) => {
      const place = parts.placeOf(each) ?? around.get(each);
      const isJudged = place === undefined || OWN.test(place) || JUDGED_ELSEWHERE.has(each.type) || isNamed(each);
      return isJudged ? [] : [`${each.type}: ${place}`];
    });
  });
  expect([...new Set(unjudged)]).toEqual([]);
});
