import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseJsonText } from '../../../../lib/template/model/json-text';
import { isNestedTooDeeply, MAX_NESTING } from '../../../../lib/template/model/nesting';
import { hardenedAgent } from '../../../bin/hardened-agent-call';

const arrays = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

test.each([
  [arrays(MAX_NESTING), false],
  [objects(MAX_NESTING), false],
  [arrays(MAX_NESTING + 2), true],
  [objects(60_000), true],
])('%.20s… is nested too deeply: %s', (text, expected) => {
  expect(isNestedTooDeeply(JSON.parse(text))).toBe(expected);
});

const template = (inner: string) =>
  `{"Resources":{"Bucket":{"Type":"AWS::S3::Bucket","Properties":{"BucketName":${inner}}}}}`;

const scratch = mkdtempSync(path.join(tmpdir(), 'nesting-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each(['check', 'prove', 'cost'])('%s refuses a template with 60,000 nested brackets', (command) => {
  test.each([
    ['JSON', template(arrays(60_000))],
    ['objects', template(objects(60_000))],
    ['YAML', `Resources: {Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: ${arrays(60_000)}}}}`],
  ])('in %s on standard input', async (_, text) => {
    const { code, err } = await hardenedAgent([command, '-'], {}, undefined, text);
    expect({ code, line: err[0] }).toEqual({ code: 2, line: expect.stringContaining('nested too deeply') });
  });

  test.each(['json', 'yaml'])('in a file that ends with .%s', async (extension) => {
    const file = path.join(scratch, `template.${extension}`);
    writeFileSync(file, template(arrays(60_000)));
    const { code, err } = await hardenedAgent([command, file]);
    expect({ code, line: err[0] }).toEqual({
      code: 2,
      line: expect.stringContaining(`${file}: not a template (nested`),
    });
  });
});

test('a text within a template that is nested too deeply is unknown, as any text that is not JSON', async () => {
  expect(parseJsonText(arrays(60_000))).toBeUndefined();
  const { code, err } = await hardenedAgent(['check', '-'], {}, undefined, template(JSON.stringify(arrays(60_000))));
  expect({ internal: code === 3, err }).toEqual({ internal: false, err: [] });
});
