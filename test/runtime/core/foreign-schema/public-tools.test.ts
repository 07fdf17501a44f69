import { importSources } from '../../../../benchmarks/import/corpus';
import { judgeTool } from '../../../../benchmarks/import/judge-tool';
import type { JsonObject, JsonValue } from '../../../../runtime/core/contracts';
import { adaptSchema } from '../../../../runtime/core/foreign-schema/adapt-schema';
import { isObject } from '../../../../runtime/core/json/is-object';
import type { ToolDefinition } from '../../../../runtime/core/mcp/tool-definition';
import { compileSchema } from '../../../../runtime/core/schema/compile-schema';
import { casesPerSeed, randomFrom } from '../../../seed';
import { fittingValue } from './fitting-values';
import { type Dialect, originalAccepts } from './original-validator';

const TOOLS = importSources().flatMap(({ name, tools }) => tools.map((tool) => ({ server: name, tool })));

function dialectOf({ inputSchema }: ToolDefinition): Dialect {
  const named = isObject(inputSchema) ? String(inputSchema.$schema) : '';
  return named.includes('draft-07') ? 'draft-07' : '2020-12';
}

/** The examples and defaults that a schema gives for its arguments. */
function examplesOf(schema: JsonValue | undefined): [name: string, example: JsonValue][] {
  const properties = isObject(schema) && isObject(schema.properties) ? schema.properties : {};
  return Object.entries(properties).flatMap(([name, property]) => {
    if (!isObject(property)) return [];
    const examples = Array.isArray(property.examples) ? property.examples : [];
    const given = [property.default, property.example, ...examples].filter(
      (each) => each !== undefined && each !== null,
    );
    return given.map((example): [string, JsonValue] => [name, example as JsonValue]);
  });
}

describe('tools of public servers and documents', () => {
  test('what their transformed schemas accept, the originals accept', () => {
    const random = randomFrom(71);
    const cases = casesPerSeed(200, 5);
    let values = 0;
    for (let i = 0; i < cases; i += 1) {
      const { server, tool } = TOOLS[Math.floor(random() * TOOLS.length)] as (typeof TOOLS)[number];
      const result = adaptSchema(tool.inputSchema ?? null);
      const wasAccepted = result.ok ? originalAccepts(tool.inputSchema ?? {}, dialectOf(tool)) : undefined;
      if (!result.ok || !wasAccepted) continue;
      const accepts = compileSchema(result.schema);
      for (let n = 0; n < 10; n += 1) {
        const value = fittingValue(result.schema, random);
        if (!accepts(value).ok) continue;
        values += 1;
        if (wasAccepted(value) === false)
          throw new Error(`${server} ${tool.name}: ${JSON.stringify({ value, changes: result.changes })}`);
      }
    }
    expect(values).toBeGreaterThan(cases);
  });

  test('their own examples and defaults stay valid, where the originals accept them', () => {
    let examples = 0;
    for (const { server, tool } of TOOLS) {
      const given = examplesOf(tool.inputSchema);
      const result = given.length > 0 ? adaptSchema(tool.inputSchema ?? null) : undefined;
      if (!result?.ok) continue;
      const { properties } = result.schema as { properties: JsonObject };
      for (const [name, example] of given) {
        const adapted = properties[name];
        const original = (tool.inputSchema as JsonObject).properties as JsonObject;
        // Left out, or an example for another alternative than the one that was taken: a line says so.
        if (!isObject(adapted) || result.changes.some((line) => line.startsWith(`/${name}: of `))) continue;
        const whole = {
          ...(tool.inputSchema as JsonObject),
          required: [],
          properties: { [name]: original[name] ?? true },
        };
        if (originalAccepts(whole, dialectOf(tool))?.({ [name]: example }) !== true) continue;
        examples += 1;
        const accepts = compileSchema({ type: 'object', additionalProperties: false, properties: { [name]: adapted } });
        const validation = accepts({ [name]: example });
        if (!validation.ok)
          throw new Error(
            `${server} ${tool.name}: ${validation.reason}; ${JSON.stringify({ example, adapted, original: original[name] })}`,
          );
      }
    }
    expect(examples).toBeGreaterThan(500);
  });

  test('at least 95 of 100 are usable, and no lint hides what the transformation did', () => {
    const judged = TOOLS.map(({ tool }) => judgeTool(tool));
    expect(judged.filter(({ verdict }) => verdict !== 'refused').length / judged.length).toBeGreaterThan(0.95);
    for (const { verdict, reasons } of judged) if (verdict === 'refused') expect(reasons.length).toBeGreaterThan(0);
  });
});
