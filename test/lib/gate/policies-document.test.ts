import { readFileSync } from 'node:fs';
import path from 'node:path';
import { cedarSchemaFor } from '../../../runtime/core/cedar/cedar-schema';
import { readWrittenPolicies } from '../../../runtime/core/cedar/written-policies';
import type { JsonObject } from '../../../runtime/core/contracts';
import { lintSchema } from '../../../runtime/core/schema/lint-schema';

const text = readFileSync(path.join(__dirname, '../../../docs/policies.md'), 'utf8');
const blocks = (language: string) =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block]) => block);

describe('the example of docs/policies.md', () => {
  const schema = JSON.parse(blocks('json')[0]) as JsonObject;
  const tools = [{ name: 'tickets_refund', connector: 'Tickets', effect: 'destructive' as const, schema }];

  test('has an input schema that a tool may have', () => {
    expect(lintSchema(schema)).toEqual([]);
  });

  test('has policies that pass the synth', () => {
    const [deny, ask] = blocks('cedar');
    const cedar = cedarSchemaFor(tools);
    expect(readWrittenPolicies(deny, 'deny', tools, cedar).problems).toEqual([]);
    expect(readWrittenPolicies(ask, 'ask', tools, cedar).problems).toEqual([]);
  });
});
