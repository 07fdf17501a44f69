import type { JsonObject } from './runtime/core/contracts';
import { adaptSchema } from './runtime/core/foreign-schema/adapt-schema';
import { compileSchema } from './runtime/core/schema/compile-schema';
import { lintSchema } from './runtime/core/schema/lint-schema';
import { fittingValue } from './test/runtime/core/foreign-schema/fitting-values';
import { ForeignSchemas } from './test/runtime/core/foreign-schema/foreign-schemas';
import { originalAccepts } from './test/runtime/core/foreign-schema/original-validator';

/** Tries random schemas, and returns what was seen. */
function tried(dialect: 'draft-07' | '2020-12', schemas: number, stream: number) {
  const random = randomFrom(stream);
  const seen = { adapted: 0, values: 0, refused: 0 };
  for (let i = 0; i < schemas; i += 1) {
    const original = new ForeignSchemas(random, dialect).document();
    // Each second schema gets a choice wherever one is possible.
    let result = adaptSchema(original);
    const choices: Record<string, string> = {};
    for (let round = 0; round < 4 && i % 2 === 1 && Object.keys(result.possible).length > 0; round += 1) {
      for (const [place, options] of Object.entries(result.possible)) {
        const option = options[Math.floor(random() * options.length)] ?? '';
        choices[place] ??= option.startsWith('keys:') ? 'keys: a, b' : option;
      }
      result = adaptSchema(original, choices);
    }
    if (!result.ok) {
      seen.refused += 1;
      
      continue;
    }
    const adapted = result.schema;
    if (lintSchema(adapted).length) throw new Error("LINT "+JSON.stringify([original,adapted,lintSchema(adapted)]));
    const accepts = compileSchema(adapted);
    const wasAccepted = originalAccepts(original, dialect);
    if (!wasAccepted) continue;
    seen.adapted += 1;
    for (let n = 0; n < 12; n += 1) {
      const value = fittingValue(adapted, random);
      if (!accepts(value).ok) continue;
      seen.values += 1;
      if (!wasAccepted(value)) {
        throw new Error('BAD' + `${JSON.stringify({ value, original, choices, adapted, changes: result.changes })}`);
      }
    }
  }
  return seen;
}

import { randomFrom } from './test/seed';
let bad = 0;
const [from, to, n] = process.argv.slice(2).map(Number);
const tot = { adapted: 0, values: 0, refused: 0 };
for (let s = from; s < to; s += 1) for (const d of ['2020-12', 'draft-07'] as const) {
  try { const x = tried(d, n, s * 2 + (d === 'draft-07' ? 1 : 0)); for (const k of Object.keys(tot)) tot[k] += x[k]; } catch (e) { bad += 1; if (bad < 4) console.log(String(e instanceof Error && !e.message.startsWith('BAD') ? e.stack : e).slice(0, 3500), '\n'); }
}
console.log({ bad, tot });
