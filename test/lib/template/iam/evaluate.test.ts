import { Reference, Text, Unresolved, type Value } from '../../../../lib/template';
import { Context, conditionHolds } from '../../../../lib/template/iam/condition';
import { evaluateRequest, type Request } from '../../../../lib/template/iam/evaluate';
import { matchText } from '../../../../lib/template/iam/pattern';
import { readPolicy } from '../../../../lib/template/iam/policy';
import type { JsonObject } from '../../../../runtime/core/contracts';
import { fc } from '../../../seed';
import { CASES, ours } from './generated-cases';
import { compareWithOracle } from './oracle';

const account = new Reference('', 'AWS::AccountId', 'Ref');
const region = new Reference('', 'AWS::Region', 'Ref');
const name = (id: string): Reference => new Reference('T', id, 'Ref');
const text = (...pieces: (string | Reference | Unresolved)[]): Text => new Text(pieces);

describe('patterns on partly known text', () => {
  test.each<[string, Value, Value, string]>([
    [
      'a reference matches itself',
      text('arn:aws:s3:::', name('A'), '/*'),
      text('arn:aws:s3:::', name('A'), '/x'),
      'true',
    ],
    ['two made names never match', text('arn:aws:s3:::', name('A')), text('arn:aws:s3:::', name('B')), 'false'],
    ['a star takes a reference', 'arn:aws:s3:::*', text('arn:aws:s3:::', name('A')), 'true'],
    ['a star in mid-word takes the name behind it', 'arn:aws:s3:*a', text('arn:aws:s3:::', name('A')), 'depends'],
    ['a made name may equal a literal one', 'arn:aws:s3:::data', text('arn:aws:s3:::', name('A')), 'depends'],
    ['a made name holds no slash', 'arn:aws:s3:::a/b', text('arn:aws:s3:::', name('A')), 'false'],
    ['an account is digits', 'x:abc', text('x:', account), 'false'],
    ['an account may be the literal one', 'x:111122223333', text('x:', account), 'depends'],
    ['a region star', 'arn:aws:kms:*:1:key/x', text('arn:aws:kms:', region, ':1:key/x'), 'true'],
    ['an unknown may be anything', text('a', new Unresolved('P', 'w', 'r')), 'abc', 'depends'],
    ['an unknown may be empty', text('abc', new Unresolved('P', 'w', 'r')), 'abc', 'depends'],
    ['an unknown after another prefix', text('b', new Unresolved('P', 'w', 'r')), 'abc', 'false'],
    ['the same unknown twice proves nothing', new Unresolved('P', 'w', 'r'), new Unresolved('P', 'w', 'r'), 'depends'],
  ])('%s', (_name, pattern, value, expected) => {
    expect(matchText(pattern, value)).toBe(expected);
  });

  test('on plain text it is a wildcard match', () => {
    const word = fc.stringMatching(/^[ab*?]{0,6}$/);
    fc.assert(
      fc.property(word, fc.stringMatching(/^[ab]{0,8}$/), (pattern, value) => {
        const expression = new RegExp(`^${pattern.replace(/\*/g, '.*').replace(/\?/g, '.')}$`);
        expect(matchText(pattern, value)).toBe(String(expression.test(value)));
        // The symbolic walk agrees with the plain one.
        const mark = new Reference('', 'AWS::Region', 'Ref');
        expect(matchText(text(pattern, mark), text(value, mark))).not.toBe(expression.test(value) ? 'false' : 'true');
      }),
    );
  });
});

describe('conditions', () => {
  const unknown = new Context({ 'aws:SourceVpc': 'vpc-1' });
  test.each<[string, string, string, string, string]>([
    ['a key that nobody knows', 'StringEquals', 'aws:PrincipalTag/x', 'y', 'depends'],
    ['an operator that nobody knows', 'StringSounds', 'aws:SourceVpc', 'vpc-1', 'depends'],
    ['a known key', 'StringEquals', 'AWS:sourcevpc', 'vpc-1', 'true'],
    ['a known key negated', 'StringNotEquals', 'aws:SourceVpc', 'vpc-1', 'false'],
    ['a policy variable that nobody knows', 'StringEquals', 'aws:SourceVpc', `\${aws:x}`, 'depends'],
    ['the name of an inherited member is not an operator', 'constructor', 'aws:SourceVpc', 'x', 'depends'],
  ])('%s', (_name, operator, key, value, expected) => {
    expect(conditionHolds({ operator, key, values: [value] }, unknown)).toBe(expected);
  });
});

describe('unknown policies', () => {
  const request: Request = {
    principal: { kind: 'role', roleArn: 'arn:aws:iam::1:role/a', account: '1' },
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/k',
    resourceAccount: '1',
    context: new Context(),
  };
  const decide = (document: Value): string =>
    evaluateRequest(request, { identity: [readPolicy('p', 'p', [{ value: document, assuming: [] }])] }).allowed;
  const unknown = new Unresolved('Ref P', 'w', 'r');
  test.each<[string, Value, string]>([
    ['an unknown document', unknown, 'depends'],
    ['an unknown statement', { Statement: [unknown] }, 'depends'],
    ['an unknown effect', { Statement: { Effect: unknown, Action: '*', Resource: '*' } }, 'depends'],
    ['an unknown action', { Statement: { Effect: 'Allow', Action: unknown, Resource: '*' } }, 'depends'],
    [
      'an unknown condition',
      { Statement: { Effect: 'Allow', Action: '*', Resource: '*', Condition: unknown } },
      'depends',
    ],
    ['a document in a string', '{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}', 'true'],
    ['text that is not a policy document', 'nonsense', 'depends'],
    ['an empty document', {}, 'false'],
    [
      'an unknown deny beside an allow',
      {
        Statement: [
          { Effect: 'Allow', Action: '*', Resource: '*' },
          { Effect: 'Deny', Action: unknown, Resource: '*' },
        ],
      },
      'depends',
    ],
    ['another service only', { Statement: { Effect: 'Allow', Action: 'sqs:*', Resource: '*' } }, 'false'],
  ])('%s is %s', (_name, document, expected) => {
    expect(decide(document)).toBe(expected);
  });
});

test('the evaluator and the oracle agree on 1,000 generated requests', async () => {
  const comparison = await compareWithOracle(1_000);
  expect(comparison.differences).toEqual([]);
  // The sample is worth something: a fair share of it is allowed.
  expect(comparison.allowed).toBeGreaterThan(150);
  expect(comparison.explained).toBeLessThan(20);
});

test('adding a Deny never widens access', () => {
  const rank = { false: 0, depends: 1, true: 2 } as const;
  const deny = fc.record({
    Effect: fc.constant('Deny'),
    Action: fc.constantFrom('*', 's3:Get*', 'lambda:*', 'kms:Encrypt'),
    Resource: fc.constantFrom('*', 'arn:aws:s3:::data/*'),
  });
  const place = fc.constantFrom('identity', 'boundary', 'session', 'resourcePolicy', 'endpoint');
  fc.assert(
    fc.property(CASES, deny, place, (generated, statement, where) => {
      const add = (document: JsonObject): JsonObject => ({
        ...document,
        Statement: [
          ...(document.Statement as JsonObject[]),
          where === 'resourcePolicy' || where === 'endpoint' ? { ...statement, Principal: '*' } : statement,
        ],
      });
      const policy = where === 'identity' ? generated.identity[0] : generated[where as 'boundary'];
      fc.pre(policy !== undefined);
      const denied = add(policy as JsonObject);
      const after = where === 'identity' ? { identity: [denied, ...generated.identity.slice(1)] } : { [where]: denied };
      expect(rank[ours({ ...generated, ...after })]).toBeLessThanOrEqual(rank[ours(generated)]);
    }),
    { numRuns: 1_000 },
  );
});
