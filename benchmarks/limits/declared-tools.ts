import { allowPolicy } from '../../runtime/core/cedar/policies';
import {
  type CallLimit,
  type JsonObject,
  LIMIT_SCOPES,
  type Manifest,
  type ToolManifest,
} from '../../runtime/core/contracts';
import { manifestOf, toolManifest } from '../../test/runtime/gate/gate-world';
import type { Random } from '../output/random';

const properties: JsonObject = {
  to: { type: 'string', maxLength: 20 },
  amount: { type: 'number', minimum: 0, maximum: 1000, multipleOf: 0.01 },
};

/** Limits as a tool may declare them: one to four, of any kind. */
function randomLimits(random: Random): CallLimit[] {
  const limits = new Map<string, CallLimit>();
  for (let left = 1 + random.below(4); left > 0; left -= 1) {
    const per = random.of(LIMIT_SCOPES);
    const windowSeconds = random.of([1, 5, 20, 60, 600]);
    const whenReached = random.of(['ask', 'deny'] as const);
    const wide = per === 'tool' ? 4 : 1;
    const limit: CallLimit = random.below(2)
      ? { most: wide * (1 + random.below(12)), per, windowSeconds, whenReached }
      : {
          sum: { pointer: '/amount', places: 2 },
          most: wide * 100 * (1 + random.below(400)),
          per,
          windowSeconds,
          whenReached,
        };
    limits.set(JSON.stringify({ ...limit, most: 0 }), limit);
  }
  return [...limits.values()];
}

/** A deployment whose policies let every call run, so that only limits stop one. */
export function randomDeployment(random: Random): Manifest {
  const tools: ToolManifest[] = ['pay', 'send', 'note'].map((name) =>
    toolManifest({
      name,
      effect: 'write',
      properties,
      required: ['to'],
      targets: ['/to'],
      trust: 'trusted',
      callLimits: randomLimits(random),
    }),
  );
  const allow = tools
    .map(({ name, connector }) => allowPolicy({ id: `allow-${name}`, tool: name, connector }))
    .join('\n');
  return {
    ...manifestOf(tools, { allow }),
    maxCallsPerSession: 1_000_000,
    maxWaitingRequests: 1_000_000,
    maxDenialsPerSession: 1_000_000,
  };
}

/** Spellings of the same targets, and amounts from none to more than a limit allows. */
export function randomArguments(random: Random): JsonObject {
  const to = random.of(['ann@example.com', 'Ann@Example.com', 'bob@example.com', 'carl@example.com']);
  if (random.below(50) === 0) return { to };
  const cents = random.below(5) === 0 ? random.below(100_000) : random.below(3000);
  return { to, amount: cents / 100 };
}
