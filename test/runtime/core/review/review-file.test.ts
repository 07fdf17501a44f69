import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import type { ToolDefinition } from '../../../../runtime/core/mcp/tool-definition';
import type { ConnectorReview } from '../../../../runtime/core/review/connector-review';
import { formatReview } from '../../../../runtime/core/review/format-review';
import { parseReview } from '../../../../runtime/core/review/parse-review';
import {
  reviewDefinition,
  reviewDefinitions,
  splitDefinition,
} from '../../../../runtime/core/review/review-definition';
import { lintSchema } from '../../../../runtime/core/schema/lint-schema';
import { fc } from '../../../seed';
import { SAMPLE } from '../mcp/edited-definitions';

const ODD: ToolDefinition = {
  name: 'send\u200b mail',
  description: 'Sends \u202email\u202c.',
  inputSchema: JSON.parse(
    '{"type":"object","properties":{"__proto__":{"type":"string"},"to":{"type":"string","description":"\\ud800"},"n":{"const":1e300}}}',
  ),
  annotations: { openWorldHint: true },
};

const review = (tools: ToolDefinition[] = [SAMPLE, ODD]): ConnectorReview => ({
  v: 1,
  kind: 'mcp',
  source: { url: 'https://mcp.example.com/mcp', name: 'github', version: '1.2.0' },
  prefix: 'github_',
  tools: reviewDefinitions(tools, { prefix: 'github_', granted: true, effect: 'read' }),
});

/** The problems of a review file after an edit. */
function problemsAfter(edit: (file: JsonObject, tool: JsonObject) => void): string {
  const file = JSON.parse(formatReview(review())) as JsonObject;
  edit(file, (file.tools as JsonObject[])[0] as JsonObject);
  const parsed = parseReview(JSON.stringify(file));
  return parsed.ok ? '' : parsed.problems.join('\n');
}

describe('an entry of a review file', () => {
  test('says what the model reads, what changed, and what is pinned', () => {
    const [entry] = review().tools;
    expect(entry).toMatchObject({
      name: 'github_create_issue',
      original: 'create_issue',
      granted: true,
      effect: 'write',
      refused: [],
      choices: {},
    });
    expect(lintSchema(entry?.input ?? {})).toEqual([]);
    expect(entry?.changes).toContain('/repo: maxLength 10000 added');
    expect(entry?.pin).toMatch(/^[0-9a-f]{64}$/);
  });

  test('of a tool with invisible characters has a plain name and description', () => {
    const entry = review().tools[1];
    expect(entry).toMatchObject({
      name: 'github_send_mail',
      original: 'send\u200b mail',
      description: 'Sends mail.',
      effect: 'outbound',
    });
    expect(entry?.changes[0]).toMatch(/2 invisible characters/);
  });

  test('is never granted while something refuses it', () => {
    const entry = reviewDefinition(
      { name: 'a', inputSchema: { type: 'object', properties: { b: {} }, required: ['b'] } },
      { prefix: '', granted: true },
    );
    expect(entry).toMatchObject({
      granted: false,
      refused: [expect.stringContaining('/b: it takes any JSON')],
      possible: { '/b': expect.any(Array) },
    });
    expect(entry.input).toBeUndefined();
  });

  test.each<[string, Partial<ToolDefinition>]>([
    ['a description of 50 MB', { description: 'x '.repeat(25 * 1024 * 1024) }],
    ['a schema of too many values', { inputSchema: { enum: Array.from({ length: 100_000 }, () => 1) } }],
    ['a name of 1 MB', { name: 'n'.repeat(1024 * 1024 + 1) }],
  ])('%s is refused, and the entry stays small', (_, edit) => {
    const entry = reviewDefinition({ ...SAMPLE, ...edit }, { prefix: 'p_', granted: true });
    expect(entry).toMatchObject({ granted: false, refused: [expect.stringContaining("can't be pinned")] });
    expect(JSON.stringify(entry).length).toBeLessThan(20_000);
    expect(parseReview(formatReview({ ...review([]), tools: [entry] }))).toMatchObject({ ok: true });
  });

  test('of one of several objects can be split into a tool for each', () => {
    const shape = (kind: string, size: string): JsonObject => ({
      type: 'object',
      properties: { kind: { const: kind }, [size]: { type: 'integer' } },
      required: ['kind', size],
    });
    const body = { oneOf: [shape('circle', 'radius'), shape('square', 'side')] };
    const draw: ToolDefinition = {
      name: 'draw',
      inputSchema: { type: 'object', properties: { body }, required: ['body'] },
    };
    const tools = splitDefinition(draw, { prefix: 'p_', granted: true });
    expect(tools).toMatchObject([
      { name: 'p_draw_circle', original: 'draw', granted: true, choices: { '/body': 'circle' } },
      { name: 'p_draw_square', original: 'draw', granted: true, choices: { '/body': 'square' } },
    ]);
    expect(new Set(tools.map(({ pin }) => pin)).size).toBe(1);
    expect(parseReview(formatReview({ ...review([]), tools }))).toMatchObject({ ok: true });
    expect(splitDefinition(SAMPLE, { prefix: '' })).toEqual([reviewDefinition(SAMPLE, { prefix: '' })]);
  });

  test('two tools of one name are both refused, also in another Unicode form', () => {
    const twice = reviewDefinitions([SAMPLE, { ...SAMPLE, description: 'Another one' }], { prefix: '' });
    expect(twice).toHaveLength(1);
    expect(twice[0]?.refused[0]).toContain('two tools of this name');
    const forms = reviewDefinitions(
      ['caf\u00e9', 'cafe\u0301'].map((name) => ({ ...SAMPLE, name })),
      { prefix: '' },
    );
    expect(forms.map(({ refused }) => refused[0])).toEqual([
      expect.stringContaining('two tools'),
      expect.stringContaining('two tools'),
    ]);
  });

  test('a server that lists 10,000 tools gets no more than 1,000 entries', () => {
    const tools = Array.from({ length: 10_000 }, (_, i): ToolDefinition => ({ name: `t${i}` }));
    expect(reviewDefinitions(tools, { prefix: '' })).toHaveLength(1000);
  });

  test('whatever a server sends, the file that is written can be read', () => {
    const definition = fc.record({
      name: fc.string({ minLength: 1 }),
      description: fc.jsonValue(),
      inputSchema: fc.jsonValue(),
      annotations: fc.jsonValue(),
      title: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.array(definition, { maxLength: 4 }), (tools) => {
        const written = formatReview(review(tools as ToolDefinition[]));
        const parsed = parseReview(written);
        if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
        return formatReview(parsed.review) === written;
      }),
    );
  });
});

describe('a review file', () => {
  test('is read as it was written', () => {
    const written = review();
    expect(parseReview(formatReview(written))).toEqual({ ok: true, review: JSON.parse(JSON.stringify(written)) });
  });

  test('raises an effect to what the server itself says', () => {
    const file = JSON.parse(formatReview(review())) as JsonObject;
    for (const tool of file.tools as JsonObject[]) tool.effect = 'read';
    const parsed = parseReview(JSON.stringify(file));
    expect(parsed.ok && parsed.review.tools.map(({ effect }) => effect)).toEqual(['write', 'outbound']);
  });

  test.each<[string, (file: JsonObject, tool: JsonObject) => void, string]>([
    ['another version', (file) => Object.assign(file, { v: 2 }), '/v: only version 1'],
    ['another kind', (file) => Object.assign(file, { kind: 'soap' }), '/kind: write one of mcp, openapi'],
    ['an unknown key', (file) => Object.assign(file, { tool: [] }), '/tool: no such key; write one of v, kind'],
    ['a misspelt key of a tool', (_, tool) => Object.assign(tool, { grant: true }), '/tools/0/grant: no such key'],
    ['no source', (file) => Object.assign(file, { source: {} }), '/source: write "url" or "document"'],
    ['a prefix with a dot', (file) => Object.assign(file, { prefix: 'a.' }), '/prefix: write a letter'],
    [
      'a built-in name',
      (_, tool) => Object.assign(tool, { name: 'get_task' }),
      '/tools/0/name: the gate has a built-in tool get_task',
    ],
    [
      'a name that isn’t valid',
      (_, tool) => Object.assign(tool, { name: 'a b' }),
      '/tools/0/name: write a name of the form',
    ],
    [
      'the name of another tool',
      (_, tool) => Object.assign(tool, { name: 'github_send_mail' }),
      '/tools/1/name: another tool has this name',
    ],
    [
      'a word for a grant',
      (_, tool) => Object.assign(tool, { granted: 'yes' }),
      '/tools/0/granted: write true or false',
    ],
    ['an unknown effect', (_, tool) => Object.assign(tool, { effect: 'safe' }), '/tools/0/effect: write one of read'],
    [
      'an invisible character',
      (_, tool) => Object.assign(tool, { description: 'a\u200bb' }),
      '/tools/0/description: it has characters that nobody sees',
    ],
    [
      'no description',
      (_, tool) => Object.assign(tool, { description: ' ' }),
      '/tools/0/description: write what the tool does',
    ],
    [
      'an input that the gate can’t decide on',
      (_, tool) => Object.assign(tool.input as JsonObject, { additionalProperties: true }),
      '/tools/0/input/: undeclared keys would pass',
    ],
    [
      'a grant of a refused tool',
      (_, tool) => Object.assign(tool, { refused: ['/: why'] }),
      '/tools/0/granted: the tool is refused',
    ],
    ['a grant without an input', (_, tool) => delete tool.input, '/tools/0/input: a granted tool needs'],
    [
      'an edited definition',
      (_, tool) => Object.assign(tool.listed as JsonObject, { description: 'Other' }),
      '/tools/0/pin: it isn\'t the hash of "listed"',
    ],
    ['an edited pin', (_, tool) => Object.assign(tool, { pin: '0'.repeat(64) }), "/tools/0/pin: it isn't the hash"],
    [
      'the definition of another tool',
      (_, tool) => Object.assign(tool, { original: 'other' }),
      '/tools/0/listed: it is the definition of another tool',
    ],
    [
      'choices that are no texts',
      (_, tool) => Object.assign(tool, { choices: { '/a': 1 } }),
      '/tools/0/choices: write an object of texts',
    ],
    [
      'changes that are no list',
      (_, tool) => Object.assign(tool, { changes: 'none' }),
      '/tools/0/changes: write a list of texts',
    ],
    ['a tool that is no object', (file) => Object.assign(file, { tools: [5] }), '/tools/0: write an object'],
    ['tools that are no list', (file) => Object.assign(file, { tools: {} }), '/tools: write a list of tools'],
  ])('%s is refused, with the place and what to write', (_, edit, said) => {
    expect(problemsAfter(edit)).toContain(said);
  });

  test.each([
    ['', 'JSON'],
    ['[]', '/: a review file is an object'],
    ['{"v":1,"v":1}', '/v occurs twice'],
    ['{"v":1,"\\u0076":1}', '/v occurs twice'],
    ['{"v":1}}', 'continues after the end'],
  ])('the text %j is refused', (text, said) => {
    const parsed = parseReview(text);
    expect(parsed.ok ? '' : parsed.problems.join()).toContain(said);
  });

  test('any JSON at all is answered with problems', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const files: JsonValue[] = [
          one as JsonValue,
          { v: 1, kind: 'mcp', prefix: '', source: one as JsonValue, tools: [other as JsonValue] },
        ];
        return files.every((file) => !parseReview(JSON.stringify(file)).ok);
      }),
    );
  });
});
