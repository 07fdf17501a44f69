import { adaptSchema } from '../../../../runtime/core/foreign-schema/adapt-schema';
import { compileSchema } from '../../../../runtime/core/schema/compile-schema';
import { casesPerSeed, randomFrom } from '../../../seed';
import { ExemplarySchemas } from './exemplary-schemas';
import { originalAccepts } from './original-validator';

describe('adaptSchema keeps what a caller needs', () => {
  test.each([
    ['$defs', '2020-12', 11],
    ['definitions', 'draft-07', 12],
  ] as const)('each example within the stated bounds stays valid, with %s', (keyword, dialect, stream) => {
    const random = randomFrom(stream);
    const cases = casesPerSeed(300, 20);
    let examples = 0;
    for (let i = 0; i < cases; i += 1) {
      const exemplary = new ExemplarySchemas(random, keyword).document();
      const wasAccepted = originalAccepts(exemplary.schema, dialect);
      const result = adaptSchema(exemplary.schema);
      if (!result.ok) throw new Error(`${result.refused.join('\n')}\n${JSON.stringify(exemplary.schema)}`);
      const accepts = compileSchema(result.schema);
      for (const example of exemplary.examples) {
        if (wasAccepted?.(example) === false) continue;
        examples += 1;
        const validation = accepts(example);
        if (!validation.ok) {
          throw new Error(`${validation.reason}: ${JSON.stringify({ example, ...exemplary, result }).slice(0, 5000)}`);
        }
      }
    }
    expect(examples).toBeGreaterThan(2 * cases);
  });
});
