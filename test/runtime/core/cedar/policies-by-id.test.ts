import { policyToJson } from '#cedar';
import { askPolicy, autoApprovePolicy } from '../../../../runtime/core/cedar/policies';
import { namedPolicies, parsePolicies, storedPolicies } from '../../../../runtime/core/cedar/policies-by-id';
import { fc } from '../../../seed';

function byCedar(text: string) {
  const parsed = policyToJson(text);
  if (parsed.type === 'failure') throw new Error(parsed.errors[0]?.message);
  const { annotations, effect, action, resource } = parsed.json;
  return { id: annotations?.id ?? undefined, text, scope: { effect, action, resource } };
}

const word = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_-]{0,12}$/);
const gap = fc.constantFrom('', ' ', '\n', ' // permit (principal, action, resource);\n', ' ');
/** A head that no policy has, where Cedar reads none. */
const decoy = 'permit (principal, action == Action::"z", resource == Connector::"Z")';
const spaced = fc.constantFrom(' ', '\n', ' // @id("x")\n', ` // ${decoy}\n`);
const action = fc.oneof(
  word.map((name) => `action == Action::"${name}"`),
  word.map((name) => `action in [Action::"${name}", Action::"b"]`),
  fc.constantFrom('action', String.raw`action == Action::"a\u{62}"`, String.raw`action == Action::"a\"b"`),
);
const resource = fc.oneof(
  word.map((name) => `resource == Connector::"${name}"`),
  fc.constantFrom('resource', 'resource is Connector', 'resource in Connector::"C"'),
);
const notes = fc.oneof(
  word.map((id) => `@id("${id}")`),
  word.map((id) => `@id("${id}")@why("x")`),
  word.map((id) => `@why("x") @id("${id}")`),
  word.map((id) => `@id("${id}") @why(${JSON.stringify(decoy)})`),
  fc.constantFrom('', String.raw`@id("a\n")`),
);
const policy = fc
  .tuple(notes, spaced, fc.constantFrom('permit', 'forbid'), gap, gap, action, gap, resource, gap)
  .map(
    ([head, a, effect, b, c, on, d, where, e]) =>
      `${head}${a}${effect}${b}(principal${c},${d}${on},${e}${where})when { context.args.n == "action == Action::\\"x\\"" };`,
  );

test('reads of every policy what Cedar reads, however it is written', () => {
  fc.assert(
    fc.property(policy, (text) => {
      const [read, ...more] = parsePolicies(text);
      expect(more).toEqual([]);
      expect({ id: read?.id, text: read?.text, scope: read?.scope }).toEqual(byCedar(read?.text ?? ''));
    }),
    { numRuns: 500 },
  );
});

test('reads the policies of grants without asking Cedar for each', () => {
  const given = { id: 'a-1', tool: 'pay', connector: 'Shop', when: 'context.args.n <= 5' };
  const [permit, forbid] = namedPolicies(`${autoApprovePolicy(given)}${askPolicy({ ...given, id: 'b' })}`);
  expect([permit?.id, forbid?.id]).toEqual(['a-1', 'b']);
  for (const read of [permit, forbid]) expect(read?.scope).toEqual(byCedar(read?.text ?? '').scope);
});

test('reads stored policies as Cedar does, wherever semicolons, quotes and comments stand', () => {
  const between = fc.constantFrom('', '\n', ' // a "comment"; with all\n', '//\r', String.raw`// \"`.concat('\n'));
  const annotated = fc
    .tuple(word, fc.constantFrom('x;y', String.raw`\";`, '//', String.raw`\\`))
    .map(([id, why]) => `@id("${id}") @why("${why}") permit (principal, action, resource);`);
  const one = fc.oneof(policy, annotated);
  fc.assert(
    fc.property(fc.array(fc.tuple(between, one), { maxLength: 4 }), between, (parts, after) => {
      const text = parts.map((part) => part.join('')).join('') + after;
      let byCedarAlone: ReturnType<typeof namedPolicies>;
      try {
        byCedarAlone = namedPolicies(text);
      } catch (error) {
        expect(() => storedPolicies(text)).toThrow((error as Error).message);
        return;
      }
      const of = (read: ReturnType<typeof namedPolicies>) =>
        read.map(({ id, scope, text: each }) => ({ id, scope, json: policyToJson(each) }));
      expect(of(storedPolicies(text))).toEqual(of(byCedarAlone));
    }),
    { numRuns: 500 },
  );
});

test.each(['permit (principal, action, resource)', '@id("a', 'permit (principal, action, resource); x', '"', ';'])(
  'refuses the stored text %j as Cedar does',
  (text) => {
    expect(() => namedPolicies(text)).toThrow();
    expect(() => storedPolicies(text)).toThrow();
  },
);

describe('a stored policy that lost its end isn’t plain: what follows would be missed where it belongs', () => {
  const head = '@id("d1") forbid (principal, action == Action::"t", resource == Connector::"C")';
  const next = '@id("d2") forbid (principal, action == Action::"u", resource == Connector::"C");';
  test.each([
    `${head}\n${next}`,
    `${head} when { context.args.a == 1\n${next}`,
    `${head} when { context.args.a == 1 } // };\n${next}`,
    `${head} %%% forbid (principal, action, resource);`,
  ])('%s', (text) => {
    expect(() => namedPolicies(text)).toThrow();
    expect(() => storedPolicies(text)).toThrow();
  });

  test('words inside strings and comments are not a second policy', () => {
    const policy = `${head} when { context.args.a == "permit @forbid" }; // permit @forbid`;
    expect(storedPolicies(policy)).toEqual(namedPolicies(policy));
  });
});

test('keeps the order of the text, however many there are', () => {
  const text = Array.from({ length: 14 }, (_, i) => `permit (principal, action == Action::"t${i}", resource);`).join(
    '\n',
  );
  const wanted = Array.from({ length: 14 }, (_, i) => [`policy-${i}`, `t${i}`]);
  for (const read of [namedPolicies(text), storedPolicies(text)]) {
    expect(
      read.map(({ id, scope }) => [
        id,
        scope.action.op === '==' && 'entity' in scope.action ? (scope.action.entity as { id: string }).id : '',
      ]),
    ).toEqual(wanted);
  }
});

test('a byte order mark is not white space', () => {
  expect(() => storedPolicies('\ufeff@id("p") permit (principal, action, resource);')).toThrow();
});

test('refuses two policies of one name', () => {
  const one = '@id("a") permit (principal, action == Action::"x", resource == Connector::"C");';
  expect(() => namedPolicies(`${one}${one}`)).toThrow('have the same @id');
});
