import { OpenApiConnector, OpenApiDocument } from '../../../lib';
import { AgentStack } from '../agent-stack';

const NAMED = { openapi: '3.1.0', info: { title: 'x', version: '1' }, servers: [{ url: 'https://api.example.com' }] };
const PATHS = { '/a': { get: { operationId: 'a' } } };

function connector(document: OpenApiDocument) {
  return new OpenApiConnector(new AgentStack().stack, 'Api', { document, operations: ['a'] });
}

test.each([
  ['JSON', JSON.stringify({ ...NAMED, paths: PATHS })],
  ['JSON after a byte order mark', `\uFEFF${JSON.stringify({ ...NAMED, paths: PATHS })}`],
  [
    'YAML',
    'openapi: 3.1.0\ninfo: {title: x, version: "1"}\nservers: [{url: https://api.example.com}]\npaths:\n  /a:\n    get: {operationId: a, responses: {200: {description: ok}}}\n',
  ],
])('%s is read', (_, text) => {
  expect(connector(OpenApiDocument.fromString(text)).tools.map(({ toolName }) => toolName)).toEqual(['api_a']);
});

/** Nine levels of nine: 387 million items. */
const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...[...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join()}]`),
];

test.each([
  ['{"openapi":"3.1.0","paths":{},"paths":{}}', 'has the key "paths" twice in one object, in line 1'],
  ['{"openapi"', "isn't JSON"],
  ['openapi: 3.1.0\nopenapi: 3.0.0', 'has the key "openapi" twice in one map'],
  ['x: &x {a: 1}\ny:\n  <<: *x', 'merge key'],
  ['a: !!js/function "x"', 'Unresolved tag'],
  ['a: !Ref x', 'Unresolved tag'],
  [bomb.join('\n'), 'alias count'],
  ['a: &a [*a]', 'an alias stands for what it is a part of'],
  ['a: 1\n---\nb: 2', "it isn't one document"],
  ['? [a]\n: 1', 'keys must be strings'],
  [`a: ${'['.repeat(20_000)}`, 'nested over 200 levels'],
  [`${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'nested too deeply'],
  ['{"swagger":"2.0"}', 'npx swagger2openapi'],
  ['swagger: "2.0"', 'npx swagger2openapi'],
  ['', 'no JSON object'],
  ['just text', 'no JSON object'],
  [`# ${'x'.repeat(6 * 1024 * 1024)}`, 'convert it to JSON'],
])('%# is refused', (text, expected) => {
  expect(() => connector(OpenApiDocument.fromString(text))).toThrow(expected);
});

test('a file that can’t be read is named, with the connector', () => {
  expect(() => connector(OpenApiDocument.fromFile('no-such.json'))).toThrow(
    /^Stack\/Api: props\.document: OpenApiDocument\.fromFile: no-such\.json can't be read/,
  );
});

test('10 MB of operations take seconds', () => {
  const operation = (n: number) => ({
    operationId: `op${n}`,
    description: 'x'.repeat(4000),
    parameters: [{ name: 'q', in: 'query', schema: { type: 'string' } }],
  });
  const paths = Object.fromEntries(Array.from({ length: 2500 }, (_, n) => [`/p${n}`, { get: operation(n) }]));
  const text = JSON.stringify({ ...NAMED, paths: { ...paths, ...PATHS } });
  expect(text.length).toBeGreaterThan(10_000_000);
  const started = performance.now();
  connector(OpenApiDocument.fromString(text));
  expect(performance.now() - started).toBeLessThan(5000);
});

test('hostile keys take no quadratic time', () => {
  const many = Array.from({ length: 20_000 }, (_, n) => `k${n}: 1`).join('\n');
  const started = performance.now();
  expect(() => connector(OpenApiDocument.fromString(many))).toThrow('no "openapi"');
  expect(() => connector(OpenApiDocument.fromString(`{${'"a":1,'.repeat(300_000)}"b":1}`))).toThrow(
    'has the key "a" twice',
  );
  expect(performance.now() - started).toBeLessThan(15_000);
});
